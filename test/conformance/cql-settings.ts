import type { FactValue } from "../../src/core/index.ts";
import { type Criterion, compare, type Leaf, leavesOf } from "../../src/knowledge/criteria.ts";
import { expand, fieldOf, wordsOf } from "../../src/knowledge/dictionary.ts";
import { cellsOf } from "../../src/knowledge/missing.ts";
import type { Facts } from "../../src/knowledge/validation.ts";

/** A state of one fact: a value, or not known. */
export type State = FactValue | undefined;

/** Which of the three kinds of `settings`. */
export type SettingKind = 1 | 2 | 3;

/** Whole products of all states are tried up to this many. */
const WHOLE = 500;

/** The fields of a criterion, each once. */
export function namesIn(criterion: Criterion): readonly string[] {
  return [...new Set(leavesOf(criterion).map((leaf) => leaf.field))];
}

/** Not known, and a value of each kind that the comparisons of this criterion can tell apart; broader words too. */
export function statesOf(criterion: Criterion, name: string): readonly State[] {
  const field = fieldOf(name)!;
  const cells = cellsOf(name, leavesOf(criterion));
  const words = field.parents ? wordsOf(field).filter((word) => expand(field, word).length > 1) : [];
  return [undefined, ...cells, ...words];
}

/** Facts of one field in a state. */
export function factsOf(name: string, state: State): Facts {
  return state === undefined ? {} : { [name]: state };
}

/** What every comparison of this field comes to in a state, as one word. */
function signature(leaves: readonly Leaf[], name: string, state: State): string {
  return leaves
    .filter((leaf) => leaf.field === name)
    .map((leaf) => compare(leaf, factsOf(name, state)))
    .join();
}

function* product(names: readonly string[], lists: readonly (readonly State[])[]): Generator<Facts> {
  const size = lists.reduce((all, list) => all * list.length, 1);
  for (let k = 0; k < size; k++) {
    const facts: Record<string, FactValue> = {};
    let rest = k;
    lists.forEach((list, i) => {
      const state = list[rest % list.length];
      rest = Math.floor(rest / list.length);
      if (state !== undefined) facts[names[i]!] = state;
    });
    yield facts;
  }
}

/**
 * Settings of a criterion, of three kinds. 1: every combination of true, false and unknown of its comparisons that facts can
 * bring about; one value stands for all that decide every comparison alike (that they do is asked of each comparison by
 * itself). 2: every combination of all states, where there are up to 500. 3: above that every pair of states of every two
 * facts, twice: the other facts as far met as they can be, and drawn from a fixed sequence.
 */
export function* settings(
  criterion: Criterion,
  kinds: readonly SettingKind[],
): Generator<{ readonly kind: SettingKind; readonly facts: Facts }> {
  const names = namesIn(criterion);
  const leaves = leavesOf(criterion);
  const lists = names.map((name) => statesOf(criterion, name));
  const classes = lists.map((list, i) => [
    ...new Map(list.map((state) => [signature(leaves, names[i]!, state), state])).values(),
  ]);
  if (kinds.includes(1)) for (const facts of product(names, classes)) yield { kind: 1, facts };
  if (lists.reduce((all, list) => all * list.length, 1) <= WHOLE) {
    if (kinds.includes(2)) for (const facts of product(names, lists)) yield { kind: 2, facts };
    return;
  }
  if (!kinds.includes(3)) return;
  const trues = (name: string, state: State) => signature(leaves, name, state).split("true").length;
  const met = lists.map((list, i) => [...list].sort((a, b) => trues(names[i]!, b) - trues(names[i]!, a))[0]);
  let seed = 1;
  const drawn = (list: readonly State[]) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // Numerical Recipes, a sequence that is always the same
    return list[(seed >>> 8) % list.length];
  };
  for (let i = 0; i < names.length; i++)
    for (let j = 0; j < i; j++)
      for (const a of lists[i]!)
        for (const b of lists[j]!)
          for (const rest of [met, lists.map(drawn)]) {
            const states = rest.with(i, a).with(j, b);
            const known = names.flatMap((name, k) => (states[k] === undefined ? [] : [[name, states[k]]]));
            yield { kind: 3, facts: Object.fromEntries(known) };
          }
}
