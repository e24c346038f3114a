import { parentPort } from "node:worker_threads";
import { type ErrorCode, problem } from "../../core/errors.ts";
import type { Answer } from "./worker-pool.ts";

/** How a worker answers the tasks of its pool. */
export interface Serving<Task, Value> {
  readonly work: (task: Task) => Value | Promise<Value>;
  /** What is answered for an error that is none of the one table: input that broke the work. */
  readonly unknown: (error: unknown) => { readonly code: ErrorCode; readonly message: string };
  /** Memory of the value that is handed over, not copied. */
  readonly handOver?: (value: Value) => readonly ArrayBuffer[];
  /** Called once the answer is out. */
  readonly after?: (task: Task) => void;
}

/** The other side of `workerPool`, called once in the file of the worker: every task gets a value or an error of the table. */
export function serveTasks<Task, Value>({ work, unknown, handOver, after }: Serving<Task, Value>): void {
  parentPort?.on("message", async (task: Task) => {
    let reply: Answer<Value>;
    try {
      reply = { value: await work(task) };
    } catch (error) {
      const { code, detail } = problem(error);
      reply = { error: code === "internal" ? unknown(error) : { code, message: detail } };
    }
    parentPort?.postMessage(reply, "value" in reply && handOver ? [...handOver(reply.value)] : []);
    after?.(task);
  });
}
