import type { Answer, FromWorker, Question } from "../../workers/vessel-messages.ts";

type Told = (step: string, fraction: number) => void;

/** A worker that segments and measures vessels, and how to end it. One for each panel: it holds a volume. */
export class VesselWorker {
  #worker: Worker | undefined;
  #next = 1;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: Error) => void; told: Told }
  >();

  ask(question: Question, told: Told = () => {}, transfer: Transferable[] = []): Promise<Answer> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, told });
      this.#open().postMessage({ id, question }, transfer);
    });
  }

  /** Ends what is running; what was asked is refused with these words. The worker forgets its volume. */
  end(words = "Stopped."): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error(words));
    this.#waiting.clear();
  }

  #open(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL("../../workers/vessel.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      const asked = this.#waiting.get(data.id);
      if (!asked) return;
      if ("fraction" in data) return asked.told(data.step, data.fraction);
      this.#waiting.delete(data.id);
      if ("error" in data) asked.reject(new Error(data.error));
      else asked.resolve(data.answer);
    };
    worker.onerror = (event) =>
      this.end(event.message || "The vessel analysis stopped: not enough memory? Close other panes, then try again.");
    this.#worker = worker;
    return worker;
  }
}

/** The answer of one kind; anything else is a fault. */
export function answered<Kind extends Answer["kind"]>(answer: Answer, kind: Kind): Answer & { readonly kind: Kind } {
  if (answer.kind !== kind) throw new Error(`The vessel analysis answered "${answer.kind}", not "${kind}".`);
  return answer as Answer & { readonly kind: Kind };
}
