import { type Alignment, maskAt, type Subtraction } from "./mask-frames.ts";

interface Props {
  readonly subtraction: Subtraction & { readonly aligned: Alignment };
  readonly count: number;
  readonly frame: number;
  readonly onFrame: (frame: number) => void;
}

const [WIDTH, HEIGHT, TOP] = [296, 64, 10];

/**
 * What motion left in each frame, in units of its noise: a hollow mark before correction, a filled one after, the line
 * at 1 is noise alone. A click goes to the frame.
 */
export function ResidualPlot({ subtraction, count, frame, onFrame }: Props) {
  const all = [...subtraction.aligned.entries()].filter(([t]) => !maskAt(subtraction, t).includes(t));
  if (all.length === 0) return null;
  const most = Math.max(1.5, ...all.map(([, { before, residual }]) => Math.max(before, residual)));
  const x = (t: number) => 14 + ((WIDTH - 24) * t) / Math.max(1, count - 1);
  const y = (value: number) => HEIGHT - 12 - ((HEIGHT - 12 - TOP) * (value - 0.8)) / (most - 0.8);
  const own = subtraction.aligned.get(frame);
  const words = own
    ? `frame ${frame + 1}: residual ${own.residual.toFixed(2)} × noise, ${own.before.toFixed(2)} before`
    : `frame ${frame + 1}: not found yet`;
  return (
    <figure className="v-residual">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Residual of each frame over its noise; ${words}`}
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const at = (WIDTH * (event.clientX - box.left)) / box.width;
          onFrame(Math.max(0, Math.min(count - 1, Math.round(((at - 14) * (count - 1)) / (WIDTH - 24)))));
        }}
      >
        <line x1={10} x2={WIDTH} y1={y(1)} y2={y(1)} className="v-floor" />
        <text x={0} y={y(1) + 4}>
          1
        </text>
        <text x={0} y={TOP + 2}>
          {most.toFixed(1)}
        </text>
        <line x1={x(frame)} x2={x(frame)} y1={4} y2={HEIGHT - 8} className="v-cursor" />
        {all.map(([t, { before, residual }]) => (
          <g key={t}>
            <circle cx={x(t)} cy={y(before)} r={2.6} className="v-before" />
            <circle cx={x(t)} cy={y(residual)} r={2.6} className="v-after" />
          </g>
        ))}
      </svg>
      <figcaption>
        <span>{words}</span> <span>○ before ● after</span>
      </figcaption>
    </figure>
  );
}
