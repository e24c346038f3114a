import type { IncomingMessage } from "node:http";
import { WillisError } from "../../core/errors.ts";

const MOST_MS = 60_000;

/**
 * Reads the body of a request in pieces. When `work` fails before all of it has come, the rest is read and thrown away:
 * a client that is still sending would otherwise see a broken connection instead of the reason.
 */
export async function withBody<T>(
  request: IncomingMessage,
  work: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const coding = request.headers["content-encoding"] ?? "identity";
  if (coding !== "identity") {
    request.resume();
    throw new WillisError("unsupported-media", `Content-Encoding ${coding} is not read: send the object as it is.`);
  }
  const body: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  try {
    return await work(body);
  } finally {
    if (!request.readableEnded && !request.destroyed) {
      request.resume();
      const enough = setTimeout(() => request.destroy(), MOST_MS).unref();
      request.once("close", () => clearTimeout(enough));
    }
  }
}
