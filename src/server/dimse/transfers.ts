import { randomUUID } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import { uidOfUuid } from "../../dicom/uid.ts";
import { instancesToRetrieve } from "../db/archive/retrieve-instances.ts";
import type { Peer } from "../db/peers/peer.ts";
import { readPeer } from "../db/peers/read-peer.ts";
import {
  claimTransfer,
  finishTransfer,
  type Progress,
  type Transfer,
  transferProgress,
} from "../db/peers/transfers.ts";
import { createCommitment } from "../db/workflow/commitments.ts";
import { getFrom, moveFrom, type Retrieved, type RetrieveOptions } from "./client/retrieve.ts";
import { sendObjects } from "./client/send.ts";
import { lookEvery } from "./looking.ts";
import type { DimseServices } from "./service.ts";
import { dimseSettings } from "./settings.ts";
import { SubOperations } from "./sub-operations.ts";

const LOOK_MS = 1000;
const BEAT_MS = 2000;
const GRACE_MS = 2000;
const AT_ONCE = 2;
const MOST_OBJECTS = 50_000;
const MOST_ATTEMPTS = 3;

/**
 * Works on queued transfers, two at a time in this process. The row in the database is the queue: what a process leaves
 * behind when it is killed is taken up half a minute later by any other, or by itself after a restart, from its beginning
 * (objects that are there already are not stored twice). `stop` hands back what runs.
 */
export function startTransfers(services: DimseServices): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const looking = lookEvery(LOOK_MS, "transfers", async (stopping) => {
    while (running.size < AT_ONCE && !stopping.aborted) {
      const transfer = await claimTransfer(services.pool);
      if (!transfer) return;
      const work = runTransfer(services, transfer, stopping).catch((error: unknown) =>
        console.error(`transfer ${transfer.id}: ${error instanceof Error ? error.message : error}`),
      );
      running.add(work);
      void work.finally(() => running.delete(work));
    }
  });
  return {
    async stop() {
      await looking.stop();
      await Promise.all(running);
    },
  };
}

async function runTransfer(services: DimseServices, transfer: Transfer, stopping: AbortSignal): Promise<void> {
  const { pool } = services;
  const lost = new AbortController();
  let now: Progress = { total: null, completed: 0, warnings: 0, failed: 0 };
  const beat = setInterval(() => {
    transferProgress(pool, transfer, now).then(
      (own) => own || lost.abort(),
      (error: Error) => console.error(`transfer ${transfer.id}: ${error.message}`),
    );
  }, BEAT_MS);
  const signal = AbortSignal.any([stopping, lost.signal]);
  const hard = new AbortController(); // a peer that does not listen to C-CANCEL does not hold us
  signal.addEventListener("abort", () => void setTimeout(() => hard.abort(), GRACE_MS).unref(), { once: true });
  const onProgress = (next: Progress): void => {
    now = { total: next.total, completed: next.completed, warnings: next.warnings, failed: next.failed };
  };
  try {
    if (transfer.attempts > MOST_ATTEMPTS)
      throw new WillisError("unavailable", `It was begun ${MOST_ATTEMPTS} times and never came to an end.`);
    const end = await (transfer.direction === "push" ? push : pull)(services, transfer, {
      ...{ signal, abort: hard.signal, onProgress },
    });
    onProgress(end);
    const { failedUids, message } = end;
    const state = stopping.aborted ? "queued" : end.failed > 0 ? "failed" : "done";
    await finishTransfer(pool, transfer, { ...now, state, failedUids, message });
  } catch (error) {
    const message = error instanceof WillisError ? error.message : "A fault of ours: the log of the server says more.";
    if (!(error instanceof WillisError)) console.error(`transfer ${transfer.id}:`, error);
    const state = stopping.aborted ? "queued" : "failed";
    await finishTransfer(pool, transfer, { ...now, state, failedUids: [], message });
  } finally {
    clearInterval(beat);
  }
}

