import type { Limitation, Measurement, Vec3 } from "../core/index.ts";

/** Computations on pixels: the kinds there are, with the shape that each answers with. */
export interface AnalysisResults {
  readonly perfusion: PerfusionView;
  readonly dsa: MeasuredView;
  readonly vessel: MeasuredView;
  readonly aneurysm: MeasuredView;
  readonly register: RegistrationView;
}

export type AnalysisKindName = keyof AnalysisResults;

/** One run of a computation on pixels: where it is, or its result. */
export type AnalysisView = { readonly [Kind in AnalysisKindName]: AnalysisOf<Kind> }[AnalysisKindName];

/** A run of one kind. */
export interface AnalysisOf<Kind extends AnalysisKindName> {
  readonly id: string;
  readonly kind: Kind;
  readonly seriesUid: string;
  readonly studyUid: string;
  /** What was asked for, as the schema of the kind says. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly step: string;
  readonly progress: number;
  readonly error: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly result: AnalysisResults[Kind] | null;
  /** What people said of its result, the newest; null: nobody said anything. */
  readonly review: ReviewView | null;
}

/** What a person said of a result: kept with who and when, never overwritten. */
export interface ReviewView {
  readonly accepted: boolean;
  /** For a registration that was corrected by hand: the corrected matrix instead of the computed one; else null. */
  readonly matrix: readonly number[] | null;
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string };
}

/** What every kind of result says; a kind may say more. */
export interface MeasuredView {
  readonly measurements: readonly Measurement[];
  readonly limitations: readonly Limitation[];
  /** Series UIDs of the DICOM objects that were stored, by what they are ("ttp", "registration"). */
  readonly objects: Readonly<Record<string, string>>;
  readonly method: { readonly name: string; readonly version: string; readonly reference: string };
}

/** An arterial or venous curve: enhancement over time, and where it was read. */
export interface CurveView {
  readonly timesS: readonly number[];
  readonly valuesHu: readonly number[];
  /** LPS mm. */
  readonly positionMm: readonly [number, number, number];
  readonly chosenBy: "method" | "person";
}

/** What a perfusion run found. */
export interface PerfusionView {
  readonly measurements: readonly Measurement[];
  readonly aif: CurveView;
  /** Null: no vein was found; nothing was scaled by it. */
  readonly vof: CurveView | null;
  readonly quality: readonly {
    readonly code: string;
    readonly severity: "info" | "warning" | "error";
    readonly message: string;
  }[];
  /** Volume over threshold, for the strip: `map` "tmax" in s or "rcbf" in %. */
  readonly thresholds: readonly { readonly map: "tmax" | "rcbf"; readonly threshold: number; readonly ml: number }[];
  /** Series UIDs of the stored Parametric Maps by map name (cbf cbv mtt tmax). */
  readonly maps: Readonly<Record<string, string>>;
  readonly motion: { readonly maxMm: number; readonly maxDeg: number };
  readonly method: { readonly name: string; readonly version: string };
}

/** How two series of one patient lie to each other. The run is of the fixed series. */
export interface RegistrationView extends MeasuredView {
  readonly movingSeriesUid: string;
  readonly movingStudyUid: string;
  /** Row-major 4x4: takes a point of the moving series (LPS mm) to its place in the fixed series (LPS mm). */
  readonly matrix: readonly number[];
  /** Centre that turns are about and given for, in the fixed series, LPS mm. */
  readonly centre: Vec3;
  readonly shiftMm: Vec3;
  readonly turnDeg: Vec3;
  /** Normalised mutual information (1 unrelated .. 2 the same) as the series lie by their headers, and after. */
  readonly nmi: { readonly before: number; readonly after: number };
  /** Disagreement of the registration there with the one computed back, over the common volume, mm. */
  readonly inverseMm: { readonly mean: number; readonly max: number };
  /** Share of the smaller volume that lies in the other, 0..1. */
  readonly overlap: number;
}

/** The runs of one kind among runs of many kinds, in the order in which they come. */
export function runsOf<Kind extends AnalysisKindName>(
  analyses: readonly AnalysisView[],
  kind: Kind,
): readonly AnalysisOf<Kind>[] {
  return analyses.filter((run) => run.kind === kind) as unknown as readonly AnalysisOf<Kind>[];
}
