import type { Static, TObject, TSchema } from "typebox";
import type { AnalysisKindName, AnalysisResults } from "../../../cases/analysis-view.ts";
import type { Progress } from "../../../core/progress.ts";
import type { SeriesRole } from "../../../dicom/series-role.ts";

/** A series whose objects are needed: the one that is analysed is in the path, others are named by the parameters. */
export interface NamedSeries {
  readonly study: string;
  readonly series: string;
}

/** One kind of computation on stored series: its own file in this folder, and a line in `KINDS`. */
export interface JobKind<Kind extends AnalysisKindName = AnalysisKindName, Params extends TSchema = TSchema> {
  readonly kind: Kind;
  /** What asking for it does, for the description of the API. */
  readonly summary: string;
  readonly params: Params;
  /** Roles of series that it can be asked for; any other is refused before it is queued. Left out: any, the run will tell. */
  readonly roles?: readonly SeriesRole[];
  /** Series that it needs beside the one that is analysed. The asking person must see them, too. */
  readonly others?: (params: Static<Params>) => readonly NamedSeries[];
  /** When it is ended: after minutes; when its objects are larger in all; heap of its thread (pixels lie outside it). */
  readonly limits: { readonly minutes: number; readonly inputMb: number; readonly heapMb: number };
  /** Runs in a thread of its own and may block it. Throws `cannot-compute` with what the series lacks. */
  run(task: JobTask<Static<Params>>, told: Progress): Promise<JobOutcome<Kind>>;
}

/** What a run is given. The same run (asked again after a stop) gets the same `run` and `ms`: UIDs are made of them. */
export interface JobTask<Params = unknown> {
  readonly run: string;
  readonly ms: number;
  readonly params: Params;
  /** The files of the analysed series, then those of each of `others`. */
  readonly series: readonly (readonly Uint8Array[])[];
}

/** The result as it is kept and shown, and the objects to be stored in the study. */
export interface JobOutcome<Kind extends AnalysisKindName = AnalysisKindName> {
  readonly result: AnalysisResults[Kind];
  readonly objects: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

/** Infers the parameters of a kind from its schema. */
export function jobKind<Kind extends AnalysisKindName, Params extends TObject>(
  kind: JobKind<Kind, Params>,
): JobKind<Kind, Params> {
  return kind;
}
