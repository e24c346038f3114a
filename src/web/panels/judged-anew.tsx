import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JudgedAnew, Replay } from "../../cases/judged-anew.ts";
import { VERDICT_WORDS, type Verdict } from "../../knowledge/verdict.ts";
import { replay } from "../api/queries.ts";
import { State } from "../design/mark.tsx";
import { exactTime } from "./elapsed.ts";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  applies: "applied",
  doesNotApply: "did not apply",
  cannotDetermine: "could not be determined",
};

/** A past decision beside the evidence: whether its own moment still gives what was frozen, and what is judged otherwise now. */
export function JudgedAnewPanel({ decisionId }: { readonly decisionId: string }) {
  const { data, error, isPending } = useQuery(replay(decisionId));
  return (
    <section data-testid="judged-anew">
      <h2>The same facts against the evidence of today</h2>
      {data ? (
        <Judged answer={data} />
      ) : (
        <p className="sub">{isPending ? "Judging" : `Not judged: ${error?.message}`}</p>
      )}
    </section>
  );
}

function Judged({ answer: { packs, same, differences, today } }: { readonly answer: Replay }) {
  const gone = packs.filter((pack) => !pack.kept);
  return (
    <>
      {today.differences.length === 0 ? (
        <p>
          <State is="fine">No recommendation is judged otherwise on {exactTime(Date.parse(today.at))}.</State>
        </p>
      ) : (
        <Differences of={today.differences} />
      )}
      <p className="sub">
        {same === null
          ? `Not judged again with the evidence of its moment: ${gone.map((pack) => `${pack.id} ${pack.version}, ${pack.why}`).join("; ")}.`
          : same
            ? `With the facts and the ${packs.length} packs of its moment, the engine of today gives what was frozen.`
            : "With the facts and packs of its moment, the engine of today does not give what was frozen:"}
      </p>
      {differences.length > 0 ? <Differences of={differences} /> : null}
    </>
  );
}

function Differences({ of }: { readonly of: readonly JudgedAnew[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Recommendation</th>
          <th>Then</th>
          <th>Now</th>
        </tr>
      </thead>
      <tbody>
        {of.map((one) => (
          <tr key={one.id} data-id={one.id}>
            <td>
              <Link to="/know/$kind/$itemId" params={{ kind: "recommendation", itemId: one.id }}>
                {one.subject}
              </Link>
              <div className="sub">{one.body}</div>
            </td>
            <td>
              {one.before ? VERDICTS[one.before] : "was not there, or drove nothing"}
              {one.conditions.before.map((words) => (
                <div key={words} className="sub">
                  {words}
                </div>
              ))}
            </td>
            <td>
              <State is="look">{one.after ? VERDICT_WORDS[one.after] : "is not in force"}</State>
              {one.conditions.after.map((words) => (
                <div key={words} className="sub">
                  {words}
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
