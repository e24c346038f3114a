import type { AneurysmAnswer, AneurysmQuestion, FromAneurysmWorker } from "../../workers/aneurysm-messages.ts";

type Told = (step: string, fraction: number) => void;
type Answered<Kind extends AneurysmAnswer["kind"]> = Extract<AneurysmAnswer, { readonly kind: Kind }>;

/** How the worker that measures aneurysms is asked, and how to end it. It holds a volume: one for each panel. */
export class AneurysmWorker {
  #worker: Worker | undefined;
  #next = 1;
  readonly #waiting = new Map<
    number,
    { resolve: (answer: AneurysmAnswer) => void; reject: (error: Error) => void; told: Told }
  >();

  /** Asks; the answer is of the kind that is named, anything else is a fault. */
  async ask<Kind extends AneurysmAnswer["kind"]>(
    kind: Kind,
    question: AneurysmQuestion,
    told: Told = () => {},
    transfer: Transferable[] = [],
  ): Promise<Answered<Kind>> {
    const id = this.#next++;
    const answer = await new Promise<AneurysmAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, told });
      this.#open().postMessage({ id, question }, transfer);
    });
    if (answer.kind !== kind) throw new Error(`The aneurysm analysis answered "${answer.kind}", not "${kind}".`);
    return answer as Answered<Kind>;
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
    const worker = new Worker(new URL("../../workers/aneurysm.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromAneurysmWorker>) => {
      const asked = this.#waiting.get(data.id);
      if (!asked) return;
      if ("fraction" in data) return asked.told(data.step, data.fraction);
      this.#waiting.delete(data.id);
      if ("error" in data) asked.reject(new Error(data.error));
      else asked.resolve(data.answer);
    };
    worker.onerror = (event) =>
      this.end(event.message || "The aneurysm analysis stopped: not enough memory? Close other panes, then try again.");
    this.#worker = worker;
    return worker;
  }
}
