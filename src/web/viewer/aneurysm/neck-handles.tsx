import { useRef } from "react";
import type { Vec3 } from "../../../core/geometry.ts";
import type { Plane } from "../../../imaging/aneurysm/plane-cut.ts";
import { draggedNeck, neckTrace, swungNeck } from "./neck-plane.ts";

type Spot = readonly [number, number];

interface Props {
  readonly plane: Plane;
  /** Middle of the neck (LPS mm), and its largest diameter. */
  readonly centre: Vec3;
  readonly neckMm: number;
  /** Unit direction of sight. */
  readonly sight: Vec3;
  /** Where a place is drawn, in pixels of the svg. */
  readonly toScreen: (point: Vec3) => Spot | undefined;
  /** While it is dragged (`done` false), and when it is let go. */
  readonly onNeck: (plane: Plane, done: boolean) => void;
}

/** The line of the neck in a picture: the handle in its middle moves it along its normal, those at its ends tilt it. */
export function NeckHandles({ plane, centre, neckMm, sight, toScreen, onNeck }: Props) {
  const drag = useRef<{ plane: Plane; centre: Vec3; end: 0 | 1 | -1; origin: Spot; last: Plane } | undefined>(
    undefined,
  );
  const trace = neckTrace(plane, sight);
  if (!trace) return null;
  const reach = 0.5 * neckMm + 1.5;
  const place = (base: Vec3, x: number, y: number): Vec3 =>
    base.map((v, n) => v + x * trace.line[n]! + y * trace.toward[n]!) as unknown as Vec3;
  const [middle, left, right, tip] = [
    toScreen(centre),
    toScreen(place(centre, -reach, 0)),
    toScreen(place(centre, reach, 0)),
    toScreen(place(centre, 0, 1.6)),
  ];
  if (!middle || !left || !right || !tip) return null;

  const moved = (x: number, y: number): Plane | undefined => {
    const now = drag.current;
    const start = now && neckTrace(now.plane, sight);
    if (!now || !start) return undefined;
    const c = toScreen(now.centre);
    const [a, b] = [start.line, start.toward].map((way) =>
      toScreen(now.centre.map((v, n) => v + way[n]!) as unknown as Vec3),
    );
    if (!c || !a || !b) return undefined;
    // Pixels of a mm along and across the line: the pointer in mm from the middle of the neck.
    const [u, v] = [sub2(a, c), sub2(b, c)];
    const det = u[0] * v[1] - u[1] * v[0];
    if (Math.abs(det) < 1e-9) return undefined;
    const mm = ([px, py]: Spot): Spot => [(px * v[1] - py * v[0]) / det, (u[0] * py - u[1] * px) / det];
    if (now.end === 0) return draggedNeck(now.plane, start, mm(sub2([x, y], now.origin))[1]);
    const [along, across] = mm(sub2([x, y], c));
    return swungNeck(now.plane, now.centre, start, now.end, along, across);
  };
  const handle = (end: 0 | 1 | -1, at: Spot, says: string) => (
    <circle
      className={end === 0 ? "n-move" : "n-tilt"}
      data-neck={end === 0 ? "move" : end === 1 ? "tilt" : "tilt-other"}
      cx={at[0]}
      cy={at[1]}
      r={end === 0 ? 7 : 6}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { plane, centre, end, origin: spotOf(event), last: plane };
      }}
      onPointerMove={(event) => {
        if (!drag.current) return;
        event.stopPropagation();
        const next = moved(...spotOf(event));
        if (!next) return;
        drag.current.last = next;
        onNeck(next, false);
      }}
      onPointerUp={(event) => {
        const now = drag.current;
        drag.current = undefined;
        if (!now) return;
        event.stopPropagation();
        onNeck(now.last, true);
      }}
    >
      <title>{says}</title>
    </circle>
  );
  return (
    <g className="n-neck">
      <line x1={left[0]} y1={left[1]} x2={right[0]} y2={right[1]} />
      <line className="n-tip" x1={middle[0]} y1={middle[1]} x2={tip[0]} y2={tip[1]} />
      {handle(-1, left, "Drag to tilt the neck")}
      {handle(1, right, "Drag to tilt the neck")}
      {handle(0, middle, "Drag to move the neck")}
    </g>
  );
}

function sub2(a: Spot, b: Spot): Spot {
  return [a[0] - b[0], a[1] - b[1]];
}

/** A pointer in the units of the svg it is over, whatever size that is drawn at. */
function spotOf(event: React.PointerEvent<SVGElement>): Spot {
  const svg = event.currentTarget.ownerSVGElement;
  const matrix = svg?.getScreenCTM()?.inverse();
  if (!matrix) return [0, 0];
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
  return [at.x, at.y];
}
