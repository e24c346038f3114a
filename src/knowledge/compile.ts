import { type Criterion, compare, type Leaf, type Truth } from "./criteria.ts";
import { fieldOf, wordsOf } from "./dictionary.ts";
import type { Facts } from "./validation.ts";

/** A criterion made ready to be decided many times: the same three values as `decide`. */
export type Decider = (facts: Facts) => Truth;

const FALSE = 0;
const UNKNOWN = 1;
const TRUE = 2;
const WORDS: readonly Truth[] = ["false", "unknown", "true"];
type Code = typeof FALSE | typeof UNKNOWN | typeof TRUE;
type Step = (facts: Facts) => Code;

const codeOf = (truth: Truth): Code => WORDS.indexOf(truth) as Code;

/** Every word of the dictionary is compared once, when the criterion is made ready; other words as they come. */
function wordStep(leaf: Leaf): Step {
  const field = fieldOf(leaf.field);
  const known = new Map<unknown, Code>();
  const words = field?.kind === "bool" ? [true, false] : field ? wordsOf(field) : [];
  for (const word of words) known.set(word, codeOf(compare(leaf, { [leaf.field]: word })));
  return (facts) => {
    if (!Object.hasOwn(facts, leaf.field)) return UNKNOWN;
    return known.get(facts[leaf.field]) ?? codeOf(compare(leaf, facts));
  };
}

function numberStep(leaf: Leaf): Step {
  const { field, op } = leaf;
  const [low, high] = op === "between" ? (leaf.value as readonly number[]) : [leaf.value as number, Number.NaN];
  const holds = (value: number): boolean => {
    switch (op) {
      case "lt":
        return value < low!;
      case "lte":
        return value <= low!;
      case "gt":
        return value > low!;
      case "gte":
        return value >= low!;
      case "between":
        return value >= low! && value <= high!;
      case "ne":
        return value !== low;
      default:
        return value === low;
    }
  };
  return (facts) => {
    const value = facts[field];
    if (typeof value === "number") return holds(value) ? TRUE : FALSE;
    return value === undefined || !Object.hasOwn(facts, field) ? UNKNOWN : codeOf(compare(leaf, facts));
  };
}

function least(steps: readonly Step[]): Step {
  return (facts) => {
    let result: Code = TRUE;
    for (const step of steps) {
      const value = step(facts);
      if (value === FALSE) return FALSE;
      if (value < result) result = value;
    }
    return result;
  };
}

function greatest(steps: readonly Step[]): Step {
  return (facts) => {
    let result: Code = FALSE;
    for (const step of steps) {
      const value = step(facts);
      if (value === TRUE) return TRUE;
      if (value > result) result = value;
    }
    return result;
  };
}

function counted(wanted: number, steps: readonly Step[]): Step {
  return (facts) => {
    let yes = 0;
    let open = 0;
    for (const step of steps) {
      const value = step(facts);
      if (value === TRUE) yes++;
      else if (value === UNKNOWN) open++;
    }
    return yes >= wanted ? TRUE : yes + open < wanted ? FALSE : UNKNOWN;
  };
}

function stepOf(node: Criterion): Step {
  if ("field" in node) {
    const [first] = Array.isArray(node.value) ? node.value : [node.value];
    const numeric = typeof first === "number" && node.op !== "in";
    return numeric ? numberStep(node) : wordStep(node);
  }
  if ("text" in node) return () => UNKNOWN;
  if ("all" in node) return least(node.all.map(stepOf));
  if ("any" in node) return greatest(node.any.map(stepOf));
  if ("not" in node) {
    const inner = stepOf(node.not);
    return (facts) => (2 - inner(facts)) as Code;
  }
  return counted(node.atLeast, node.of.map(stepOf));
}

const ready = new WeakMap<Criterion, Decider>();

/**
 * Makes a criterion ready for many patients: the words of the dictionary are compared once, groups stop as soon as they
 * are settled. Equal to `decide` for every criterion and all facts; kept for as long as the criterion itself.
 */
export function compileCriterion(node: Criterion): Decider {
  let decider = ready.get(node);
  if (!decider) {
    const step = stepOf(node);
    decider = (facts) => WORDS[step(facts)]!;
    ready.set(node, decider);
  }
  return decider;
}
