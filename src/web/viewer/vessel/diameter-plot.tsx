import { type PointerEvent, useRef } from "react";
import type { Calibre } from "../../../imaging/vessel/stenosis.ts";

/** A place on the vessel that the reader can drag along the plot. */
export interface PlotMark {
  readonly id: string;
  /** One letter, and what it is in words. */
  readonly letter: string;
  readonly says: string;
  readonly along: number;
}

interface Props {
  readonly curve: readonly Calibre[];
  readonly unit: string;
  readonly marks: readonly PlotMark[];
  /** Where the reader points on the vessel; undefined: nowhere. */
  readonly at: number | undefined;
  readonly onAt: (along: number | undefined) => void;
  readonly onMark?: (id: string, along: number) => void;
}

const WIDTH = 300;
const HEIGHT = 116;
const LEFT = 26;
const BOTTOM = 16;

/** Diameter along a vessel with its error band; marks are dragged, or moved by the arrow keys. */
export function DiameterPlot({ curve, unit, marks, at, onAt, onMark }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const known = curve.filter(
    (c): c is { along: number; diameter: number; sd: number } => c.diameter !== null && c.sd !== null,
  );
  if (known.length < 2) return <p>No diameter along this vessel. Choose other ends, or a frame with more contrast.</p>;
  const [start, end] = [curve[0]!.along, curve.at(-1)!.along];
  const top = niceTop(Math.max(...known.map(({ diameter, sd }) => diameter + Math.min(2 * sd, diameter))));
  const x = (along: number) => LEFT + ((along - start) / (end - start || 1)) * (WIDTH - LEFT - 4);
  const y = (d: number) => 6 + (1 - d / top) * (HEIGHT - BOTTOM - 6);
  const alongOf = (event: PointerEvent) => {
    const box = svg.current!.getBoundingClientRect();
    const share = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - 4);
    return start + Math.max(0, Math.min(1, share)) * (end - start);
  };
  // A gap is a gap: places without a diameter are not bridged.
  const runs: (typeof known)[] = [];
  for (const c of curve) {
    const last = runs.at(-1);
    if (c.diameter === null || c.sd === null) runs.push([]);
    else if (last) last.push(c as never);
    else runs.push([c as never]);
  }
  const pieces = runs.filter((run) => run.length > 1);
  const line = (run: typeof known) => run.map((c) => `${x(c.along).toFixed(1)},${y(c.diameter).toFixed(1)}`).join(" ");
  const band = (run: typeof known) =>
    [
      ...run.map((c) => `${x(c.along).toFixed(1)},${y(Math.min(top, c.diameter + 2 * c.sd)).toFixed(1)}`),
      ...run.toReversed().map((c) => `${x(c.along).toFixed(1)},${y(Math.max(0, c.diameter - 2 * c.sd)).toFixed(1)}`),
    ].join(" ");
  const here = at === undefined ? undefined : nearest(known, at);
  return (
    <svg
      ref={svg}
      className="x-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Diameter along the vessel in ${unit}`}
      onPointerMove={(event) => onAt(alongOf(event))}
      onPointerLeave={() => onAt(undefined)}
    >
      {[0, top / 2, top].map((d) => (
        <g key={d}>
          <line x1={LEFT} x2={WIDTH - 4} y1={y(d)} y2={y(d)} className="x-grid" />
          <text x={LEFT - 4} y={y(d) + 3} textAnchor="end">
            {d}
          </text>
        </g>
      ))}
      <text x={LEFT} y={HEIGHT - 4}>
        start
      </text>
      <text x={WIDTH - 4} y={HEIGHT - 4} textAnchor="end">
        {(end - start).toFixed(unit === "px" ? 0 : 1)} {unit}
      </text>
      {pieces.map((run) => (
        <polygon key={run[0]!.along} points={band(run)} className="x-band" />
      ))}
      {pieces.map((run) => (
        <polyline key={run[0]!.along} points={line(run)} className="x-line" />
      ))}
      {marks.map(({ id, letter, says, along }) => (
        <g
          key={id}
          className="x-mark"
          tabIndex={0}
          role="slider"
          aria-label={says}
          aria-valuenow={Math.round(10 * along) / 10}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={(event) => {
            if (event.buttons & 1) onMark?.(id, alongOf(event));
          }}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (!by) return;
            event.preventDefault();
            event.stopPropagation();
            onMark?.(id, Math.max(start, Math.min(end, along + (by * (end - start)) / 80)));
          }}
        >
          <line x1={x(along)} x2={x(along)} y1={12} y2={HEIGHT - BOTTOM} />
          <rect x={x(along) - 7} y={0} width={14} height={13} rx={3} />
          <text x={x(along)} y={10} textAnchor="middle">
            {letter}
          </text>
        </g>
      ))}
      {here && (
        <g className="x-here">
          <circle cx={x(here.along)} cy={y(here.diameter)} r={3} />
          <text x={Math.min(WIDTH - 60, x(here.along) + 6)} y={Math.max(22, y(here.diameter) - 5)}>
            {here.diameter.toFixed(2)} ± {(2 * here.sd).toFixed(2)} {unit}
          </text>
        </g>
      )}
    </svg>
  );
}

function nearest<C extends Calibre>(curve: readonly C[], along: number): C {
  return curve.reduce((a, b) => (Math.abs(b.along - along) < Math.abs(a.along - along) ? b : a));
}

/** The least of 1, 2, 5 x 10^n (halved evenly) that is not under the value. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((n) => n * power >= value) ?? 10) * power;
}
