import { type PointerEvent, useEffect, useRef, useState } from "react";
import type { CurveView } from "../../../cases/views.ts";
import type { Vec3 } from "../../../core/index.ts";
import { fitCanvas } from "../pane/fit-canvas.ts";
import { pixelToPatient } from "../pane/geometry.ts";
import type { MapLayer } from "../pane/pane-content.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import type { PaneState } from "../pane/pane-state.ts";
import { frameOf } from "../pane/series-images.ts";
import { drawMap, mapSlice, sliceAt } from "./map-drawing.ts";

export type MoveInput = (input: "aif" | "vof", positionMm: readonly [number, number, number]) => void;

interface Props {
  readonly layer: MapLayer;
  readonly controller: PaneController;
  readonly state: PaneState;
  readonly opacity: number;
  readonly onMove: MoveInput | undefined;
}

/** The colour map, its contour and the places of the input functions, over the image and moving with it. */
export function MapLayerView({ layer, controller, state, opacity, onMove }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [missing, setMissing] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every picture drawn below it is drawn anew.
  useEffect(() => {
    let stale = false;
    const point = middle(controller);
    const index = point ? sliceAt(layer, point) : null;
    setMissing(state.status === "rendered" && index === null);
    const clear = () => fitCanvas(canvas.current)?.clearRect(0, 0, 1e5, 1e5);
    if (index === null) {
      clear();
      return;
    }
    mapSlice(layer, index).then(
      (slice) => {
        const context = stale ? undefined : fitCanvas(canvas.current);
        if (!context) return;
        context.clearRect(0, 0, 1e5, 1e5);
        drawMap(context, slice, layer, controller.toCanvas, opacity);
        canvas.current?.setAttribute("data-drawn", String(index));
      },
      () => {
        if (!stale) setMissing(true);
      },
    );
    return () => {
      stale = true;
    };
  }, [layer, controller, opacity, state.status, state.drawn]);
  const result = layer.analysis?.result;
  return (
    <>
      <canvas ref={canvas} className="v-map" />
      {missing && <p className="v-map-missing">no map at this level</p>}
      {result && <Marker curve={result.aif} input="aif" controller={controller} state={state} onMove={onMove} />}
      {result?.vof && <Marker curve={result.vof} input="vof" controller={controller} state={state} onMove={onMove} />}
    </>
  );
}

/** Patient position of the middle of the shown slice. */
function middle(controller: PaneController): Vec3 | null {
  const imageId = controller.currentImageId();
  const plane = imageId ? frameOf(imageId)?.plane : undefined;
  return plane ? pixelToPatient(plane, plane.columns / 2, plane.rows / 2) : (controller.position()?.point ?? null);
}

interface MarkerProps {
  readonly curve: CurveView;
  readonly input: "aif" | "vof";
  readonly controller: PaneController;
  readonly state: PaneState;
  readonly onMove: MoveInput | undefined;
}

/** Where an input function was taken; drag it to take it elsewhere. Shown on the slices next to it. */
function Marker({ curve, input, controller, state, onMove }: MarkerProps) {
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  if (state.status !== "rendered") return null;
  const here = middle(controller);
  const imageId = controller.currentImageId();
  const plane = imageId ? frameOf(imageId)?.plane : undefined;
  if (!here || !plane) return null;
  const away = [0, 1, 2].reduce((sum, k) => sum + (curve.positionMm[k]! - here[k]!) * plane.normal[k]!, 0);
  if (Math.abs(away) > 6) return null;
  const at = drag ?? controller.toCanvas(curve.positionMm);
  if (!at) return null;
  const label = input.toUpperCase();
  const move = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = controller.element.getBoundingClientRect();
    setDrag([event.clientX - box.left, event.clientY - box.top]);
  };
  const drop = () => {
    const point = drag && controller.toPatient(drag[0], drag[1]);
    setDrag(null);
    if (point) onMove?.(input, [point[0], point[1], point[2]]);
  };
  return (
    <button
      type="button"
      className="v-marker"
      data-input={input}
      style={{ left: at[0], top: at[1] }}
      disabled={!onMove}
      aria-label={`${label}, ${curve.chosenBy === "person" ? "placed by hand" : "chosen by the method"}; drag to move`}
      title={onMove ? `${label}: drag to take it elsewhere` : label}
      onPointerDown={(event) => {
        event.stopPropagation();
        if (onMove) event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={drop}
    >
      <span aria-hidden="true">{label}</span>
    </button>
  );
}
