import { WillisError } from "../../core/errors.ts";
import { studyForOrganisation } from "../db/people/object-owner.ts";
import type { Pool, Sql } from "../db/pool.ts";

/** One series to give out. */
export interface ChosenSeries {
  readonly id: number;
  readonly studyId: number;
  readonly instances: number;
  readonly modality: string;
  readonly description: string;
  readonly number: number | null;
}

/** Row ids of studies by UID, each one that the organisation sees. Errors: `not-found` names the first that it does not. */
export async function seenStudies(pool: Pool, uids: readonly string[], organisationId: string): Promise<number[]> {
  const ids: number[] = [];
  for (const uid of new Set(uids)) {
    const found = await studyForOrganisation(pool, uid, organisationId);
    if (!found) throw new WillisError("not-found", `there is no study ${uid.slice(0, 80)} that you may see`);
    ids.push(found.id);
  }
  return ids;
}

/** Series of these studies, study by study, in the order of their numbers. */
export async function chosenSeries(sql: Sql, studyIds: readonly number[]): Promise<ChosenSeries[]> {
  const { rows } = await sql.query<ChosenSeries>(
    `select s.id, s.study_id as "studyId", s.instance_count as instances, s.modality, s.description, s.number
     from unnest($1::bigint[]) with ordinality as wanted (id, place) join series s on s.study_id = wanted.id
     order by wanted.place, s.number nulls last, s.id`,
    [studyIds],
  );
  return rows;
}
