import type { DeviationReason, DeviationView, NotFollowed } from "../../../cases/deviation.ts";
import type { Sql } from "../pool.ts";

const DEVIATION = `select d.id, d.seq, d.case_id as "caseId", d.decision_id as "decisionId", d.recommendation, d.subject,
    d.direction, d.body, d.year, d.strength, d.pack, d.pack_version as "packVersion", d.pack_hash as "packHash", d.facts,
    d.reason, d.words, d.at, json_build_object('id', p.id, 'name', p.name, 'organisation', o.name) as by,
    d.withdrawn_at, w.name as withdrawn_name
  from deviation d join person p on p.id = d.person_id join organisation o on o.id = p.organisation_id
    left join person w on w.id = d.withdrawn_by`;

export interface NewDeviation extends NotFollowed {
  readonly caseId: string;
  readonly decisionId: string | null;
  readonly reason: DeviationReason;
  readonly words: string;
  readonly personId: string;
  readonly at: Date;
}

/** Null when one of this recommendation stands in this case already. */
export async function addDeviation(sql: Sql, given: NewDeviation): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into deviation (case_id, decision_id, from_organisation, to_organisation, recommendation, subject, direction,
       body, year, strength, pack, pack_version, pack_hash, facts, reason, words, person_id, at)
     select c.id, $2, c.from_organisation, c.to_organisation, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
     from clinical_case c where c.id = $1
     on conflict (case_id, recommendation) where withdrawn_at is null do nothing returning id`,
    [
      ...[given.caseId, given.decisionId, given.recommendation, given.subject, given.direction, given.body],
      ...[given.year, given.strength, given.pack, given.packVersion, given.packHash, JSON.stringify(given.facts)],
      ...[given.reason, given.words, given.personId, given.at],
    ],
  );
  return rows[0]?.id ?? null;
}

/** Takes one back; null when there is none in this case that still stands and that the same organisation noted. */
export async function withdrawDeviation(
  sql: Sql,
  caseId: string,
  id: string,
  person: { readonly id: string; readonly organisationId: string },
  at: Date,
): Promise<Pick<NotFollowed, "recommendation" | "subject" | "body" | "year"> | null> {
  const { rows } = await sql.query(
    `update deviation d set withdrawn_at = $4, withdrawn_by = $3 from person p
     where d.id::text = lower($2) and d.case_id = $1 and d.withdrawn_at is null
       and p.id = d.person_id and p.organisation_id = $5
     returning d.recommendation, d.subject, d.body, d.year`,
    [caseId, id, person.id, at, person.organisationId],
  );
  return rows[0] ?? null;
}

export async function deviationsOfCase(sql: Sql, caseId: string): Promise<DeviationView[]> {
  const { rows } = await sql.query(`${DEVIATION} where d.case_id = $1 order by d.seq`, [caseId]);
  return rows.map(viewOf);
}

export interface DeviationQuery {
  /** Only those before this cursor; null: from the newest. */
  readonly before: number | null;
  /** Empty: of every recommendation. */
  readonly recommendation: string;
  readonly limit: number;
}

/** Those of the cases of an organisation, newest first; `next` is the cursor of the following page, or null. */
export async function deviationPage(
  sql: Sql,
  organisationId: string,
  { before, recommendation, limit }: DeviationQuery,
): Promise<{ deviations: DeviationView[]; next: number | null }> {
  const side = (column: string) =>
    `(select seq from deviation where ${column} = $1 and ($2::bigint is null or seq < $2)
       and ($3 = '' or recommendation = $3) order by seq desc limit $4)`;
  const { rows } = await sql.query(
    `${DEVIATION} where d.seq in (${side("from_organisation")} union ${side("to_organisation")})
     order by d.seq desc limit $4`,
    [organisationId, before, recommendation, limit + 1],
  );
  const more = rows.length > limit;
  return { deviations: rows.slice(0, limit).map(viewOf), next: more ? rows[limit - 1].seq : null };
}

/** How often each recommendation was not followed since a moment, by reason; those taken back do not count. */
export async function deviationCounts(
  sql: Sql,
  organisationId: string,
  since: Date,
): Promise<
  readonly {
    readonly recommendation: string;
    readonly subject: string;
    readonly body: string;
    readonly reason: string;
    readonly times: number;
  }[]
> {
  const side = (column: string) =>
    `select id from deviation where ${column} = $1 and at >= $2 and withdrawn_at is null`;
  const { rows } = await sql.query(
    `select recommendation, min(subject) as subject, min(body || ' ' || year) as body, reason, count(*) as times
     from deviation where id in (${side("from_organisation")} union ${side("to_organisation")})
     group by recommendation, reason order by times desc, recommendation, reason limit 500`,
    [organisationId, since],
  );
  return rows;
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the query above
function viewOf({ seq: _, withdrawn_at, withdrawn_name, ...row }: any): DeviationView {
  const withdrawn = withdrawn_at === null ? null : { at: withdrawn_at.toISOString(), by: withdrawn_name };
  return { ...row, at: row.at.toISOString(), withdrawn };
}
