import { WillisError } from "../core/index.ts";

const DEEPEST = 100;

/**
 * JSON as text with the members of every object in the order of their names: two values say the same when their texts are
 * equal, in whatever order a sender wrote them. Throws WillisError "too-deep" above 100 levels.
 */
export function canonical(value: unknown, depth = 0): string {
  if (depth > DEEPEST) throw new WillisError("too-deep", `This JSON is nested deeper than ${DEEPEST} levels.`);
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  const written = members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one, depth + 1)}`);
  return `{${written.join()}}`;
}
