import { useQuery } from "@tanstack/react-query";
import { forestOf } from "../../knowledge/forest.ts";
import type { RecommendationLine } from "../../knowledge/library.ts";
import type { LocalAdaptation } from "../../knowledge/local-layer.ts";
import { citationOf, verificationWords } from "../../knowledge/recommendation.ts";
import { recommendationPage } from "../api/library.ts";
import { State } from "../design/mark.tsx";
import { gradeWords } from "./grade.ts";
import { ForestPlots } from "./library-forest.tsx";
import { Wordings } from "./library-history.tsx";
import { Paper, Part, To } from "./library-paper.tsx";
import { Asking } from "./library-state.tsx";
import { CriterionTree, Doi } from "./library-words.tsx";

const DIRECTION = { for: "speaks for it", against: "speaks against it", either: "leaves both open" } as const;
const WHY = {
  newer: "Published after the guideline was closed",
  driver: "Named by the pack as a reason for the change",
  indication: "Other trials of the same indication",
} as const;

/** That this house uses a recommendation otherwise, or not at all: why, who answers for it, until when. */
function Adapted({ local }: { readonly local: LocalAdaptation }) {
  return (
    <p data-testid="paper-local">
      <State is="look">
        {local.notUsed ? "Not used here" : "Adapted here"} until {local.sunset}: {local.reason} ({local.owner}). Then
        what the body says holds again.
      </State>
    </p>
  );
}

/** One recommendation: for whom, what, how strong, from where, what it was before, and the trials that bear on it. */
export function RecommendationPaper({ id }: { readonly id: string }) {
  const { data, error } = useQuery(recommendationPage(id));
  if (!data) return <Asking error={error} />;
  const { item, pack } = data;
  return (
    <Paper
      kind="recommendation"
      id={item.id}
      title={item.subject}
      line={item.action}
      readOnly={data.readOnly}
      pack={pack}
      corrections={data.corrections}
    >
      <p className="paper-grade" data-testid="grade">
        <b>{gradeWords(item)}</b> <span className="sub">{item.gradeSystem}</span>
        <span className={`chip ${item.direction === "against" ? "wait" : ""}`}>{DIRECTION[item.direction]}</span>
      </p>
      {data.newer.map((each) => (
        <p key={each.id} className="paper-newer">
          <State is="look">
            Newer evidence, {each.topic}: {each.direction}
          </State>
        </p>
      ))}
      {item.local ? <Adapted local={item.local} /> : null}
      <Part title={item.local ? "Applies here when" : "Applies when"}>
        <CriterionTree node={item.criteria} />
      </Part>
      {item.local ? (
        <Part title="What the body says">
          <p>{item.local.original.action}</p>
          <CriterionTree node={item.local.original.criteria} />
        </Part>
      ) : null}
      <Part title="Source">
        <dl className="paper-list">
          <dt>Citation</dt>
          <dd>
            {citationOf(item)} <Doi doi={item.doi} />
          </dd>
          <dt>Valid to</dt>
          <dd>{data.readOnly === "superseded" ? "no longer: superseded" : item.expires}</dd>
          <dt>Checked</dt>
          <dd>
            <Checked words={verificationWords(item)} via={item.verifiedVia} note={item.note} />
          </dd>
          {data.indications.length > 0 ? (
            <>
              <dt>Indications</dt>
              <dd>
                {data.indications.map(({ id: key, name }, i) => (
                  <span key={key}>
                    {i > 0 ? ", " : ""}
                    <To kind="indication" id={key}>
                      {name}
                    </To>
                  </span>
                ))}
              </dd>
            </>
          ) : null}
        </dl>
      </Part>
      {data.changes.length + data.earlier.length + data.later.length > 0 ? (
        <Part title="History" testid="history">
          {data.changes.map((change) => (
            <p key={change.id}>
              <b>{change.topic}:</b> {change.summary}. <span className="sub">Because of {change.drivers}.</span>
            </p>
          ))}
          <Wordings wordings={data.later} newer />
          <Wordings wordings={data.earlier} newer={false} />
        </Part>
      ) : null}
      {(["newer", "driver", "indication"] as const).map((why) => {
        const trials = data.trials.filter((each) => each.why === why).map((each) => each.trial);
        return trials.length === 0 ? null : (
          <Part key={why} title={WHY[why]}>
            <ForestPlots forest={forestOf(trials)} />
          </Part>
        );
      })}
      {data.others.length > 0 ? (
        <Part title="What else is said about it">
          <Lines lines={data.others} />
        </Part>
      ) : null}
    </Paper>
  );
}

/** How an item was checked; that it was written from memory is marked, not only said. */
export function Checked({
  words,
  via,
  note,
}: {
  readonly words: string;
  readonly via: readonly string[];
  readonly note: string | null;
}) {
  return (
    <>
      {words ? <State is="look">{words}</State> : <State is="fine">main facts seen in the source</State>}
      {via.length > 0 ? `. Seen in: ${via.join(", ")}` : ""}
      {note ? `. ${note}` : ""}
    </>
  );
}

/** Recommendations as lines: what, by whom, how strong. */
export function Lines({ lines }: { readonly lines: readonly RecommendationLine[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Recommendation</th>
          <th scope="col">By</th>
          <th scope="col">Strength</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id}>
            <td>
              <To kind="recommendation" id={line.id}>
                {line.name}
              </To>
              : {line.action}
              <div className="sub">When: {line.when}</div>
            </td>
            <td>
              {line.body} {line.year}
            </td>
            <td>
              {gradeWords(line)}
              {line.direction === "against" ? <div>{DIRECTION.against}</div> : null}
              {line.readOnly ? <State is="look">{line.readOnly}, read-only</State> : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
