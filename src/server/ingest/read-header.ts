import { WillisError } from "../../core/errors.ts";
import { type Fragments, fragmentScan, type Span } from "../../dicom/frames.ts";
import type { BlobStore, StoredBlob } from "../blobs/blob-store.ts";
import type { StoredPixels } from "../db/archive/stored-pixels.ts";
import { whyIgnored } from "./ignored.ts";
import type { IndexAnswer, IndexTask } from "./index-worker.ts";
import { workerPool } from "./worker-pool.ts";

const FIRST_LOOK = 1 << 15; // bytes: holds the header of nearly every object up to its pixels

const parsers = workerPool<IndexTask, IndexAnswer>({
  file: new URL("./index-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 30_000,
  memoryMb: 512,
  complaint: { code: "not-dicom", message: "Reading its header took more time or memory than any real object needs." },
});

export type ReadHeader = Extract<IndexAnswer, { status: "complete" | "ignored" }>;

/** The beginning of an object on its way to disk: parsed while the rest still comes. */
export interface FirstLook {
  add(chunk: Uint8Array): void;
  /** Nothing more comes: why the object is left out, or null. */
  end(): string | null;
  /** What was read of the header; undefined when it must be read again. */
  answer(size: number): Promise<ReadHeader | { readonly status: "fragments"; readonly offset: number } | undefined>;
}

export function firstLook(name: string): FirstLook {
  let head = new Uint8Array(FIRST_LOOK); // memory of its own: handed over to the worker, not copied
  let held = 0;
  let ignored: string | null | undefined;
  let whole = false;
  let parsing: Promise<IndexAnswer | null> | undefined;
  const start = (size?: number): void => {
    ignored = whyIgnored(name, head.subarray(0, held));
    if (ignored !== null) return;
    if (held < head.length) head = head.slice(0, held);
    parsing = parsers.run({ head, ...(size === undefined ? {} : { size }) }, [head.buffer]).catch((error) => {
      if (size !== undefined) throw error;
      return null; // looked at again with all there is to know: where the file ends may make it readable
    });
    parsing.catch(() => {}); // heard of when it is asked for
  };
  return {
    add(chunk) {
      if (parsing || ignored !== undefined) return;
      const part = chunk.subarray(0, FIRST_LOOK - held);
      head.set(part, held);
      held += part.length;
      if (held === FIRST_LOOK) start();
    },
    end() {
      if (ignored === undefined) {
        whole = true;
        start(held);
      }
      return ignored ?? null;
    },
    async answer(size) {
      const early = await parsing;
      if (!early || early.status === "more") return undefined;
      if (whole || early.status !== "complete") return early;
      const pixels = early.entry.instance.pixels as StoredPixels | null;
      // read without knowing where the file ends: it stands when the pixels, which come last, are all there
      return pixels && !pixels.encapsulated && pixels.offset + pixels.length <= size && size > FIRST_LOOK
        ? early
        : undefined;
    },
  };
}

/** The header of an object that lies in the store; `look`: what was read of it on the way. Errors of the one table. */
export async function readHeader(blobs: BlobStore, blob: StoredBlob, look?: FirstLook): Promise<ReadHeader> {
  const { key, size } = blob;
  let answer: IndexAnswer | undefined = await look?.answer(size);
  let length = Math.min(FIRST_LOOK, size);
  let fragments: Fragments | undefined;
  while (!answer || answer.status === "more" || answer.status === "fragments") {
    if (answer?.status === "more") length = longer(answer.bytes, length);
    else if (answer?.status === "fragments") fragments = await scan(blobs, key, answer.offset, size);
    const head = new Uint8Array(await blobs.read(key, 0, Math.min(length, size)));
    answer = await parsers.run({ head, size, ...(fragments ? { fragments } : {}) }, [head.buffer]);
  }
  return answer;
}

/** Whoever asks for more must get more: else it would ask for ever. Errors: `not-dicom`. */
function longer(asked: number, had: number): number {
  if (asked > had) return asked;
  throw new WillisError("not-dicom", `The header cannot be read to its end: ${had} bytes do not tell how it goes on.`);
}

const NEAR = 1 << 16; // bytes

/**
 * The fragments of encapsulated pixels: small reads in big steps, so that a run of gigabytes stays on disk. Where steps are
 * small, many are read at once: else an object of a hundred thousand fragments would take as many reads.
 */
async function scan(blobs: BlobStore, key: string, start: number, size: number): Promise<Fragments> {
  const walk = fragmentScan(start, size);
  let held: Uint8Array = new Uint8Array(0);
  let heldAt = start;
  let last = -NEAR;
  const read = async ({ offset, length }: Span): Promise<Uint8Array> => {
    const from = offset - heldAt;
    if (from >= 0 && from + length <= held.length) return held.subarray(from, from + length);
    const ahead = offset - last < NEAR ? Math.max(length, Math.min(NEAR, size - offset)) : length;
    held = await blobs.read(key, offset, ahead);
    [heldAt, last] = [offset, offset];
    return held.subarray(0, length);
  };
  let step = walk.next();
  while (!step.done) step = walk.next(await read(step.value));
  return step.value;
}
