import type { JudgedStudy } from "../../../cases/priors.ts";
import type { PatientValues } from "../../../cases/two-identifiers.ts";
import type { CaseKind } from "../../../cases/views.ts";
import type { Sql } from "../pool.ts";

/** A search for earlier studies of the patient of a case at one peer. */
export interface PriorSearch {
  readonly id: string;
  readonly caseId: string;
  readonly organisationId: string;
  readonly peerId: string;
  readonly attempts: number;
  readonly kind: CaseKind;
  readonly patient: PatientValues;
}

const STALE = "interval '60 seconds'"; // a worker that is silent for so long has died

/**
 * A row for each case that changed in the last `minutes` and has a patient's number, and each peer of its organisations that
 * is active, has an address and may be retrieved from: the asking side from the draft on, the asked side once it was referred.
 */
export async function queueSearches(sql: Sql, minutes: number): Promise<void> {
  await sql.query(
    `insert into prior_search (case_id, organisation_id, peer_id, patient_identifier)
     select c.id, p.organisation_id, p.id, trim(c.patient_identifier) from clinical_case c
       join peer p on p.active and p.host <> '' and 'retrieve' = any(p.permissions) and (p.organisation_id = c.from_organisation
         or (p.organisation_id = c.to_organisation and c.status <> 'draft'))
     where c.updated_at > now() - make_interval(mins => $1) and trim(c.patient_identifier) <> '' and c.status <> 'closed'
       and not exists (select from prior_search s where s.case_id = c.id and s.peer_id = p.id
         and s.patient_identifier = trim(c.patient_identifier))
     limit 100 on conflict do nothing`,
    [minutes],
  );
}

/** Takes the next search that is due; no two workers get the same. */
export async function claimSearch(sql: Sql): Promise<PriorSearch | undefined> {
  const { rows } = await sql.query(
    `update prior_search s set claimed_at = now(), attempts = s.attempts + 1 from clinical_case c
     where c.id = s.case_id and s.id = (select id from prior_search where state = 'queued' and due_at <= now()
       and (claimed_at is null or claimed_at < now() - ${STALE}) order by due_at for update skip locked limit 1)
     returning s.id, s.case_id, s.organisation_id, s.peer_id, s.attempts, s.patient_identifier, c.kind, c.patient_name,
       c.patient_sex, to_char(c.patient_birth_date, 'YYYY-MM-DD') as birth_date,
       coalesce((select issuer from default_issuer i where i.organisation_id = c.from_organisation and i.ae_title = ''), '') as issuer`,
  );
  const row = rows[0];
  if (!row) return undefined;
  const { id, case_id: caseId, organisation_id: organisationId, peer_id: peerId, attempts, kind } = row;
  const patient = {
    ...{ issuer: row.issuer, patientId: row.patient_identifier, name: row.patient_name },
    ...{ birthDate: row.birth_date, sex: row.patient_sex },
  };
  return { id, caseId, organisationId, peerId, attempts, kind, patient };
}

export async function endSearch(
  sql: Sql,
  id: string,
  end: { state: "done" | "failed" | "queued"; found?: number; chosen?: number; message: string; inSeconds?: number },
): Promise<void> {
  await sql.query(
    `update prior_search set state = $2, found = $3, chosen = $4, message = $5, claimed_at = null,
       due_at = now() + make_interval(secs => $6), finished_at = case when $2 = 'queued' then null else now() end where id = $1`,
    [
      id,
      end.state,
      end.found ?? 0,
      end.chosen ?? 0,
      end.message.replaceAll("\0", "").slice(0, 1000),
      end.inSeconds ?? 0,
    ],
  );
}

/** A study that is fetched for a case, or is here already. */
export async function expectPrior(
  sql: Sql,
  search: PriorSearch,
  transferId: string | null,
  { studyUid, ...about }: JudgedStudy,
): Promise<void> {
  await sql.query(
    `insert into expected_study (case_id, organisation_id, study_uid, search_id, transfer_id, about)
     values ($1, $2, $3, $4, $5, $6) on conflict (case_id, organisation_id, study_uid)
       do update set transfer_id = excluded.transfer_id, search_id = excluded.search_id, about = excluded.about`,
    [search.caseId, search.organisationId, studyUid, search.id, transferId, JSON.stringify(about)],
  );
}

