import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { LineView, PictureAnswer } from "../../workers/vessel-messages.ts";
import type { VesselWork } from "./use-vessel.ts";

interface Props {
  readonly work: VesselWork;
  readonly line: number;
  readonly view: LineView;
  /** Grey values: black at low, white at high. */
  readonly window: { readonly low: number; readonly high: number };
  readonly index: number;
  readonly onIndex: (index: number) => void;
}

const ACROSS = 120;

/** The straightened view of a centreline, and the section across it at the chosen place with its outline. */
export function LineViews({ work, line, view, window, index, onIndex }: Props) {
  const [degrees, setDegrees] = useState(0);
  const [straight, setStraight] = useState<PictureAnswer>();
  const [across, setAcross] = useState<PictureAnswer>();
  const wide = Math.max(12, 4 * Math.max(...view.sections.map(({ diameter }) => diameter ?? 0), 2));
  const sizeMm = Math.max(8, 3 * (view.sections[index]?.diameter ?? 4));
  useEffect(() => {
    let stale = false;
    work.ask("picture", { kind: "straight", line, widthMm: wide, degrees }).then(
      (answer) => !stale && setStraight(answer),
      () => !stale && setStraight(undefined),
    );
    return () => {
      stale = true;
    };
  }, [work.ask, line, wide, degrees]);
  useEffect(() => {
    let stale = false;
    work.ask("picture", { kind: "across", line, index, sizeMm, pixels: ACROSS }).then(
      (answer) => !stale && setAcross(answer),
      () => !stale && setAcross(undefined),
    );
    return () => {
      stale = true;
    };
  }, [work.ask, line, index, sizeMm]);
  const section = view.sections[index];
  const go = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    onIndex(Math.round(share * (view.sections.length - 1)));
  };
  const walls = (side: 1 | -1) =>
    view.sections
      .map(({ diameter }, n) =>
        diameter === null
          ? ""
          : `${n === 0 || view.sections[n - 1]!.diameter === null ? "M" : "L"}${n + 0.5} ${(0.5 + (side * diameter) / 2 / wide) * 100}`,
      )
      .join("");
  return (
    <>
      <div className="x-straight">
        {straight && <Grey picture={straight} window={window} turned />}
        <svg
          viewBox={`0 0 ${view.sections.length} 100`}
          preserveAspectRatio="none"
          role="img"
          aria-label="Straightened view: start at the left"
          onPointerDown={go}
          onPointerMove={(event) => event.buttons & 1 && go(event)}
        >
          <path d={walls(1)} className="x-wall" />
          <path d={walls(-1)} className="x-wall" />
          <line x1={index + 0.5} x2={index + 0.5} y1={0} y2={100} className="x-cut" />
        </svg>
      </div>
      <label className="v-row">
        Turn
        <input
          type="range"
          min={0}
          max={175}
          step={5}
          value={degrees}
          aria-valuetext={`${degrees} degrees`}
          onChange={({ target }) => setDegrees(Number(target.value))}
          onKeyDown={(event) => event.stopPropagation()}
        />
        <output>{degrees}°</output>
      </label>
      <div className="x-across">
        <div>
          {across && <Grey picture={across} window={window} />}
          {section && section.outline.length > 0 && (
            <svg
              viewBox={`${-sizeMm / 2} ${-sizeMm / 2} ${sizeMm} ${sizeMm}`}
              role="img"
              aria-label="Outline of the lumen"
            >
              <polygon points={section.outline.map(([x, y]) => `${x},${y}`).join(" ")} className="x-wall" />
            </svg>
          )}
        </div>
        {section && (
          <dl className="x-sizes">
            <Size name="of equal area" value={section.diameter} sd={section.sd} reason={section.reason} />
            <Size name="least" value={section.least} />
            <Size name="greatest" value={section.greatest} />
            <Size name="inscribed" value={section.inscribed} />
            <Size name="area" value={section.area} unit="mm²" />
          </dl>
        )}
      </div>
    </>
  );
}

function Size({
  name,
  value,
  sd,
  unit = "mm",
  reason,
}: {
  readonly name: string;
  readonly value: number | null;
  readonly sd?: number | null;
  readonly unit?: string;
  readonly reason?: string | undefined;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value === null ? (reason ?? "none") : `${value.toFixed(2)}${sd ? ` ± ${(2 * sd).toFixed(2)}` : ""} ${unit}`}
      </dd>
    </div>
  );
}

/** A picture of values in grey; `turned`: its rows run from left to right. */
function Grey({
  picture,
  window,
  turned = false,
}: {
  readonly picture: PictureAnswer;
  readonly window: Props["window"];
  readonly turned?: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const { values, width, height } = picture;
    [element.width, element.height] = turned ? [height, width] : [width, height];
    const image = context.createImageData(element.width, element.height);
    for (let p = 0; p < values.length; p++) {
      const grey = (255 * (values[p]! - window.low)) / (window.high - window.low);
      const at = turned ? (p % width) * height + Math.floor(p / width) : p;
      image.data.set([grey, grey, grey, Number.isNaN(grey) ? 0 : 255], 4 * at);
    }
    context.putImageData(image, 0, 0);
  }, [picture, window.low, window.high, turned]);
  return <canvas ref={canvas} />;
}
