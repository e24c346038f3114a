import type { FlowAnswers, FlowMessage, FlowQuestion, FlowReply } from "../../../workers/flow-messages.ts";
import type { FlowRun } from "./flow-run.ts";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly told: ((fraction: number) => void) | undefined;
}

let worker: Worker | undefined;
let nextId = 1;
const waiting = new Map<number, Waiting>();
/** Runs that the worker was given, oldest first; it keeps the last three. */
const given: string[] = [];
const KEPT = 3;

function theWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL("../../../workers/flow.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<FlowReply>) => {
    const asked = waiting.get(data.id);
    if ("fraction" in data) {
      asked?.told?.(data.fraction);
      return;
    }
    waiting.delete(data.id);
    if ("error" in data) asked?.reject(new Error(data.error));
    else asked?.resolve(data.answer as never);
  };
  worker.onerror = (event) => stop(event.message || "The flow computation stopped. Open the run again.");
  return worker;
}

/** Ends the worker, and all that it was asked, with these words; the next question starts another. */
function stop(words: string): void {
  worker?.terminate();
  worker = undefined;
  given.length = 0;
  for (const { reject } of waiting.values()) reject(new Error(words));
  waiting.clear();
}

function post(message: FlowMessage): void {
  theWorker().postMessage(message);
}

/** Gives the worker the frames of a run when it does not hold them. */
async function open(run: FlowRun, signal?: AbortSignal): Promise<void> {
  const at = given.indexOf(run.key);
  if (at < 0) {
    const densities = await run.densities();
    signal?.throwIfAborted();
    const { rows, columns, times, calm, relationship } = run;
    post({ kind: "open", key: run.key, run: { densities, rows, columns, times, calm, relationship } });
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
  const id = nextId++;
  return new Promise<FlowAnswers[Kind]>((resolve, reject) => {
    waiting.set(id, { resolve: resolve as Waiting["resolve"], reject, told });
    signal?.addEventListener("abort", () => {
      if (waiting.has(id)) stop("Stopped.");
    });
    post({ ...question, id });
  });
}
