import type { FlowAnswers, FlowMessage, FlowQuestion } from "../../../workers/flow-messages.ts";
import { WorkerClient } from "../../../workers/worker-client.ts";
import type { FlowRun } from "./flow-run.ts";

/** Runs that the worker was given, oldest first; it keeps the last three. */
const given: string[] = [];
const KEPT = 3;

/** The worker of all panels. At its end it forgets the runs that it was given. */
class FlowClient extends WorkerClient<FlowMessage, FlowAnswers[keyof FlowAnswers] | undefined> {
  override end(words?: string): void {
    given.length = 0;
    super.end(words);
  }
}

const worker = new FlowClient(
  () => new Worker(new URL("../../../workers/flow.worker.ts", import.meta.url), { type: "module" }),
  "The flow computation stopped. Open the run again.",
);

/** Gives the worker the frames of a run when it does not hold them. */
async function open(run: FlowRun, signal?: AbortSignal): Promise<void> {
  const at = given.indexOf(run.key);
  if (at < 0) {
    const densities = await run.densities();
    signal?.throwIfAborted();
    const { rows, columns, times, calm, relationship } = run;
    worker.give({ kind: "open", key: run.key, run: { densities, rows, columns, times, calm, relationship } });
  } else given.splice(at, 1);
  given.push(run.key);
  if (given.length > KEPT) given.shift();
}

/**
 * Asks the worker about runs. `told` hears how far it is; when `signal` is aborted the worker is stopped at once. Rejects
 * with words for the reader.
 */
export async function askFlow<Kind extends FlowQuestion["kind"]>(
  runs: readonly FlowRun[],
  question: Extract<FlowQuestion, { kind: Kind }>,
  options: { readonly told?: (fraction: number) => void; readonly signal?: AbortSignal } = {},
): Promise<FlowAnswers[Kind]> {
  const { told, signal } = options;
  for (const run of runs) await open(run, signal);
  signal?.throwIfAborted();
  const stop = () => worker.end("Stopped.");
  signal?.addEventListener("abort", stop);
  try {
    return (await worker.ask(question, (_, fraction) => told?.(fraction))) as FlowAnswers[Kind];
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
