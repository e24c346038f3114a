import { type BatchAnswer, indexBatch, type ToIndex } from "../db/archive/index-batch.ts";
import { type Indexed, indexInstance } from "../db/archive/index-instance.ts";
import type { Pool } from "../db/pool.ts";

/** Compares with a blob of other bytes that is there under the same SOP Instance UID. */
type SameContent = (blobKey: string) => Promise<boolean>;

interface Waiting extends ToIndex {
  readonly sameContent: SameContent;
  readonly done: (indexed: Indexed) => void;
  readonly failed: (error: unknown) => void;
  /** It has waited once for the first object of its series. */
  again: boolean;
}

interface Queue {
  readonly waiting: Waiting[];
  readonly alone: Waiting[][];
  running: number;
  aloneRunning: number;
}

const MOST_AT_ONCE = 32;
const BATCHES = 1; // more would make smaller ones: what waits for the disk costs nothing, what is sent does
const ALONE = 4; // connections for those that need a look: the pool has more for everybody else

const queues = new WeakMap<Pool, Queue>();

/**
 * One object into the index; durable when it resolves. Those that wait while the database is busy go in together, in one
 * transaction: nobody waits longer than for what is being written, and nobody's trouble is another's, since what a batch
 * does not take in, or a batch that fails, is done one by one.
 */
export function indexQueued(pool: Pool, object: ToIndex, sameContent: SameContent): Promise<Indexed> {
  const queue = queues.get(pool) ?? { waiting: [], alone: [], running: 0, aloneRunning: 0 };
  queues.set(pool, queue);
  return new Promise((done, failed) => {
    queue.waiting.push({ ...object, sameContent, done, failed, again: false });
    startBatches(pool, queue);
  });
}

function startBatches(pool: Pool, queue: Queue): void {
  while (queue.running < BATCHES && queue.waiting.length > 0) {
    queue.running++;
    void runBatch(pool, queue, take(queue)).finally(() => {
      queue.running--;
      startBatches(pool, queue);
    });
  }
}

/** The next objects in the order they came; a second one of the same UID waits for the next batch. */
function take(queue: Queue): Waiting[] {
  const batch: Waiting[] = [];
  const later: Waiting[] = [];
  const uids = new Set<string>();
  while (batch.length < MOST_AT_ONCE && queue.waiting.length > 0) {
    const one = queue.waiting.shift()!;
    const uid = `${one.organisationId} ${one.entry.instance.sopUid}`;
    (uids.has(uid) ? later : batch).push(one);
    uids.add(uid);
  }
  queue.waiting.unshift(...later);
  return batch;
}

/** Never rejects: each object hears of its own end. */
async function runBatch(pool: Pool, queue: Queue, batch: readonly Waiting[]): Promise<void> {
  let answers: BatchAnswer[];
  try {
    answers = await indexBatch(pool, batch);
  } catch {
    for (const one of batch) queue.alone.push([one]); // whoever is to blame fails there, by himself
    return startAlone(pool, queue);
  }
  const first = new Map<string, Waiting[]>();
  for (const [k, one] of batch.entries()) {
    const answer = answers[k]!;
    if (typeof answer === "object") one.done(answer);
    else if (answer === "known" || one.again) queue.alone.push([one]);
    else {
      const { study, series } = one.entry;
      const key = `${one.organisationId} ${study.uid} ${series.uid}`;
      const group = first.get(key);
      if (group) group.push(one);
      else first.set(key, [one]);
    }
  }
  queue.alone.push(...first.values());
  startAlone(pool, queue);
}

/** Each by itself, or the first of a new series before those that came with it. */
function startAlone(pool: Pool, queue: Queue): void {
  while (queue.aloneRunning < ALONE && queue.alone.length > 0) {
    const [one, ...others] = queue.alone.shift()!;
    queue.aloneRunning++;
    void runAlone(pool, one!).finally(() => {
      queue.aloneRunning--;
      for (const other of others) queue.waiting.push(Object.assign(other, { again: true }));
      startBatches(pool, queue);
      startAlone(pool, queue);
    });
  }
}

async function runAlone(pool: Pool, { organisationId, entry, blob, sameContent, done, failed }: Waiting) {
  try {
    done(await twice(() => indexInstance(pool, organisationId, entry, blob, sameContent)));
  } catch (error) {
    failed(error);
  }
}

/** A transaction that PostgreSQL ended to undo a deadlock is as good as new. */
async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as { code?: string }).code !== "40P01") throw error;
    return work();
  }
}
