import type { PerfusionView } from "../../cases/views.ts";
import { figure } from "./figures.ts";

type Threshold = PerfusionView["thresholds"][number];

const W = 340;
const H = 92;
const LEFT = 8;
const RIGHT = 8;
const BASE = 68;
const LEAST_ROOM = 36;

/** Volumes over the thresholds instead of one bare number: how much the answer hangs on where the line is drawn. */
export function ThresholdStrip({ thresholds }: { readonly thresholds: readonly Threshold[] }) {
  const core = byThreshold(thresholds, "rcbf");
  const delay = byThreshold(thresholds, "tmax");
  return (
    <div className="stack">
      {core.length > 1 ? (
        <Strip title="Core by threshold" unit="%" sign="<" mark={30} points={core} label="rCBF" />
      ) : null}
      {delay.length > 1 ? (
        <Strip title="Delay by threshold" unit="s" sign=">" mark={6} points={delay} label="Tmax" />
      ) : null}
    </div>
  );
}

function byThreshold(all: readonly Threshold[], map: Threshold["map"]): readonly Threshold[] {
  return all.filter((each) => each.map === map).sort((a, b) => a.threshold - b.threshold);
}

/** Points whose words do not run into each other: the clinical threshold first, then both ends, then what has room. */
function withRoom(
  points: readonly Threshold[],
  mark: number,
  x: (threshold: number) => number,
): ReadonlySet<Threshold> {
  const kept = new Set<Threshold>();
  const wanted = [...points.filter((point) => point.threshold === mark), points[0]!, points.at(-1)!, ...points];
  for (const point of wanted) {
    if ([...kept].every((other) => Math.abs(x(other.threshold) - x(point.threshold)) >= LEAST_ROOM)) kept.add(point);
  }
  return kept;
}

function Strip({
  title,
  unit,
  sign,
  mark,
  points,
  label,
}: {
  readonly title: string;
  readonly unit: string;
  readonly sign: string;
  /** The clinical threshold. */
  readonly mark: number;
  readonly points: readonly Threshold[];
  readonly label: string;
}) {
  const low = points[0]!.threshold;
  const high = points.at(-1)!.threshold;
  const most = Math.max(...points.map((point) => point.ml), 1);
  const x = (t: number) => LEFT + 14 + ((t - low) / Math.max(1e-9, high - low)) * (W - LEFT - RIGHT - 28);
  const y = (ml: number) => BASE - (ml / most) * (BASE - 24);
  const line = points.map((point) => `${x(point.threshold)},${y(point.ml)}`).join(" ");
  const spoken = points.map((point) => `${sign} ${point.threshold} ${unit}: ${figure(point.ml)} mL`).join(", ");
  const named = withRoom(points, mark, x);
  return (
    <figure className="strip">
      <figcaption className="sub">
        {title}, {label} in {unit}, volume in mL
      </figcaption>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${title}. ${spoken}`}>
        <line x1={LEFT} x2={W - RIGHT} y1={BASE} y2={BASE} className="strip-base" />
        {low <= mark && mark <= high ? (
          <line x1={x(mark)} x2={x(mark)} y1={14} y2={BASE} className="strip-mark" />
        ) : null}
        <polyline points={line} className="strip-line" />
        {points.map((point) =>
          named.has(point) ? (
            <g key={point.threshold}>
              <circle
                cx={x(point.threshold)}
                cy={y(point.ml)}
                r={point.threshold === mark ? 4 : 2.5}
                className={point.threshold === mark ? "strip-dot on" : "strip-dot"}
              />
              <text
                x={x(point.threshold)}
                y={y(point.ml) - 8}
                textAnchor="middle"
                className={point.threshold === mark ? "on" : ""}
              >
                {figure(point.ml, 0)}
              </text>
              <text
                x={x(point.threshold)}
                y={BASE + 16}
                textAnchor="middle"
                className={point.threshold === mark ? "on" : ""}
              >
                {sign} {point.threshold}
              </text>
            </g>
          ) : null,
        )}
      </svg>
    </figure>
  );
}
