import { WillisError } from "../../core/errors.ts";
import { INSTANCE_COLUMNS, INSTANCE_FROM, type InstanceFile } from "../db/archive/instances.ts";
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

/**
 * Row ids of studies by UID, each one that belongs to the organisation: what others shared with it for the care of a patient is
 * not its to give away. Errors: `not-found` names the first that it does not see, `forbidden` the first of another's.
 */
export async function ownStudies(pool: Pool, uids: readonly string[], organisationId: string): Promise<number[]> {
  const ids: number[] = [];
  for (const uid of new Set(uids)) {
    const found = await studyForOrganisation(pool, uid, organisationId);
    if (!found) throw new WillisError("not-found", `there is no study ${uid.slice(0, 80)} that you may see`);
    const own = await pool.query("select from study where id = $1 and organisation_id = $2", [
      found.id,
      organisationId,
    ]);
    if (own.rowCount === 0) {
      throw new WillisError(
        "forbidden",
        `study ${uid.slice(0, 80)} was shared with you by another organisation for a case: its own people export it`,
      );
    }
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

/**
 * One object of each kind in a series (class, size of the image, transfer syntax), with how many are alike: the pictures of a
 * scanner and the captures that a person filed with them are looked at apart.
 */
export async function kindsOfSeries(
  sql: Sql,
  seriesId: number,
): Promise<(InstanceFile & { readonly alike: number })[]> {
  const kind = "instance.sop_class, instance.rows, instance.columns, instance.transfer_syntax";
  const { rows } = await sql.query(
    `select distinct on (${kind}) ${INSTANCE_COLUMNS}, count(*) over (partition by ${kind}) as alike
     from ${INSTANCE_FROM} where instance.series_id = $1 order by ${kind}, instance.number nulls last, instance.id`,
    [seriesId],
  );
  return rows;
}
