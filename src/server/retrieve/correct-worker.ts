import { parentPort } from "node:worker_threads";
import { problem } from "../../core/errors.ts";
import { correctedHead, type NewHead, type Overlay } from "../../dicom/corrected.ts";
import type { Answer } from "../ingest/worker-pool.ts";

/** The first bytes of a file, its whole size, and what is to be laid over its header. */
export interface CorrectTask {
  readonly head: Uint8Array;
  readonly size: number;
  readonly overlay: Overlay;
}

parentPort?.on("message", ({ head, size, overlay }: CorrectTask) => {
  let reply: Answer<NewHead>;
  try {
    reply = { value: correctedHead(head, size, overlay) };
  } catch (error) {
    const { code, detail } = problem(error);
    const message = code === "internal" ? `Its header cannot be written: ${String(error)}` : detail;
    reply = { error: { code: code === "internal" ? "cannot-compute" : code, message } };
  }
  parentPort?.postMessage(reply);
});
