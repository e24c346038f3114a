import type { ServerResponse } from "node:http";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { Context } from "./route.ts";

/** Bytes at hand, or a stretch of a blob that is read when its turn comes. */
export type Piece = Uint8Array | BlobRange;

export interface BlobRange {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
}

const CHUNK = 1 << 20;
const SMALL = 64 * 1024;
const KEPT = 24; // free chunks kept for the next answers
const PLENTY = 48; // chunks in use; beyond them an answer gets a short buffer of its own

const free: Buffer[] = [];
let used = 0;

/**
 * Answers with pieces one after the other, their length said before. The bytes go through a few reused buffers of 1 MB:
 * one is read while the other is written, so that a study costs two of them however large it is, and nothing is read
 * ahead of a slow client or for one that has gone. A fresh buffer for each answer would cost more in page faults and
 * garbage collection than the reading itself. Errors of the first read are thrown; later ones end the connection, as the
 * status is out.
 */
export async function sendPieces(context: Context, contentType: string, pieces: readonly Piece[]): Promise<void> {
  const { request, reply, services, signal } = context;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const source = reader(services.blobs, pieces);
  const first = await filled(source, length);
  if (signal.aborted) return give(first.buffer);
  if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  reply.type(contentType).header("content-length", length).hijack();
  reply.raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
  if (request.method === "HEAD") {
    give(first.buffer);
    reply.raw.end();
    return;
  }
  void pump(reply.raw, source, first, length, signal).catch((error: unknown) => {
    if (!signal.aborted) console.error(`${request.method} ${request.routeOptions.url ?? "?"} ended early:`, error);
    reply.raw.destroy();
  });
}

interface Chunk {
  readonly buffer: Buffer;
  readonly bytes: number;
}

type Reader = (into: Buffer) => Promise<number>;

async function pump(
  answer: ServerResponse,
  source: Reader,
  first: Chunk,
  length: number,
  signal: AbortSignal,
): Promise<void> {
  let left = length;
  for (let chunk = first; ; ) {
    left -= chunk.bytes;
    const written = write(answer, chunk, left === 0);
    if (left === 0) return written;
    const [next] = await Promise.all([filled(source, left), written]);
    if (signal.aborted) return give(next.buffer);
    chunk = next;
  }
}

/** Until the bytes are with the system; a buffer whose connection broke meanwhile is not used again. */
function write(answer: ServerResponse, { buffer, bytes }: Chunk, last: boolean): Promise<void> {
  return new Promise((done) => {
    const closed = (): void => {
      used--;
      done();
    };
    const written = (error?: Error | null): void => {
      if (error) return; // "close" follows
      answer.off("close", closed);
      give(buffer);
      done();
    };
    if (answer.destroyed) return closed();
    answer.once("close", closed);
    const view = buffer.subarray(0, bytes);
    if (last) answer.end(view, () => written());
    else answer.write(view, written);
  });
}

/** The next bytes of the source in a buffer. */
async function filled(source: Reader, left: number): Promise<Chunk> {
  const buffer = take(left);
  try {
    return { buffer, bytes: await source(buffer) };
  } catch (error) {
    give(buffer);
    throw error;
  }
}

/** Fills a buffer from the pieces, from where the last call ended; what one buffer holds is read at the same time. */
function reader(blobs: BlobStore, pieces: readonly Piece[]): Reader {
  let at = 0;
  let inside = 0;
  return async (into) => {
    const reads: Promise<void>[] = [];
    let bytes = 0;
    for (let piece = pieces[at]; piece && bytes < into.length; piece = pieces[at]) {
      const length = Math.min(piece.length - inside, into.length - bytes);
      if (piece instanceof Uint8Array) into.set(piece.subarray(inside, inside + length), bytes);
      else if (length > 0)
        reads.push(blobs.readInto(piece.key, piece.offset + inside, into.subarray(bytes, bytes + length)));
      bytes += length;
      inside += length;
      if (inside < piece.length) break;
      at++;
      inside = 0;
    }
    const results = await Promise.allSettled(reads); // all: none may write into a buffer that is used again
    for (const result of results) if (result.status === "rejected") throw result.reason;
    return bytes;
  };
}

function take(left: number): Buffer {
  const many = used++ >= PLENTY;
  if (left <= SMALL || many) return Buffer.allocUnsafeSlow(Math.min(left, SMALL));
  return free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
}

function give(buffer: Buffer): void {
  used--;
  if (buffer.length === CHUNK && free.length < KEPT) free.push(buffer);
}
