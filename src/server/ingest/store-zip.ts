import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { WillisError } from "../../core/errors.ts";
import { type Channel, channel } from "./channel.ts";
import { type ArchiveServices, type Origin, type StoreResult, storeObject } from "./store-object.ts";

/** What an archive may unfold to: an honest one of CT images stays far below. */
export interface ZipLimits {
  readonly files: number;
  readonly bytes: number;
  /** Unpacked to packed, beyond the first 64 MiB. */
  readonly ratio: number;
}

export const ZIP_LIMITS: ZipLimits = { files: 50_000, bytes: 64 * 2 ** 30, ratio: 200 };

const FREE = 64 * 2 ** 20;
const STEP = 65_536;
const AT_ONCE = 4;
const AHEAD = 4 * 2 ** 20;
/** The record that ends every archive, and how far from the end it may begin (22 bytes and a comment). */
const END_RECORD = Buffer.from([0x50, 0x4b, 5, 6]);
const END_WITHIN = 22 + 65_535;

/**
 * Stores every file of a zip archive as it arrives, without keeping the archive or a whole file of it in memory: each
 * one by `storeObject`. `found` is called for each. Errors: `too-large` when it unfolds beyond its limits,
 * `bad-request` when it is no zip, damaged or cut off; what was stored until then stays stored.
 */
export async function storeZip(
  services: ArchiveServices,
  source: AsyncIterable<Uint8Array>,
  origin: Origin,
  found: (result: StoreResult) => void,
  limits: ZipLimits = ZIP_LIMITS,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let open: Channel | null = null;
  let failure: unknown = null;
  let files = 0;
  let packed = 0;
  let unpacked = 0;
  let tail = Buffer.alloc(0);

  function store(name: string, content: Channel): void {
    const one = storeObject(services, content.chunks, { ...origin, name })
      .then(found)
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => running.delete(one));
    running.add(one);
  }
  const unzip = new Unzip((file) => {
    const { name } = file;
    if (++files > limits.files)
      throw new WillisError("too-large", `The archive holds more than ${limits.files} files.`);
    if (name.endsWith("/")) return; // a folder
    if (file.compression !== 0 && file.compression !== 8) {
      found({ state: "ignored", name, reason: "packed by a method that cannot be read: pack it as a plain zip" });
      return;
    }
    const content = channel();
    open = content;
    file.ondata = (error, data, final) => {
      if (failure) return; // what is thrown in here would come back as a fault of the archive
      if (error) failure = new WillisError("bad-request", `The archive is damaged in ${name.slice(0, 200)}.`);
      unpacked += data.length;
      if (unpacked > limits.bytes || (unpacked > FREE && unpacked > packed * limits.ratio)) {
        failure = new WillisError(
          "too-large",
          `The archive unfolds to ${unpacked} bytes from ${packed}: more than it may.`,
        );
      }
      if (failure) return;
      content.push(data.slice());
      if (!final) return;
      content.end();
      open = null;
    };
    store(name, content);
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);

  const push = async (bytes: Uint8Array, last: boolean): Promise<void> => {
    unzip.push(bytes, last);
    if (open) await (open as Channel).taken(AHEAD);
    while (running.size > AT_ONCE) await Promise.race(running);
    if (failure) throw failure;
  };
  try {
    for await (const chunk of source) {
      if (packed === 0 && chunk.length > 1 && !(chunk[0] === 0x50 && chunk[1] === 0x4b)) {
        throw new WillisError("bad-request", "This is no zip archive.");
      }
      for (let at = 0; at < chunk.length; at += STEP) {
        const piece = chunk.subarray(at, at + STEP);
        packed += piece.length;
        tail = Buffer.concat([tail, piece]).subarray(-END_WITHIN);
        await push(piece, false);
      }
    }
    if (packed === 0) throw new WillisError("bad-request", "The archive is empty.");
    await push(new Uint8Array(0), true);
    if (open || !tail.includes(END_RECORD)) {
      throw new WillisError("bad-request", `The archive is cut off or damaged: it ends after ${files} files.`);
    }
  } catch (error) {
    const known = error instanceof WillisError ? error : damaged(error);
    if (open) (open as Channel).end(known);
    await Promise.all(running);
    throw known;
  }
  await Promise.all(running);
  if (failure) throw failure;
}

function damaged(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code; // fflate numbers its errors
  return typeof code === "number"
    ? new WillisError("bad-request", `The archive is damaged: ${(error as Error).message}.`)
    : error;
}
