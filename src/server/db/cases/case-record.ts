import type { CaseRecord } from "../../../cases/summary.ts";
import type { Sql } from "../pool.ts";

const ARRIVING_S = 15;

/** Objects that Willis or a workstation made from images are not counted as images that were announced. */
const DERIVED_ROLES = "('PMAP', 'SR', 'RDSR', 'PDF', 'SEG')";

const RECORD = `
  select c.id, c.kind, c.urgency, c.status, c.question, c.revision,
    c.patient_name, c.patient_identifier, to_char(c.patient_birth_date, 'YYYY-MM-DD') as patient_birth_date, c.patient_sex,
    json_build_object('id', f.id, 'name', f.name, 'kind', f.kind) as "from",
    json_build_object('id', t.id, 'name', t.name, 'kind', t.kind) as "to",
    c.last_known_well, c.last_known_well_by, c.expected_images, c.created_at, c.referred_at, c.answer_due_at,
    c.answered_at, c.updated_at,
    i.received, i.studies, i.arriving, d.option, d.need, coalesce(x.facts, '[]') as facts
  from clinical_case c
    join organisation f on f.id = c.from_organisation
    join organisation t on t.id = c.to_organisation
    left join lateral (
      select coalesce(sum(s.instance_count) filter (where s.role not in ${DERIVED_ROLES}), 0)::int as received,
        coalesce(array_agg(distinct st.study_uid), '{}') as studies,
        coalesce(bool_or(s.updated_at > $1::timestamptz - interval '${ARRIVING_S} s' and s.role not in ${DERIVED_ROLES}), false)
          as arriving
      from case_study cs join study st on st.id = cs.study_id left join series s on s.study_id = st.id
      where cs.case_id = c.id) i on true
    left join lateral (
      select option, basis -> 'need' as need from decision where case_id = c.id order by at desc limit 1) d on true
    left join lateral (
      select json_agg(json_build_object('id', id, 'name', name, 'value', value, 'unit', unit, 'source', source,
        'observedAt', observed_at, 'recordedAt', recorded_at, 'retracted', retracted) order by recorded_at) as facts
      from fact where case_id = c.id) x on true`;

/** Cases that an organisation may see, newest change first, without what follows from them. `now` decides "arriving". */
export async function visibleCases(
  sql: Sql,
  organisationId: string,
  now: Date,
  filter: { readonly statuses: readonly string[]; readonly words: string },
): Promise<CaseRecord[]> {
  const { rows } = await sql.query(
    `${RECORD}
     where (c.from_organisation = $2 or (c.to_organisation = $2 and c.status <> 'draft')) and c.status = any($3)
       and ($4 = '' or concat_ws(' ', c.patient_name, c.patient_identifier, c.question, f.name) ilike '%' || $4 || '%')
     order by c.updated_at desc limit 500`,
    [now, organisationId, filter.statuses, filter.words.replace(/[\\%_]/g, "\\$&")],
  );
  return rows.map(recordOf);
}

/** Every case that waits for an answer, of all organisations: for counting, never for a page. */
export async function openCases(sql: Sql, now: Date): Promise<CaseRecord[]> {
  const { rows } = await sql.query(`${RECORD} where c.status in ('waiting', 'need-data') order by c.id`, [now]);
  return rows.map(recordOf);
}

/** One case; null when there is none. Whether the asking person may see it was decided before. */
export async function caseRecord(sql: Sql, caseId: string, now: Date): Promise<CaseRecord | null> {
  const { rows } = await sql.query(`${RECORD} where c.id = $2`, [now, caseId]);
  return rows[0] ? recordOf(rows[0]) : null;
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the query above
function recordOf(row: any): CaseRecord {
  const at = (date: Date | null) => date?.toISOString() ?? null;
  const well = at(row.last_known_well);
  return {
    id: row.id,
    kind: row.kind,
    urgency: row.urgency,
    status: row.status,
    question: row.question,
    patient: {
      name: row.patient_name,
      identifier: row.patient_identifier,
      birthDate: row.patient_birth_date,
      sex: row.patient_sex,
    },
    from: row.from,
    to: row.to,
    lastKnownWell: well ? { at: well, by: row.last_known_well_by } : null,
    createdAt: row.created_at.toISOString(),
    referredAt: at(row.referred_at),
    answerDueAt: at(row.answer_due_at),
    answeredAt: at(row.answered_at),
    updatedAt: row.updated_at.toISOString(),
    images: { received: row.received, expected: row.expected_images, arriving: row.arriving, studies: row.studies },
    facts: row.facts.map(factOf),
    option: row.option ?? "",
    need: row.need ?? [],
    revision: row.revision,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of the query above
function factOf(row: any): CaseRecord["facts"][number] {
  const { retracted, observedAt, recordedAt, ...fact } = row;
  const iso = (text: string) => new Date(text).toISOString();
  return { ...fact, observedAt: iso(observedAt), recordedAt: iso(recordedAt), ...(retracted ? { retracted } : {}) };
}
