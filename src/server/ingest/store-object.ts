import { problem, WillisError } from "../../core/errors.ts";
import type { StoredBlob } from "../blobs/blob-store.ts";
import type { Indexed } from "../db/archive/index-instance.ts";
import { insertQuarantine } from "../db/archive/quarantine.ts";
import { withIssuer } from "../db/patients/issuers.ts";
import type { Services } from "../http/services.ts";
import { logArrival } from "./arrival-log.ts";
import { arrived } from "./arrivals.ts";
import { indexQueued } from "./index-queue.ts";
import { type FirstLook, firstLook, readHeader } from "./read-header.ts";
import { sameDataSet } from "./same-data-set.ts";

/** Where an object came from. Kept with what is quarantined; `caseId` attaches its study to that case. */
export interface Origin {
  readonly organisationId: string;
  readonly via: "stow" | "upload" | "dimse" | "import" | "analysis" | "demo";
  /** Person id or calling AE title. */
  readonly who?: string;
  /** File name or path, as the sender gave it. */
  readonly name?: string;
  readonly caseId?: string;
  /** The study that the sender named: an object of another study is refused (to quarantine). */
  readonly studyUid?: string;
}

/** What became of an object: one of four, never nothing. `version`: same SOP Instance UID with other bytes, both kept. */
export type StoreResult =
  | {
      readonly state: "stored" | "duplicate" | "version";
      readonly sopClass: string;
      readonly sopUid: string;
      readonly seriesUid: string;
      readonly studyUid: string;
      readonly instanceId: number;
      readonly seriesId: number;
      readonly studyId: number;
      readonly warnings: readonly string[];
    }
  | {
      readonly state: "quarantined";
      readonly id: string;
      readonly name: string;
      readonly code: string;
      readonly reason: string;
    }
  | { readonly state: "ignored"; readonly name: string; readonly reason: string };

/** The part of Services that storing needs. */
export type ArchiveServices = Pick<Services, "pool" | "blobs" | "live">;

/** `given`: the chunks came from a socket and nobody else looks at them or at their memory afterwards. */
export interface Given {
  readonly given?: boolean;
}

/**
 * Frees the memory of a chunk now; garbage collection of half a gigabyte a second would cost more than all the rest. Of
 * several pieces of one chunk the last one does it.
 */
function letGo({ buffer, byteOffset, byteLength }: Uint8Array): void {
  if (byteOffset + byteLength !== buffer.byteLength || buffer.byteLength < SMALL || !(buffer instanceof ArrayBuffer))
    return;
  try {
    buffer.transfer(0);
  } catch {
    // the memory that Node shares among small buffers cannot be let go
  }
}
const SMALL = 4096;

/** An object whose bytes have all come. `keep` must be called, once. */
export interface Received {
  /** Makes it durable and indexes it; rejects when it may not be acknowledged: the disk or the database failed. */
  keep(): Promise<StoreResult>;
}

/**
 * Keeps one object: the bytes as received to a blob (hashed on the way, flushed to disk), the header parsed in a worker,
 * the index in one transaction. Resolves when all of it is durable. What does not parse is kept in quarantine with the
 * reason. Rejects only when nothing may be acknowledged: the source broke off, the disk or the database failed.
 */
export async function storeObject(
  services: ArchiveServices,
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  origin: Origin,
  given: Given = {},
): Promise<StoreResult> {
  const received = await receiveObject(services, source, origin, given);
  return received.keep();
}

/** The first half of `storeObject`: while this object is made durable, the next one of its sender can be received. */
export async function receiveObject(
  services: ArchiveServices,
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  origin: Origin,
  { given = false }: Given = {},
): Promise<Received> {
  const name = origin.name ?? "";
  const look = firstLook(name);
  const writer = await services.blobs.writer();
  const orAbort = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  };
  let bytes = 0;
  const reason = await orAbort(async () => {
    for await (const chunk of source instanceof Uint8Array ? [source] : source) {
      bytes += chunk.length;
      look.add(chunk);
      await writer.write(chunk);
      if (given) letGo(chunk);
    }
    return look.end();
  });
  const keep = async (): Promise<StoreResult> => {
    if (reason === null) return indexBlob(services, await writer.commit(), origin, look);
    await writer.abort();
    return { state: "ignored", name, reason };
  };
  return {
    async keep() {
      const result = await orAbort(keep);
      logArrival(services.pool, origin, result, bytes);
      return result;
    },
  };
}

/** Indexes an object whose bytes are durable already; `look` is what was read of it on the way. */
export async function indexBlob(
  services: ArchiveServices,
  blob: StoredBlob,
  origin: Origin,
  look?: FirstLook,
): Promise<StoreResult> {
  const name = origin.name ?? "";
  const answer = await readHeader(services.blobs, blob, look).catch((error: unknown) => {
    if (error instanceof WillisError && error.code !== "internal" && error.code !== "unavailable") return error;
    throw error;
  });
  if (answer instanceof WillisError) {
    const { code, detail } = problem(answer);
    const id = await insertQuarantine(services.pool, origin, blob, code, detail);
    return { state: "quarantined", id, name, code, reason: detail };
  }
  if (answer.status === "ignored") return { state: "ignored", name, reason: answer.reason };
  const { warnings } = answer;
  const entry = await withIssuer(services.pool, answer.entry, origin);
  if (origin.studyUid !== undefined && origin.studyUid !== entry.study.uid) {
    const reason = `It belongs to study ${entry.study.uid}, and was sent to ${origin.studyUid.slice(0, 64)}.`;
    const id = await insertQuarantine(services.pool, origin, blob, "conflict", reason);
    return { state: "quarantined", id, name, code: "conflict", reason };
  }
  const { organisationId } = origin;
  const indexed = await indexQueued(services.pool, { organisationId, entry, blob }, (key) =>
    sameDataSet(services.blobs, key, blob.key),
  );
  const told = await arrived(services, indexed, origin);
  const { sopClass, sopUid } = entry.instance;
  const { instanceId, seriesId, studyId } = indexed;
  const ids = {
    sopClass,
    sopUid,
    seriesUid: indexed.elsewhere?.seriesUid ?? entry.series.uid, // where it can be had
    studyUid: indexed.elsewhere?.studyUid ?? entry.study.uid,
    instanceId,
    seriesId,
    studyId,
  };
  return {
    state: indexed.state,
    ...ids,
    warnings: [...warnings, ...remarks(indexed, sopUid), ...told],
  };
}

function remarks(indexed: Indexed, sopUid: string): string[] {
  const said: string[] = [];
  if (indexed.state === "version") {
    said.push(
      `An object ${sopUid} with other content was there already: the first stays in use, this one is kept beside it.`,
    );
  }
  if (indexed.otherPatient !== null) said.push(indexed.otherPatient);
  const { elsewhere } = indexed;
  if (elsewhere) said.push(`It is known already, in series ${elsewhere.seriesUid} of study ${elsewhere.studyUid}.`);
  return said;
}
