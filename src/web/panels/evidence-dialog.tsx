import { useState } from "react";
import type { Trace } from "../../knowledge/criteria.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { CaseOptions, TreatmentOption } from "../../knowledge/options.ts";
import type { TrialComparison } from "../../knowledge/trial.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { Criterion, State } from "../design/mark.tsx";
import { valueWords } from "./criterion-words.ts";
import { gradeWords } from "./grade.ts";
import { cardVerdict, MET, StandingState } from "./option-card.tsx";

/** Everything an option rests on: each card whole with its trace, where bodies differ, and how trials compare. */
export function EvidenceDialog({
  option,
  options,
  onClose,
}: {
  readonly option: TreatmentOption | null;
  readonly options: CaseOptions;
  readonly onClose: () => void;
}) {
  const ids = new Set(option?.cards.map((card) => card.id));
  const conflicts = options.conflicts.filter((conflict) => conflict.ids.some((id) => ids.has(id)));
  return (
    <Dialog title={option?.subject ?? ""} isOpen={option !== null} onClose={onClose} wide data-testid="evidence">
      {option ? (
        <>
          <div>
            <StandingState of={option.standing} />
            <span className="sub">
              {" "}
              · {option.counts.applies} apply, {option.counts.cannotDetermine} cannot be determined,{" "}
              {option.counts.doesNotApply} do not apply
            </span>
          </div>
          {conflicts.map((conflict, i) => (
            <div key={i} className="card">
              <State is="look">Bodies or rules differ</State>
              <p>{conflict.why}</p>
              <p className="sub">{conflict.ids.join(" · ")}</p>
            </div>
          ))}
          {option.cards.map((card) => (
            <CardWhole key={card.id} card={card} />
          ))}
          <Trials trials={options.trials} />
        </>
      ) : null}
    </Dialog>
  );
}

/** A card with all that a reader has to see beside it. */
export function CardWhole({ card }: { readonly card: Card }) {
  const verdict = cardVerdict(card);
  return (
    <section className="evidence-card" data-testid="evidence-card">
      <div className="spread">
        <h3>
          {card.body} {card.year}
        </h3>
        <State is={verdict.is}>{verdict.words}</State>
      </div>
      <p>{card.action}</p>
      <p className="quiet-text">
        {gradeWords(card)} <span className="sub">({card.gradeSystem})</span>
      </p>
      <TraceTree trace={card.trace} />
      <dl className="evidence-source">
        <dt>Source</dt>
        <dd>
          {card.citation}
          {card.doi ? (
            <>
              {" "}
              <a href={`https://doi.org/${card.doi}`} target="_blank" rel="noreferrer">
                open
              </a>
            </>
          ) : null}
        </dd>
        <dt>Version</dt>
        <dd>
          {card.pack} {card.packVersion}, item {card.id}, released {card.released}, valid to {card.expires}
        </dd>
        <dt>Disclosures</dt>
        <dd>{card.disclosures || "not stated"}</dd>
        <dt>Checked</dt>
        <dd>
          {card.verification || "main facts seen in the source"}
          {card.note ? `; ${card.note}` : ""}
          {card.age ? `; ${card.age}` : ""}
        </dd>
      </dl>
    </section>
  );
}

const GROUP: Readonly<Record<string, string>> = { all: "all of", any: "any of", not: "not", atLeast: "at least" };

/** The whole trace: each criterion with its result and the fact that decided it, groups indented. */
export function TraceTree({ trace }: { readonly trace: Trace }) {
  if (trace.kind === "fact" || trace.kind === "prose") {
    return (
      <div className="trace-line">
        <Criterion is={MET[trace.result]}>
          {trace.sentence}
          <span className="sub">
            {" "}
            {trace.kind === "prose" ? "a person reads this" : (valueWords(trace) ?? "not known")}
          </span>
        </Criterion>
      </div>
    );
  }
  return (
    <div className="trace-group">
      <Criterion is={MET[trace.result]}>
        <span className="sub">{trace.kind === "atLeast" ? trace.sentence : GROUP[trace.kind]}</span>
      </Criterion>
      <div className="trace-children">
        {trace.children.map((child, i) => (
          <TraceTree key={i} trace={child} />
        ))}
      </div>
    </div>
  );
}

const PLACE = {
  inside: { is: "fine", words: "would have been inside" },
  outside: { is: "none", words: "would have been outside" },
  "cannot determine": { is: "unknown", words: "cannot determine" },
} as const;

/** How this patient compares to the entry box of each trial. */
export function Trials({ trials }: { readonly trials: readonly TrialComparison[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? trials : trials.slice(0, 6);
  if (trials.length === 0) return null;
  return (
    <section>
      <h3>This patient beside the trials</h3>
      <table className="trials">
        <tbody>
          {shown.map((trial) => (
            <tr key={trial.id}>
              <td className="nowrap">
                <div className="strong">{trial.acronym}</div>
                <div className="sub">{trial.year}</div>
              </td>
              <td>
                <State is={PLACE[trial.result].is}>{PLACE[trial.result].words}</State>
                <div>{trial.conclusion}</div>
                <div className="sub">
                  {trial.outsideBy.length > 0 ? `outside by: ${trial.outsideBy.join("; ")}. ` : ""}
                  {trial.readByPerson.length > 0 ? `to be read by a person: ${trial.readByPerson.join("; ")}. ` : ""}
                  {trial.citation}
                  {trial.verification.verified === "from-memory" ? ". Written from memory, not yet checked" : ""}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {trials.length > shown.length ? (
        <Button look="link" onPress={() => setAll(true)}>
          Show all {trials.length} trials
        </Button>
      ) : null}
    </section>
  );
}
