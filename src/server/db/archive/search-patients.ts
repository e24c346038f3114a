import type { Sql } from "../pool.ts";
import { condition } from "./match-keys.ts";
import type { Match } from "./search.ts";
import type { ArchiveScope } from "./visible.ts";

/** A patient with what may be seen of the studies. */
export interface FoundPatient {
  readonly patientId: string;
  readonly issuer: string;
  readonly name: string;
  readonly birthDate: string | null;
  readonly sex: string;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
}

/**
 * Patients of whom at least one study may be seen, by keys of the patient alone (columns of `patient`). One more than
 * `limit` when there are more.
 */
export async function searchPatients(
  sql: Sql,
  scope: ArchiveScope,
  matches: readonly Match[],
  limit: number,
): Promise<FoundPatient[]> {
  const params: unknown[] = [...scope.params];
  const where = [scope.where];
  for (const { key, value } of matches) {
    const one = condition(key, value, params, { fuzzy: false, empty: false, multiple: true });
    if (one === undefined) return [];
    where.push(`(${one})`);
  }
  const { rows } = await sql.query<FoundPatient>(
    `select patient.patient_id as "patientId", patient.issuer, patient.name, patient.sex,
       to_char(patient.birth_date, 'YYYYMMDD') as "birthDate", count(*)::int as studies,
       sum(study.series_count)::int as series, sum(study.instance_count)::int as instances
     from study join patient on patient.id = study.patient_ref where ${where.join(" and ")}
     group by patient.id order by patient.name_search, patient.id limit $${params.push(limit + 1)}`,
    params,
  );
  return rows;
}
