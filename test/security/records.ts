import { dataSet } from "../../src/dicom/data-set.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { createCase } from "../../src/server/db/cases/create-case.ts";
import { addTypedFact } from "../../src/server/db/cases/facts.ts";
import { addMessage } from "../../src/server/db/cases/messages.ts";
import { referCase } from "../../src/server/db/cases/status.ts";
import { correctPatient } from "../../src/server/db/patients/correct.ts";
import { answerCase } from "../../src/server/decisions/answer.ts";
import { makeExport } from "../../src/server/deidentify/export-rows.ts";
import { openProject } from "../../src/server/deidentify/projects.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { beginDraft } from "../../src/server/steward/draft-deeds.ts";
import type { TestWillis } from "../harness.ts";

/** Words that must never reach a stranger. */
export const PATIENT = "Confidential, Carla";
export const IDENTIFIER = "SECRET-4471";

/** Ids of real records of Spoke and Hub, by the name of the path parameter that takes them. */
export type Records = Readonly<Record<string, string>>;

const UIDS = { study: "1.2.826.0.1.77.1", series: "1.2.826.0.1.77.1.1", instance: "1.2.826.0.1.77.1.1.1" };

/** A referred and answered case with facts, messages, an image, an analysis and a file in quarantine. */
export async function makeRecords(willis: TestWillis): Promise<Records> {
  const { services, people, organisations } = willis;
  const { pool } = services;
  const spoke = { personId: people.spoke, organisationId: organisations.Spoke };
  const at = new Date();
  const patient = { name: PATIENT, identifier: IDENTIFIER, birthDate: "1945-03-12", sex: "F" };
  const question = "Mechanical thrombectomy for Carla?";
  const caseId = await createCase(
    pool,
    { kind: "stroke", toOrganisationId: organisations.Hub, patient, question },
    spoke,
    at,
  );
  const by = { id: people.spoke, name: "Dr spoke" };
  const fact = await addTypedFact(pool, caseId, { name: "nihss", value: 16 }, by, at);
  await addMessage(pool, caseId, "Daughter of Carla called.", people.spoke, at);
  const origin = { organisationId: organisations.Spoke, via: "upload", who: people.spoke, caseId } as const;
  const stored = await storeObject(services, image(), { ...origin, name: "image.dcm" });
  if (stored.state !== "stored") throw new Error(`the test image was not stored: ${JSON.stringify(stored)}`);
  const newer = await storeObject(services, image("CONFIDENTIAL^CARLA^M"), { ...origin, name: "newer.dcm" });
  if (newer.state !== "version") throw new Error(`the other bytes were not kept beside: ${JSON.stringify(newer)}`);
  const version = await pool.query("select id from instance_version where instance_id = $1", [newer.instanceId]);
  const { rows: patients } = await pool.query("select patient_ref as id from study where id = $1", [stored.studyId]);
  const deed = { ...spoke, reason: "typing error", at };
  const corrected = await correctPatient(pool, patients[0].id, { sex: "O" }, deed);
  const broken = await storeObject(services, brokenFile(), { ...origin, name: "broken.dcm" });
  if (broken.state !== "quarantined") throw new Error(`the broken file was not quarantined: ${JSON.stringify(broken)}`);
  await referCase(pool, caseId, spoke, at);
  const answering = {
    id: people.hub,
    login: "hub",
    name: "Dr hub",
    role: "interventionalist",
    organisationId: organisations.Hub,
    organisationName: "Hub",
    organisationKind: "hub",
    by: "token",
  } as const;
  const decision = await answerCase(services, caseId, { kind: "accept", option: "Mechanical thrombectomy" }, answering);
  const analysis = await pool.query(
    "insert into analysis (kind, series_id, state) values ('perfusion', $1, 'done') returning id",
    [stored.seriesId],
  );
  const project = await openProject(
    services,
    { name: "Records", options: [] },
    { id: people.spoke, organisationId: organisations.Spoke },
  );
  const exported = await makeExport(pool, project.id, [], 0, people.spoke);
  const peer = await pool.query(
    `insert into peer (organisation_id, ae_title, host, permissions, active)
     values ($1, 'RECORDS', '127.0.0.1', '{find}', false) returning id`,
    [organisations.Hub],
  );
  const transfer = await pool.query(
    `insert into transfer (organisation_id, peer_id, direction, study_uid, state)
     values ($1, $2, 'pull', $3, 'failed') returning id`,
    [organisations.Hub, peer.rows[0].id, UIDS.study],
  );
  const commitment = await pool.query(
    `insert into commitment (organisation_id, role, transaction_uid, ae_title, state)
     values ($1, 'provider', '1.2.826.0.1.77.9', 'RECORDS', 'failed') returning id`,
    [organisations.Hub],
  );
  const learned = await pool.query(
    `insert into learned_role (organisation_id, modality, station, protocol, description, role)
     values ($1, 'ct', 'records', '', 'records', 'NCCT') returning id`,
    [organisations.Spoke],
  );
  const layout = await pool.query(
    `insert into hanging_layout (organisation_id, created_by, for_all, name, layout)
     values ($1, $2, true, 'Records', '{"grid":"1","panes":[]}') returning id`,
    [organisations.Spoke, people.spoke],
  );
  const draft = await beginDraft(services, "aha-ais-2026", answering);
  const impact = await pool.query(
    `insert into impact_run (organisation_id, requested_by, asked, state)
     values ($1, $2, '{"draft":null,"before":null,"after":null,"pack":"aha-ais-2026","days":1}', 'done') returning id`,
    [organisations.Hub, people.hub],
  );
  const step = await pool.query("select id from scheduled_step where case_id = $1", [caseId]);
  return {
    ...UIDS,
    step: step.rows[0].id,
    commitment: commitment.rows[0].id,
    learned: learned.rows[0].id,
    layout: layout.rows[0].id,
    peer: peer.rows[0].id,
    transfer: transfer.rows[0].id,
    export: exported,
    case: caseId,
    fact,
    decision: decision.id,
    quarantine: broken.id,
    analysis: analysis.rows[0].id,
    patient: patients[0].id,
    with: patients[0].id,
    change: corrected.changeId,
    version: String(version.rows[0].id),
    key: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0ff",
    grade: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0fe",
    deviation: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0fc",
    trial: "tobas",
    mask: "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0fd",
    pack: "aha-ais-2026",
    draft,
    impact: impact.rows[0].id,
    hash: "sha256:0",
    service: "willis-patient-view",
    frames: "1",
    "*": "7FE00010",
  };
}

