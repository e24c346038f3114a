import type { SeriesView } from "../../../cases/views.ts";
import type { AngioContext } from "./angio-panels.ts";
import { changeRoadmap, makeRoadmap, removeRoadmap, useRoadmap } from "./roadmap-store.ts";
import { SliderRow } from "./slider-row.tsx";

const APART = 3;

/** The vessels of another run over this one, with what makes the two differ. */
export function RoadmapPanel({ series, content, onSubtraction, subtraction }: AngioContext) {
  const { roadmap, words } = useRoadmap();
  const here = content?.series;
  const others = series.filter((one) => one.role === "DSA" && one.seriesUid !== here?.seriesUid);
  if (!here) return null;
  if (others.length === 0)
    return (
      <section className="v-panel" aria-label="Roadmap">
        <p>A roadmap lays the vessels of one run over another. There is no other subtracted run here yet.</p>
      </section>
    );
  return (
    <section className="v-panel" aria-label="Roadmap">
      <label className="v-row v-choose">
        Vessels of
        <select
          value={roadmap?.source.seriesUid ?? ""}
          onChange={({ target }) => {
            const chosen = others.find(({ seriesUid }) => seriesUid === target.value);
            if (chosen && content) void makeRoadmap(chosen, content.instance);
            else removeRoadmap();
          }}
        >
          <option value="">none</option>
          {others.map((one) => (
            <option key={one.seriesUid} value={one.seriesUid}>
              {one.label || one.description}
            </option>
          ))}
        </select>
      </label>
      {words && <p role="status">{words}</p>}
      {roadmap && (
        <>
          <SliderRow
            name="Opacity"
            value={roadmap.opacity}
            {...{ min: 0.05, max: 1, step: 0.05 }}
            words={`${Math.round(100 * roadmap.opacity)} %`}
            onValue={(opacity) => changeRoadmap({ opacity, shown: true })}
          />
          <SliderRow
            name="Size"
            value={roadmap.scale}
            {...{ min: 0.4, max: 2.5, step: 0.01 }}
            words={`${roadmap.scale.toFixed(2)} ×`}
            onValue={(scale) => changeRoadmap({ scale })}
          />
          {(["x", "y"] as const).map((axis) => (
            <SliderRow
              key={axis}
              name={axis === "x" ? "To the right" : "Down"}
              value={roadmap[axis]}
              {...{ min: -200, max: 200, step: 1 }}
              words={`${roadmap[axis]} px`}
              onValue={(value) => changeRoadmap({ [axis]: value })}
            />
          ))}
          <div className="v-motion">
            <button type="button" title="Show or hide (T)" onClick={() => changeRoadmap({ shown: !roadmap.shown })}>
              {roadmap.shown ? "Hide" : "Show"}
            </button>
            {subtraction && (
              <button type="button" onClick={() => onSubtraction({ ...subtraction, raw: !subtraction.raw })}>
                {subtraction.raw ? "Over the subtracted run" : "Over the raw run"}
              </button>
            )}
          </div>
          {differences(here, roadmap.source).map((line) => (
            <p key={line}>
              <strong role="note">{line}</strong>
            </p>
          ))}
          <p>
            Amber: the deepest contrast of {roadmap.source.label || roadmap.source.description} in any frame. It does
            not follow the patient or the table: check it against bone before it is trusted.
          </p>
        </>
      )}
    </section>
  );
}

/** Why a roadmap of one run does not lie true on another: other angles, or angles that are not stated. */
function differences(here: SeriesView, source: SeriesView): readonly string[] {
  const [a, b] = [here.qualifiers.angles, source.qualifiers.angles];
  if (!a || !b) return ["The angles of one of the runs are not stated: whether both look the same way is not known."];
  const [primary, secondary] = [Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
  if (Math.max(primary, secondary) <= APART) return [];
  return [
    `The runs look from different angles (${primary.toFixed(0)}° and ${secondary.toFixed(0)}° apart): the vessels do not lie true.`,
  ];
}
