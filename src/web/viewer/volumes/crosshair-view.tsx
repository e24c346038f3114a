import { type PointerEvent, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { dot, type Vec3 } from "../../../core/geometry.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import { type CutLine, cutLines, type Screen, type Spot } from "./crosshair-lines.ts";
import { type CrosshairStore, type Plane, viewOf } from "./crosshair-store.ts";
import { isPlacing, subscribeCurves } from "./curve/curve-store.ts";
import { membersOf, showsCrosshair, type VolumeMember } from "./members.ts";

interface Props {
  readonly store: CrosshairStore;
  readonly member: VolumeMember;
  readonly controller: PaneController;
}

const NAMES: Readonly<Record<Plane, string>> = { axial: "Ax", coronal: "Co", sagittal: "Sa" };
/** Distance of the lines' ends from the middle, which stays free for what is looked at. */
const GAP = 14;
const THICKEST_MM = 120;

/** What a drag began with. */
interface Drag {
  readonly kind: "point" | "line" | "turn" | "slab";
  readonly line?: CutLine;
  readonly from: Spot;
  readonly start: Vec3;
  angle: number;
}

/** Lines of the other planes over a picture: drag the middle, a line, its round handle (turns) or its edge (slab). */
export function CrosshairView({ store, member, controller }: Props) {
  const crosshair = useSyncExternalStore(store.subscribe, store.state);
  const svg = useRef<SVGSVGElement>(null);
  const drag = useRef<Drag>(undefined);
  const [held, setHeld] = useState(false);
  const quiet = useSyncExternalStore(subscribeCurves, isPlacing);
  const size = useSize(svg);
  const normal = controller.position()?.normal;
  const screen: Screen | undefined = normal && {
    normal,
    toCanvas: controller.toCanvas,
    pixelsPerMm: pixelsPerMm(controller),
  };
  const others = membersOf(member.frameOfReference).filter((one) => one !== member && one.plane);
  const isShown = (plane: Plane) => showsCrosshair() === "always" || others.some((one) => one.plane === plane);
  const lines = screen && crosshair.point ? cutLines(crosshair, screen).filter(({ plane }) => isShown(plane)) : [];
  const point = crosshair.point && screen?.toCanvas(crosshair.point);

  const begin = (event: PointerEvent, kind: Drag["kind"], line?: CutLine) => {
    if (event.button !== 0 || !crosshair.point || !point) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    const from = spot(event, svg.current);
    drag.current = {
      kind,
      from,
      start: crosshair.point,
      angle: Math.atan2(from[1] - point[1], from[0] - point[0]),
      ...(line ? { line } : {}),
    };
    setHeld(true);
  };
  const move = (event: PointerEvent) => {
    const now = drag.current;
    if (!now || !screen || !point) return;
    event.stopPropagation();
    const to = spot(event, svg.current);
    if (now.kind === "turn") {
      const angle = Math.atan2(to[1] - point[1], to[0] - point[0]);
      // Clockwise on the screen is right-handed about the way into it.
      store.turn([-screen.normal[0], -screen.normal[1], -screen.normal[2]], angle - now.angle);
      now.angle = angle;
      return;
    }
    if (now.kind === "slab") {
      const { line } = now;
      const off = Math.abs((to[0] - point[0]) * line!.across[0] + (to[1] - point[1]) * line!.across[1]);
      const mm = Math.min(THICKEST_MM, Math.round((2 * off) / screen.pixelsPerMm));
      for (const other of others) if (other.plane === line!.plane) other.controller.setSlab(mm < 1 ? 0 : mm);
      return;
    }
    const [a, b] = [controller.toPatient(...now.from), controller.toPatient(...to)];
    if (!a || !b) return;
    const way: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const along = now.line && viewOf(now.line.plane, crosshair.axes).normal;
    const by = along ? scaled(along, dot(way, along)) : way;
    store.put([now.start[0] + by[0], now.start[1] + by[1], now.start[2] + by[2]]);
  };
  const end = () => {
    drag.current = undefined;
    setHeld(false);
  };
  const reach = Math.min(size[0], size[1]);
  return (
    <svg
      ref={svg}
      className="vo-crosshair"
      data-held={held}
      data-quiet={quiet}
      data-point={crosshair.point?.map((value) => value.toFixed(2)).join(" ")}
      data-at={point?.map((value) => value.toFixed(1)).join(" ")}
      aria-hidden="true"
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={end}
    >
      {lines.map((line) => {
        const slab = others.find((one) => one.plane === line.plane && one.controller.state().slabMm > 0);
        const half = slab && screen ? (slab.controller.state().slabMm / 2) * screen.pixelsPerMm : 0;
        const sides = [-1, 1] as const;
        const far = 2 * (size[0] + size[1]);
        const on = (along: number, off = 0): Spot => [
          line.centre[0] + along * line.way[0] + off * line.across[0],
          line.centre[1] + along * line.way[1] + off * line.across[1],
        ];
        const name = nameAt(line, size);
        return (
          <g key={line.plane} className={`vo-${line.plane}`}>
            {sides.map((side) => (
              <g key={side}>
                <Line from={on(side * GAP)} to={on(side * far)} className="vo-line" />
                <Line
                  from={on(side * GAP)}
                  to={on(side * far)}
                  className="vo-grip"
                  onPointerDown={(event) => begin(event, "line", line)}
                />
                {half > 0 && <Line from={on(-far, side * half)} to={on(far, side * half)} className="vo-slab" />}
                <circle
                  className="vo-turn"
                  cx={on(side * reach * 0.34)[0]}
                  cy={on(side * reach * 0.34)[1]}
                  r={5}
                  onPointerDown={(event) => begin(event, "turn", line)}
                />
                <rect
                  className="vo-thick"
                  x={on(reach * 0.2, side * (half || 5))[0] - 4}
                  y={on(reach * 0.2, side * (half || 5))[1] - 4}
                  width={8}
                  height={8}
                  onPointerDown={(event) => begin(event, "slab", line)}
                />
              </g>
            ))}
            <text x={name[0]} y={name[1]}>
              {NAMES[line.plane]}
            </text>
          </g>
        );
      })}
      {point && lines.length > 0 && (
        <circle
          className="vo-middle"
          cx={point[0]}
          cy={point[1]}
          r={GAP}
          onPointerDown={(event) => begin(event, "point")}
        />
      )}
    </svg>
  );
}

/** Where a line is named: the foot of what stands, the left of what lies; the letters of the sides are elsewhere. */
function nameAt({ centre, way, across }: CutLine, [width, height]: Spot): Spot {
  const stands = Math.abs(way[1]) > Math.abs(way[0]);
  const along = stands
    ? (0.88 * height - centre[1]) / (way[1] || 1)
    : (Math.min(64, 0.2 * width) - centre[0]) / (way[0] || 1);
  const off = 11 * Math.sign(stands ? across[0] : -across[1]);
  const at = (c: 0 | 1, most: number) =>
    Math.min(most - 14, Math.max(14, centre[c] + along * way[c] + off * across[c]));
  return [at(0, width), at(1, height) + 4];
}

function Line({
  from,
  to,
  ...rest
}: {
  from: Spot;
  to: Spot;
  className: string;
  onPointerDown?: (event: PointerEvent) => void;
}) {
  return <line x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} {...rest} />;
}

function spot(event: PointerEvent, svg: SVGSVGElement | null): Spot {
  const { left, top } = svg!.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

/** How large a millimetre is on the screen. */
export function pixelsPerMm(controller: PaneController): number {
  const [a, b] = [controller.toPatient(0, 0), controller.toPatient(100, 0)];
  return a && b ? 100 / (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) || 1) : 1;
}

function scaled(v: Vec3, by: number): Vec3 {
  return [v[0] * by, v[1] * by, v[2] * by];
}

/** The size of an element in CSS pixels, kept as it changes. */
function useSize(element: { readonly current: Element | null }): Spot {
  const [size, setSize] = useState<Spot>([0, 0]);
  useEffect(() => {
    if (!element.current) return;
    const { width, height } = element.current.getBoundingClientRect();
    setSize([width, height]);
    const observer = new ResizeObserver(([entry]) =>
      setSize([entry?.contentRect.width ?? 0, entry?.contentRect.height ?? 0]),
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