function image(name = "CONFIDENTIAL^CARLA"): Uint8Array {
  const pixels = new Uint8Array(16 * 16 * 2).map((_, i) => (i % 2 === 0 ? i : 0));
  return writePart10(
    dataSet({
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
      SOPInstanceUID: UIDS.instance,
      StudyInstanceUID: UIDS.study,
      SeriesInstanceUID: UIDS.series,
      StudyDate: "20261101",
      StudyTime: "042200",
      Modality: "CT",
      PatientName: name,
      PatientID: IDENTIFIER,
      PatientBirthDate: "19450312",
      PatientSex: "F",
      SeriesNumber: 1,
      InstanceNumber: 1,
      Rows: 16,
      Columns: 16,
      BitsAllocated: 16,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 0,
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      RescaleIntercept: 0,
      RescaleSlope: 1,
      WindowCenter: 128,
      WindowWidth: 256,
      PixelSpacing: [0.5, 0.5],
      ImagePositionPatient: [0, 0, 0],
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      PixelData: pixels,
    }),
  );
}

/** A DICOM prefix, and then nothing that can be read. */
function brokenFile(): Uint8Array {
  const bytes = new Uint8Array(600).fill(0xff);
  bytes.fill(0, 0, 128);
  bytes.set(new TextEncoder().encode("DICM"), 128);
  return bytes;
}
