import { Worker } from "node:worker_threads";
import type { PerfusionView } from "../../cases/views.ts";
import { casesOfStudy } from "../db/archive/case-studies.ts";
import { seriesInstances } from "../db/archive/instances.ts";
import { addMeasuredFacts, addMessage } from "../db/cases/index.ts";
import { transaction } from "../db/pool.ts";
import type { Services } from "../http/services.ts";
import { storeObject } from "../ingest/store-object.ts";
import { beginAnalysis, endAnalysis, finishAnalysis, noteProgress } from "./analysis-state.ts";
import type { PerfusionParams } from "./jobs.ts";
import type { PerfusionAnswer, PerfusionTask } from "./perfusion-worker.ts";

type Base = Omit<Services, "jobs">;
type Done = Extract<PerfusionAnswer, { kind: "done" }>;
const TOLD_EVERY_MS = 250;
const READ_AT_ONCE = 8;

/**
 * One perfusion analysis from the stored series to numbers in the cases: read, compute in a thread, store the maps as
 * DICOM objects of the same study, add the facts, say it in the thread. It ends early when it is cancelled.
 * Rejects only for what may go better the next time (database, disk); a series that cannot be analysed has "failed".
 */
export async function runPerfusion(base: Base, analysisId: string, signal: AbortSignal): Promise<void> {
  const begun = await beginAnalysis(base, analysisId);
  if (!begun) return;
  const started = performance.now();
  const { seriesId, params } = begun;
  const { rows } = await base.pool.query(
    `select se.series_uid as "seriesUid", st.id as "studyId", st.organisation_id as "organisationId"
     from series se join study st on st.id = se.study_id where se.id = $1`,
    [seriesId],
  );
  const { seriesUid, studyId, organisationId } = rows[0];
  const files = await readFiles(base, seriesId);
  const task: PerfusionTask = {
    analysisId,
    seriesUid,
    files,
    params: params as PerfusionParams,
    ms: base.now().getTime(),
  };
  const answer = await compute(base, task, signal);
  if (answer === "cancelled") return;
  if (answer.kind === "failed") {
    if (answer.ours) console.error(`perfusion ${analysisId}: ${answer.reason}`);
    return endAnalysis(base, analysisId, "failed", answer.reason);
  }
  for (const bytes of answer.objects) {
    const stored = await storeObject(base, bytes, { organisationId, via: "analysis", name: `perfusion ${analysisId}` });
    if (stored.state === "quarantined" || stored.state === "ignored")
      throw new Error(`a map was not stored: ${stored.reason}`);
  }
  if (!(await finishAnalysis(base, analysisId, answer.view))) return;
  const seconds = (performance.now() - started) / 1000;
  for (const caseId of await casesOfStudy(base.pool, studyId)) await tellCase(base, caseId, answer, seriesUid, seconds);
}

async function readFiles({ pool, blobs }: Base, seriesId: number): Promise<Uint8Array[]> {
  const instances = await seriesInstances(pool, seriesId);
  const files: Uint8Array[] = [];
  for (let at = 0; at < instances.length; at += READ_AT_ONCE) {
    const some = instances.slice(at, at + READ_AT_ONCE);
    files.push(...(await Promise.all(some.map(({ blobKey, size }) => blobs.read(blobKey, 0, size)))));
  }
  return files;
}

/** Runs the thread; progress is written at most four times a second, and each writing asks whether it is still wanted. */
function compute(
  base: Base,
  task: PerfusionTask,
  signal: AbortSignal,
): Promise<Exclude<PerfusionAnswer, { kind: "progress" }> | "cancelled"> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./perfusion-worker.ts", import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: 4096 },
    });
    let now = { step: "reading", fraction: 0 };
    let asking = false;
    const end = (settle: () => void) => {
      clearInterval(timer);
      signal.removeEventListener("abort", aborted);
      void worker.terminate();
      settle();
    };
    const aborted = () => end(() => reject(signal.reason)); // the job is done again later
    signal.addEventListener("abort", aborted, { once: true });
    const timer = setInterval(() => {
      if (asking) return;
      asking = true;
      noteProgress(base, task.analysisId, now.step, now.fraction)
        .then((wanted) => {
          if (!wanted) end(() => resolve("cancelled"));
        })
        .catch((error) => end(() => reject(error)))
        .finally(() => {
          asking = false;
        });
    }, TOLD_EVERY_MS);
    worker.on("message", (answer: PerfusionAnswer) => {
      if (answer.kind === "progress") now = { step: answer.step, fraction: answer.fraction };
      else end(() => resolve(answer));
    });
    worker.on("error", (error) => end(() => resolve({ kind: "failed", reason: (error as Error).message, ours: true })));
  });
}

async function tellCase(base: Base, caseId: string, answer: Done, seriesUid: string, seconds: number): Promise<void> {
  const at = base.now();
  await transaction(base.pool, async (sql) => {
    const observed = answer.observedAt === null ? {} : { observedAt: answer.observedAt };
    await addMeasuredFacts(sql, caseId, answer.view.measurements, { from: [seriesUid], ...observed }, at);
    await addMessage(sql, caseId, inWords(answer.view, seconds), null, at);
  });
  await base.live.publish({ type: "case", caseId, what: "facts" });
  await base.live.publish({ type: "case", caseId, what: "message" });
}

/** "Perfusion finished in 6.1 s: core 21 mL, ... Two findings: ..." */
function inWords({ measurements, quality }: PerfusionView, seconds: number): string {
  const value = (code: string, digits = 0) => measurements.find((one) => one.code === code)?.value?.toFixed(digits);
  const core = value("core_ml");
  const ratio = value("mismatch_ratio", 1);
  const numbers = [
    core === "0" ? "no tissue met the core threshold" : `core ${core} mL`,
    `Tmax over 6 s ${value("perfusion.tmax6_ml")} mL`,
    ...(ratio === undefined ? [] : [`mismatch ratio ${ratio}`]),
  ];
  const findings = quality.filter(({ severity }) => severity !== "info");
  const last =
    findings.length === 0 ? "No quality findings." : `Look at: ${findings.map(({ message }) => message).join(" ")}`;
  return `Perfusion finished in ${seconds.toFixed(1)} s: ${numbers.join(", ")}. ${last}`;
}
