import { WillisError } from "../core/index.ts";
import { type FactsAtMoment, factsAt, type GivenFact } from "./standing.ts";
import { checkFacts, type FactProblem } from "./validation.ts";

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
const MOST_VALUES = 20;

/** A value that says when and from whom, without these two; or the problem in a sentence. */
function parted(name: string, given: unknown): { bare: unknown; observedAt?: string; source?: string } | string {
  if (typeof given !== "object" || given === null || !("value" in given)) return { bare: given };
  const { observedAt, source, ...bare } = given as Record<string, unknown>;
  if (observedAt !== undefined && (typeof observedAt !== "string" || !TIME.test(observedAt)))
    return `"observedAt" of "${name}" must be a time like 2026-11-24T08:00:00Z, not ${JSON.stringify(observedAt)}`;
  if (typeof observedAt === "string" && Number.isNaN(Date.parse(observedAt)))
    return `"observedAt" of "${name}" is no time: ${JSON.stringify(observedAt)}`;
  if (source !== undefined && typeof source !== "string")
    return `"source" of "${name}" must be words, not ${JSON.stringify(source)}`;
  return {
    bare,
    ...(observedAt === undefined ? {} : { observedAt: new Date(observedAt as string).toISOString() }),
    ...(source === undefined ? {} : { source: source as string }),
  };
}

/**
 * Facts as a caller gives them, at `now`: a value, or `{ value, unit?, observedAt?, source? }`, or a list of these when several
 * sources gave one. Values that differ are contested, too old ones set aside, clocks carried on (see `factsAt`). Throws
 * WillisError "bad-request" that names every unknown field, wrong value, wrong time.
 */
export function parseGiven(given: unknown, now: string): FactsAtMoment {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new WillisError("bad-request", 'Facts must be an object of "field": value, e.g. { "nihss": 12 }.');
  const problems: FactProblem[] = [];
  const current: Record<string, GivenFact[]> = {};
  for (const [name, value] of Object.entries(given)) {
    const list = Array.isArray(value) ? value : [value];
    if (list.length > MOST_VALUES) {
      problems.push({ name, message: `"${name}" has ${list.length} values; at most ${MOST_VALUES} are taken` });
      continue;
    }
    for (const one of list) {
      const parts = parted(name, one);
      if (typeof parts === "string") {
        problems.push({ name, message: parts });
        continue;
      }
      const { bare, ...rest } = parts;
      const checked = checkFacts({ [name]: bare });
      problems.push(...checked.problems);
      const found = checked.facts[name];
      if (found === undefined) continue;
      current[name] ??= [];
      current[name].push({ value: found, ...rest });
    }
  }
  if (problems.length > 0)
    throw new WillisError("bad-request", `These facts cannot be used: ${problems.map((p) => p.message).join("; ")}`, {
      problems,
    });
  return factsAt(current, now);
}
