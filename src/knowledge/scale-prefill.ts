import { type Criterion, decide, leavesOf } from "./criteria.ts";
import type { Scale, ScaleItem } from "./scales.ts";
import type { Facts } from "./validation.ts";

/** An answer that facts give to one item of a scale, with the names of the facts it rests on. */
export interface PrefilledItem {
  /** Key of the item. */
  readonly item: string;
  readonly answer: number | string;
  readonly from: readonly string[];
}

const known = (criterion: Criterion, facts: Facts) =>
  [...new Set(leavesOf(criterion).map((leaf) => leaf.field))].filter((name) => Object.hasOwn(facts, name));

function chosenBy(item: ScaleItem, facts: Facts): Omit<PrefilledItem, "item"> | null {
  const held = item.options.filter((option) => option.when && decide(option.when, facts) === "true");
  const [only] = held;
  // Two options that both hold contradict each other: a person decides.
  if (held.length !== 1 || !only?.when) return null;
  return { answer: only.value, from: known(only.when, facts) };
}

function numberFrom(item: ScaleItem, facts: Facts): Omit<PrefilledItem, "item"> | null {
  const asked = item.input ?? item.perStep;
  const name = asked?.fact;
  if (name === undefined || !Object.hasOwn(facts, name)) return null;
  const value = facts[name];
  const [low, high] = asked?.range ?? [0, Number.MAX_SAFE_INTEGER];
  if (typeof value !== "number" || !Number.isFinite(value) || value < low || value > high) return null;
  return { answer: value, from: [name] };
}

/**
 * The items of a scale that checked facts answer, in the order of the scale. An item is filled only when exactly one of its
 * options holds; an unknown fact fills nothing, and a number outside the item's range is left to a person. A two-column
 * scale is never filled: what is not ticked there counts.
 */
export function prefillScale(scale: Scale, facts: Facts): readonly PrefilledItem[] {
  if (scale.kind === "two-column") return [];
  return scale.items.flatMap((item) => {
    const filled = item.input || item.perStep ? numberFrom(item, facts) : chosenBy(item, facts);
    return filled ? [{ item: item.key, ...filled }] : [];
  });
}
