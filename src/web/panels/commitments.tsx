import { useQuery } from "@tanstack/react-query";
import { useMinute } from "../api/clock.ts";
import { type Commitment, commitments, schedule } from "../api/workflow.ts";
import { Button } from "../design/button.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { sayProblem } from "../design/toast.tsx";
import { clockTime } from "./elapsed.ts";
import { counted } from "./figures.ts";

/** Who asked whether their images are kept safely here, whom we asked, and what came of it. */
export function Commitments() {
  const { data } = useQuery(commitments);
  const now = useMinute();
  const list = (data?.commitments ?? []).slice(0, 20);
  if (list.length === 0) return null;
  return (
    <>
      <h2>Kept safely?</h2>
      {list.map((each) => {
        const [is, words] = stateOf(each);
        return (
          <div key={each.id} className="quarantine-row" data-testid="commitment">
            <div>
              <div className="strong">
                {each.role === "provider" ? `${each.aeTitle} asked us` : `we asked ${each.aeTitle}`}
              </div>
              <div className="sub">
                {counted(each.objects, "object")}, {clockTime(Date.parse(each.createdAt), now)}
              </div>
            </div>
            <div className="stack">
              <State is={is}>{words}</State>
              {each.message ? <span className="sub">{each.message}</span> : null}
            </div>
            <div className="line-up quarantine-acts">
              {each.state === "failed" || (each.state !== "done" && each.attempts > 0) ? (
                <Button
                  onPress={() => void schedule(`/api/commitments/${each.id}/retry`, {}).catch(sayProblem)}
                  data-testid="commitment-retry"
                >
                  Try again
                </Button>
              ) : null}
            </div>
          </div>
        );
      })}
    </>
  );
}

function stateOf({ role, state, objects, committed, failed }: Commitment): readonly [Meaning, string] {
  if (state === "done" && committed === objects)
    return ["fine", role === "provider" ? "every object was read and is whole" : "every object is kept"];
  if (state === "done") return ["wait", `${failed} of ${objects} are not kept`];
  if (state === "failed") return ["wait", role === "provider" ? "the result could not be told" : "no answer"];
  if (state === "checked") return ["look", `${committed} of ${objects} are whole; the result is to be told`];
  if (state === "asked") return ["none", "waits for the answer"];
  return ["none", role === "provider" ? `being read, ${committed + failed} of ${objects}` : "waits to be asked"];
}
