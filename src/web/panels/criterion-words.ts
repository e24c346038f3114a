import type { Trace } from "../../knowledge/criteria.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";

/** Labels that are too long for a card, and what the card says instead. */
const SHORT: Readonly<Record<string, string>> = {
  "Last known well to planned start of treatment": "Last well to treatment",
};

function short(text: string): string {
  return Object.entries(SHORT).reduce((now, [long, brief]) => now.replaceAll(long, brief), text);
}

/** The value a fact had, without the label that the sentence beside it says already. */
export function valueWords(trace: Trace): string | null {
  if (!trace.given) return null;
  const label = trace.field ? fieldOf(trace.field)?.label : undefined;
  return label && trace.given.startsWith(`${label} `) ? trace.given.slice(label.length + 1) : trace.given;
}

/** A criterion as a line with the value it was held against: "NIHSS ≥ 6: 16". Pure. */
export function criterionWords(trace: Trace): string {
  if (trace.kind === "prose") return trace.sentence;
  if (trace.kind !== "fact") return groupWords(trace);
  const value = valueWords(trace);
  return value === null || value === trace.sentence ? short(trace.sentence) : `${short(trace.sentence)}: ${value}`;
}

/** A group in one line: what it asks, joined as it is meant. */
function groupWords(trace: Trace): string {
  const joint = trace.kind === "all" ? " and " : trace.kind === "any" ? " or " : ", ";
  const parts = trace.children.map((child) => criterionWords(child));
  if (trace.kind === "not") return `not: ${parts.join(", ")}`;
  if (trace.kind === "atLeast") return `${trace.sentence}: ${parts.join(", ")}`;
  return parts.join(joint);
}