type Ended = Retrieved & { message: string };

async function peerOf(services: DimseServices, transfer: Transfer) {
  const peer = await readPeer(services.pool, transfer.peerId);
  if (!peer?.active)
    throw new WillisError("unavailable", `${transfer.aeTitle} is switched off: switch it on to retry.`);
  return peer;
}

async function push(services: DimseServices, transfer: Transfer, options: RetrieveOptions): Promise<Ended> {
  const peer = await peerOf(services, transfer);
  const { organisationId, studyUid, seriesUid } = transfer;
  const wanted = { studies: [studyUid], ...(seriesUid ? { series: [seriesUid] } : {}) };
  const files = await instancesToRetrieve(services.pool, organisationId, wanted, MOST_OBJECTS);
  if (files.length === 0) throw new WillisError("not-found", "There is nothing to send: the study is not here.");
  if (files.length > MOST_OBJECTS)
    throw new WillisError("too-large", `The study has more than ${MOST_OBJECTS} objects: send it series by series.`);
  const counts = new SubOperations(files.length);
  const progress = (): Progress => ({
    ...{ total: files.length, completed: counts.completed, warnings: counts.warnings, failed: counts.failed },
  });
  await sendObjects(peer, dimseSettings(services.pool), services, files, counts, {
    ...{ signal: options.signal, abort: options.abort },
    onProgress: () => options.onProgress(progress()),
  });
  if (!options.signal.aborted) await askCommitment(services, transfer, peer, files, counts);
  const message =
    counts.failed > 0 ? `${counts.failed} of ${files.length} objects were not taken: ${counts.lastFailure}` : "";
  return { ...progress(), failedUids: counts.failedUids, message };
}

/** A peer that serves storage commitment is asked for it, for what it took. */
async function askCommitment(
  { pool }: DimseServices,
  { id: transferId, organisationId, aeTitle }: Transfer,
  peer: Peer,
  files: readonly { readonly sopUid: string; readonly sopClass: string }[],
  counts: SubOperations,
): Promise<void> {
  const failed = new Set(counts.failedUids);
  const objects = files.filter(({ sopUid }) => !failed.has(sopUid));
  if (!peer.permissions.includes("commit") || objects.length === 0) return;
  const transactionUid = uidOfUuid(randomUUID());
  const by = { organisationId, aeTitle, transferId, role: "user" } as const;
  await createCommitment(pool, { ...by, transactionUid, objects, claimed: false });
}

/** By C-GET; a peer that does not serve it is asked for C-MOVE. */
async function pull(services: DimseServices, transfer: Transfer, options: RetrieveOptions): Promise<Ended> {
  const peer = await peerOf(services, transfer);
  const settings = dimseSettings(services.pool);
  const byMove = () => moveFrom(peer, settings, transfer, options);
  const byGet = () => getFrom(peer, settings, services, transfer.organisationId, transfer, options);
  const end =
    transfer.method === "move"
      ? await byMove()
      : await byGet().catch((error: unknown) => {
          if (error instanceof WillisError && error.code === "not-acceptable") return byMove();
          throw error;
        });
  const kept = await instancesToRetrieve(
    services.pool,
    transfer.organisationId,
    { studies: [transfer.studyUid], ...(transfer.seriesUid ? { series: [transfer.seriesUid] } : {}) },
    MOST_OBJECTS,
  );
  const sent = end.completed + end.warnings;
  if (kept.length < sent) {
    const message = `${peer.aeTitle} says that it sent ${sent} objects, ${kept.length} are here: look into quarantine.`;
    return { ...end, failed: Math.max(end.failed, sent - kept.length), message };
  }
  if (end.failed > 0) return { ...end, message: `${peer.aeTitle} could not send ${end.failed} objects.` };
  return { ...end, message: sent === 0 ? `${peer.aeTitle} has no such study for us.` : "" };
}
