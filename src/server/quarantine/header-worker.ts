import { parentPort } from "node:worker_threads";
import { problem } from "../../core/errors.ts";
import { type DicomJson, toDicomJson } from "../../dicom/json.ts";
import { parseHeader } from "../../dicom/parse.ts";
import type { Answer } from "../ingest/worker-pool.ts";

export interface HeaderTask {
  readonly head: Uint8Array;
  readonly size: number;
}

export type HeaderAnswer =
  | { readonly status: "more"; readonly bytes: number }
  | { readonly status: "complete"; readonly header: DicomJson; readonly warnings: readonly string[] };

const LONG = 1024; // bytes; what is longer is no value that a person looks at

parentPort?.on("message", ({ head, size }: HeaderTask) => {
  let reply: Answer<HeaderAnswer>;
  try {
    const result = parseHeader(head, size);
    if (result.status === "more") reply = { value: result };
    else {
      const { dataSet, warnings } = result.part10;
      const header = toDicomJson(dataSet, { bulkData: (path, bytes) => (bytes.length > LONG ? path : undefined) });
      reply = { value: { status: "complete", header, warnings } };
    }
  } catch (error) {
    const { code, detail } = problem(error);
    const message = code === "internal" ? `Its header cannot be read: ${String(error)}` : detail;
    reply = { error: { code: code === "internal" ? "not-dicom" : code, message } };
  }
  parentPort?.postMessage(reply);
});
