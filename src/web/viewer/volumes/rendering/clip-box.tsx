import { type PointerEvent, useRef, useSyncExternalStore } from "react";
import { dot, sub, type Vec3 } from "../../../../core/geometry.ts";
import type { Box, Rendering, RenderingStore } from "./rendering-store.ts";

/** A side of the box: which axis of the patient, and its lower or upper end. */
export interface BoxSide {
  readonly axis: 0 | 1 | 2;
  readonly end: "low" | "high";
  readonly letter: string;
}

export const BOX_SIDES: readonly BoxSide[] = [
  { axis: 0, end: "low", letter: "R" },
  { axis: 0, end: "high", letter: "L" },
  { axis: 1, end: "low", letter: "A" },
  { axis: 1, end: "high", letter: "P" },
  { axis: 2, end: "low", letter: "F" },
  { axis: 2, end: "high", letter: "H" },
];
/** The box is never thinner than this. */
const LEAST_MM = 2;

/** The box with one side put to `value` (mm), within the volume and not beyond the other side. */
export function moveSide(clip: Box, whole: Box, { axis, end }: BoxSide, value: number): Box {
  const low = end === "low" ? Math.max(whole.low[axis], Math.min(value, clip.high[axis] - LEAST_MM)) : clip.low[axis];
  const high =
    end === "high" ? Math.min(whole.high[axis], Math.max(value, clip.low[axis] + LEAST_MM)) : clip.high[axis];
  const put = (from: Vec3, to: number) => from.map((v, c) => (c === axis ? to : v)) as unknown as Vec3;
  return { low: put(clip.low, low), high: put(clip.high, high) };
}

/** The box that cuts a volume, drawn over it, with a handle in the middle of each side. */
export function ClipBox({ store }: { readonly store: RenderingStore }) {
  const rendering = useSyncExternalStore(store.subscribe, store.state);
  const svg = useRef<SVGSVGElement>(null);
  const drag = useRef<{ side: BoxSide; from: number; x: number; y: number }>(undefined);
  const { clip } = rendering;
  const { clientWidth: width = 1, clientHeight: height = 1 } = svg.current?.parentElement ?? {};
  const at = (p: Vec3) => onScreen(rendering, p, width, height);
  const corner = (n: number): Vec3 =>
    [0, 1, 2].map((c) => ((n >> c) & 1 ? clip.high[c]! : clip.low[c]!)) as unknown as Vec3;
  const edges = Array.from({ length: 8 }, (_, n) => n).flatMap((n) =>
    [1, 2, 4].filter((bit) => (n & bit) === 0).map((bit) => [n, n | bit] as const),
  );
  const middle = ({ axis, end }: BoxSide): Vec3 =>
    [0, 1, 2].map((c) => (c === axis ? clip[end][c]! : (clip.low[c]! + clip.high[c]!) / 2)) as unknown as Vec3;
  const begin = (event: PointerEvent, side: BoxSide) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { side, from: clip[side.end][side.axis], x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent) => {
    const now = drag.current;
    if (!now) return;
    const mmPerPixel = (2 * rendering.halfHeight) / height;
    const [right, up] = [rendering.eye.right[now.side.axis], rendering.eye.up[now.side.axis]];
    const seen = right ** 2 + up ** 2;
    if (seen < 0.02) return;
    const by = ((event.clientX - now.x) * right - (event.clientY - now.y) * up) * (mmPerPixel / seen);
    store.set({ clip: moveSide(clip, rendering.whole, now.side, now.from + by) });
  };
  return (
    <svg ref={svg} className="vo-clip" aria-hidden="true">
      {edges.map(([a, b]) => {
        const [from, to] = [at(corner(a)), at(corner(b))];
        return <line key={`${a}-${b}`} x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} />;
      })}
      {BOX_SIDES.map((side) => {
        const [x, y] = at(middle(side));
        return (
          <g
            key={side.letter}
            data-side={side.letter}
            onPointerDown={(event) => begin(event, side)}
            onPointerMove={move}
            onPointerUp={() => {
              drag.current = undefined;
            }}
          >
            <circle cx={x} cy={y} r={9} />
            <text x={x} y={y + 4}>
              {side.letter}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function onScreen(
  { eye, centre, halfHeight }: Rendering,
  p: Vec3,
  width: number,
  height: number,
): readonly [number, number] {
  const from = sub(p, centre);
  const scale = height / 2 / halfHeight;
  return [width / 2 + dot(from, eye.right) * scale, height / 2 - dot(from, eye.up) * scale];
}
