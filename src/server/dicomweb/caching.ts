import type { Context } from "../http/route.ts";
import { varyBy } from "../http/vary.ts";

/**
 * Marks an answer that hardly ever changes: a stored object is what it is, until somebody decides that another version
 * of it counts. Kept for a minute by the browser of this person only, then asked for by its tag. True when the client has
 * it already; then nothing more is to be sent.
 */
export function unchanging({ request, reply }: Context, etag: string): boolean {
  varyBy(reply, "accept").header("cache-control", "private, max-age=60");
  return notModified({ request, reply }, etag);
}

/** Marks an answer that may grow: the client asks each time, and is told "not modified" when it has it. */
export function revalidated({ request, reply }: Context, etag: string): boolean {
  varyBy(reply, "accept", "accept-encoding").header("cache-control", "private, no-cache");
  return notModified({ request, reply }, etag);
}

function notModified({ request, reply }: Pick<Context, "request" | "reply">, etag: string): boolean {
  reply.header("etag", etag);
  const given = (request.headers["if-none-match"] ?? "").split(",").map((one) => one.trim().replace(/^W\//, ""));
  if (!given.includes(etag) && !given.includes("*")) return false;
  reply.code(304).send();
  return true;
}

/** Bytes as Fastify sends them, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
