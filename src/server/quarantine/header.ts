import type { DicomJson } from "../../dicom/json.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import { workerPool } from "../ingest/worker-pool.ts";
import type { HeaderAnswer, HeaderTask } from "./header-worker.ts";

const FIRST_LOOK = 1 << 16;

const readers = workerPool<HeaderTask, HeaderAnswer>({
  file: new URL("./header-worker.ts", import.meta.url),
  size: 1,
  timeoutMs: 30_000,
  memoryMb: 512,
  complaint: { code: "not-dicom", message: "Reading its header took more time or memory than any real object needs." },
});

/** The header of a file of which nothing else is known than that it was kept. Errors: those of `parseHeader`. */
export async function headerOf(
  blobs: BlobStore,
  { key, size }: { readonly key: string; readonly size: number },
): Promise<{ readonly header: DicomJson; readonly warnings: readonly string[] }> {
  for (let length = Math.min(FIRST_LOOK, size); ; ) {
    const head = new Uint8Array(await blobs.read(key, 0, Math.min(length, size)));
    const answer = await readers.run({ head, size }, [head.buffer]);
    if (answer.status === "complete") return answer;
    length = answer.bytes;
  }
}
