import { type DataSet, dataSet, items, number, text } from "./data-set.ts";
import { isUid } from "./uid.ts";

/** Storage Commitment Push Model (PS3.4 annex J): its SOP class, its one instance, its action and its events. */
export const COMMITMENT = {
  sopClass: "1.2.840.10008.1.20.1",
  instance: "1.2.840.10008.1.20.1.1",
  request: 1,
  allCommitted: 1,
  someFailed: 2,
} as const;

/** Values of Failure Reason (0008,1197) by PS3.3 C.14.1.1. */
export const FAILURE_REASON = {
  processingFailure: 0x0110,
  noSuchInstance: 0x0112,
  resourceLimitation: 0x0213,
  sopClassNotSupported: 0x0122,
  classInstanceConflict: 0x0119,
  duplicateTransaction: 0x0131,
} as const;

/** An object that is asked about, or that an answer speaks of. */
export interface ReferencedObject {
  readonly sopClass: string;
  readonly sopUid: string;
}

/** One object of an answer: `reason` 0 when it is committed, else its Failure Reason. */
export interface CommittedObject extends ReferencedObject {
  readonly reason: number;
}

/**
 * Action Information of a request (PS3.4 table J.3-1). A string says what is wrong with it: no transaction UID, no
 * objects, an object without class or instance, the same object twice, more than `most`.
 */
export function commitmentRequest(
  ds: DataSet,
  most: number,
): { readonly transactionUid: string; readonly objects: readonly ReferencedObject[] } | string {
  const transactionUid = text(ds, "TransactionUID") ?? "";
  if (!isUid(transactionUid)) return `Transaction UID is "${transactionUid.slice(0, 64)}"`;
  const objects: ReferencedObject[] = [];
  const seen = new Set<string>();
  for (const item of items(ds, "ReferencedSOPSequence")) {
    const object = referenced(item);
    if (!object) return "an item of Referenced SOP Sequence has no class or instance";
    if (seen.has(object.sopUid)) continue; // asked twice is answered once
    seen.add(object.sopUid);
    objects.push(object);
    if (objects.length > most) return `more than ${most} objects are asked about`;
  }
  if (objects.length === 0) return "Referenced SOP Sequence is empty";
  return { transactionUid, objects };
}

/** Action Information that asks for commitment of these objects. */
export function askForCommitment(transactionUid: string, objects: readonly ReferencedObject[]): DataSet {
  return dataSet({ TransactionUID: transactionUid, ReferencedSOPSequence: objects.map(reference) });
}

/** Event Information of the answer, and its Event Type ID (PS3.4 table J.3-2). */
export function commitmentReport(
  transactionUid: string,
  objects: readonly CommittedObject[],
  retrieveAeTitle: string,
): { readonly eventTypeId: number; readonly report: DataSet } {
  const committed = objects.filter(({ reason }) => reason === 0);
  const failed = objects.filter(({ reason }) => reason !== 0);
  const report = dataSet({
    TransactionUID: transactionUid,
    RetrieveAETitle: retrieveAeTitle,
    ReferencedSOPSequence: committed.length > 0 ? committed.map(reference) : undefined,
    FailedSOPSequence:
      failed.length > 0
        ? failed.map((object) => new Map([...reference(object), ...dataSet({ FailureReason: object.reason })]))
        : undefined,
  });
  return { eventTypeId: failed.length > 0 ? COMMITMENT.someFailed : COMMITMENT.allCommitted, report };
}

/** What an answer says of each object. A string says what is wrong with it. */
export function readReport(
  ds: DataSet,
): { readonly transactionUid: string; readonly objects: readonly CommittedObject[] } | string {
  const transactionUid = text(ds, "TransactionUID") ?? "";
  if (!isUid(transactionUid)) return `Transaction UID is "${transactionUid.slice(0, 64)}"`;
  const objects: CommittedObject[] = [];
  for (const [sequence, committed] of [
    ["ReferencedSOPSequence", true],
    ["FailedSOPSequence", false],
  ] as const) {
    for (const item of items(ds, sequence)) {
      const object = referenced(item);
      if (!object) return `an item of ${sequence} has no class or instance`;
      const reason = number(item, "FailureReason") || FAILURE_REASON.processingFailure;
      objects.push({ ...object, reason: committed ? 0 : reason });
    }
  }
  return { transactionUid, objects };
}

function referenced(item: DataSet): ReferencedObject | null {
  const sopClass = text(item, "ReferencedSOPClassUID") ?? "";
  const sopUid = text(item, "ReferencedSOPInstanceUID") ?? "";
  return isUid(sopClass) && isUid(sopUid) ? { sopClass, sopUid } : null;
}

function reference({ sopClass, sopUid }: ReferencedObject): DataSet {
  return dataSet({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: sopUid });
}

const WORDS: Readonly<Record<number, string>> = {
  [FAILURE_REASON.processingFailure]: "could not be read back whole",
  [FAILURE_REASON.noSuchInstance]: "is not there",
  [FAILURE_REASON.resourceLimitation]: "there is no room for it",
  [FAILURE_REASON.sopClassNotSupported]: "is of a class that is not kept",
  [FAILURE_REASON.classInstanceConflict]: "is there with another SOP class",
  [FAILURE_REASON.duplicateTransaction]: "was asked under a transaction that is in use",
};

/** A Failure Reason in words, with its code. */
export function failureWords(reason: number): string {
  const code = reason.toString(16).toUpperCase().padStart(4, "0");
  return WORDS[reason] ? `${WORDS[reason]} (${code})` : `failed with reason ${code}`;
}
