import { type FactSource, type Measurement, WillisError } from "../../../core/index.ts";
import { fieldOf } from "../../../knowledge/dictionary.ts";
import { wrongValue } from "../../../knowledge/validation.ts";
import type { Sql } from "../pool.ts";
import { addEvent } from "./events.ts";
import { addFact, type NewFact, supplyIfComplete } from "./facts.ts";
import { lockRevision } from "./update-case.ts";

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

/**
 * A number that a person measured on an image of the case and gives to it. Nothing is overwritten: it stands beside the
 * facts of its name. Errors: `bad-request` when the image belongs to no study of the case.
 */
export async function giveMeasuredFact(
  sql: Sql,
  caseId: string,
  fact: NewFact,
  source: Extract<FactSource, { kind: "measured" }>,
  by: { readonly id: string; readonly name: string },
  at: Date,
): Promise<string> {
  await lockRevision(sql, caseId);
  const { rowCount } = await sql.query(
    `select 1 from case_study cs join study st on st.id = cs.study_id join series s on s.study_id = st.id
     where cs.case_id = $1 and st.study_uid = $2 and s.series_uid = $3`,
    [caseId, source.image?.studyUid, source.image?.seriesUid],
  );
  if (!rowCount) {
    throw new WillisError(
      "bad-request",
      `series ${source.image?.seriesUid} is not among the images of this case; add its study to the case first`,
    );
  }
  const given = { by: by.id, name: by.name };
  const id = await addFact(sql, caseId, fact, { ...source, given }, by.id, at);
  const method = `${source.method} ${source.version}`;
  await addEvent(sql, caseId, { kind: "measured", names: [fact.name], method }, by.id, at);
  await supplyIfComplete(sql, caseId, by.id, at);
  return id;
}
