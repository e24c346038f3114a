import type { Sql } from "../pool.ts";
import { INSTANCE_COLUMNS, INSTANCE_FROM, type InstanceFile } from "./instances.ts";
import { archiveScope } from "./visible.ts";

/** The unique keys of a retrieve request; those that are given all apply. */
export interface Wanted {
  readonly patientId?: string | undefined;
  readonly studies?: readonly string[];
  readonly series?: readonly string[];
  readonly instances?: readonly string[];
}

/** As they are listed: frame tables left out, as a list of many thousands of objects would be mostly these. */
const LISTED = INSTANCE_COLUMNS.replace("instance.pixels", "null::jsonb as pixels");

/** One of the listed objects, with its frame table. */
export async function findFile(sql: Sql, id: number): Promise<InstanceFile | undefined> {
  const { rows } = await sql.query<InstanceFile>(
    `select ${INSTANCE_COLUMNS} from ${INSTANCE_FROM} where instance.id = $1`,
    [id],
  );
  return rows[0];
}

/**
 * The objects that an organisation may have by these keys, each SOP Instance UID once (its own copy first), in the order
 * of study, series and number, without their frame tables (`findFile`). One more than `limit` when there are more.
 */
export async function instancesToRetrieve(
  sql: Sql,
  organisationId: string,
  wanted: Wanted,
  limit: number,
): Promise<InstanceFile[]> {
  const scope = archiveScope({ organisationId });
  const params: unknown[] = [...scope.params];
  const where = [scope.where];
  const any = (column: string, values: readonly string[] | undefined): void => {
    if (values) where.push(`${column} = any($${params.push(values)}::text[])`);
  };
  any("study.study_uid", wanted.studies);
  any("series.series_uid", wanted.series);
  any("instance.sop_uid", wanted.instances);
  if (wanted.patientId !== undefined) {
    const id = `$${params.push(wanted.patientId)}`;
    where.push(`exists (select from patient where patient.id = study.patient_ref and patient.patient_id = ${id})`);
  }
  const { rows } = await sql.query<InstanceFile>(
    `select * from (
       select distinct on (instance.sop_uid) ${LISTED}, study.id as s, series.number as n, series.id as r, instance.number as i
       from ${INSTANCE_FROM} where ${where.join(" and ")}
       order by instance.sop_uid, study.organisation_id = $1 desc, instance.id limit $${params.push(limit + 1)}) as found
     order by s, n nulls last, r, i nulls last, id`,
    params,
  );
  return rows;
}
