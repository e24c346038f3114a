import { Worker } from "node:worker_threads";
import { type ErrorCode, WillisError } from "../../core/errors.ts";

/** What a worker answers: the value, or an error of the one table. */
export type Answer<T> =
  | { readonly value: T }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

export interface WorkerPoolOptions {
  readonly file: URL;
  readonly size: number;
  /** A task that takes longer is ended, with its worker. */
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** A thread without work for so long ends and gives its memory back; default 20 s. */
  readonly idleMs?: number;
  /** Said of a task that used up its time or memory, or crashed its worker. */
  readonly complaint: { readonly code: ErrorCode; readonly message: string };
}

export interface WorkerPool<Task, Value> {
  /**
   * Runs one task. `transfer` hands memory over instead of copying. A task whose `signal` is aborted leaves the queue at
   * once; one that runs may end within a second, then it is ended with its thread: nobody waits for it, others do.
   */
  run(task: Task, transfer?: readonly ArrayBuffer[], signal?: AbortSignal): Promise<Value>;
  /** The same of a task that is made when its turn comes: a long queue then holds no bytes. */
  runWhenFree(make: () => Promise<Made<Task>>, signal?: AbortSignal): Promise<Value>;
  close(): Promise<void>;
}

/** A task with the memory that is handed over to the thread. */
interface Made<Task> {
  readonly task: Task;
  readonly transfer: readonly ArrayBuffer[];
}

interface Job<Task, Value> {
  readonly make: () => Made<Task> | Promise<Made<Task>>;
  readonly signal: AbortSignal | undefined;
  readonly done: (value: Value) => void;
  readonly failed: (error: unknown) => void;
}

interface Seat<Task, Value> {
  worker: Worker | null;
  job: Job<Task, Value> | null;
  /** Ends the task that takes too long, or the thread that has nothing to do. */
  timer: NodeJS.Timeout | null;
}

const PATIENCE_MS = 1000;
const IDLE_MS = 20_000;
/** Threads work on typed arrays, which lie outside; the default of 3 x 16 MB would only be filled with garbage. */
const YOUNG_MB = 12;

/**
 * A few threads for input that may be hostile: whatever it does to a thread (endless loop, memory, crash), the server
 * lives on, the task fails with `complaint`, and the seat gets a new thread. Idle threads do not keep the process alive.
 */
export function workerPool<Task, Value>(options: WorkerPoolOptions): WorkerPool<Task, Value> {
  const seats: Seat<Task, Value>[] = Array.from({ length: options.size }, () => ({
    worker: null,
    job: null,
    timer: null,
  }));
  const waiting: Job<Task, Value>[] = [];

  function hire(seat: Seat<Task, Value>): Worker {
    const worker = new Worker(options.file, {
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: YOUNG_MB, stackSizeMb: 4 },
    });
    seat.worker = worker;
    worker.on("message", (answer: Answer<Value>) => {
      if (seat.worker !== worker) return; // it was ended while it answered
      if ("value" in answer) finish(seat, (job) => job.done(answer.value));
      else finish(seat, (job) => job.failed(new WillisError(answer.error.code, answer.error.message)));
    });
    const lost = (): void => {
      if (seat.worker === worker) fire(seat);
    };
    worker.on("error", lost);
    worker.on("exit", lost);
    return worker;
  }

  /** The thread is gone or must go: its task has failed. */
  function fire(seat: Seat<Task, Value>): void {
    const { worker } = seat;
    seat.worker = null;
    void worker?.terminate();
    finish(seat, (job) => job.failed(new WillisError(options.complaint.code, options.complaint.message)));
  }

  function finish(seat: Seat<Task, Value>, tell: (job: Job<Task, Value>) => void): void {
    const { job } = seat;
    if (seat.timer) clearTimeout(seat.timer);
    seat.timer = null;
    seat.job = null;
    seat.worker?.unref();
    if (job) tell(job);
    serve(seat);
    if (!seat.job && seat.worker) seat.timer = setTimeout(() => retire(seat), options.idleMs ?? IDLE_MS).unref();
  }

  function retire(seat: Seat<Task, Value>): void {
    const { worker } = seat;
    seat.worker = null;
    void worker?.terminate();
  }

  /** What nobody waits for any more: not begun, or not much longer. */
  function abandon(job: Job<Task, Value>): void {
    const place = waiting.indexOf(job);
    if (place >= 0) waiting.splice(place, 1);
    job.failed(job.signal?.reason);
    const seat = seats.find((one) => one.job === job);
    if (!seat) return;
    if (seat.timer) clearTimeout(seat.timer);
    seat.timer = setTimeout(() => fire(seat), PATIENCE_MS);
  }

  function serve(seat: Seat<Task, Value>): void {
    if (seat.job) return;
    const job = waiting.shift();
    if (!job) return;
    seat.job = job;
    if (seat.timer) clearTimeout(seat.timer);
    const worker = seat.worker ?? hire(seat);
    worker.ref();
    seat.timer = setTimeout(() => fire(seat), options.timeoutMs);
    const give = ({ task, transfer }: Made<Task>): void => {
      if (seat.job === job && seat.worker === worker) worker.postMessage(task, transfer);
    };
    const fail = (error: unknown): void => {
      if (seat.job === job) finish(seat, () => job.failed(error));
    };
    try {
      const made = job.make();
      if (made instanceof Promise) made.then(give).catch(fail);
      else give(made);
    } catch (error) {
      fail(error);
    }
  }

  function queue(make: Job<Task, Value>["make"], signal: AbortSignal | undefined): Promise<Value> {
    return new Promise((done, failed) => {
      if (signal?.aborted) return failed(signal.reason);
      const leave = (): void => abandon(job);
      const settled =
        <T>(tell: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener("abort", leave);
          tell(value);
        };
      const job = { make, signal, done: settled(done), failed: settled(failed) };
      signal?.addEventListener("abort", leave);
      waiting.push(job);
      const seat = seats.find((one) => !one.job && one.worker) ?? seats.find((one) => !one.job);
      if (seat) serve(seat);
    });
  }

  return {
    run: (task, transfer = [], signal) => queue(() => ({ task, transfer }), signal),
    runWhenFree: queue,
    async close() {
      for (const job of waiting.splice(0)) job.failed(new WillisError("unavailable", "The server is stopping."));
      await Promise.all(
        seats.map(async (seat) => {
          const { worker } = seat;
          if (seat.job) return fire(seat);
          if (seat.timer) clearTimeout(seat.timer);
          seat.worker = null;
          await worker?.terminate();
        }),
      );
    },
  };
}
