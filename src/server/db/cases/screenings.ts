import type { ScreeningCount, ScreeningOutcome, ScreeningView } from "../../../cases/screening.ts";
import type { Sql } from "../pool.ts";

const SCREENING = `select s.id, s.seq as number, s.case_id as "caseId", s.trial, s.acronym, s.pack,
    s.pack_version as "packVersion", s.pack_hash as "packHash", s.result, s.reasons, s.missing, s.conditions,
    s.screened_at as "screenedAt", s.judged_at as "judgedAt", s.outcome, s.outcome_reason, s.outcome_at, p.name as outcome_by
  from screening s left join person p on p.id = s.outcome_by`;

export type Judged = Pick<
  ScreeningView,
  "trial" | "acronym" | "pack" | "packVersion" | "packHash" | "result" | "reasons" | "missing" | "conditions"
>;

/** Writes how a case stands to a trial; says whether the result, its reasons or the pack are other than before. */
export async function judgeScreening(
  sql: Sql,
  caseId: string,
  judged: Judged,
  at: Date,
): Promise<{ changed: boolean; before: Judged["result"] | null }> {
  const { rows } = await sql.query<Pick<Judged, "result" | "reasons" | "packHash">>(
    `select result, reasons, pack_hash as "packHash" from screening where case_id = $1 and trial = $2 for update`,
    [caseId, judged.trial],
  );
  const [old] = rows;
  const same =
    old !== undefined &&
    old.result === judged.result &&
    old.packHash === judged.packHash &&
    JSON.stringify(old.reasons) === JSON.stringify(judged.reasons);
  if (same) return { changed: false, before: old.result };
  const kept = await sql.query<{ id: string }>(
    `insert into screening (case_id, trial, from_organisation, to_organisation, acronym, pack, pack_version, pack_hash,
       result, conditions, reasons, missing, screened_at, judged_at)
     select c.id, $2, c.from_organisation, c.to_organisation, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11
     from clinical_case c where c.id = $1
     on conflict (case_id, trial) do update set acronym = $3, pack = $4, pack_version = $5, pack_hash = $6, result = $7,
       conditions = $8, reasons = $9, missing = $10, judged_at = $11 returning id`,
    [
      ...[caseId, judged.trial, judged.acronym, judged.pack, judged.packVersion, judged.packHash, judged.result],
      ...[JSON.stringify(judged.conditions), JSON.stringify(judged.reasons), JSON.stringify(judged.missing), at],
    ],
  );
  const { result, reasons, packHash } = judged;
  await addStep(sql, kept.rows[0]!.id, null, { result, reasons, packHash }, at);
  return { changed: true, before: old?.result ?? null };
}

/** Says what became of it; null takes it back. Every word is kept as a step. */
export async function setOutcome(
  sql: Sql,
  screeningId: string,
  given: { readonly outcome: ScreeningOutcome | null; readonly reason: string },
  personId: string,
  at: Date,
): Promise<void> {
  const { outcome, reason } = given;
  const [by, when] = outcome === null ? [null, null] : [personId, at];
  await sql.query(
    "update screening set outcome = $2, outcome_reason = $3, outcome_by = $4, outcome_at = $5 where id = $1",
    [screeningId, outcome, reason, by, when],
  );
  await addStep(sql, screeningId, personId, { outcome, reason }, at);
}

function addStep(sql: Sql, screeningId: string, personId: string | null, payload: object, at: Date) {
  return sql.query("insert into screening_step (screening_id, at, person_id, payload) values ($1, $2, $3, $4)", [
    ...[screeningId, at, personId, JSON.stringify(payload)],
  ]);
}

export async function screeningsOfCase(sql: Sql, caseId: string): Promise<ScreeningView[]> {
  const { rows } = await sql.query(`${SCREENING} where s.case_id = $1 order by s.seq`, [caseId]);
  return rows.map(viewOf);
}

export interface ScreeningQuery {
  readonly before: number | null;
  /** Empty: of every trial. */
  readonly trial: string;
  /** Only those of which nobody has said what became of it, and that are not outside. */
  readonly open: boolean;
  readonly limit: number;
}

/** A line of the log with the patient, for those who may have the name in an export. */
export type NamedScreening = ScreeningView & {
  readonly patient: { readonly name: string; readonly identifier: string };
};

/** The log of an organisation, newest first; `next` is the cursor of the following page, or null. */
export async function screeningPage(
  sql: Sql,
  organisationId: string,
  { before, trial, open, limit }: ScreeningQuery,
): Promise<{ screenings: ScreeningView[]; next: number | null }> {
  const side = (column: string) =>
    `(select seq from screening where ${column} = $1 and ($2::bigint is null or seq < $2) and ($3 = '' or trial = $3)
       and (not $4 or (outcome is null and result <> 'outside')) order by seq desc limit $5)`;
  const { rows } = await sql.query(
    `${SCREENING} where s.seq in (${side("from_organisation")} union ${side("to_organisation")})
     order by s.seq desc limit $5`,
    [organisationId, before, trial, open, limit + 1],
  );
  const more = rows.length > limit;
  return { screenings: rows.slice(0, limit).map(viewOf), next: more ? rows[limit - 1].number : null };
}

/** The names of the patients of these cases. */
export async function patientsOfCases(
  sql: Sql,
  caseIds: readonly string[],
): Promise<ReadonlyMap<string, NamedScreening["patient"]>> {
  const { rows } = await sql.query(
    "select id, patient_name as name, patient_identifier as identifier from clinical_case where id = any($1)",
    [caseIds],
  );
  return new Map(rows.map(({ id, ...patient }) => [id, patient]));
}

/** How the log adds up by trial since a moment. */
export async function screeningCounts(sql: Sql, organisationId: string, since: Date): Promise<ScreeningCount[]> {
  const side = (column: string) => `select id from screening where ${column} = $1 and screened_at >= $2`;
  const count = (what: string, name: string) => `count(*) filter (where ${what}) as "${name}"`;
  const { rows } = await sql.query(
    `select trial, min(acronym) as acronym, count(*) as screened, ${count("result = 'inside'", "inside")},
       ${count("result = 'outside'", "outside")}, ${count("outcome = 'enrolled'", "enrolled")},
       ${count("outcome = 'declined'", "declined")}, ${count("outcome = 'not-offered'", "notOffered")},
       ${count("outcome = 'not-eligible'", "notEligible")}, ${count("outcome is null and result <> 'outside'", "open")}
     from screening where id in (${side("from_organisation")} union ${side("to_organisation")})
     group by trial order by min(acronym)`,
    [organisationId, since],
  );
  return rows;
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the query above
function viewOf({ outcome, outcome_reason, outcome_at, outcome_by, screenedAt, judgedAt, ...row }: any): ScreeningView {
  return {
    ...row,
    screenedAt: screenedAt.toISOString(),
    judgedAt: judgedAt.toISOString(),
    outcome: outcome && { code: outcome, reason: outcome_reason, by: outcome_by, at: outcome_at.toISOString() },
  };
}
