import { parentPort } from "node:worker_threads";
import type { AnalysisKindName } from "../../cases/analysis-view.ts";
import { type ErrorCode, problem, WillisError } from "../../core/errors.ts";
import { kindNamed } from "./kinds/index.ts";
import type { JobOutcome, JobTask } from "./kinds/kind.ts";

/** One analysis: its kind, the files of its series, and how to do it. */
export interface AnalysisTask extends JobTask {
  readonly kind: AnalysisKindName;
}

export type AnalysisReply =
  | { readonly kind: "progress"; readonly step: string; readonly fraction: number }
  | ({ readonly kind: "done" } & JobOutcome)
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string };

/** Not all of what a caller throws is ours; those of the one table say what the series lacks. */
parentPort?.once("message", async ({ kind, ...task }: AnalysisTask) => {
  const send = (reply: AnalysisReply, transfer: ArrayBuffer[] = []): void => parentPort?.postMessage(reply, transfer);
  try {
    const job = kindNamed(kind);
    if (!job) throw new WillisError("cannot-compute", `This version of Willis knows no analysis "${kind}".`);
    const { result, objects } = await job.run(task, (step, fraction) => send({ kind: "progress", step, fraction }));
    const own = objects.map(({ name, bytes }) => ({ name, bytes: bytes.slice() }));
    send(
      { kind: "done", result, objects: own },
      own.map(({ bytes }) => bytes.buffer),
    );
  } catch (error) {
    const { code, detail } = problem(error);
    if (code === "internal") console.error(error);
    send({ kind: "failed", code, message: detail });
  }
});
