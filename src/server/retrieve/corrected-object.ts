import { Readable } from "node:stream";
import type { NewHead, Overlay } from "../../dicom/corrected.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import type { CorrectTask } from "./correct-worker.ts";
import type { ObjectOut } from "./object-out.ts";

const FIRST_LOOK = 1 << 16;

const writers = workerPool<CorrectTask, NewHead>({
  file: new URL("./correct-worker.ts", import.meta.url),
  size: 2,
  timeoutMs: 30_000,
  memoryMb: 512,
  complaint: {
    code: "cannot-compute",
    message: "Writing its header took more time or memory than any real object needs.",
  },
});

/**
 * An object with an overlay on its header: the header is read as far as the pixels and written anew in a worker, all that
 * follows passes unchanged. Works on any object given out, in whatever transfer syntax. Errors: those of `correctedHead`.
 */
export async function corrected(object: ObjectOut, overlay: Overlay, signal?: AbortSignal): Promise<ObjectOut> {
  const { transferSyntax, size, body } = object;
  const source = chunksOf(body);
  let held = Buffer.alloc(0);
  const hold = async (length: number): Promise<void> => {
    const parts: Uint8Array[] = [held];
    for (let have = held.length; have < length; ) {
      const next = await source.next();
      if (next.done) break;
      parts.push(next.value);
      have += next.value.length;
    }
    if (parts.length > 1) held = Buffer.concat(parts);
  };
  try {
    let wanted = Math.min(FIRST_LOOK, size);
    for (;;) {
      await hold(wanted);
      const head = new Uint8Array(held.subarray(0, Math.max(wanted, Math.min(held.length, FIRST_LOOK))));
      const made = await writers.run({ head, size, overlay }, [head.buffer], signal);
      if (made.status === "more") {
        wanted = made.bytes;
        continue;
      }
      const rest = (async function* () {
        yield made.head;
        if (made.restAt < held.length) yield held.subarray(made.restAt);
        yield* source;
      })();
      return {
        transferSyntax,
        size: made.head.length + size - made.restAt,
        body: Readable.from(rest, { objectMode: false }),
      };
    }
  } catch (error) {
    await source.return(undefined);
    throw error;
  }
}

/** The same, of an object whose pixels leave as they lie in its blob: a new head, and the rest of the blob. */
export async function correctedStored(
  blobs: BlobStore,
  file: InstanceFile,
  overlay: Overlay,
  signal?: AbortSignal,
): Promise<ObjectOut> {
  const { blobKey, size, transferSyntax, pixels } = file;
  // The index knows where the pixels begin: the header ends before them.
  const ends = pixels && pixels.deflatedAt === null ? pixels.offset : size;
  for (let wanted = Math.min(ends, size); ; ) {
    const head = new Uint8Array(await blobs.read(blobKey, 0, wanted));
    const made = await writers.run({ head, size, overlay }, [head.buffer], signal);
    if (made.status === "more") {
      wanted = Math.min(made.bytes, size);
      continue;
    }
    const rest = { key: blobKey, offset: made.restAt, length: size - made.restAt };
    return {
      transferSyntax,
      size: made.head.length + rest.length,
      pieces: rest.length > 0 ? [made.head, rest] : [made.head],
      get body() {
        if (rest.length === 0) return made.head;
        return Readable.from(concatenated(made.head, blobs.stream(blobKey, rest)), { objectMode: false });
      },
    };
  }
}

async function* concatenated(head: Uint8Array, rest: Readable): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

async function* chunksOf(body: Readable | Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  if (body instanceof Uint8Array) yield body;
  else for await (const chunk of body) yield chunk as Uint8Array;
  return undefined;
}
