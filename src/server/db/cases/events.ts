import { type CaseEvent, eventWords, joinChanges } from "../../../cases/timeline.ts";
import type { CaseView } from "../../../cases/views.ts";
import type { Sql } from "../pool.ts";

/**
 * Appends what happened to a case and moves its revision, so that whoever looked before notices. `at` is given by the
 * caller. A person is null when Willis did it.
 */
export async function addEvent(
  sql: Sql,
  caseId: string,
  event: CaseEvent,
  personId: string | null,
  at: Date,
): Promise<void> {
  const { kind, ...payload } = event;
  await sql.query("insert into case_event (case_id, at, person_id, kind, payload) values ($1, $2, $3, $4, $5)", [
    caseId,
    at,
    personId,
    kind,
    JSON.stringify(payload),
  ]);
  await sql.query(
    "update clinical_case set revision = revision + 1, updated_at = greatest(updated_at, $2) where id = $1",
    [caseId, at],
  );
}

export async function timelineOf(sql: Sql, caseId: string): Promise<CaseView["timeline"]> {
  const { rows } = await sql.query(
    `select e.at, e.kind, e.payload, coalesce(p.name, 'Willis') as by from case_event e
       left join person p on p.id = e.person_id where e.case_id = $1 order by e.at, e.id`,
    [caseId],
  );
  const events = rows.map(({ at, by, kind, payload }) => ({ at: at.toISOString(), by, event: { kind, ...payload } }));
  return joinChanges(events).map(({ at, by, event }) => ({ at, by, kind: event.kind, text: eventWords(event) }));
}

/** Who changed a case last, for the message of a conflict. */
export async function lastChange(sql: Sql, caseId: string): Promise<{ by: string; at: string; text: string } | null> {
  return (await timelineOf(sql, caseId)).at(-1) ?? null;
}
