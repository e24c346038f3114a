import { factsOf } from "../../cases/facts.ts";
import { type CaseRecord, factGroups } from "../../cases/summary.ts";
import type { FactGroup } from "../../cases/views.ts";
import { type CaseOptions, optionsFor, type Pack, type Trial } from "../../knowledge/index.ts";
import { referenceOf } from "../../knowledge/pack.ts";

/** A case evaluated at one moment: the facts with all that stands beside them, and the options with whole traces. */
export interface CaseEvaluation {
  readonly groups: readonly FactGroup[];
  readonly options: CaseOptions;
}

export function evaluateCase(record: CaseRecord, packs: readonly Pack[], now: string): CaseEvaluation {
  const groups = factGroups(record, now, trialsOf(packs, now));
  const { facts, doubts } = factsOf(groups, now);
  return { groups, options: optionsFor(packs, record.kind, facts, now, doubts) };
}

/** Trials that facts may follow from at `now`: those of packs in force. Expired ones are read, and drive nothing. */
export function trialsOf(packs: readonly Pack[], now: string): readonly Trial[] {
  return packs.filter((pack) => referenceOf(pack, now).state === "in force").flatMap((pack) => pack.trials);
}
