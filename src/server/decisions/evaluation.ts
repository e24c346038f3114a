import { currentValues } from "../../cases/facts.ts";
import { type CaseRecord, factGroups } from "../../cases/summary.ts";
import type { FactGroup } from "../../cases/views.ts";
import { type CaseOptions, checkFacts, optionsFor, type Pack } from "../../knowledge/index.ts";

/** A case evaluated at one moment: the facts with all that stands beside them, and the options with whole traces. */
export interface CaseEvaluation {
  readonly groups: readonly FactGroup[];
  readonly options: CaseOptions;
}

export function evaluateCase(record: CaseRecord, packs: readonly Pack[], now: string): CaseEvaluation {
  const groups = factGroups(record, now, trialsOf(packs));
  const { facts } = checkFacts(currentValues(groups));
  return { groups, options: optionsFor(packs, record.kind, facts, now) };
}

export function trialsOf(packs: readonly Pack[]) {
  return packs.flatMap((pack) => pack.trials);
}
