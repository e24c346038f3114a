import type { Measurement } from "../core/index.ts";
import type { CaseOptions, PackReference } from "../knowledge/index.ts";
import type { KeyImageView } from "./kept.ts";
import type { CaseSummary, DecisionView, FactGroup, SeriesView } from "./views.ts";

/** Everything a decision rested on, frozen when it was made. It stands alone: reading it needs no pack and no case. */
export interface DecisionBasis {
  readonly format: "willis-decision-1";
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string; readonly role: string; readonly organisation: string };
  readonly answer: { readonly kind: DecisionView["kind"]; readonly option: string; readonly reason: string };
  /** Names of the facts that were asked for. */
  readonly need: readonly string[];
  readonly case: CaseSummary & { readonly revision: number };
  readonly facts: readonly FactGroup[];
  readonly options: CaseOptions;
  readonly packs: readonly PackReference[];
  readonly measurements: readonly {
    readonly analysis: string;
    readonly seriesUid: string;
    readonly measurements: readonly Measurement[];
  }[];
  readonly series: readonly SeriesView[];
  /** Key images of the case that were marked for the report; left out where none was, and in decisions of before. */
  readonly keyImages?: readonly KeyImageView[];
  readonly notice: string;
}
