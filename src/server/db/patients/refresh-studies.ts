import type { StudyValues } from "../../../cases/patient-change.ts";
import type { PatientValues } from "../../../cases/two-identifiers.ts";
import type { Overlay } from "../../../dicom/corrected.ts";
import { tagHex, tagOf } from "../../../dicom/dictionary.ts";
import { type DicomJson, type JsonElement, nameOf } from "../../../dicom/json.ts";
import type { Sql } from "../pool.ts";

interface Received extends StudyValues {
  readonly attributes: DicomJson;
}

interface Row extends Received {
  readonly id: number;
  readonly moved: boolean;
  readonly corrections: Partial<StudyValues>;
  readonly received: Received | null;
  readonly patient: PatientValues;
  readonly patientCorrections: Partial<PatientValues>;
}

/**
 * Makes the rows of these studies say what is true now, from what came and what people changed since: columns and
 * attributes for searches, the overlay for objects that leave. A study of another patient than its objects claim takes
 * all five identifying values of its patient; else only those that were corrected. Prepared metadata is thrown away.
 */
export async function refreshStudies(sql: Sql, studyIds: readonly number[], at: Date): Promise<void> {
  if (studyIds.length === 0) return;
  const { rows } = await sql.query<Row>(
    `select study.id, study.patient_ref <> coalesce(study.claimed_ref, study.patient_ref) as moved, study.corrections, study.received,
       to_char(study.study_date, 'YYYY-MM-DD') as date, study.study_time as time, study.accession, study.description,
       study.study_id as "studyId", study.referring_physician as "referringPhysician", study.attributes,
       patient.corrections as "patientCorrections", json_build_object('issuer', patient.issuer, 'patientId', patient.patient_id,
         'name', patient.name, 'birthDate', to_char(patient.birth_date, 'YYYY-MM-DD'), 'sex', patient.sex) as patient
     from study join patient on patient.id = study.patient_ref where study.id = any($1::bigint[]) for update of study`,
    [studyIds],
  );
  for (const row of rows) {
    const { attributes, date, time, accession, description, studyId, referringPhysician } = row;
    const received = row.received ?? { attributes, date, time, accession, description, studyId, referringPhysician };
    const set = overlaySet(row);
    const overlay: Overlay | null =
      Object.keys(set).length === 0 ? null : { set, at: at.toISOString(), reason: row.moved ? "COERCE" : "CORRECT" };
    const now: StudyValues = { ...received, ...row.corrections };
    await sql.query(
      `update study set study_date = $2, study_time = $3, accession = $4, description = $5, study_id = $6,
         referring_physician = $7, attributes = $8, received = $9, overlay = $10, revision = revision + 1 where id = $1`,
      [
        ...[row.id, now.date, now.time, now.accession, now.description, now.studyId, now.referringPhysician],
        ...[JSON.stringify(laidOver(received.attributes, set)), JSON.stringify(received)],
        overlay && JSON.stringify(overlay),
      ],
    );
  }
  await sql.query(
    "delete from series_metadata where series_id in (select id from series where study_id = any($1::bigint[]))",
    [studyIds],
  );
}

type Set = Record<string, JsonElement | null>;

function overlaySet({ moved, patient, patientCorrections, corrections }: Row): Set {
  const set: Set = {};
  const give = (keyword: string, vr: string, value: string | null | undefined) => {
    const one = vr === "DA" ? (value ?? "").replaceAll("-", "") : (value ?? "");
    set[tagHex(tagOf(keyword))] = one === "" ? { vr } : { vr, Value: [vr === "PN" ? nameOf(one) : one] };
  };
  const person: Partial<PatientValues> = moved ? patient : patientCorrections;
  if (person.name !== undefined) give("PatientName", "PN", person.name);
  if (person.patientId !== undefined) give("PatientID", "LO", person.patientId);
  if (person.issuer !== undefined) give("IssuerOfPatientID", "LO", person.issuer);
  if (person.patientId !== undefined || person.issuer !== undefined)
    set[tagHex(tagOf("IssuerOfPatientIDQualifiersSequence"))] = null; // it describes the issuer that was replaced
  if (person.birthDate !== undefined) give("PatientBirthDate", "DA", person.birthDate);
  if (person.sex !== undefined) give("PatientSex", "CS", person.sex);
  if (corrections.accession !== undefined) give("AccessionNumber", "SH", corrections.accession);
  if (corrections.description !== undefined) give("StudyDescription", "LO", corrections.description);
  if (corrections.studyId !== undefined) give("StudyID", "SH", corrections.studyId);
  if (corrections.date !== undefined) give("StudyDate", "DA", corrections.date);
  if (corrections.time !== undefined) give("StudyTime", "TM", corrections.time);
  if (corrections.referringPhysician !== undefined)
    give("ReferringPhysicianName", "PN", corrections.referringPhysician);
  return set;
}

function laidOver(attributes: DicomJson, set: Set): DicomJson {
  const all = Object.entries({ ...attributes, ...set }).filter(
    (pair): pair is [string, JsonElement] => pair[1] !== null && (pair[1].Value !== undefined || pair[0] in attributes),
  );
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
