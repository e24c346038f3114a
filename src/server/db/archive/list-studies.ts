import type { Sql } from "../pool.ts";
import { type RowsOf, rowsOfHits, walkNewest } from "./search-newest.ts";
import { orderKeys } from "./search-order.ts";
import { wordsOf } from "./study-keys.ts";
import { hasWords, rareWords } from "./study-words.ts";
import type { ArchiveScope } from "./visible.ts";

/**
 * Studies in scope of the same patient that are earlier than a study, the latest first, at most ten; those of which it is
 * not settled whose they are stay away.
 */
export async function earlierStudies(sql: Sql, scope: ArchiveScope, studyId: number): Promise<number[]> {
  const { rows } = await sql.query<{ id: number }>(
    `select study.id from study join study this on this.id = $${scope.params.length + 1}
     where study.patient_ref = this.patient_ref and study.id <> this.id and study.study_date < this.study_date
       and ${scope.where}
       and not exists (select from study_claim where study_claim.study_id = study.id and settled_at is null)
     order by study.study_date desc, study.study_time desc nulls last, study.id desc limit 10`,
    [...scope.params, studyId],
  );
  return rows.map(({ id }) => id);
}

/** One line of the study list. */
export interface StudyLine {
  readonly id: number;
  readonly studyUid: string;
  readonly patient: {
    readonly name: string;
    readonly identifier: string;
    readonly birthDate: string | null;
    readonly sex: string;
  };
  /** Date and time as the device wrote them, no zone; null when there is no date. */
  readonly at: string | null;
  readonly description: string;
  readonly accession: string;
  readonly modalities: readonly string[];
  readonly series: number;
  readonly instances: number;
  /** Some of its objects name another patient, and nobody has looked yet. */
  readonly toCheck: boolean;
}

const COLUMNS = `study.id, study.study_uid as "studyUid", patient.name, patient.patient_id as identifier,
  to_char(patient.birth_date, 'YYYY-MM-DD') as "birthDate", patient.sex, to_char(study.study_date, 'YYYY-MM-DD') as day,
  study.study_time as clock, study.description, study.accession, study.modalities, study.series_count as series,
  study.instance_count as instances,
  exists (select from study_claim where study_claim.study_id = study.id and settled_at is null) as "toCheck"`;

/**
 * Studies in scope, newest first. Each word of `q` begins a word of the name, number, birth date, accession or
 * description.
 */
export async function listStudies(
  sql: Sql,
  scope: ArchiveScope,
  asked: { readonly q: string; readonly limit: number; readonly offset: number },
): Promise<StudyLine[]> {
  const params: unknown[] = [...scope.params];
  const words = wordsOf(asked.q);
  const rare = await rareWords(sql, scope, words);
  if (rare === "nowhere") return [];
  const has = hasWords(rare ? rare.others : words, params);
  const rowsOf: RowsOf = (more, order, { extra = "", hits } = {}) =>
    `select ${COLUMNS}${extra} from ${hits ? `${hits} as hit join study on study.id = hit.study_id` : "study"}
       join patient on patient.id = study.patient_ref where ${[...more, ...has].join(" and ")} order by ${order}`;
  const [limit, offset] = [`$${params.push(asked.limit)}`, `$${params.push(asked.offset)}`];
  const building = { params, keys: orderKeys("study", false, false), rowsOf, limit, offset };
  const text = rare ? rowsOfHits(rare.keyed(params), rare.others.length === 0, building) : walkNewest(scope, building);
  const { rows } = await sql.query(text, params);
  return rows.map(({ name, identifier, birthDate, sex, day, clock, key0: _date, key1: _id, ...rest }) => ({
    ...rest,
    patient: { name: readableName(name), identifier, birthDate, sex },
    at: deviceTime(day, clock),
  }));
}

/** `FAMILY^GIVEN^MIDDLE` of the first component group as "FAMILY, GIVEN MIDDLE". */
export function readableName(name: string): string {
  const [family = "", ...given] = (name.split("=").find(Boolean) ?? "").split("^").map((part) => part.trim());
  return [family, given.slice(0, 2).filter(Boolean).join(" ")].filter(Boolean).join(", ");
}

/** ISO without zone from a calendar day and a DICOM time. */
export function deviceTime(day: string | null, clock: string | null): string | null {
  if (!day) return null;
  const t = /^(\d{2})(\d{2})?(\d{2})?/.exec(clock ?? "");
  return `${day}T${t?.[1] ?? "00"}:${t?.[2] ?? "00"}:${t?.[3] ?? "00"}`;
}
