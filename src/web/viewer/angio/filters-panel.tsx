import { noiseLeft, recursiveWeights } from "../../../imaging/angiography/filters.ts";
import type { AngioContext } from "./angio-panels.ts";
import { SliderRow } from "./slider-row.tsx";

/** Filters for the eye: edges, noise over time, inversion. Nothing is measured on what they show. */
export function FiltersPanel({ subtraction, onSubtraction, handle, state, frame }: AngioContext) {
  if (!subtraction) return null;
  const { edges = 0, smoothing = 0 } = subtraction;
  const weights = recursiveWeights(smoothing, Math.max(frame, 20));
  return (
    <section className="v-panel" aria-label="Filters">
      <SliderRow
        name="Edges"
        value={edges}
        {...{ min: 0, max: 2, step: 0.1 }}
        words={edges > 0 ? `+${Math.round(100 * edges)} %` : "none"}
        onValue={(value) => onSubtraction({ ...subtraction, edges: value, raw: false })}
      />
      <SliderRow
        name="Noise, in time"
        value={smoothing}
        {...{ min: 0, max: 0.9, step: 0.1 }}
        words={smoothing > 0 ? `× ${noiseLeft(weights).toFixed(2)}` : "none"}
        onValue={(value) => onSubtraction({ ...subtraction, smoothing: value, raw: false })}
      />
      <div className="v-motion">
        <span>Grey scale</span>
        <output>{state?.inverted ? "vessels bright" : "vessels dark"}</output>
        <button type="button" title="Invert (I)" onClick={() => handle?.controller.invert()}>
          Invert
        </button>
      </div>
      <p>
        {smoothing > 0
          ? `Each picture is mixed with those before it (${weights.length} frames): contrast lags behind by about ${(smoothing / (1 - smoothing)).toFixed(1)} frames. `
          : ""}
        Filters change what is seen, not what is measured: curves, maps and diameters are read from the unfiltered run.
      </p>
    </section>
  );
}
