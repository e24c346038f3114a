import type { Measurement } from "../../../core/index.ts";
import { fieldOf } from "../../../knowledge/dictionary.ts";
import { wrongValue } from "../../../knowledge/validation.ts";
import type { Sql } from "../pool.ts";
import { addEvent } from "./events.ts";
import { addFact } from "./facts.ts";

/** Whence measurements come: the UIDs they were computed from and when those images were taken (default: now). */
export interface MeasuredSource {
  readonly from: readonly string[];
  readonly observedAt?: string;
}

/**
 * Adds the measurements that the dictionary knows as facts of a case, each with method, version and uncertainty; one
 * that could not be computed, or that the dictionary has no field for, adds nothing. Returns the names that were added.
 */
export async function addMeasuredFacts(
  sql: Sql,
  caseId: string,
  measurements: readonly Measurement[],
  source: MeasuredSource,
  at: Date = new Date(),
): Promise<string[]> {
  const names: string[] = [];
  for (const m of measurements) {
    if (m.value === null || !fieldOf(m.code) || wrongValue(m.code, m.value)) continue;
    const measured = {
      kind: "measured" as const,
      method: m.method.name,
      version: m.method.version,
      from: source.from.length > 0 ? source.from : m.sources,
      ...(m.uncertainty ? { range: m.uncertainty } : {}),
    };
    const observed = source.observedAt === undefined ? {} : { observedAt: source.observedAt };
    await addFact(sql, caseId, { name: m.code, value: m.value, ...observed }, measured, null, at);
    names.push(m.code);
  }
  const method = measurements[0]?.method;
  if (names.length > 0 && method) {
    await addEvent(sql, caseId, { kind: "measured", names, method: `${method.name} ${method.version}` }, null, at);
  }
  return names;
}
