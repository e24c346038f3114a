import type { Progress } from "../../core/progress.ts";

/** To a worker: a question, and the number its answer comes back with; without one no answer is wanted. */
export interface Asked<Question> {
  readonly id?: number;
  readonly question: Question;
}

/** From a worker: how far it is, the answer, or why there is none. */
export type Told<Answer> =
  | { readonly id: number; readonly step: string; readonly fraction: number }
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: string };

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly told: Progress;
}

/** How a worker is asked, and how to end it. It is started when it is first needed, and anew after its end. */
export class WorkerClient<Question, Answer> {
  readonly #open: () => Worker;
  readonly #broken: string;
  #worker: Worker | undefined;
  #next = 1;
  readonly #waiting = new Map<number, Waiting<Answer>>();

  /** `broken`: what a reader is told when the worker fails without words of its own. */
  constructor(open: () => Worker, broken: string) {
    this.#open = open;
    this.#broken = broken;
  }

  /** Starts the worker before there is something to ask. */
  start(): void {
    this.#running();
  }

  /** Gives the worker something that has no answer; what is given and asked keeps its order. */
  give(question: Question): void {
    this.#running().postMessage({ question } satisfies Asked<Question>);
  }

  ask(question: Question, told: Progress = () => {}, transfer: Transferable[] = []): Promise<Answer> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, told });
      this.#running().postMessage({ id, question } satisfies Asked<Question>, transfer);
    });
  }

  /** Ends what is running; what was asked is refused with these words. The worker forgets what it was given. */
  end(words = "Stopped."): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error(words));
    this.#waiting.clear();
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.#open();
    worker.onmessage = ({ data }: MessageEvent<Told<Answer>>) => {
      const asked = this.#waiting.get(data.id);
      if (!asked) return;
      if ("fraction" in data) return asked.told(data.step, data.fraction);
      this.#waiting.delete(data.id);
      if ("error" in data) asked.reject(new Error(data.error));
      else asked.resolve(data.answer);
    };
    worker.onerror = (event) => this.end(event.message || this.#broken);
    this.#worker = worker;
    return worker;
  }
}
