import { useEffect, useState, useSyncExternalStore } from "react";
import { dot, sub, type Vec3 } from "../../../core/geometry.ts";
import type { NeckAnswer } from "../../workers/aneurysm-messages.ts";
import type { Depth } from "../../workers/vessel-messages.ts";
import type { PaneController } from "../pane/pane-controller.ts";
import { OverPane } from "../vessel/over-pane.tsx";
import { NeckHandles } from "./neck-handles.tsx";
import { sliceOf } from "./neck-plane.ts";
import type { AneurysmWork } from "./use-aneurysm.ts";

interface Props {
  readonly controller: PaneController;
  readonly neck: NeckAnswer | undefined;
  readonly setNeck: AneurysmWork["setNeck"];
  /** A place that was clicked while one is asked for; on a thick section with its depth. */
  readonly onPick: ((point: Vec3, depth: Depth | undefined) => void) | undefined;
}

/** Dome and neck on a pane: the outline of the dome where the section cuts it, and the neck's line with its handles. */
export function NeckOver({ controller, neck, setNeck, onPick }: Props) {
  const state = useSyncExternalStore(controller.subscribe, controller.state);
  // What is drawn over a pane follows its picture, its size, and its zoom, which changes without a new slice.
  const [, setTurn] = useState(0);
  useEffect(() => {
    const { element } = controller;
    const again = () => setTurn((n) => n + 1);
    element.addEventListener("CORNERSTONE_CAMERA_MODIFIED", again);
    return () => element.removeEventListener("CORNERSTONE_CAMERA_MODIFIED", again);
  }, [controller]);
  const place = controller.position();
  const halfMm = (state.slabMm ?? 0) / 2;
  const toScreen = (point: Vec3): readonly [number, number] | undefined => {
    const at = controller.toCanvas(point);
    return at ? [at[0], at[1]] : undefined;
  };
  const centre = neck?.centre;
  const away = place && centre ? dot(sub(centre, place.point), place.normal) : Number.POSITIVE_INFINITY;
  const near = Math.abs(away) <= halfMm + 0.6 * (neck?.values?.neckMost ?? 0) + 0.5;
  // The outline is cut through the middle of the dome's part in the section.
  const level = Math.max(-halfMm, Math.min(halfMm, Number.isFinite(away) ? away : 0));
  const outline =
    place && neck && neck.triangles.length > 0
      ? sliceOf(neck.positions, neck.triangles, {
          point: place.point.map((x, n) => x + level * place.normal[n]!) as unknown as Vec3,
          normal: place.normal,
        })
      : [];
  const path = outline
    .map(([a, b]) => [toScreen(a), toScreen(b)])
    .map(([a, b]) => (a && b ? `M${a[0].toFixed(1)} ${a[1].toFixed(1)}L${b[0].toFixed(1)} ${b[1].toFixed(1)}` : ""))
    .join("");
  return (
    <OverPane
      controller={controller}
      label="Aneurysm"
      onPick={
        onPick
          ? (x, y) => {
              const point = controller.toPatient(x, y);
              const normal = place?.normal;
              if (point)
                onPick(
                  [point[0], point[1], point[2]],
                  normal && halfMm > 0 ? { normal: [...normal], halfMm } : undefined,
                );
            }
          : undefined
      }
    >
      {path && <path className="n-dome" d={path} data-dome="shown" />}
      {near && place && neck && centre && neck.values && (
        <NeckHandles
          plane={neck.plane}
          centre={centre}
          neckMm={neck.values.neckMost}
          sight={place.normal}
          toScreen={toScreen}
          onNeck={setNeck}
        />
      )}
    </OverPane>
  );
}
