import { type AlignKind, maskWordsAt, type Subtraction, withMask } from "./mask-frames.ts";
import { ResidualPlot } from "./residual-plot.tsx";
import { SliderRow } from "./slider-row.tsx";
import type { AlignmentControl } from "./use-alignment.ts";

const KINDS: readonly { readonly kind: AlignKind | undefined; readonly name: string; readonly title: string }[] = [
  { kind: undefined, name: "Off", title: "No motion correction (M: before and after)" },
  { kind: "shift", name: "Shift", title: "The mask moves as a whole (Shift M)" },
  { kind: "local", name: "Local", title: "The mask moves place by place (Shift M)" },
];

interface Props {
  readonly subtraction: Subtraction;
  readonly frames: number;
  readonly frame: number;
  /** ln attenuation shown from white to black. */
  readonly windowWidth: number;
  /** What to say about the stored values; empty when there is nothing to warn of. */
  readonly warning: string;
  readonly alignment: AlignmentControl;
  /** The frames before contrast, once they were found. */
  readonly beforeContrast: readonly number[] | undefined;
  readonly onFrame: (frame: number) => void;
  readonly onChange: (next: Subtraction) => void;
  readonly onWindow: (width: number) => void;
}

const signed = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(1)} px`;

/** How the run is subtracted: shift of the mask, bone, window, and which frames are the mask. */
export function SubtractionPanel(props: Props) {
  const { subtraction, frames, frame, windowWidth, alignment, beforeContrast, onChange, onWindow } = props;
  const { shiftX, shiftY, landmark, mask, raw } = subtraction;
  const first = Math.min(...mask);
  const last = Math.max(...mask);
  const choose = (from: number, to: number) => {
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    const chosen = Array.from({ length: high - low + 1 }, (_, k) => low + k);
    onChange({ ...withMask(subtraction, chosen, "chosen"), raw: false });
  };
  return (
    <section className="v-panel" aria-label="Subtraction" data-mask={mask.join()} data-raw={raw}>
      <header>
        <h2>Subtraction</h2>
        <button type="button" aria-pressed={raw} onClick={() => onChange({ ...subtraction, raw: !raw })}>
          {raw ? "Raw" : "Subtracted"}
        </button>
      </header>
      <div className="v-motion" data-aligned={subtraction.aligned?.size ?? 0} data-running={alignment.running}>
        <span>Motion</span>
        <fieldset className="v-segments" aria-label="Motion correction">
          {KINDS.map(({ kind, name, title }) => (
            <button
              key={name}
              type="button"
              title={title}
              aria-pressed={alignment.kind === kind}
              onClick={() => alignment.choose(kind)}
            >
              {name}
            </button>
          ))}
        </fieldset>
        {alignment.running && (
          <button type="button" onClick={() => alignment.choose(undefined)}>
            Stop
          </button>
        )}
      </div>
      {subtraction.aligned && !alignment.running ? (
        <details className="v-fold">
          <summary>
            <output className="v-motion-words" aria-live="polite">
              {alignment.words}
            </output>
          </summary>
          <ResidualPlot
            subtraction={{ ...subtraction, aligned: subtraction.aligned }}
            count={frames}
            frame={frame}
            onFrame={props.onFrame}
          />
        </details>
      ) : (
        alignment.words && (
          <output className="v-motion-words" aria-live="polite">
            {alignment.words}
          </output>
        )
      )}
      <SliderRow
        name="Pixel shift x"
        value={shiftX}
        min={-12}
        max={12}
        step={0.1}
        words={signed(shiftX)}
        onValue={(value) => onChange({ ...subtraction, shiftX: value, raw: false })}
      />
      <SliderRow
        name="Pixel shift y"
        value={shiftY}
        min={-12}
        max={12}
        step={0.1}
        words={signed(shiftY)}
        onValue={(value) => onChange({ ...subtraction, shiftY: value, raw: false })}
      />
      <SliderRow
        name="Bone fade-in"
        value={landmark}
        min={0}
        max={1}
        step={0.02}
        words={`${Math.round(100 * landmark)} %`}
        onValue={(value) => onChange({ ...subtraction, landmark: value, raw: false })}
      />
      <SliderRow
        name="Window"
        value={windowWidth}
        min={0.05}
        max={2}
        step={0.01}
        words={windowWidth.toFixed(2)}
        onValue={onWindow}
      />
      <details className="v-fold">
        <summary>
          Mask <span>{maskWordsAt(subtraction, frame)}</span>
        </summary>
        <div className="v-mask">
          <label>
            from
            <input
              type="number"
              min={1}
              max={frames}
              value={first + 1}
              aria-label="First mask frame"
              onChange={(event) => choose(Math.max(0, Number(event.target.value) - 1), last)}
            />
          </label>
          <label>
            to
            <input
              type="number"
              min={1}
              max={frames}
              value={last + 1}
              aria-label="Last mask frame"
              onChange={(event) => choose(first, Math.min(frames - 1, Number(event.target.value) - 1))}
            />
          </label>
          <button type="button" title="This frame is the mask (X)" onClick={() => choose(frame, frame)}>
            This
          </button>
          {beforeContrast && (
            <button
              type="button"
              title="The frames before contrast are the mask (Shift X)"
              onClick={() =>
                onChange({ ...withMask(subtraction, beforeContrast, "found before contrast"), raw: false })
              }
            >
              Find
            </button>
          )}
        </div>
        <p>The mask is {subtraction.maskFrom}. Arrow keys shift it by 1 px, with Shift by 0.1 px.</p>
      </details>
      {props.warning && (
        <p>
          <strong role="note">{props.warning}</strong>
        </p>
      )}
    </section>
  );
}
