import { choosePriors, type FoundStudy, type JudgedStudy } from "../../cases/priors.ts";
import { compareIdentities } from "../../cases/two-identifiers.ts";
import { problem, WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, number, text, texts } from "../../dicom/data-set.ts";
import { addEvent } from "../db/cases/events.ts";
import { attachStudy } from "../db/cases/studies.ts";
import { readPeer } from "../db/peers/read-peer.ts";
import { queueTransfer } from "../db/peers/transfers.ts";
import { transaction } from "../db/pool.ts";
import {
  type Arrived,
  arrivedStudies,
  claimSearch,
  endSearch,
  expectPrior,
  type PriorSearch,
  queueSearches,
  settleExpected,
  studiesHere,
} from "../db/workflow/priors.ts";
import { findAt } from "./client/find.ts";
import { lookEvery } from "./looking.ts";
import type { DimseServices } from "./service.ts";
import { dimseSettings } from "./settings.ts";

const LOOK_MS = 2000;
/** What changed lately is looked at each time; the cases of a week now and then, as peers are added too. */
const LATELY_MINUTES = 10;
const WEEK_MINUTES = 7 * 24 * 60;
const WEEK_EVERY = 30;
const MOST_ANSWERS = 200;
/** Pauses after failed searches, s; then it is given up until somebody asks again. */
const PAUSES = [30, 120, 600, 1800];

/**
 * Earlier studies of the patients of cases: looks for them at the peers of both sides, queues the transfers of those that are
 * worth it, and attaches what has arrived. Rows in the database are the queue, so nothing is lost with this process.
 */
export function startPriors(services: DimseServices): { stop(): Promise<void> } {
  let looks = 0;
  return lookEvery(LOOK_MS, "priors", async (stopping) => {
    await queueSearches(services.pool, looks++ % WEEK_EVERY === 0 ? WEEK_MINUTES : LATELY_MINUTES);
    for (const one of await arrivedStudies(services.pool))
      await attach(services, one).catch((error: Error) => console.error(`study ${one.studyUid}: ${error.message}`));
    for (let next = await claimSearch(services.pool); next; next = await claimSearch(services.pool)) {
      await runSearch(services, next, stopping);
      if (stopping.aborted) return;
    }
  });
}

async function runSearch(services: DimseServices, search: PriorSearch, stopping: AbortSignal): Promise<void> {
  const { pool } = services;
  try {
    await searchAt(services, search, stopping);
  } catch (error) {
    if (stopping.aborted) return endSearch(pool, search.id, { state: "queued", message: "" });
    if (!(error instanceof WillisError)) console.error(`priors of case ${search.caseId}:`, error);
    const pause = PAUSES[search.attempts - 1];
    const message = problem(error).detail;
    await endSearch(pool, search.id, { state: pause ? "queued" : "failed", message, inSeconds: pause ?? 0 });
  }
  await services.live.publish({ type: "case", caseId: search.caseId, what: "images" });
}

