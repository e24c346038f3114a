import { useEffect, useSyncExternalStore } from "react";
import { dot, sub, type Vec3 } from "../../../../core/geometry.ts";
import { curveFrames } from "../../../../imaging/volume/curve.ts";
import type { PaneController } from "../../pane/pane-controller.ts";
import type { PaneState } from "../../pane/pane-state.ts";
import { curveOf, curvesVersion, isPlacing, setCurve, subscribeCurves } from "./curve-store.ts";

interface Props {
  readonly frameOfReference: string;
  readonly controller: PaneController;
  /** Drawn anew with every picture. */
  readonly state: PaneState;
}

/** Parts of the line farther from the section than this are drawn faintly. */
const NEAR_MM = 4;
/** A press that moves no farther than this is a click. */
const CLICK_PIXELS = 4;

/** The line along a vessel over a picture; while points are placed every click adds one. */
export function CurveLine({ frameOfReference, controller, state }: Props) {
  useSyncExternalStore(subscribeCurves, curvesVersion);
  usePlacing(frameOfReference, controller);
  const { points } = curveOf(frameOfReference);
  const here = controller.position();
  if (points.length === 0 || !here) return null;
  const near = NEAR_MM + state.slabMm / 2;
  const isNear = (point: Vec3) => Math.abs(dot(sub(point, here.point), here.normal)) <= near;
  const path = points.length > 1 ? curveFrames(points, 1.5, [1, 0, 0]).map(({ point }) => point) : [];
  return (
    <svg className="vo-curve" aria-hidden="true" data-points={points.length}>
      {path.slice(1).map((to, n) => {
        const from = path[n]!;
        const [a, b] = [controller.toCanvas(from), controller.toCanvas(to)];
        if (!a || !b) return null;
        return <line key={n} x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} data-near={isNear(from)} />;
      })}
      {points.length < 60 &&
        points.map((point, n) => {
          const at = controller.toCanvas(point);
          return at ? <circle key={n} cx={at[0]} cy={at[1]} r={3} data-near={isNear(point)} /> : null;
        })}
    </svg>
  );
}

function usePlacing(frameOfReference: string, controller: PaneController): void {
  useEffect(() => {
    const { element } = controller;
    let from: readonly [number, number] | undefined;
    const down = (event: globalThis.PointerEvent) => {
      from = isPlacing() && event.button === 0 ? [event.clientX, event.clientY] : undefined;
      if (from) event.stopPropagation();
    };
    const up = (event: globalThis.PointerEvent) => {
      if (!from || Math.hypot(event.clientX - from[0], event.clientY - from[1]) > CLICK_PIXELS) return;
      from = undefined;
      const { left, top } = element.getBoundingClientRect();
      const point = controller.toPatient(event.clientX - left, event.clientY - top);
      if (point) setCurve(frameOfReference, [...curveOf(frameOfReference).points, [...point] as unknown as Vec3]);
    };
    element.addEventListener("pointerdown", down, { capture: true });
    element.addEventListener("pointerup", up, { capture: true });
    return () => {
      element.removeEventListener("pointerdown", down, { capture: true });
      element.removeEventListener("pointerup", up, { capture: true });
    };
  }, [frameOfReference, controller]);
}
