import type { RunPhase } from "../../imaging/angiography/bolus-phases.ts";
import type { DensityRun } from "../../imaging/angiography/density-run.ts";
import type { FlowMaps } from "../../imaging/angiography/flow-maps.ts";
import type { InletResponse } from "../../imaging/angiography/inlet-response.ts";
import type { Opacification } from "../../imaging/angiography/opacification.ts";
import type {
  RegionCurve,
  RegionMeasures,
  RelativeMeasures,
  WithError,
} from "../../imaging/angiography/region-curve.ts";
import type { OpacifiedShare } from "../../imaging/angiography/reperfusion.ts";
import type { ComparedMaps, RunReference, RunShift } from "../../imaging/angiography/run-comparison.ts";

/** Pixels of a region by its id. */
export interface RegionPixels {
  readonly id: string;
  readonly pixels: Int32Array;
}

/** The numbers of one region; against its parent artery and its inlet where these are chosen. */
export interface RegionReading {
  readonly id: string;
  readonly curve: RegionCurve;
  readonly measures: RegionMeasures;
  readonly relative: RelativeMeasures | null;
  readonly response: InletResponse | { readonly reason: string } | null;
}

/** To the worker: a run that questions are asked of by its key. */
export interface OpenMessage {
  readonly kind: "open";
  readonly key: string;
  readonly run: DensityRun;
}

export interface MapsQuestion {
  readonly kind: "maps";
  readonly key: string;
  readonly sigmas: number;
}
/** The phases of the run; none when no contrast is seen. */
export interface PhasesQuestion {
  readonly kind: "phases";
  readonly key: string;
}
export interface CurvesQuestion {
  readonly kind: "curves";
  readonly key: string;
  readonly regions: readonly RegionPixels[];
  readonly parent: string | undefined;
  readonly inlet: string | undefined;
}
export interface ShuntQuestion {
  readonly kind: "shunt";
  readonly key: string;
  readonly feeder: Int32Array;
  readonly drainer: Int32Array;
}
export interface ShareQuestion {
  readonly kind: "share";
  readonly key: string;
  readonly territory: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Count what fills after the rest of the brain is fullest, too. */
  readonly late: boolean;
}
export interface ShiftQuestion {
  readonly kind: "shift";
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly rows: number;
  readonly columns: number;
}
export interface CompareQuestion {
  readonly kind: "compare";
  readonly key: string;
  readonly other: string;
  readonly sigmas: number;
  readonly shift: { readonly x: number; readonly y: number };
  readonly references: readonly [RunReference, RunReference];
}
/** One frame as grey, 0 the most contrast, moved by the shift. */
export interface PictureQuestion {
  readonly kind: "picture";
  readonly key: string;
  readonly frame: number;
  readonly shift: { readonly x: number; readonly y: number };
  readonly full: number;
}

/** What each question is answered with. */
export interface FlowAnswers {
  readonly maps: { readonly maps: FlowMaps; readonly whole: Opacification };
  readonly phases: readonly RunPhase[];
  readonly curves: readonly RegionReading[];
  readonly shunt: WithError<"arrival" | "peaks">;
  readonly share: OpacifiedShare;
  readonly shift: RunShift;
  readonly compare: ComparedMaps;
  readonly picture: Uint8Array;
}

export type FlowQuestion =
  | MapsQuestion
  | PhasesQuestion
  | CurvesQuestion
  | ShuntQuestion
  | ShareQuestion
  | ShiftQuestion
  | CompareQuestion
  | PictureQuestion;

export type FlowMessage = OpenMessage | FlowQuestion;
