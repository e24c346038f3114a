import { useSyncExternalStore } from "react";
import type { PaneState } from "../../pane/pane-state.ts";
import { curveOf, curvesVersion, isPlacing, setCurve, setPlacing, subscribeCurves } from "../curve/curve-store.ts";
import { StraightenedView } from "../curve/straightened-view.tsx";
import { gridOf } from "../volume-source.ts";

interface Props {
  readonly frameOfReference: string;
  readonly imageIds: readonly string[];
  readonly state: PaneState;
}

const ANY_WINDOW = { width: 600, level: 170 };

/** A line along a vessel, by points on the pictures, and the series pulled straight along it. */
export function CurvePart({ frameOfReference, imageIds, state }: Props) {
  useSyncExternalStore(subscribeCurves, curvesVersion);
  const curve = curveOf(frameOfReference);
  const { points, by } = curve;
  const grid = gridOf(imageIds);
  if (grid.state === "refused") return null;
  return (
    <section>
      <h3>Along a vessel</h3>
      <div className="vo-row">
        <button type="button" aria-pressed={isPlacing()} onClick={() => setPlacing(!isPlacing())}>
          Place points
        </button>
        <button
          type="button"
          disabled={points.length === 0}
          onClick={() => setCurve(frameOfReference, points.slice(0, -1))}
        >
          Take back
        </button>
        <button type="button" disabled={points.length === 0} onClick={() => setCurve(frameOfReference, [])}>
          Clear
        </button>
      </div>
      <p className="vo-dim">
        {points.length === 0
          ? "Click along the vessel on any picture of it; scroll between clicks."
          : `${points.length} ${points.length === 1 ? "point" : "points"}, ${by === "reader" ? "placed by hand" : "found by a program"}`}
      </p>
      {points.length > 1 && (
        <StraightenedView {...{ curve, frameOfReference, imageIds }} window={state.window ?? ANY_WINDOW} />
      )}
    </section>
  );
}
