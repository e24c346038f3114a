import type { Measurement } from "../../core/measurement.ts";
import { PERFUSION_METHOD, type PerfusionVolumes, type ThresholdVolume } from "./result.ts";

/** What numbers are made of: volumes in mL at the named and at the neighbouring thresholds. */
export interface MeasurementInput {
  readonly volumes: PerfusionVolumes;
  readonly tmax: readonly ThresholdVolume[];
  readonly rcbf: readonly ThresholdVolume[];
  readonly mismatchRatio: number | null;
  readonly mismatchRatioReason: string | null;
  readonly intensityRatio: number | null;
  readonly referenceCbf: number;
  readonly sources: readonly string[];
}

/**
 * The numbers of a perfusion study as `Measurement`s (tier C), each with its unit, method and version.
 * Uncertainty is the span of the value when thresholds move: Tmax 5.5 to 6.5 s, CBF 25 to 35 % of normal. A ratio that
 * cannot be computed is null with its reason.
 */
export function perfusionMeasurements(m: MeasurementInput): Measurement[] {
  const at = (list: readonly ThresholdVolume[], threshold: number): number =>
    list.find((x) => x.threshold === threshold)?.ml ?? Number.NaN;
  const [t55, t65] = [at(m.tmax, 5.5), at(m.tmax, 6.5)];
  const [c25, c35] = [at(m.rcbf, 25), at(m.rcbf, 35)];
  const common = { method: PERFUSION_METHOD, sources: m.sources, tier: "C" as const };
  const span = (a: number, b: number, basis: string) => ({ low: Math.min(a, b), high: Math.max(a, b), basis });
  const byTmax = "Tmax threshold 5.5 to 6.5 s";
  const byCbf = "CBF threshold 25 to 35 % of normal";
  const v = m.volumes;
  const volume = (code: string, label: string, value: number): Measurement => ({
    code,
    label,
    value,
    unit: "mL",
    ...common,
  });
  const out: Measurement[] = [
    { ...volume("core_ml", "Core (CBF < 30 % of normal)", v.core_rcbf30), uncertainty: span(c25, c35, byCbf) },
    { ...volume("perfusion.tmax6_ml", "Tmax > 6 s", v.tmax6), uncertainty: span(t65, t55, byTmax) },
    volume("perfusion.tmax4_ml", "Tmax > 4 s", v.tmax4),
    volume("perfusion.tmax8_ml", "Tmax > 8 s", v.tmax8),
    volume("perfusion.tmax10_ml", "Tmax > 10 s", v.tmax10),
    {
      ...volume("mismatch_ml", "Mismatch volume", v.mismatch),
      uncertainty: span(Math.max(0, t65 - c35), t55 - c25, `${byTmax}, ${byCbf}`),
    },
  ];
  const ratio: Measurement = {
    code: "mismatch_ratio",
    label: "Mismatch ratio",
    value: m.mismatchRatio,
    unit: "1",
    ...(m.mismatchRatioReason === null ? {} : { reason: m.mismatchRatioReason }),
    ...common,
  };
  out.push(
    m.mismatchRatio !== null && c25 > 0 && c35 > 0
      ? { ...ratio, uncertainty: span(t65 / c35, t55 / c25, `${byTmax}, ${byCbf}`) }
      : ratio,
  );
  out.push({
    code: "perfusion.hypoperfusion_intensity_ratio",
    label: "Hypoperfusion intensity ratio",
    value: m.intensityRatio,
    unit: "1",
    ...(m.intensityRatio === null ? { reason: "No tissue has Tmax over 6 s." } : {}),
    ...common,
  });
  out.push({
    code: "perfusion.reference_cbf",
    label: "Mean CBF of normal tissue",
    value: m.referenceCbf,
    unit: "mL/100 g/min",
    ...common,
  });
  return out;
}
