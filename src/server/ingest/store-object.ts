import { problem, WillisError } from "../../core/errors.ts";
import { type Fragments, fragmentScan } from "../../dicom/frames.ts";
import type { BlobStore, StoredBlob } from "../blobs/blob-store.ts";
import { type Indexed, indexInstance } from "../db/archive/index-instance.ts";
import { insertQuarantine } from "../db/archive/quarantine.ts";
import type { Services } from "../http/services.ts";
import { arrived } from "./arrivals.ts";
import { whyIgnored } from "./ignored.ts";
import type { IndexAnswer, IndexTask } from "./index-worker.ts";
import { sameDataSet } from "./same-data-set.ts";
import { workerPool } from "./worker-pool.ts";

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

const FIRST_LOOK = 1 << 16; // kept in memory while the rest goes to disk

const parsers = workerPool<IndexTask, IndexAnswer>({
  file: new URL("./index-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 30_000,
  memoryMb: 512,
  complaint: { code: "not-dicom", message: "Reading its header took more time or memory than any real object needs." },
});

/**
 * Keeps one object: the bytes as received to a blob (hashed on the way, flushed to disk), the header parsed in a worker,
 * the index in one transaction. Resolves when all of it is durable. What does not parse is kept in quarantine with the
 * reason. Rejects only when nothing may be acknowledged: the source broke off, the disk or the database failed.
 */
export async function storeObject(
  services: ArchiveServices,
  source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  origin: Origin,
): Promise<StoreResult> {
  const name = origin.name ?? "";
  const writer = await services.blobs.writer();
  try {
    const head: Uint8Array[] = [];
    let size = 0;
    let kept = 0;
    for await (const chunk of source instanceof Uint8Array ? [source] : source) {
      if (kept < FIRST_LOOK) {
        const part = chunk.subarray(0, FIRST_LOOK - kept);
        head.push(part);
        kept += part.length;
      }
      size += chunk.length;
      await writer.write(chunk);
    }
    const start = new Uint8Array(Buffer.concat(head)); // memory of its own: a view would take its whole chunk along
    const reason = whyIgnored(name, start);
    if (reason) {
      await writer.abort();
      return { state: "ignored", name, reason };
    }
    const parsing = attempt(parsers.run({ head: start, size }));
    const blob = await writer.commit();
    return await indexBlob(services, blob, origin, { start, first: parsing });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

interface Outcome {
  readonly answer?: IndexAnswer;
  readonly error?: unknown;
}

/** A promise whose failure is looked at later, not reported as unhandled meanwhile. */
function attempt(promise: Promise<IndexAnswer>): Promise<Outcome> {
  return promise.then(
    (answer) => ({ answer }),
    (error) => ({ error }),
  );
}

/** Indexes an object whose bytes are durable already; `known` is what was read of it on the way. */
export async function indexBlob(
  services: ArchiveServices,
  blob: StoredBlob,
  origin: Origin,
  known?: { readonly start: Uint8Array; readonly first: Promise<Outcome> },
): Promise<StoreResult> {
  const name = origin.name ?? "";
  const answer = await parseBlob(services.blobs, blob, known).catch((error: unknown) => {
    if (error instanceof WillisError && error.code !== "internal" && error.code !== "unavailable") return error;
    throw error;
  });
  if (answer instanceof WillisError) {
    const { code, detail } = problem(answer);
    const id = await insertQuarantine(services.pool, origin, blob, code, detail);
    return { state: "quarantined", id, name, code, reason: detail };
  }
  if (answer.status === "ignored") return { state: "ignored", name, reason: answer.reason };
  const { entry, warnings } = answer;
  if (origin.studyUid !== undefined && origin.studyUid !== entry.study.uid) {
    const reason = `It belongs to study ${entry.study.uid}, and was sent to ${origin.studyUid.slice(0, 64)}.`;
    const id = await insertQuarantine(services.pool, origin, blob, "conflict", reason);
    return { state: "quarantined", id, name, code: "conflict", reason };
  }
  const indexed = await indexInstance(services.pool, origin.organisationId, entry, blob, (key) =>
    sameDataSet(services.blobs, key, blob.key),
  );
  const told = await arrived(services, indexed, origin);
  const { sopClass, sopUid } = entry.instance;
  const { instanceId, seriesId, studyId } = indexed;
  const ids = {
    sopClass,
    sopUid,
    seriesUid: entry.series.uid,
    studyUid: entry.study.uid,
    instanceId,
    seriesId,
    studyId,
  };
  return {
    state: indexed.state,
    ...ids,
    warnings: [...warnings, ...remarks(indexed, entry.patient.patientId, sopUid), ...told],
  };
}

function remarks(indexed: Indexed, patientId: string, sopUid: string): string[] {
  const said: string[] = [];
  if (indexed.state === "version") {
    said.push(
      `An object ${sopUid} with other content was there already: the first stays in use, this one is kept beside it.`,
    );
  }
  if (indexed.otherPatient !== null) {
    said.push(
      `Its study began with patient "${indexed.otherPatient}", this object says "${patientId}": check the patient.`,
    );
  }
  if (indexed.otherSeries !== null) said.push(`It is known already, in series ${indexed.otherSeries}.`);
  return said;
}

type Complete = Extract<IndexAnswer, { status: "complete" | "ignored" }>;

async function parseBlob(
  blobs: BlobStore,
  blob: StoredBlob,
  known?: { readonly start: Uint8Array; readonly first: Promise<Outcome> },
): Promise<Complete> {
  const { key, size } = blob;
  const upTo = async (length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const end = Math.min(length, size);
    return known && known.start.length >= end
      ? new Uint8Array(known.start.subarray(0, end))
      : new Uint8Array(await blobs.read(key, 0, end));
  };
  const run = async (length: number, fragments?: Fragments): Promise<IndexAnswer> => {
    const head = await upTo(length);
    return parsers.run({ head, size, ...(fragments ? { fragments } : {}) }, [head.buffer]);
  };
  let length = Math.min(FIRST_LOOK, size);
  const outcome = known ? await known.first : { answer: await run(length) };
  if (!outcome.answer) throw outcome.error;
  let { answer } = outcome;
  let fragments: Fragments | undefined;
  while (answer.status === "more" || answer.status === "fragments") {
    if (answer.status === "more") length = answer.bytes;
    else fragments = await scan(blobs, key, answer.offset, size);
    answer = await run(length, fragments);
  }
  return answer;
}

/** The fragments of encapsulated pixels: small reads in big steps, so that a run of gigabytes stays on disk. */
async function scan(blobs: BlobStore, key: string, start: number, size: number): Promise<Fragments> {
  const walk = fragmentScan(start, size);
  let step = walk.next();
  while (!step.done) step = walk.next(await blobs.read(key, step.value.offset, step.value.length));
  return step.value;
}