/** Two identifiers must agree before anything is taken: a number alone may be somebody else's in another archive. */
async function searchAt(services: DimseServices, search: PriorSearch, signal: AbortSignal): Promise<void> {
  const { pool } = services;
  const peer = await readPeer(pool, search.peerId);
  if (!peer?.active) throw new WillisError("unavailable", "The peer is switched off.");
  const { patientId } = search.patient;
  if (/[*?\\]/.test(patientId))
    throw new WillisError("unavailable", `The number ${patientId} has signs that an archive takes for a pattern.`);
  const identifier = dataSet({
    ...{ QueryRetrieveLevel: "STUDY", PatientID: patientId, IssuerOfPatientID: "", PatientName: "" },
    ...{ PatientBirthDate: "", PatientSex: "", StudyInstanceUID: "", StudyDate: "", StudyDescription: "" },
    ...{ ModalitiesInStudy: "", BodyPartExamined: "", NumberOfStudyRelatedInstances: "" },
  });
  const answers = await findAt(peer, dimseSettings(pool), identifier, { most: MOST_ANSWERS, signal });
  const same = answers.found.filter((one) => isSame(one, search));
  const { chosen, left } = choosePriors(same.map(studyOf), search.kind);
  const here = await studiesHere(
    pool,
    search.organisationId,
    chosen.map(({ studyUid }) => studyUid),
  );
  await transaction(pool, async (sql) => {
    for (const study of chosen) {
      const by = { organisationId: search.organisationId, peerId: search.peerId, caseId: search.caseId };
      const wanted = { ...by, direction: "pull", method: "get", studyUid: study.studyUid, patientId } as const;
      const transferId = here.has(study.studyUid) ? null : await queueTransfer(sql, { ...wanted, requestedBy: null });
      await expectPrior(sql, search, transferId, study);
    }
    const message = wordsOf(answers.found.length - same.length, left, answers.cut);
    await endSearch(sql, search.id, { state: "done", found: same.length, chosen: chosen.length, message });
    if (same.length === 0 && answers.found.length === 0) return;
    const event = { kind: "priors", from: peer.aeTitle, found: same.length, chosen: chosen.length } as const;
    await addEvent(sql, search.caseId, event, null, new Date());
  });
}

function isSame(found: DataSet, { patient }: PriorSearch): boolean {
  const birth = /^(\d{4})(\d{2})(\d{2})$/.exec(text(found, "PatientBirthDate") ?? "");
  const theirs = {
    ...{ issuer: text(found, "IssuerOfPatientID") ?? "", patientId: text(found, "PatientID") ?? "" },
    ...{ name: text(found, "PatientName") ?? "", birthDate: birth ? birth.slice(1).join("-") : null },
    sex: text(found, "PatientSex") ?? "",
  };
  return (
    theirs.patientId.trim() === patient.patientId && compareIdentities(theirs, asDicom(patient)).verdict === "same"
  );
}

/** The name of a case is written by people ("Meyer, Anna"). */
function asDicom(patient: PriorSearch["patient"]): PriorSearch["patient"] {
  return { ...patient, name: patient.name.includes("^") ? patient.name : patient.name.replace(/\s*,\s*/, "^") };
}

function studyOf(found: DataSet): FoundStudy {
  return {
    studyUid: text(found, "StudyInstanceUID") ?? "",
    date: text(found, "StudyDate") ?? "",
    description: text(found, "StudyDescription") ?? "",
    bodyPart: text(found, "BodyPartExamined") ?? "",
    modalities: texts(found, "ModalitiesInStudy").filter(Boolean),
    images: number(found, "NumberOfStudyRelatedInstances") ?? null,
  };
}

function wordsOf(others: number, left: readonly JudgedStudy[], cut: boolean): string {
  const reasons = new Map<string, number>();
  for (const { why } of left) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  return [
    others > 0 ? `${others} under this number left: name or birth date do not agree, or are not known` : "",
    ...[...reasons].map(([why, count]) => `${count} left: ${why}`),
    cut ? `only the first ${MOST_ANSWERS} answers were looked at` : "",
  ]
    .filter(Boolean)
    .join("; ");
}

/** The wrong-patient guard has the last word: the objects themselves may say another patient than the query did. */
async function attach(services: DimseServices, one: Arrived): Promise<void> {
  try {
    await transaction(services.pool, async (sql) => {
      if (await settleExpected(sql, one, "")) await attachStudy(sql, one.caseId, one.studyId, null, new Date(), {});
    });
  } catch (error) {
    if (!(error instanceof WillisError) || error.code !== "conflict") throw error;
    await transaction(services.pool, async (sql) => {
      if (!(await settleExpected(sql, one, error.message))) return;
      const warning = `A study that came for this case was not attached. ${error.message}`;
      await addEvent(sql, one.caseId, { kind: "warning", text: warning }, null, new Date());
    });
  }
  await services.live.publish({ type: "case", caseId: one.caseId, what: "images" });
}
