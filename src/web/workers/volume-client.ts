import type { Progress } from "../../core/progress.ts";
import { WorkerClient } from "./worker-client.ts";

/** A worker that holds a volume and answers by kind: one for each panel. */
export class VolumeClient<Question, Answer extends { readonly kind: string }> {
  readonly #name: string;
  readonly #client: WorkerClient<Question, Answer>;

  /** `name`: the analysis in the words for the reader, such as "vessel". */
  constructor(name: string, open: () => Worker) {
    this.#name = name;
    const broken = `The ${name} analysis stopped: not enough memory? Close other panes, then try again.`;
    this.#client = new WorkerClient(open, broken);
  }

  /** Asks; the answer is of the kind that is named, anything else is a fault. */
  async ask<Kind extends Answer["kind"]>(
    kind: Kind,
    question: Question,
    told?: Progress,
    transfer?: Transferable[],
  ): Promise<Extract<Answer, { readonly kind: Kind }>> {
    const answer = await this.#client.ask(question, told, transfer);
    if (answer.kind !== kind) throw new Error(`The ${this.#name} analysis answered "${answer.kind}", not "${kind}".`);
    return answer as Extract<Answer, { readonly kind: Kind }>;
  }

  /** Ends what is running; what was asked is refused with these words. The worker forgets its volume. */
  end(words?: string): void {
    this.#client.end(words);
  }
}
