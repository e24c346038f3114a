import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { createInflate } from "node:zlib";
import { WillisError } from "../../core/index.ts";

/** Bits that all requests together may hold at a time. */
const MOST_HELD = 160 * 2 ** 20;
/** Deflated data is never longer than this beyond what it holds. */
const SLACK = 2 ** 16;
let held = 0;

/** The bits of a mask, with memory that `work` may hand over, and the digest of them. */
export interface MaskBits {
  readonly bits: Uint8Array<ArrayBuffer>;
  readonly digest: string;
}

/**
 * Inflates the body of a request (RFC 1950) piece by piece into the bits of `voxels` voxels and runs `work` on them: what
 * is longer is refused as soon as it shows. Errors: `bad-request` when it is no deflated data or not exactly as long;
 * `unavailable` while other masks fill the memory that is set aside for them.
 */
export async function withMaskBits<T>(
  body: AsyncIterable<Uint8Array>,
  voxels: number,
  work: (mask: MaskBits) => Promise<T>,
): Promise<T> {
  const size = Math.ceil(voxels / 8);
  if (held + size > MOST_HELD)
    throw new WillisError("unavailable", "Too many large masks come at once: send it again in a while.", {
      retryAfter: 10,
    });
  held += size;
  try {
    return await work(await inflatedTo(body, size, voxels));
  } finally {
    held -= size;
  }
}

async function inflatedTo(body: AsyncIterable<Uint8Array>, size: number, voxels: number): Promise<MaskBits> {
  const wrong = (said: string) =>
    new WillisError("bad-request", `${said}; ${voxels} voxels are ${size} bytes of bits, deflated (RFC 1950)`);
  const bits = new Uint8Array(size);
  const hash = createHash("sha256");
  let at = 0;
  const source = Readable.from(atMost(body, size + SLACK, wrong), { objectMode: false });
  const inflate = createInflate();
  source.on("error", (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    for await (const chunk of inflate as AsyncIterable<Uint8Array>) {
      if (at + chunk.length > size) throw wrong(`the mask has more than ${size} bytes`);
      bits.set(chunk, at);
      hash.update(chunk);
      at += chunk.length;
    }
  } catch (error) {
    if (error instanceof WillisError) throw error;
    throw wrong(`the mask cannot be inflated: ${error instanceof Error ? error.message : error}`);
  } finally {
    source.destroy();
    inflate.destroy();
  }
  if (at !== size) throw wrong(`the mask has ${at} bytes`);
  return { bits, digest: hash.digest("hex") };
}

async function* atMost(
  body: AsyncIterable<Uint8Array>,
  most: number,
  wrong: (said: string) => WillisError,
): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) throw wrong(`the mask comes in more than ${most} bytes`);
    yield chunk;
  }
}
