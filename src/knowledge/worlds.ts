import type { FactValue } from "../core/index.ts";
import { compileCriterion } from "./compile.ts";
import { type Criterion, leavesOf, type Trace, type Truth, trace } from "./criteria.ts";
import { contestedWords, type Doubts, doubtWords, NO_DOUBTS } from "./standing.ts";
import type { Facts } from "./validation.ts";

const MOST_WORLDS = 64;
const named = new WeakMap<Criterion, readonly string[]>();

function fieldsIn(node: Criterion): readonly string[] {
  let names = named.get(node);
  if (!names) {
    names = [...new Set(leavesOf(node).map(({ field }) => field))];
    named.set(node, names);
  }
  return names;
}

/**
 * The facts under each combination of the contested values that a criterion compares; the facts as they are when it
 * compares none. Beyond 64 combinations the later fields stay not known, which decides less and never otherwise.
 */
function worldsOf(node: Criterion, facts: Facts, doubts: Doubts): readonly Facts[] {
  let worlds: readonly Facts[] = [facts];
  for (const name of fieldsIn(node)) {
    const values = Object.hasOwn(doubts.contested, name) ? doubts.contested[name]! : [];
    const different = [...new Set<FactValue>(values.map(({ value }) => value))];
    if (different.length === 0 || different.length * worlds.length > MOST_WORLDS) continue;
    worlds = worlds.flatMap((world) => different.map((value) => ({ ...world, [name]: value })));
  }
  return worlds;
}

function agreed(results: readonly Truth[]): Truth {
  return results.every((result) => result === results[0]) ? results[0]! : "unknown";
}

/**
 * The result of a criterion where fields may be in doubt. It is judged with each of the values that are contested, and
 * decided when all give the same; else unknown. A fact that is set aside is not known. Without doubts the same as `decide`.
 */
export function decideIn(node: Criterion, facts: Facts, doubts: Doubts = NO_DOUBTS): Truth {
  const decider = compileCriterion(node);
  return doubts === NO_DOUBTS ? decider(facts) : agreed(worldsOf(node, facts, doubts).map(decider));
}

const unique = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];

function merged(traces: readonly Trace[], doubts: Doubts): Trace {
  const [first] = traces;
  const { field } = first!;
  const result = agreed(traces.map((one) => one.result));
  const children = first!.children.map((_, k) =>
    merged(
      traces.map((one) => one.children[k]!),
      doubts,
    ),
  );
  const doubt = field === undefined ? null : doubtWords(field, doubts);
  const contested = field !== undefined && Object.hasOwn(doubts.contested, field) ? doubts.contested[field]! : null;
  const open = children.filter((child) => child.result === "unknown");
  const missing = field === undefined ? unique(open.map((child) => child.missing)) : [field];
  return {
    ...first!,
    ...(contested && field !== undefined ? { given: contestedWords(field, contested) } : {}),
    ...(doubt === null ? {} : { doubt }),
    result,
    deciding: result === "unknown" ? [] : unique(traces.map((one) => one.deciding)),
    missing: result === "unknown" && first!.kind !== "prose" ? missing : [],
    children,
  };
}

/**
 * The whole trace where fields may be in doubt: the results are those of `decideIn` at every node, a comparison of a field in
 * doubt says so in `doubt`, and a contested one shows all its values with their sources. Where a group is decided though a
 * comparison in it is not, all contested values led to the same. Without doubts the same as `trace`.
 */
export function traceIn(node: Criterion, facts: Facts, doubts: Doubts = NO_DOUBTS): Trace {
  if (doubts === NO_DOUBTS) return trace(node, facts);
  const touched = fieldsIn(node).some(
    (name) => Object.hasOwn(doubts.contested, name) || Object.hasOwn(doubts.aside, name),
  );
  if (!touched) return trace(node, facts);
  return merged(
    worldsOf(node, facts, doubts).map((world) => trace(node, world)),
    doubts,
  );
}
