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
import type { AnalysisReply, AnalysisTask } from "./analysis-worker.ts";
import { kindNamed } from "./kinds/index.ts";
import type { JobKind } from "./kinds/kind.ts";
import { shareWithCases } from "./share-results.ts";

type Running = Pick<Services, "pool" | "blobs" | "live">;
type Done = Extract<AnalysisReply, { kind: "done" }>;

const TELL_MS = 250;

/** Thrown when the run was cancelled, or the process is stopping: nothing went wrong. */
export class Stopped extends Error {}

/**
 * Runs one analysis from its row: reads its series from the blobs, computes in a thread of its own, stores the objects,
 * writes the result and tells the cases. What fails by its data ends as `failed` with the reason. Throws `Stopped` when
 * `signal` is aborted, and what the disk or the database threw.
 */
export async function runAnalysis(services: Running, analysisId: string, signal: AbortSignal): Promise<void> {
  const run = await analysisRun(services.pool, analysisId);
  if (!run) return;
  if (run.state === "done") return shareWithCases(services, run.studyId); // the database went away before it was told
  if (!(await beginAnalysis(services.pool, analysisId))) return;
  const tell = (state: string, step: string, progress: number): Promise<void> =>
    services.live.publish({ type: "analysis", analysisId, studyId: run.studyId, state, step, progress });
  try {
    await tell("running", "Reading the series", 0);
    const job = kindNamed(run.kind);
    if (!job) throw new WillisError("cannot-compute", `This version of Willis knows no analysis "${run.kind}".`);
    const done = await compute(services, run, job, signal, tell);
    if (!done) return void (await tell("cancelled", "", 0));
    await store(services, run, done);
    if (!(await finishAnalysis(services.pool, analysisId, done.result))) return void (await tell("cancelled", "", 0));
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
  job: JobKind,
  signal: AbortSignal,
  tell: (state: string, step: string, progress: number) => Promise<void>,
): Promise<Done | null> {
  const series = await read(services, run, job, signal);
  const worker = new Worker(new URL("./analysis-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: job.limits.heapMb },
  });
  let cancelled = false;
  let toldAt = 0;
  let leave = (): void => {};
  try {
    return await new Promise<Done | null>((resolve, reject) => {
      const timer = setTimeout(() => {
        const message = `The analysis took more than ${job.limits.minutes} minutes and was ended.`;
        reject(new WillisError("cannot-compute", message));
      }, job.limits.minutes * 60_000);
      signal.addEventListener("abort", () => reject(new Stopped()), { once: true });
      // a kernel that tells nothing for a while is ended all the same
      leave = services.live.subscribe((event) => {
        if (event.type === "analysis" && event.analysisId === run.id && event.state === "cancelled") resolve(null);
      });
      worker.on("message", (reply: AnalysisReply) => {
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
      const task: AnalysisTask = {
        ...{ kind: run.kind, run: run.id, ms: run.createdAt.getTime() },
        ...{ params: run.params, series },
      };
      worker.postMessage(
        task,
        series.flatMap((files) => files.map((bytes) => bytes.buffer)),
      );
    });
  } finally {
    leave();
    await worker.terminate();
  }
}

/** The files of the analysed series and of those it needs beside it, within what the kind may take in. */
async function read(
  services: Running,
  run: AnalysisRun,
  job: JobKind,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[][]> {
  const lists = [];
  for (const seriesId of [run.seriesId, ...run.others]) {
    const list = await seriesInstances(services.pool, seriesId);
    if (list.length === 0) throw new WillisError("cannot-compute", "A series that it needs is not here any more.");
    lists.push(list);
  }
  const mb = Math.ceil(lists.flat().reduce((sum, { size }) => sum + size, 0) / 1e6);
  if (mb > job.limits.inputMb)
    throw new WillisError("cannot-compute", `The images are ${mb} MB; at most ${job.limits.inputMb} MB are analysed.`);
  const series: Uint8Array<ArrayBuffer>[][] = [];
  for (const list of lists) {
    const files: Uint8Array<ArrayBuffer>[] = [];
    for (const { blobKey, size } of list) {
      if (signal.aborted) throw new Stopped();
      // memory of its own, so that it can be handed over to the thread
      files.push(new Uint8Array(await services.blobs.read(blobKey, 0, size)));
    }
    series.push(files);
  }
  return series;
}

async function store(services: Running, run: AnalysisRun, done: Done): Promise<void> {
  for (const { name, bytes } of done.objects) {
    const origin = { organisationId: run.organisationId, via: "analysis" as const, name: `${name}.dcm` };
    const result = await storeObject(services, bytes, origin);
    if (result.state === "quarantined" || result.state === "ignored")
      throw new WillisError("internal", `The ${name} object could not be stored: ${result.reason}`);
  }
}
