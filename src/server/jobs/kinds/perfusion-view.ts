import type { CurveView, PerfusionView } from "../../../cases/views.ts";
import type { SeriesProblem } from "../../../dicom/stack.ts";
import type { InputFunction } from "../../../imaging/perfusion/input-function.ts";
import type { PerfusionResult } from "../../../imaging/perfusion/result.ts";

/** A result as the API shows it and the `analysis` row keeps it; `maps` names the stored series. */
export function perfusionView(
  result: PerfusionResult,
  problems: readonly SeriesProblem[],
  maps: Readonly<Record<string, string>>,
): PerfusionView {
  const degrees = (turn: readonly number[]): number => (Math.hypot(...turn) * 180) / Math.PI;
  return {
    measurements: result.measurements,
    aif: curve(result.arterial),
    vof: result.venous && curve(result.venous),
    quality: [
      ...problems.map(({ code, message }) => ({ code, severity: "warning" as const, message })),
      ...result.quality,
    ],
    thresholds: [
      ...result.thresholds.tmax.map(({ threshold, ml }) => ({ map: "tmax" as const, threshold, ml })),
      ...result.thresholds.rcbf.map(({ threshold, ml }) => ({ map: "rcbf" as const, threshold, ml })),
    ],
    maps,
    motion: {
      maxMm: Math.max(0, ...result.motion.map((m) => Math.hypot(...m.shift))),
      maxDeg: Math.max(0, ...result.motion.map((m) => degrees(m.turn))),
    },
    method: { name: result.method.name, version: result.method.version },
  };
}

function curve(input: InputFunction): CurveView {
  const round = (x: number): number => Math.round(x * 100) / 100;
  const [x, y, z] = input.position;
  return {
    timesS: input.times.map(round),
    valuesHu: Array.from(input.values, round),
    positionMm: [round(x), round(y), round(z)],
    chosenBy: input.chosen === "by hand" ? "person" : "method",
  };
}
