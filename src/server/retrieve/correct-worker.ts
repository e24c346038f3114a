import { correctedHead, type NewHead, type Overlay } from "../../dicom/corrected.ts";
import { serveTasks } from "../ingest/worker-tasks.ts";

/** The first bytes of a file, its whole size, and what is to be laid over its header. */
export interface CorrectTask {
  readonly head: Uint8Array;
  readonly size: number;
  readonly overlay: Overlay;
}

serveTasks<CorrectTask, NewHead>({
  work: ({ head, size, overlay }) => correctedHead(head, size, overlay),
  unknown: (error) => ({ code: "cannot-compute", message: `Its header cannot be written: ${String(error)}` }),
});
