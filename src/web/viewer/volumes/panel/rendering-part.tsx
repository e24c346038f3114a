import { useSyncExternalStore } from "react";
import type { PaneController } from "../../pane/pane-controller.ts";
import { BOX_SIDES, moveSide } from "../rendering/clip-box.tsx";
import { SIDE_WORDS, SIDES } from "../rendering/eye.ts";
import { renderingOf } from "../rendering/rendering-store.ts";

/** From where a volume is seen, what of its values is shown, and the box that cuts it. */
export function RenderingPart({ controller }: { readonly controller: PaneController }) {
  const store = renderingOf(controller.viewportId);
  const { presets, preset, shift, unit, clip, whole, clipShown } = useSyncExternalStore(store.subscribe, store.state);
  if (!preset) return <p>The volume is being opened.</p>;
  const first = preset.points[0]![0];
  const reach = Math.max(100, Math.abs(first), (preset.points.at(-1)![0] - first) / 2);
  return (
    <>
      <section>
        <h3>See it</h3>
        <div className="vo-row">
          {SIDES.map((side) => (
            <button
              key={side}
              type="button"
              title={SIDE_WORDS[side]}
              aria-label={`See it ${SIDE_WORDS[side]}`}
              onClick={() => store.face(side)}
            >
              {side}
            </button>
          ))}
        </div>
        <p className="vo-dim">Drag turns, right button or wheel zooms, Shift and drag moves it.</p>
      </section>
      <section>
        <h3>Show</h3>
        <select
          aria-label="Preset"
          value={preset.name}
          onChange={({ target }) =>
            store.set({ preset: presets.find(({ name }) => name === target.value) ?? preset, shift: 0 })
          }
        >
          {presets.map(({ name, says }) => (
            <option key={name} value={name}>
              {says}
            </option>
          ))}
        </select>
        <label>
          From {Math.round(first + shift)} {unit}
          <input
            type="range"
            min={-reach}
            max={reach}
            step={reach / 50}
            value={shift}
            aria-label="Lowest value that is shown"
            onChange={({ target }) => store.set({ shift: Number(target.value) })}
          />
        </label>
        <p className="vo-dim">Colours are of the preset, not of the tissue.</p>
      </section>
      <section>
        <h3>Cut</h3>
        <div className="vo-row">
          <button type="button" aria-pressed={clipShown} onClick={() => store.set({ clipShown: !clipShown })}>
            Box
          </button>
          <button type="button" onClick={() => store.set({ clip: whole })}>
            Whole volume
          </button>
        </div>
        {clipShown && (
          <div className="vo-box">
            {BOX_SIDES.map((side) => (
              <label key={side.letter} className="vo-number">
                {side.letter}
                <input
                  type="number"
                  step={1}
                  aria-label={`Box, side ${side.letter}, mm`}
                  value={Math.round(clip[side.end][side.axis])}
                  onChange={({ target }) => {
                    if (target.value === "") return;
                    store.set({ clip: moveSide(clip, whole, side, Number(target.value)) });
                  }}
                />
                mm
              </label>
            ))}
          </div>
        )}
      </section>
    </>
  );
}
