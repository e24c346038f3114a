import type { MessageView } from "../../../cases/views.ts";
import type { Sql } from "../pool.ts";

/** Writes into the thread of a case; `personId` null is Willis itself. */
export async function addMessage(
  sql: Sql,
  caseId: string,
  body: string,
  personId: string | null,
  at: Date = new Date(),
): Promise<number> {
  const { rows } = await sql.query<{ id: number }>(
    "insert into message (case_id, at, person_id, body) values ($1, $2, $3, $4) returning id",
    [caseId, at, personId, body],
  );
  await sql.query("update clinical_case set updated_at = greatest(updated_at, $2) where id = $1", [caseId, at]);
  return rows[0]!.id;
}

export async function messagesOf(sql: Sql, caseId: string): Promise<MessageView[]> {
  const { rows } = await sql.query(
    `select m.id, m.at, m.body,
       case when p.id is null then null else json_build_object('id', p.id, 'name', p.name, 'organisation', o.name) end as by
     from message m left join person p on p.id = m.person_id left join organisation o on o.id = p.organisation_id
     where m.case_id = $1 order by m.at, m.id`,
    [caseId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
