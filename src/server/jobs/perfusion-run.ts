import { Worker } from "node:worker_threads";
import { WillisError } from "../../core/errors.ts";
import { seriesInstances } from "../db/archive/instances.ts";
import type { Services } from "../http/services.ts";
import { storeObject } from "../ingest/store-object.ts";
import { willPass } from "../outage.ts";
import {
  type AnalysisRun,
  analysisRun,
  beginAnalysis,
  failAnalysis,
  finishAnalysis,
  noteProgress,
} from "./analysis-rows.ts";
import type { PerfusionReply, PerfusionTask } from "./perfusion-worker.ts";
import { shareWithCases } from "./share-results.ts";

type Running = Pick<Services, "pool" | "blobs" | "live">;
type Done = Extract<PerfusionReply, { kind: "done" }>;

const TELL_MS = 250;
const LONGEST_MS = 10 * 60_000;

/** Thrown when the run was cancelled, or the process is stopping: nothing went wrong. */
export class Stopped extends Error {}

/**
 * Runs one analysis from its row: reads the series from the blobs, computes in a thread of its own, stores the maps,
 * writes the result and tells the cases. What fails by its data ends as `failed` with the reason. Throws `Stopped` when
 * `signal` is aborted, and what the disk or the database threw.
 */
export async function runPerfusion(services: Running, analysisId: string, signal: AbortSignal): Promise<void> {
  const run = await analysisRun(services.pool, analysisId);
  if (!run) return;
  if (run.state === "done") return shareWithCases(services, run.studyId); // the database went away before it was told
  if (!(await beginAnalysis(services.pool, analysisId))) return;
  const tell = (state: string, step: string, progress: number): Promise<void> =>
    services.live.publish({ type: "analysis", analysisId, studyId: run.studyId, state, step, progress });
  try {
    await tell("running", "Reading the series", 0);
    const done = await compute(services, run, signal, tell);
    if (!done) return void (await tell("cancelled", "", 0));
    await store(services, run, done);
    if (!(await finishAnalysis(services.pool, analysisId, done.view))) return void (await tell("cancelled", "", 0));
    await tell("done", "", 1);
    await shareWithCases(services, run.studyId);
  } catch (error) {
    if (!(error instanceof WillisError) || willPass(error)) throw error;
    await failAnalysis(services.pool, analysisId, error.message);
    await tell("failed", "", 0);
  }
}

/** Null when it was cancelled meanwhile. */
async function compute(
  services: Running,
  run: AnalysisRun,
  signal: AbortSignal,
  tell: (state: string, step: string, progress: number) => Promise<void>,
): Promise<Done | null> {
  const files: Uint8Array<ArrayBuffer>[] = [];
  for (const { blobKey, size } of await seriesInstances(services.pool, run.seriesId)) {
    if (signal.aborted) throw new Stopped();
    // memory of its own, so that it can be handed over to the thread
    files.push(new Uint8Array(await services.blobs.read(blobKey, 0, size)));
  }
  const worker = new Worker(new URL("./perfusion-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  let cancelled = false;
  let toldAt = 0;
  try {
    return await new Promise<Done | null>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new WillisError("cannot-compute", "The analysis took more than 10 minutes and was ended.")),
        LONGEST_MS,
      );
      signal.addEventListener("abort", () => reject(new Stopped()), { once: true });
      worker.on("message", (reply: PerfusionReply) => {
        if (reply.kind === "done") resolve(cancelled ? null : reply);
        else if (reply.kind === "failed") reject(new WillisError(reply.code, reply.message));
        else if (performance.now() - toldAt > TELL_MS) {
          toldAt = performance.now();
          noteProgress(services.pool, run.id, reply.step, reply.fraction)
            .then((running) => {
              if (running) return tell("running", reply.step, reply.fraction);
              cancelled = true;
              resolve(null);
            })
            .catch(reject);
        }
      });
      worker.on("error", (error) =>
        reject(new WillisError("cannot-compute", `The analysis ended in a fault: ${(error as Error).message}`)),
      );
      worker.on("exit", () => {
        clearTimeout(timer);
        reject(new WillisError("cannot-compute", "The analysis used more memory than it may, and was ended."));
      });
      const task: PerfusionTask = { run: run.id, files, params: run.params, ms: run.createdAt.getTime() };
      worker.postMessage(
        task,
        files.map((bytes) => bytes.buffer),
      );
    });
  } finally {
    await worker.terminate();
  }
}

async function store(services: Running, run: AnalysisRun, done: Done): Promise<void> {
  for (const map of done.maps) {
    const origin = { organisationId: run.organisationId, via: "analysis" as const, name: `${map.name}.dcm` };
    const result = await storeObject(services, map.bytes, origin);
    if (result.state === "quarantined" || result.state === "ignored")
      throw new WillisError("internal", `The ${map.name} map could not be stored: ${result.reason}`);
  }
}
