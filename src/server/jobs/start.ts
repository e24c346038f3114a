import { PgBoss } from "pg-boss";
import { transaction } from "../db/pool.ts";
import type { Services } from "../http/services.ts";
import { willPass } from "../outage.ts";
import { analysisRun, askAnalysis, cancelAnalysis, failAnalysis, returnAnalysis } from "./analysis-rows.ts";
import { addImpactRun, endImpact } from "./impact-rows.ts";
import type { Jobs } from "./jobs.ts";
import { runAnalysis, Stopped } from "./run-analysis.ts";
import { runImpact } from "./run-impact.ts";
import { watchArrivals } from "./watch-arrivals.ts";

type Base = Omit<Services, "jobs">;
interface Work {
  readonly analysisId: string;
}
interface ImpactWork {
  readonly impactId: string;
}

/** All kinds go through one queue. Its name is from when there was one kind: what an older server queued is found. */
const QUEUE = "perfusion";
const IMPACT = "impact";
/** Database and images may be away for an hour. */
const AGAIN = { retryLimit: 40, retryDelay: 2, retryBackoff: true, retryDelayMax: 120 } as const;

async function openQueue(connectionString: string, working: boolean): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString,
    schema: "jobs",
    application_name: "willis jobs",
    max: 3,
    schedule: false,
    supervise: working,
    useListenNotify: working,
    monitorIntervalSeconds: 5,
  });
  boss.on("error", (error) => console.error(`queue: ${error.message}`));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true, heartbeatSeconds: 10, retryLimit: 2, expireInSeconds: 2400 });
  await boss.createQueue(IMPACT, { notify: true, heartbeatSeconds: 10, retryLimit: 2, expireInSeconds: 7200 });
  return boss;
}

function jobsOn(base: Base, boss: () => Promise<PgBoss>, stop: () => Promise<void>): Jobs {
  return {
    async ask(question) {
      const queue = await boss();
      const { id, isNew } = await transaction(base.pool, async (sql) => {
        const asked = await askAnalysis(sql, question);
        const db = { executeSql: (text: string, values?: unknown[]) => sql.query(text, values) };
        // in the same transaction: a process that dies here leaves no row that nobody will ever work on
        if (asked.isNew) await queue.send(QUEUE, { analysisId: asked.id } satisfies Work, { ...AGAIN, db });
        return asked;
      });
      if (isNew) {
        const run = await analysisRun(base.pool, id);
        const queued = { state: "queued", step: "", progress: 0 };
        if (run) await base.live.publish({ type: "analysis", analysisId: id, studyId: run.studyId, ...queued });
      }
      return id;
    },
    async askImpact(asked, by) {
      const queue = await boss();
      return await transaction(base.pool, async (sql) => {
        const impactId = await addImpactRun(sql, asked, by);
        const db = { executeSql: (text: string, values?: unknown[]) => sql.query(text, values) };
        await queue.send(IMPACT, { impactId } satisfies ImpactWork, { ...AGAIN, db });
        return impactId;
      });
    },
    async cancel(analysisId) {
      await cancelAnalysis(base.pool, analysisId);
    },
    stop,
  };
}

/**
 * The queue with its worker: one analysis at a time in a thread, picked up within milliseconds; what a killed process
 * left behind is done again by the next one. A perfusion series that has stopped growing is queued by itself.
 */
export async function startJobs(base: Base, connectionString: string): Promise<Jobs> {
  const boss = await openQueue(connectionString, true);
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let counting: Promise<void> = Promise.resolve();
  const jobs = jobsOn(
    base,
    () => Promise.resolve(boss),
    async () => {
      watching.stop();
      stopping.abort();
      await Promise.allSettled([running, counting]);
      await boss.stop({ graceful: true, timeout: 5000 });
    },
  );
  await boss.work<Work>(QUEUE, { pollingIntervalSeconds: 2, batchSize: 1 }, async ([job]) => {
    if (!job) return;
    const { analysisId } = job.data;
    running = runAnalysis(base, analysisId, AbortSignal.any([stopping.signal, job.signal])).catch(async (error) => {
      const passes = error instanceof Stopped || willPass(error);
      if (passes && job.retryCount < AGAIN.retryLimit) {
        await returnAnalysis(base.pool, analysisId).catch(() => {}); // a run that is left "running" is taken up, too
        throw error; // the queue gives it to the next worker
      }
      console.error(error);
      const said = passes ? (error as Error).message : "A fault of ours: the log of the server says more.";
      await failAnalysis(base.pool, analysisId, said);
    });
    await running;
  });
  await boss.work<ImpactWork>(IMPACT, { pollingIntervalSeconds: 2, batchSize: 1 }, async ([job]) => {
    if (!job) return;
    const { impactId } = job.data;
    counting = runImpact(base, impactId, AbortSignal.any([stopping.signal, job.signal])).catch(async (error) => {
      if (job.retryCount < AGAIN.retryLimit) throw error; // the queue gives it to the next worker
      await endImpact(base.pool, impactId, (error as Error).message);
    });
    await counting;
  });
  const watching = watchArrivals(base, jobs);
  return jobs;
}

/** The queue without a worker, for commands: what is asked is done by the server. It connects when first used. */
export async function idleJobs(base: Base, connectionString: string): Promise<Jobs> {
  let boss: Promise<PgBoss> | null = null;
  const open = (): Promise<PgBoss> => {
    boss ??= openQueue(connectionString, false);
    return boss;
  };
  return jobsOn(base, open, async () => {
    if (boss) await (await boss).stop({ graceful: false });
  });
}