/** Of these studies, those of which the organisation has objects. */
export async function studiesHere(
  sql: Sql,
  organisationId: string,
  studyUids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await sql.query<{ uid: string }>(
    "select study_uid as uid from study where organisation_id = $1 and study_uid = any($2::text[])",
    [organisationId, studyUids],
  );
  return new Set(rows.map(({ uid }) => uid));
}

export interface Arrived {
  readonly caseId: string;
  readonly organisationId: string;
  readonly studyUid: string;
  readonly studyId: number;
}

/** Expected studies that are here (those that are fetched: whole), and not attached yet. */
export async function arrivedStudies(sql: Sql): Promise<Arrived[]> {
  const { rows } = await sql.query<Arrived>(
    `select e.case_id as "caseId", e.organisation_id as "organisationId", e.study_uid as "studyUid", s.id as "studyId"
     from expected_study e join study s on s.organisation_id = e.organisation_id and s.study_uid = e.study_uid
       join clinical_case c on c.id = e.case_id and c.status <> 'closed'
       left join transfer t on t.id = e.transfer_id
     where e.attached_at is null and e.refused = '' and (t.id is null or t.state in ('done', 'failed', 'cancelled')) limit 100`,
  );
  return rows;
}

export async function settleExpected(sql: Sql, one: Arrived, refused: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update expected_study set attached_at = case when $4 = '' then now() end, refused = $4
     where case_id = $1 and organisation_id = $2 and study_uid = $3 and attached_at is null and refused = ''`,
    [one.caseId, one.organisationId, one.studyUid, refused.slice(0, 1000)],
  );
  return rowCount === 1;
}

/** For people: searches of the own organisation, and every study that is fetched for the case. */
export async function priorsOfCase(sql: Sql, caseId: string, organisationId: string): Promise<object> {
  const searches = await sql.query(
    `select s.id, p.ae_title as "aeTitle", s.state, s.found, s.chosen, s.message, s.attempts, s.created_at as "createdAt"
     from prior_search s join peer p on p.id = s.peer_id join clinical_case c on c.id = s.case_id
     where s.case_id = $1 and s.organisation_id = $2 and s.patient_identifier = trim(c.patient_identifier) order by p.ae_title`,
    [caseId, organisationId],
  );
  const studies = await sql.query(
    `select e.study_uid as "studyUid", e.about, e.attached_at as "attachedAt", e.refused, p.ae_title as "aeTitle", t.id as "transferId",
       coalesce(t.state, 'here') as state, t.total, t.completed, t.message
     from expected_study e join prior_search s on s.id = e.search_id join peer p on p.id = s.peer_id
       left join transfer t on t.id = e.transfer_id
     where e.case_id = $1 and e.organisation_id = $2 order by e.about ->> 'date' desc, e.study_uid`,
    [caseId, organisationId],
  );
  return { searches: searches.rows, studies: studies.rows };
}

/** Begins again the searches of a case at the own peers, and the transfers that failed. */
export async function searchAgain(sql: Sql, caseId: string, organisationId: string): Promise<void> {
  await sql.query(
    `update prior_search set state = 'queued', attempts = 0, due_at = now(), message = '', finished_at = null, claimed_at = null
     where case_id = $1 and organisation_id = $2 and state <> 'queued'`,
    [caseId, organisationId],
  );
  await sql.query(
    "update prior_search set due_at = now() where case_id = $1 and organisation_id = $2 and state = 'queued'",
    [caseId, organisationId],
  );
  await sql.query(
    `update transfer t set state = 'queued', finished_at = null, attempts = 0, message = '' from expected_study e
     where e.transfer_id = t.id and e.case_id = $1 and e.organisation_id = $2 and t.state in ('failed', 'cancelled')`,
    [caseId, organisationId],
  );
}
