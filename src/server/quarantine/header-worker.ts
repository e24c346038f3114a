import { type DicomJson, toDicomJson } from "../../dicom/json.ts";
import { parseHeader } from "../../dicom/parse.ts";
import { serveTasks } from "../ingest/worker-tasks.ts";

export interface HeaderTask {
  readonly head: Uint8Array;
  readonly size: number;
}

export type HeaderAnswer =
  | { readonly status: "more"; readonly bytes: number }
  | { readonly status: "complete"; readonly header: DicomJson; readonly warnings: readonly string[] };

const LONG = 1024; // bytes; what is longer is no value that a person looks at

serveTasks<HeaderTask, HeaderAnswer>({
  work({ head, size }) {
    const result = parseHeader(head, size);
    if (result.status === "more") return result;
    const { dataSet, warnings } = result.part10;
    const header = toDicomJson(dataSet, { bulkData: (path, bytes) => (bytes.length > LONG ? path : undefined) });
    return { status: "complete", header, warnings };
  },
  unknown: (error) => ({ code: "not-dicom", message: `Its header cannot be read: ${String(error)}` }),
});
