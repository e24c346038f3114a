import type { Sql } from "../pool.ts";

/** A study as an organisation sees it. `own`: it keeps this copy itself, so nobody else can take it away from it. */
export interface SeenStudy {
  readonly id: number;
  readonly own: boolean;
  readonly mayWrite: boolean;
  /** Grows when a person corrects the study, or puts another version of an object of it into use. */
  readonly revision: number;
}

function seen(which: string): string {
  return `select s.id, s.revision, s.organisation_id = $2 as own,
       s.organisation_id = $2 or coalesce(bool_or(c.to_organisation = $2), false) as "mayWrite"
     from study s
       left join case_study cs on cs.study_id = s.id
       left join clinical_case c on c.id = cs.case_id and c.status <> 'draft'
         and $2 in (c.from_organisation, c.to_organisation)
     where ${which} and (s.organisation_id = $2 or c.id is not null)
     group by s.id order by s.organisation_id = $2 desc, s.id limit 1`;
}

/**
 * The study that an organisation sees under this UID (or row id): its own copy first, else one that a case between it and
 * another organisation carries. Null when there is none.
 */
export async function studyForOrganisation(
  sql: Sql,
  study: string | number,
  organisationId: string,
): Promise<SeenStudy | null> {
  const byId = typeof study === "number";
  const { rows } = await sql.query({
    name: byId ? "study-seen-by-id" : "study-seen-by-uid",
    text: seen(byId ? "s.id = $1" : "s.study_uid = $1"),
    values: [study, organisationId],
  });
  return rows[0] ?? null;
}

/** The same, with the series of that study in one question; `seriesId` is null when the study has no such series. */
export async function seriesForOrganisation(
  sql: Sql,
  studyUid: string,
  seriesUid: string,
  organisationId: string,
): Promise<(SeenStudy & { readonly seriesId: number | null }) | null> {
  const { rows } = await sql.query({
    name: "series-seen",
    text: `select seen.*, (select id from series where study_id = seen.id and series_uid = $3) as "seriesId"
     from (${seen("s.study_uid = $1")}) seen`,
    values: [studyUid, organisationId, seriesUid],
  });
  return rows[0] ?? null;
}

export async function analysisSeries(
  sql: Sql,
  analysisId: string,
): Promise<{ id: string; seriesId: number; studyId: number } | null> {
  const { rows } = await sql.query(
    `select a.id, a.series_id as "seriesId", s.study_id as "studyId"
     from analysis a join series s on s.id = a.series_id where a.id = $1`,
    [analysisId],
  );
  return rows[0] ?? null;
}

export async function caseOfDecision(sql: Sql, decisionId: string): Promise<string | null> {
  const { rows } = await sql.query("select case_id from decision where id = $1", [decisionId]);
  return rows[0]?.case_id ?? null;
}

/** Things of one organisation alone, and where it is written whose they are. */
const OWNED = {
  "quarantined file": "quarantine",
  patient: "patient",
  change: "identity_change",
  version: "instance_version join instance on instance.id = instance_id",
  peer: "peer",
  transfer: "transfer",
  commitment: "commitment",
  "scheduled step": "scheduled_step",
  draft: "pack_draft",
  count: "impact_run",
} as const;
export type Owned = keyof typeof OWNED;

/** The organisation that such a thing belongs to; null when there is none with this id. */
export async function ownerOf(sql: Sql, what: Owned, id: string): Promise<string | null> {
  const from = OWNED[what];
  const { rows } = await sql.query(`select organisation_id from ${from} where ${from.split(" ")[0]}.id = $1`, [id]);
  return rows[0]?.organisation_id ?? null;
}
