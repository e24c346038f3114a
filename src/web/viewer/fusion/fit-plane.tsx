import { type MouseEvent, type PointerEvent, useEffect, useRef, type WheelEvent } from "react";
import { dot, sub, type Vec3 } from "../../../core/geometry.ts";
import type { Rigid } from "../../../imaging/registration/rigid.ts";
import { drawFit, type FitScene, PLANES, type PlaneName, planeOf } from "./fit-picture.ts";

const FINE = 320;
/** While something is dragged: a quarter of the pixels. */
const QUICK = 160;

interface Props {
  readonly name: PlaneName;
  readonly scene: FitScene;
  readonly matrix: Rigid;
  /** Where the three planes meet, LPS mm in the fixed series. */
  readonly at: Vec3;
  /** Width of the picture, mm. */
  readonly widthMm: number;
  readonly quick: boolean;
  readonly active: boolean;
  readonly onActive: () => void;
  readonly onAt: (at: Vec3) => void;
  /** The moving series is dragged: mm in the plane, or degrees about its normal. */
  readonly onDrag: (shift: Vec3, turnDeg: Vec3, isFirst: boolean) => void;
  readonly onDragEnd: () => void;
  /** Places are sought: a click moves the crossing there, nothing is dragged, and these marks are shown. */
  readonly marks?: readonly { readonly name: string; readonly at: Vec3 }[] | undefined;
}

/** A mark is shown on planes that pass it so near, mm. */
const NEAR_MM = 3;

/**
 * One plane of a fit. Drag moves the moving series, Shift-drag turns it, the wheel goes through the planes; while places
 * are sought a click moves the crossing of the planes.
 */
export function FitPlane(props: Props) {
  const { name, scene, matrix, at, widthMm, quick, active, marks } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ x: number; y: number; first: boolean } | undefined>(undefined);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const size = quick ? QUICK : FINE;
    canvas.current.width = canvas.current.height = size;
    const image = context.createImageData(size, size);
    drawFit(scene, matrix, planeOf(name, at, size, widthMm), image);
    context.putImageData(image, 0, 0);
  }, [name, scene, matrix, at, widthMm, quick]);
  const { right, down, normal, letters } = PLANES[name];
  const mmPerPixel = (): number => widthMm / (canvas.current?.clientWidth || FINE);
  const along = (v: Vec3, amount: number): Vec3 => [v[0] * amount, v[1] * amount, v[2] * amount];
  const onMove = (event: PointerEvent): void => {
    const from = drag.current;
    const box = canvas.current?.getBoundingClientRect();
    if (!from || !box) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (dx === 0 && dy === 0) return;
    if (event.shiftKey) {
      const angle = (x: number, y: number): number =>
        Math.atan2(y - (box.top + box.height / 2), x - (box.left + box.width / 2));
      const turn = ((angle(event.clientX, event.clientY) - angle(from.x, from.y)) * 180) / Math.PI;
      // a turn that is clockwise on the screen is positive about (right x down)
      const axis: Vec3 = [
        right[1] * down[2] - right[2] * down[1],
        right[2] * down[0] - right[0] * down[2],
        right[0] * down[1] - right[1] * down[0],
      ];
      props.onDrag([0, 0, 0], along(axis, Math.abs(turn) > 180 ? 0 : turn), from.first);
    } else {
      const k = mmPerPixel();
      const [a, b] = [along(right, dx * k), along(down, dy * k)];
      props.onDrag([a[0] + b[0], a[1] + b[1], a[2] + b[2]], [0, 0, 0], from.first);
    }
    drag.current = { x: event.clientX, y: event.clientY, first: false };
  };
  const onClick = (event: MouseEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const k = mmPerPixel();
    const [a, b] = [
      along(right, (event.clientX - box.left - box.width / 2) * k),
      along(down, (event.clientY - box.top - box.height / 2) * k),
    ];
    props.onAt([at[0] + a[0] + b[0], at[1] + a[1] + b[1], at[2] + a[2] + b[2]]);
  };
  const end = (): void => {
    if (drag.current && !drag.current.first) props.onDragEnd();
    drag.current = undefined;
  };
  const onWheel = (event: WheelEvent): void => {
    const step = along(normal, event.deltaY > 0 ? -2 : 2);
    props.onAt([at[0] + step[0], at[1] + step[1], at[2] + step[2]]);
  };
  return (
    <figure className="v-fit-plane" data-active={active}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`${name} plane of both series`}
        data-plane={name}
        onFocus={props.onActive}
        onPointerDown={(event) => {
          props.onActive();
          if (marks) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY, first: true };
        }}
        onPointerMove={onMove}
        onPointerUp={end}
        onPointerCancel={end}
        onWheel={onWheel}
        onClick={marks && onClick}
      />
      {marks && (
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <path className="v-fit-cross" d="M50 44v-40M50 56v40M44 50h-40M56 50h40" />
          {marks.map((mark) => {
            const off = sub(mark.at, at);
            if (Math.abs(dot(off, normal)) > NEAR_MM) return null;
            const [x, y] = [dot(off, right), dot(off, down)].map((mm) => 50 + (100 * mm) / widthMm) as [number, number];
            return (
              <g key={mark.name} data-mark={mark.name}>
                <circle cx={x} cy={y} r={1.4} />
                <text x={x + 2} y={y - 1.6}>
                  {mark.name}
                </text>
              </g>
            );
          })}
        </svg>
      )}
      <i data-side="left">{letters[0]}</i>
      <i data-side="right">{letters[1]}</i>
      <i data-side="top">{letters[2]}</i>
      <i data-side="bottom">{letters[3]}</i>
      <figcaption>
        {name} · {placeWords(name, at)}
      </figcaption>
    </figure>
  );
}

function placeWords(name: PlaneName, at: Vec3): string {
  const [x, y, z] = at;
  const words = (value: number, plus: string, minus: string): string =>
    `${Math.abs(value).toFixed(0)} mm ${value >= 0 ? plus : minus}`;
  if (name === "axial") return words(z, "up", "down");
  return name === "coronal" ? words(y, "back", "front") : words(x, "left", "right");
}
