import { WillisError } from "../../core/errors.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import { contentType } from "./media-type.ts";
import type { Part } from "./multipart.ts";
import type { BulkPart } from "./stow-build.ts";
import type { BuiltObject, Names, StowAnswer, StowTask } from "./stow-worker.ts";

/** Bytes of metadata, and of all parts together, that one request may bring: the object is made in memory. */
const MOST_METADATA = 64 * 2 ** 20;
const MOST_BYTES = 256 * 2 ** 20;
/** Bytes that all such requests together may hold at a time. */
const MOST_HELD = 384 * 2 ** 20;
let heldBytes = 0;
const MOST_PARTS = 100_000;

const makers = workerPool<StowTask, StowAnswer>({
  file: new URL("./stow-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 30_000,
  memoryMb: 512,
  complaint: { code: "bad-request", message: "Reading this took more time or memory than any real object needs." },
});

/** A request of metadata and bulk data while its parts come (PS3.18 10.5.2). */
export interface MetadataRequest {
  readonly kind: "json" | "xml";
  readonly metadata: Uint8Array[];
  readonly bulk: BulkPart[];
  size: number;
}

export function metadataRequest(kind: "json" | "xml"): MetadataRequest {
  return { kind, metadata: [], bulk: [], size: 0 };
}

/** Takes one part in. Errors: `too-large`, `bad-request` for bulk data that does not say which it is. */
export async function takePart(request: MetadataRequest, { headers, body }: Part): Promise<void> {
  const { type, params } = contentType(headers.get("content-type"));
  const isMetadata =
    type === `application/dicom+${request.kind}` || (request.kind === "json" && type === "application/json");
  const bytes = await held(body, isMetadata ? MOST_METADATA : MOST_BYTES, request);
  if (isMetadata) {
    request.metadata.push(bytes);
    return;
  }
  const location = headers.get("content-location");
  if (location === undefined)
    throw new WillisError(
      "bad-request",
      `A part of type ${type} has no Content-Location: say which BulkDataURI it is.`,
    );
  if (request.bulk.length >= MOST_PARTS) throw new WillisError("too-large", `More than ${MOST_PARTS} parts came.`);
  const transferSyntax = params["transfer-syntax"];
  request.bulk.push({ location, mediaType: type, bytes, ...(transferSyntax === undefined ? {} : { transferSyntax }) });
}

/** Takes a body that is metadata alone. */
export async function takeBody(request: MetadataRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  request.metadata.push(await held(body, MOST_METADATA, request));
}

/** Gives back what a request holds, however it ended. */
export function release(request: MetadataRequest): void {
  heldBytes -= request.size;
  request.size = 0;
}

async function held(body: AsyncIterable<Uint8Array>, most: number, request: MetadataRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    request.size += chunk.length;
    heldBytes += chunk.length;
    if (heldBytes > MOST_HELD)
      throw new WillisError("unavailable", "Too many large requests with metadata at once: send it again in a while.", {
        retryAfter: 10,
      });
    if (size > most || request.size > MOST_BYTES)
      throw new WillisError(
        "too-large",
        `Metadata with bulk data may have ${MOST_BYTES} bytes in all, metadata alone ${MOST_METADATA}: send such objects as application/dicom.`,
      );
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size); // memory of its own, to be handed to the thread
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The objects of a request as Part 10 files, each or why not; made in a thread of limited time and memory. */
export async function builtObjects(request: MetadataRequest): Promise<readonly BuiltObject[]> {
  const { kind, metadata, bulk } = request;
  const memory = [...metadata, ...bulk.map((part) => part.bytes)].map((bytes) => bytes.buffer as ArrayBuffer);
  return (await makers.run({ kind, metadata, bulk }, memory)) as readonly BuiltObject[];
}

/** Which object the first bytes of a file speak of; nothing when they cannot be read. */
export async function namesOf(head: Uint8Array, size: number): Promise<Names> {
  return (await makers.run({ kind: "identify", head, size }).catch(() => ({}))) as Names;
}
