import { useQuery } from "@tanstack/react-query";
import { packs } from "../api/queries.ts";
import { State } from "../design/mark.tsx";
import { Corrections, Paper, Part, To } from "./library-paper.tsx";
import { Asking } from "./library-state.tsx";

/** One pack: who, for whom, until when, what is in it, what was corrected, and what the body changed. */
export function PackPaper({ id }: { readonly id: string }) {
  const { data: all, error } = useQuery(packs);
  if (!all) return <Asking error={error} />;
  const pack = all.find((each) => each.id === id);
  if (!pack) return <Asking error={new Error(`There is no pack "${id}" on the shelf. It may have been removed.`)} />;
  const lists = [
    { kind: "indication", title: "Indications", items: pack.indications },
    { kind: "trial", title: "Trials", items: pack.trials.map((trial) => ({ id: trial.id, name: trial.acronym })) },
    { kind: "scale", title: "Scales", items: pack.scales },
    { kind: "metric", title: "Metrics", items: pack.metrics },
  ] as const;
  return (
    <Paper
      kind="pack"
      id={pack.id}
      title={pack.title}
      line={pack.body}
      readOnly={pack.state === "in force" ? null : pack.state}
      pack={pack}
    >
      <Part title="How far to trust it">
        <p>
          {pack.verification.sourceSeen} items were seen in a source, {pack.verification.fromMemory} written from
          memory. {pack.verification.words}
        </p>
        <dl className="paper-list">
          <dt>Written by</dt>
          <dd>{pack.authors.length === 0 ? "not stated" : pack.authors.join(", ")}</dd>
          <dt>Compared</dt>
          <dd>{pack.lastReviewed ?? "never"}</dd>
          <dt>Next review</dt>
          <dd>{pack.nextReview ?? "the body publishes no date"}</dd>
          <dt>Why it lapses</dt>
          <dd>{pack.expiryRule}</dd>
          <dt>Language</dt>
          <dd>
            {pack.language}, {pack.entitlement}
          </dd>
        </dl>
      </Part>
      {pack.changes.length > 0 ? (
        <Part title="What the body changed">
          {pack.changes.map((change) => (
            <p key={change.id}>
              <b>{change.topic}:</b> {change.summary}.{" "}
              {change.to.map((key) => (
                <To key={key} kind="recommendation" id={key}>
                  {key}{" "}
                </To>
              ))}
            </p>
          ))}
        </Part>
      ) : null}
      {pack.corrections.length > 0 ? (
        <Part title="Corrections">
          <Corrections corrections={pack.corrections} />
        </Part>
      ) : null}
      {pack.recommendations.length > 0 ? (
        <Part title={`Recommendations (${pack.recommendations.length})`}>
          <ul className="paper-links">
            {pack.recommendations.map((each) => (
              <li key={each.id}>
                <To kind="recommendation" id={each.id}>
                  {each.subject}
                </To>{" "}
                {each.action} {each.status === "superseded" ? <State is="look">superseded</State> : null}
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {lists
        .filter(({ items }) => items.length > 0)
        .map(({ kind, title, items }) => (
          <Part key={kind} title={`${title} (${items.length})`}>
            <ul className="paper-links short">
              {items.map((each) => (
                <li key={each.id}>
                  <To kind={kind} id={each.id}>
                    {each.name}
                  </To>
                </li>
              ))}
            </ul>
          </Part>
        ))}
    </Paper>
  );
}
