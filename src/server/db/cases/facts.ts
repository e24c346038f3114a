import { answerDue } from "../../../cases/transitions.ts";
import type { Urgency } from "../../../cases/views.ts";
import { type FactSource, type FactValue, WillisError } from "../../../core/index.ts";
import { fieldOf } from "../../../knowledge/dictionary.ts";
import { wrongValue } from "../../../knowledge/validation.ts";
import type { Sql } from "../pool.ts";
import { addEvent } from "./events.ts";
import { lockRevision } from "./update-case.ts";

export interface NewFact {
  readonly name: string;
  readonly value: FactValue;
  /** When it was true of the patient; default: now. */
  readonly observedAt?: string;
}

/** Checks a fact against the dictionary and writes it down beside the others of its name. Returns its id. */
export async function addFact(
  sql: Sql,
  caseId: string,
  fact: NewFact,
  source: FactSource,
  personId: string | null,
  at: Date,
): Promise<string> {
  const wrong = wrongValue(fact.name, fact.value);
  if (wrong) throw new WillisError("bad-request", wrong, { field: fact.name });
  const observed = observedTime(fact, at);
  const unit = fieldOf(fact.name)?.unit ?? "";
  const { rows } = await sql.query<{ id: string }>(
    `insert into fact (case_id, name, value, unit, source, observed_at, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [caseId, fact.name, JSON.stringify(fact.value), unit, JSON.stringify(source), observed, at, personId],
  );
  return rows[0]!.id;
}

/** When a fact was true: what was given, or `at`. Errors: `bad-request` for what is no time, or one that has not come yet. */
export function observedTime(fact: NewFact, at: Date): Date {
  const observed = fact.observedAt === undefined ? at : new Date(fact.observedAt);
  if (Number.isNaN(observed.getTime())) {
    throw new WillisError(
      "bad-request",
      `observedAt "${fact.observedAt}" is no time; write it like 2026-11-01T04:31:00Z`,
      {
        field: fact.name,
      },
    );
  }
  if (observed.getTime() > at.getTime() + 5 * 60_000) {
    throw new WillisError("bad-request", `"${fact.name}" was observed at ${fact.observedAt}, which is in the future`, {
      field: fact.name,
    });
  }
  return observed;
}

/** A fact that a person typed; a case that waited for exactly such facts goes back to those who answer. */
export async function addTypedFact(
  sql: Sql,
  caseId: string,
  fact: NewFact,
  by: { readonly id: string; readonly name: string },
  at: Date,
): Promise<string> {
  await lockRevision(sql, caseId);
  const id = await addFact(sql, caseId, fact, { kind: "typed", by: by.id, name: by.name }, by.id, at);
  const unit = fieldOf(fact.name)?.unit ?? "";
  await addEvent(sql, caseId, { kind: "fact", name: fact.name, value: fact.value, unit }, by.id, at);
  await supplyIfComplete(sql, caseId, by.id, at);
  return id;
}

/** When every fact that the last answer asked for is there, the case waits for an answer again, with a new due time. */
export async function supplyIfComplete(sql: Sql, caseId: string, personId: string | null, at: Date): Promise<boolean> {
  const { rows } = await sql.query<{ urgency: Urgency; need: string[]; known: string[] }>(
    `select c.urgency, coalesce(d.basis -> 'need', '[]') as need,
       array(select distinct name from fact where case_id = c.id and retracted is null and recorded_at >= d.at) as known
     from clinical_case c join lateral (select * from decision where case_id = c.id order by at desc limit 1) d on true
     where c.id = $1 and c.status = 'need-data'`,
    [caseId],
  );
  const row = rows[0];
  if (!row || row.need.length === 0 || !row.need.every((name) => row.known.includes(name))) return false;
  await sql.query("update clinical_case set status = 'waiting', answer_due_at = $2 where id = $1", [
    caseId,
    answerDue(row.urgency, at.toISOString()),
  ]);
  await addEvent(sql, caseId, { kind: "supplied", names: row.need }, personId, at);
  return true;
}

/** Takes a fact back; it stays readable with the reason and counts no more. */
export async function retractFact(
  sql: Sql,
  caseId: string,
  factId: string,
  reason: string,
  by: { readonly id: string; readonly name: string },
  at: Date,
): Promise<void> {
  await lockRevision(sql, caseId);
  const { rows } = await sql.query(
    `update fact set retracted = $3 where id::text = lower($1) and case_id = $2 and retracted is null returning name, value`,
    [factId, caseId, JSON.stringify({ by: by.name, at: at.toISOString(), reason })],
  );
  if (!rows[0]) throw new WillisError("not-found", `there is no fact ${factId} in this case that still counts`);
  await addEvent(sql, caseId, { kind: "retracted", name: rows[0].name, value: rows[0].value, reason }, by.id, at);
}
