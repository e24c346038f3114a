import { randomUUID } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import type { Piece } from "../http/send-pieces.ts";

/** One part of a multipart body: read `body` before asking for the next; what is left unread is skipped. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: AsyncIterable<Uint8Array>;
}

const MOST_HEADER_BYTES = 16_384;
const EMPTY = Buffer.alloc(0);
const CR = 13;
const LF = 10;
const DASH = 45;

/**
 * Splits a multipart body (RFC 2046 5.1.1) as it arrives; holds one chunk and a delimiter's length, never a part.
 * Errors: `bad-request` when the body ends before its closing boundary, or when the head of a part cannot be read.
 */
export async function* splitMultipart(source: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  if (boundary === "" || boundary.length > 200)
    throw new WillisError("bad-request", "The multipart body names no boundary.");
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  const chunks = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.from("\r\n"); // so that the first delimiter may be the first line
  let ended = false; // the part under way has come to its delimiter

  async function fill(): Promise<boolean> {
    const { done, value } = await chunks.next();
    if (done) return false;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    return true;
  }
  async function have(bytes: number): Promise<boolean> {
    while (held.length < bytes) if (!(await fill())) return false;
    return true;
  }
  /** After the delimiter: its line goes on with "--", white space or the line end; anything else is content. */
  async function isDelimiter(at: number): Promise<boolean> {
    await have(at + delimiter.length + 2);
    const [a, b] = held.subarray(at + delimiter.length);
    return (a === DASH && b === DASH) || (a === CR && b === LF) || a === 32 || a === 9;
  }
  async function* content(): AsyncGenerator<Uint8Array> {
    for (let from = 0; ; ) {
      const at = held.indexOf(delimiter, from);
      if (at >= 0 && (await isDelimiter(at))) {
        const last = held.subarray(0, at);
        held = held.subarray(at + delimiter.length);
        ended = true;
        if (last.length > 0) yield last;
        return;
      }
      if (at >= 0) {
        from = at + 1;
        continue;
      }
      const sure = held.length - delimiter.length + 1;
      if (sure > 0) {
        const out = held.subarray(0, sure);
        held = held.subarray(sure);
        yield out;
      }
      from = 0;
      const tail = held;
      held = EMPTY;
      const more = await fill();
      if (!more) throw new WillisError("bad-request", "The multipart body ends before its closing boundary.");
      // A delimiter may begin in the tail: only then are tail and chunk joined, which copies the chunk.
      if (tail.length === 0) continue;
      const seam = Buffer.concat([tail, held.subarray(0, delimiter.length)]);
      if (held.length < delimiter.length || seam.includes(delimiter)) held = Buffer.concat([tail, held]);
      else yield tail;
    }
  }
  async function head(): Promise<Map<string, string>> {
    for (let from = 0; ; ) {
      const end = held.indexOf("\r\n\r\n", from);
      if (end >= 0) {
        const lines = held.subarray(0, end).toString("latin1").split("\r\n").slice(1); // the first is the delimiter's rest
        held = held.subarray(end + 4);
        return new Map(lines.map((line) => field(line)));
      }
      from = Math.max(0, held.length - 3);
      if (held.length > MOST_HEADER_BYTES)
        throw new WillisError("bad-request", "The head of a part is longer than 16 kB.");
      if (!(await fill())) throw new WillisError("bad-request", "The multipart body ends in the head of a part.");
    }
  }

  try {
    for await (const _ of content()); // the preamble
    for (;;) {
      await have(2);
      if (held[0] === DASH && held[1] === DASH) return;
      const headers = await head();
      ended = false;
      yield { headers, body: content() };
      // who gave up reading has closed its body: what is left of the part must not be taken for the head of the next
      if (!ended) for await (const _ of content());
    }
  } finally {
    await chunks.return?.(); // a source that is still held open could not be read to its end by anybody else
  }
}

function field(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 1) throw new WillisError("bad-request", `"${line.slice(0, 80)}" is no header of a part.`);
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** One part to be sent: its headers and its bytes, which may be fetched when their turn comes. */
export interface OutgoingPart {
  readonly contentType: string;
  readonly location?: string;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** A multipart/related body: its Content-Type and its bytes, part after part as they are taken. */
export function multipart(
  type: string,
  parts: AsyncIterable<OutgoingPart> | Iterable<OutgoingPart>,
  typeParams = "",
): { readonly contentType: string; readonly body: AsyncGenerator<Uint8Array> } {
  const boundary = newBoundary();
  async function* body(): AsyncGenerator<Uint8Array> {
    for await (const part of parts) {
      yield partHead(boundary, part);
      if (part.body instanceof Uint8Array) yield part.body;
      else yield* part.body;
    }
    yield lastBoundary(boundary);
  }
  return { contentType: contentTypeOf(type, typeParams, boundary), body: body() };
}

/** The same of parts whose bytes are at hand or lie in blobs, for `sendPieces`. */
export function multipartPieces(
  type: string,
  parts: readonly { readonly contentType: string; readonly location?: string; readonly pieces: readonly Piece[] }[],
  typeParams = "",
): { readonly contentType: string; readonly pieces: readonly Piece[] } {
  const boundary = newBoundary();
  const pieces = parts.flatMap((part): Piece[] => [partHead(boundary, part), ...part.pieces]);
  pieces.push(lastBoundary(boundary));
  return { contentType: contentTypeOf(type, typeParams, boundary), pieces };
}

/** Not to be guessed: an object that holds the boundary would be cut in two at the client. */
function newBoundary(): string {
  return `willis-${randomUUID()}`;
}

function contentTypeOf(type: string, params: string, boundary: string): string {
  return `multipart/related; type="${type}"${params}; boundary=${boundary}`;
}

function partHead(boundary: string, part: Pick<OutgoingPart, "contentType" | "location">): Buffer {
  const location = part.location ? `Content-Location: ${part.location}\r\n` : "";
  return Buffer.from(`\r\n--${boundary}\r\nContent-Type: ${part.contentType}\r\n${location}\r\n`, "latin1");
}

function lastBoundary(boundary: string): Buffer {
  return Buffer.from(`\r\n--${boundary}--\r\n`, "latin1");
}
