import { densityCurves, type RunPhase, runPhases } from "../../imaging/angiography/bolus-phases.ts";
import { type DensityRun, densityNoise } from "../../imaging/angiography/density-run.ts";
import { type FlowMaps, flowMaps } from "../../imaging/angiography/flow-maps.ts";
import { inletResponse } from "../../imaging/angiography/inlet-response.ts";
import { shuntTime } from "../../imaging/angiography/lesion-flow.ts";
import { opacification } from "../../imaging/angiography/opacification.ts";
import { measureRegion, regionCurve, relativeTo } from "../../imaging/angiography/region-curve.ts";
import { opacifiedShare } from "../../imaging/angiography/reperfusion.ts";
import { compareMaps, movedMap, runShift } from "../../imaging/angiography/run-comparison.ts";
import { answerQuestions } from "./answer-questions.ts";
import type { CurvesQuestion, FlowAnswers, FlowMessage, PictureQuestion } from "./flow-messages.ts";

interface Kept {
  readonly run: DensityRun;
  noise: Float32Array | undefined;
  maps: FlowMaps | undefined;
}

/** Two runs that are compared, and one more. */
const KEPT = 3;
const runs = new Map<string, Kept>();

answerQuestions((message: FlowMessage, told) => answerTo(message, (fraction) => told(message.kind, fraction)));

function kept(key: string): Kept {
  const found = runs.get(key);
  if (!found) throw new Error("This run was let go of to save memory. Open it again.");
  // the one that is asked is the last to be let go of
  runs.delete(key);
  runs.set(key, found);
  return found;
}

function mapsOf(one: Kept, sigmas: number, told: (fraction: number) => void): FlowMaps {
  if (one.maps?.sigmas !== sigmas) {
    const made = flowMaps(one.run, { sigmas }, (fraction) => {
      told(fraction);
      return true;
    });
    if (!made) throw new Error("The maps were stopped.");
    one.maps = made;
  }
  return one.maps;
}

function answerTo(question: FlowMessage, told: (fraction: number) => void): FlowAnswers[keyof FlowAnswers] | undefined {
  switch (question.kind) {
    case "open":
      runs.delete(question.key);
      runs.set(question.key, { run: question.run, noise: undefined, maps: undefined });
      for (const key of runs.keys()) if (runs.size > KEPT) runs.delete(key);
      return;
    case "maps": {
      const one = kept(question.key);
      return { maps: mapsOf(one, question.sigmas, told), whole: opacification(one.run) };
    }
    case "phases":
      return phases(kept(question.key).run);
    case "curves":
      return readings(question);
    case "shunt": {
      const { run, noise } = withNoise(question.key);
      return shuntTime(regionCurve(run, question.feeder, noise), regionCurve(run, question.drainer, noise));
    }
    case "share":
      return opacifiedShare(kept(question.key).run, question.territory, question.from, question.to, question);
    case "shift":
      return runShift(question.first, question.second, question.rows, question.columns);
    case "compare": {
      const first = mapsOf(kept(question.key), question.sigmas, (f) => told(f / 2));
      const second = mapsOf(kept(question.other), question.sigmas, (f) => told(0.5 + f / 2));
      if (first.rows !== second.rows || first.columns !== second.columns)
        throw new Error(
          `The runs are ${first.rows} × ${first.columns} and ${second.rows} × ${second.columns} pixels: they cannot be laid on each other.`,
        );
      return compareMaps(first, second, question.shift, question.references);
    }
    case "picture":
      return picture(question);
  }
}

const BLOCK = 16;

function phases(run: DensityRun): readonly RunPhase[] {
  const { rows, columns, densities } = run;
  const [down, across] = [Math.floor(rows / BLOCK), Math.floor(columns / BLOCK)];
  const blocks = densities.map((frame) => {
    const means = new Float32Array(down * across);
    for (let r = 0; r < down * BLOCK; r++)
      for (let c = 0; c < across * BLOCK; c++)
        means[Math.floor(r / BLOCK) * across + Math.floor(c / BLOCK)]! -= frame[r * columns + c]! / BLOCK ** 2;
    return means;
  });
  const curves = densityCurves(blocks, run.calm);
  return curves ? runPhases(curves, run.times) : [];
}

function withNoise(key: string): { readonly run: DensityRun; readonly noise: Float32Array } {
  const one = kept(key);
  one.noise ??= densityNoise(one.run);
  return { run: one.run, noise: one.noise };
}

function readings({ key, regions, parent, inlet }: CurvesQuestion): FlowAnswers["curves"] {
  const { run, noise } = withNoise(key);
  const curves = new Map(regions.map(({ id, pixels }) => [id, regionCurve(run, pixels, noise)]));
  const [artery, entry] = [curves.get(parent ?? ""), curves.get(inlet ?? "")];
  return regions.map(({ id }) => {
    const curve = curves.get(id)!;
    return {
      id,
      curve,
      measures: measureRegion(curve),
      relative: artery ? relativeTo(artery, curve) : null,
      response: entry && id !== inlet ? inletResponse(entry, curve) : null,
    };
  });
}

function picture({ key, frame, shift, full }: PictureQuestion): Uint8Array {
  const { run } = kept(key);
  const values = run.densities[Math.max(0, Math.min(run.densities.length - 1, frame))]!;
  const moved = shift.x === 0 && shift.y === 0 ? values : movedMap(values, run.rows, run.columns, shift);
  // as the room shows runs: no contrast three quarters up, the most contrast black
  return Uint8Array.from(moved, (v) => (Number.isNaN(v) ? 0 : Math.max(0, Math.min(255, 191 - (255 * v) / full))));
}
