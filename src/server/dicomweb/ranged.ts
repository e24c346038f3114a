import { WillisError } from "../../core/errors.ts";
import type { Context } from "../http/route.ts";
import { type Piece, sendPieces } from "../http/send-pieces.ts";

/** The bytes that were asked for, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The one range of a Range header (RFC 9110 14.2); undefined when the whole is to be sent: no header, another unit,
 * several ranges, or none that can be read. Errors: `not-satisfiable` when it lies behind the end.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const asked = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? "");
  if (!asked) return undefined;
  const [from = "", to = ""] = asked.slice(1);
  if (from === "" && to === "") return undefined;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  if (first >= size || (from === "" && Number(to) === 0))
    throw new WillisError("not-satisfiable", `${asked[0]} lies outside the ${size} bytes that there are.`);
  return { first, last };
}

/**
 * Answers with one representation, or with the range of it that was asked for (PS3.18 8.6: only of single parts): 206 with
 * Content-Range, 416 with the size. `etag` is that of the whole: a range that was meant for another (If-Range) is not cut.
 */
export function sendRanged(
  context: Context,
  contentType: string,
  pieces: readonly Piece[],
  etag: string,
): Promise<void> {
  const { request, reply } = context;
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  reply.header("accept-ranges", "bytes");
  const sameAs = request.headers["if-range"];
  const asked = sameAs === undefined || sameAs === etag ? request.headers.range : undefined;
  let range: ByteRange | undefined;
  try {
    range = byteRange(asked, size);
  } catch (error) {
    reply.header("content-range", `bytes */${size}`);
    throw error;
  }
  if (!range) return sendPieces(context, contentType, pieces);
  reply.code(206).header("content-range", `bytes ${range.first}-${range.last}/${size}`);
  return sendPieces(context, contentType, cut(pieces, range));
}

function cut(pieces: readonly Piece[], { first, last }: ByteRange): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const from = Math.max(0, first - at);
    const to = Math.min(piece.length, last + 1 - at);
    at += piece.length;
    if (from >= to) continue;
    if (piece instanceof Uint8Array) out.push(piece.subarray(from, to));
    else out.push({ key: piece.key, offset: piece.offset + from, length: to - from });
  }
  return out;
}
