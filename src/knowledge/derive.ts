import type { FactValue } from "../core/index.ts";
import { type Criterion, decide, leavesOf } from "./criteria.ts";
import { sentence } from "./sentence.ts";
import type { Trial } from "./trial.ts";
import type { Facts } from "./validation.ts";

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
 * again, and an undecided rule gives nothing.
 */
export function impliedFacts(facts: Facts, trials: readonly Trial[]): readonly ImpliedFact[] {
  return rulesOf(trials).flatMap((rule) => {
    const result = decide(rule.criterion, facts);
    if (Object.hasOwn(facts, rule.name) || result === "unknown") return [];
    const names = [...new Set(leavesOf(rule.criterion).map((leaf) => leaf.field))];
    const from = names.filter((name) => Object.hasOwn(facts, name));
    return [{ name: rule.name, value: result === "true", rule: `${rule.words}: ${sentence(rule.criterion)}`, from }];
  });
}
