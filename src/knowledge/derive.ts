import type { FactValue } from "../core/index.ts";
import { type Criterion, leavesOf } from "./criteria.ts";
import { sentence } from "./sentence.ts";
import { type Doubts, NO_DOUBTS } from "./standing.ts";
import type { Trial } from "./trial.ts";
import type { Facts } from "./validation.ts";
import { decideIn } from "./worlds.ts";

/** A fact that follows from others, with the rule that says so. Whoever keeps facts stores it as derived, or asks first. */
export interface ImpliedFact {
  readonly name: string;
  readonly value: FactValue;
  readonly rule: string;
  readonly from: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly words: string;
  readonly criterion: Criterion;
}

/** Perfusion mismatch as EXTEND took it (ratio > 1.2, difference > 10 mL, core < 70 mL; Ma, N Engl J Med 2019). */
const MISMATCH: Rule = {
  name: "perfusion_mismatch",
  words: "perfusion mismatch by the EXTEND thresholds",
  criterion: {
    all: [
      { field: "mismatch_ratio", op: "gt", value: 1.2 },
      { field: "mismatch_ml", op: "gt", value: 10 },
      { field: "core_ml", op: "lt", value: 70 },
    ],
  },
};

function rulesOf(trials: readonly Trial[]): readonly Rule[] {
  const entry = (id: string) => trials.find((trial) => trial.id === id)?.entry;
  const [dawn, defuse] = [entry("dawn"), entry("defuse-3")];
  return [
    MISMATCH,
    ...(dawn ? [{ name: "dawn_eligible", words: "entry criteria of DAWN", criterion: dawn }] : []),
    ...(dawn && defuse
      ? [
          {
            name: "dawn_or_defuse3_eligible",
            words: "entry criteria of DAWN or DEFUSE 3",
            criterion: { any: [dawn, defuse] },
          },
        ]
      : []),
  ];
}

/**
 * Facts that follow from checked facts by a named rule: the perfusion mismatch from its volumes, and whether the patient
 * meets the entry criteria of DAWN or DEFUSE 3 as the packs' trials hold them. A fact that is given is never derived
 * again, and an undecided rule gives nothing; contested facts give one only where all their values do.
 */
export function impliedFacts(
  facts: Facts,
  trials: readonly Trial[],
  doubts: Doubts = NO_DOUBTS,
): readonly ImpliedFact[] {
  return rulesOf(trials).flatMap((rule) => {
    const result = decideIn(rule.criterion, facts, doubts);
    if (Object.hasOwn(facts, rule.name) || Object.hasOwn(doubts.contested, rule.name) || result === "unknown")
      return [];
    const names = [...new Set(leavesOf(rule.criterion).map((leaf) => leaf.field))];
    const from = names.filter((name) => Object.hasOwn(facts, name) || Object.hasOwn(doubts.contested, name));
    return [{ name: rule.name, value: result === "true", rule: `${rule.words}: ${sentence(rule.criterion)}`, from }];
  });
}
