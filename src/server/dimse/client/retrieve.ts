import { type DataSet, dataSet, number, texts } from "../../../dicom/data-set.ts";
import { COMMAND } from "../../../dicom/dimse.ts";
import { TS } from "../../../dicom/transfer-syntax.ts";
import { writeDataSet } from "../../../dicom/write.ts";
import type { Progress } from "../../db/peers/transfers.ts";
import { dispatcher } from "../dispatch.ts";
import { QUERY_CLASSES } from "../query-model.ts";
import type { DimseServices } from "../service.ts";
import { store } from "../services/store.ts";
import type { Answer, Session } from "../session.ts";
import type { DimseSettings } from "../settings.ts";
import { type Callee, type CallOptions, withPeer } from "./connect.ts";
import { failure } from "./find.ts";
import { storageContexts } from "./storage-contexts.ts";

/** What to get of a peer. */
export interface Retrieval {
  readonly studyUid: string;
  readonly seriesUid?: string | null;
  readonly patientId?: string;
}

export interface RetrieveOptions {
  /** Ask the peer to stop (C-CANCEL). */
  readonly signal: AbortSignal;
  /** Stop at once, with A-ABORT. */
  readonly abort: AbortSignal;
  readonly onProgress: (now: Progress) => void;
}

/** How it ended, by the count of the peer. */
export interface Retrieved extends Progress {
  readonly failedUids: readonly string[];
}

const SILENCE_MS = 10 * 60_000; // a peer may fetch from a tape before its first response

/** C-GET: the objects come on our own association and are stored for `organisationId` as they come. */
export function getFrom(
  peer: Callee,
  settings: DimseSettings,
  services: DimseServices,
  organisationId: string,
  wanted: Retrieval,
  options: RetrieveOptions,
): Promise<Retrieved> {
  const { contexts, roles } = storageContexts();
  const model = QUERY_CLASSES.study.get;
  const caller = {
    aeTitle: peer.aeTitle,
    organisationId,
    permissions: new Set(["store"] as const),
    peer: null,
    known: true,
  };
  const call: CallOptions = {
    contexts: [{ abstractSyntax: model, transferSyntaxes: [TS.ExplicitLittle, TS.ImplicitLittle] }, ...contexts],
    roles,
    requests: (session: Session) =>
      dispatcher(session, [store], {
        services,
        ownAeTitle: settings.aeTitle,
        caller: () => caller,
        remote: peer.host,
        audit: null,
      }),
  };
  return retrieve(peer, settings, call, { field: COMMAND.get, model, fields: {} }, wanted, options);
}

/** C-MOVE to ourselves: the peer opens an association to our listener, under its own AE title. */
export function moveFrom(
  peer: Callee,
  settings: DimseSettings,
  wanted: Retrieval,
  options: RetrieveOptions,
): Promise<Retrieved> {
  const model = QUERY_CLASSES.study.move;
  const contexts = [{ abstractSyntax: model, transferSyntaxes: [TS.ExplicitLittle, TS.ImplicitLittle] }];
  const asked = { field: COMMAND.move, model, fields: { MoveDestination: settings.aeTitle } };
  return retrieve(peer, settings, { contexts }, asked, wanted, options);
}

function retrieve(
  peer: Callee,
  settings: DimseSettings,
  call: CallOptions,
  asked: { field: number; model: string; fields: Record<string, string> },
  wanted: Retrieval,
  { signal, abort, onProgress }: RetrieveOptions,
): Promise<Retrieved> {
  return withPeer(peer, settings, { ...call, signal: abort }, async ({ session }) => {
    const context = session.dimse.contextFor(asked.model);
    const data = writeDataSet(identifierOf(wanted), context.transferSyntax);
    let last: Retrieved = { total: null, completed: 0, warnings: 0, failed: 0, failedUids: [] };
    const request = { field: asked.field, context, fields: { Priority: 0, ...asked.fields }, data };
    for await (const answer of session.ask({ ...request, cancel: signal, silenceMs: SILENCE_MS })) {
      last = countsOf(answer, last);
      onProgress(last);
      const { status } = answer;
      const fine = status === 0xff00 || status === 0 || status === 0xb000 || status === 0xfe00;
      if (!fine && last.failed === 0)
        throw failure(asked.field === COMMAND.get ? "C-GET" : "C-MOVE", status, answer.command);
    }
    return last;
  });
}

function identifierOf({ studyUid, seriesUid, patientId }: Retrieval): DataSet {
  return dataSet({
    QueryRetrieveLevel: seriesUid ? "SERIES" : "STUDY",
    PatientID: patientId || undefined,
    StudyInstanceUID: studyUid,
    SeriesInstanceUID: seriesUid || undefined,
  });
}

function countsOf({ command, dataSet: identifier }: Answer, before: Retrieved): Retrieved {
  const count = (keyword: string): number | undefined => number(command, keyword);
  const completed = count("NumberOfCompletedSuboperations") ?? before.completed;
  const warnings = count("NumberOfWarningSuboperations") ?? before.warnings;
  const failed = count("NumberOfFailedSuboperations") ?? before.failed;
  const remaining = count("NumberOfRemainingSuboperations");
  const done = completed + warnings + failed;
  const total = remaining === undefined ? (before.total ?? done) : remaining + done;
  const failedUids = identifier ? texts(identifier, "FailedSOPInstanceUIDList").filter(Boolean) : [];
  return { total: Math.max(total, done), completed, warnings, failed, failedUids };
}
