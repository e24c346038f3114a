import type { Metric, MetricCondition } from "./metric.ts";

/** One case of a registry: field to value. Times are UTC ISO strings; a field that is absent is unknown; null is the word "none". */
export type CaseRecord = Readonly<Record<string, string | number | boolean | null | readonly string[] | undefined>>;

/** A measure over cases. `value` is null with a reason when it cannot be computed. */
export interface MetricValue {
  readonly metric: string;
  readonly value: number | null;
  readonly unit: string;
  /** Cases the value rests on, and cases left out because a field the formula needs was not recorded. */
  readonly cases: number;
  readonly unknown: number;
  /** Wilson's 95 % interval for a share, in percent; null for other kinds. */
  readonly ci95: readonly [number, number] | null;
  readonly reason: string | null;
}

const PER = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Time between two fields of a case in a unit; null when one is not recorded, is no time, or the order is reversed. */
function interval(record: CaseRecord, from: string, to: string, unit: keyof typeof PER): number | null {
  const [a, b] = [from, to].map((name) => (typeof record[name] === "string" ? Date.parse(record[name]) : Number.NaN));
  const length = (b! - a!) / PER[unit];
  return Number.isFinite(length) && length >= 0 ? length : null;
}

function ordered(op: "lt" | "lte" | "gt" | "gte", a: number, b: number): boolean {
  return op === "lt" ? a < b : op === "lte" ? a <= b : op === "gt" ? a > b : a >= b;
}

/** Whether a condition holds for a case; null when what it needs was not recorded: unknown is never "no". */
function holds(condition: MetricCondition, record: CaseRecord): boolean | null {
  if (!("field" in condition)) {
    const { from, to, unit, op, value } = condition;
    const length = interval(record, from, to, unit);
    if (length === null) return null;
    if (typeof value !== "number") return length >= value[0] && length <= value[1];
    return ordered(op === "between" ? "lte" : op, length, value);
  }
  const given = record[condition.field];
  if (condition.op === "known") return given !== undefined && given !== null;
  if (given === undefined) return null;
  switch (condition.op) {
    case "none":
      return given === null;
    case "eq":
      return (given ?? "none") === condition.value;
    case "ne":
      return (given ?? "none") !== condition.value;
    case "in":
      return (condition.value as readonly unknown[]).includes(given);
    case "includes":
      return Array.isArray(given) && given.includes(condition.value);
    default:
      return typeof given === "number" && typeof condition.value === "number"
        ? ordered(condition.op, given, condition.value)
        : null;
  }
}

function together(conditions: readonly MetricCondition[], record: CaseRecord, any: boolean): boolean | null {
  const results = conditions.map((condition) => holds(condition, record));
  if (results.includes(any)) return any;
  return results.includes(null) ? null : !any;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Wilson score interval of a share (Wilson 1927), z = 1.96, in percent. */
function wilson(hits: number, of: number): readonly [number, number] {
  const [z, p] = [1.96, hits / of];
  const centre = p + (z * z) / (2 * of);
  const half = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  const below = 1 + (z * z) / of;
  return [Math.max(0, ((centre - half) / below) * 100), Math.min(100, ((centre + half) / below) * 100)];
}

/**
 * Computes a measure over cases. A case for which the formula's group or outcome is not known is counted in `unknown` and
 * left out of the value, never taken as a failure or a success. A count is over the records given: the caller chooses the
 * year. Returns null with a reason when the formula cannot be computed or no case remains.
 */
export function metricValue(
  metric: Pick<Metric, "id" | "formula" | "unit">,
  records: readonly CaseRecord[],
): MetricValue {
  const { formula, id, unit } = metric;
  const none = (reason: string, unknown = 0): MetricValue => {
    return { metric: id, value: null, unit, cases: 0, unknown, ci95: null, reason };
  };
  if (formula.kind === "cannot-be-computed") return none(formula.reason);
  const groups = records.map((record) => together(formula.of, record, false));
  const group = records.filter((_, i) => groups[i]);
  const open = groups.filter((result) => result === null).length;
  if (formula.kind === "count")
    return { metric: id, value: group.length, unit, cases: group.length, unknown: open, ci95: null, reason: null };
  const values = group.map((record): number | null => {
    if (formula.kind === "median-interval") {
      const length = unit === "min" || unit === "h" || unit === "d" ? unit : "min";
      return interval(record, formula.from, formula.to, length);
    }
    if (formula.kind === "median-value") {
      const given = record[formula.field];
      return typeof given === "number" ? given : null;
    }
    const result = together(formula.holds, record, formula.any ?? false);
    return result === null ? null : Number(result);
  });
  const known = values.filter((value) => value !== null);
  const unknown = open + values.length - known.length;
  if (known.length === 0) return none(`no case has what the formula needs; ${unknown} lack a field`, unknown);
  const rest = { metric: id, unit, cases: known.length, unknown, reason: null };
  if (formula.kind !== "share") return { ...rest, value: median(known), ci95: null };
  const hits = known.reduce((sum, value) => sum + value, 0);
  return { ...rest, value: (hits / known.length) * 100, ci95: wilson(hits, known.length) };
}
