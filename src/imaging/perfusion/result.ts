import type { Vec3 } from "../../core/geometry.ts";
import type { Measurement } from "../../core/measurement.ts";
import type { Millilitres, Millimetres, Percent, Seconds } from "../../core/units.ts";
import type { Volume } from "../../core/volume.ts";
import type { InputFunction } from "./input-function.ts";
import type { Pose } from "./motion.ts";

/** Method name and version printed with every number; a change of any result raises the version. */
export const PERFUSION_METHOD = {
  name: "Willis oSVD perfusion, resolution-corrected",
  version: "1.0.0",
  reference: "Wu 2003, doi:10.1002/mrm.10522; Fieselmann 2011, doi:10.1155/2011/467563",
} as const;

/** What the caller may choose; everything else is automatic. */
export interface PerfusionOptions {
  /** CT (values in HU) or DSC MR (then `echoTime` in s is needed). */
  readonly modality?: "CT" | "DSC";
  readonly echoTime?: Seconds;
  /** Places chosen by a person, LPS mm. */
  readonly arterialPosition?: Vec3;
  readonly venousPosition?: Vec3;
  /** Gaussian sigma in the plane, mm; automatic (by noise) when not given. */
  readonly smoothing?: Millimetres;
  /** Correct flow and Tmax for the resolution of the truncated deconvolution (default true, see resolution.ts). */
  readonly resolution?: boolean;
  /** Correct head motion (default true). */
  readonly motion?: boolean;
  /** UIDs of what was measured, copied into every number. */
  readonly sources?: readonly string[];
  /** A clock in ms, for `steps`; without it they are 0 (this room has no clock of its own). */
  readonly now?: () => number;
  /** `reference` runs the TypeScript kernel instead of WebAssembly. */
  readonly engine?: "simd" | "reference";
}

/** One finding about the data or the result. */
export interface QualityNote {
  readonly code: string;
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
}

/** A volume at one threshold of the strip. */
export interface ThresholdVolume {
  readonly threshold: Seconds | Percent;
  readonly ml: Millilitres;
}

/** Volumes of core, of delayed tissue by Tmax threshold, and of their difference, mL. */
export interface PerfusionVolumes {
  readonly core_rcbf30: Millilitres;
  readonly tmax4: Millilitres;
  readonly tmax6: Millilitres;
  readonly tmax8: Millilitres;
  readonly tmax10: Millilitres;
  readonly mismatch: Millilitres;
}

/** Everything that the analysis found; maps and masks are on the grid of the source series. */
export interface PerfusionResult {
  readonly maps: { readonly [name in "cbf" | "cbv" | "mtt" | "tmax" | "ttp"]: Volume };
  readonly masks: { readonly [name in "core" | "tmax6" | "tissue"]: Volume };
  readonly volumes: PerfusionVolumes;
  /** null when the core is 0 (then it is infinite) or nothing is delayed. */
  readonly mismatchRatio: number | null;
  readonly mismatchRatioReason: string | null;
  readonly hypoperfusionIntensityRatio: number | null;
  readonly thresholds: { readonly tmax: readonly ThresholdVolume[]; readonly rcbf: readonly ThresholdVolume[] };
  readonly reference: { readonly cbf: number; readonly ml: Millilitres; readonly definition: string };
  readonly measurements: readonly Measurement[];
  readonly arterial: InputFunction;
  readonly venous: InputFunction | null;
  /** Area of the venous over the arterial curve, and whether the arterial curve was scaled by it. */
  readonly partialVolume: { readonly factor: number | null; readonly applied: number };
  readonly motion: readonly Pose[];
  readonly droppedFrames: readonly number[];
  readonly baselineFrames: number;
  readonly noise: { readonly frame: number; readonly smoothed: number; readonly sigma: Millimetres };
  readonly quality: readonly QualityNote[];
  readonly method: typeof PERFUSION_METHOD;
  readonly steps: Readonly<Record<string, Seconds>>;
}
