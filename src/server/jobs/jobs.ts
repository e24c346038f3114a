import type { AnalysisKindName } from "../../cases/analysis-view.ts";
import type { ImpactQuestion } from "./impact-rows.ts";

/** The queue of long work. Progress and results live in the `analysis` table; changes go out on the live channel. */
export interface Jobs {
  /** Queues an analysis of a series and returns its id; a second ask for the same parameters gets the same run. */
  ask(question: AnalysisQuestion): Promise<string>;
  cancel(analysisId: string): Promise<void>;
  /** Queues a count of whom a change of packs judges otherwise and returns its id; the row says how far it is. */
  askImpact(asked: ImpactQuestion, by: { readonly id: string; readonly organisationId: string }): Promise<string>;
  stop(): Promise<void>;
}

/** What is asked for. `params` have been checked by the schema of the kind, `others` by what the person may see. */
export interface AnalysisQuestion {
  readonly kind: AnalysisKindName;
  readonly seriesId: number;
  readonly params: Readonly<Record<string, unknown>>;
  /** Rows of the series that it needs beside its own. */
  readonly others?: readonly number[];
  /** Null: nobody asked, it was queued because the series arrived. */
  readonly by: string | null;
}
