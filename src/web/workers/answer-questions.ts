import type { Progress } from "../../core/progress.ts";
import type { Asked, Told } from "./worker-client.ts";

/**
 * Has this worker answer what a `WorkerClient` asks: an error that `reply` throws is refused with its words. `transfer`
 * says which memory of an answer is handed over instead of copied.
 */
export function answerQuestions<Question, Answer>(
  reply: (question: Question, told: Progress) => Answer,
  transfer: (answer: Answer) => Transferable[] = () => [],
): void {
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<Asked<Question>>) => void;
    postMessage: (told: Told<Answer>, transfer: Transferable[]) => void;
  };
  scope.onmessage = ({ data: { id, question } }) => {
    if (id === undefined) {
      reply(question, () => {});
      return;
    }
    try {
      const answer = reply(question, (step, fraction) => scope.postMessage({ id, step, fraction }, []));
      scope.postMessage({ id, answer }, transfer(answer));
    } catch (error) {
      scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) }, []);
    }
  };
}
