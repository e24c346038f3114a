import type { ReactNode } from "react";
import type { Trace } from "../../knowledge/criteria.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import type { TreatmentOption } from "../../knowledge/options.ts";
import type { OptionsAnswer } from "../api/options.ts";
import { Dialog } from "../design/dialog.tsx";
import { Criterion, State } from "../design/mark.tsx";
import { valueWords } from "./criterion-words.ts";
import { Disagreements, Voices } from "./evidence-differ.tsx";
import { EnoughToDecide } from "./evidence-enough.tsx";
import { gradeWords } from "./grade.ts";
import { cardVerdict, MET, StandingState } from "./option-card.tsx";
import { MarksInFull } from "./option-marks.tsx";
import { TrialMatrix } from "./trial-matrix.tsx";
import "./evidence.css";

/** What the evidence of an open case can do beyond being read; a frozen decision has none of it. */
export interface EvidenceActs {
  readonly caseId: string;
  readonly onAsk?: ((field: string) => void) | undefined;
  readonly askWords: (field: string) => string;
  readonly follow: (card: Card) => ReactNode;
}

/**
 * Everything an option rests on: where bodies differ and on what, who says what, what would be enough to decide, each card
 * whole with its trace, and how this patient compares to the trials. The card that tells the option is open, the rest folded.
 */
export function EvidenceDialog({
  option,
  options,
  acts,
  onClose,
}: {
  readonly option: TreatmentOption | null;
  readonly options: OptionsAnswer;
  readonly acts?: EvidenceActs;
  readonly onClose: () => void;
}) {
  const cards = option?.cards ?? [];
  const applicable = cards.filter((card) => card.verdict !== "doesNotApply");
  const near = applicable.length > 0 ? applicable : cards;
  const far = cards.filter((card) => !near.includes(card));
  const bearing = option?.cards.flatMap((card) => options.marks?.[card.id]?.trials ?? []) ?? [];
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
          <Disagreements option={option} options={options} />
          <Voices option={option} />
          {acts?.onAsk ? (
            <EnoughToDecide
              caseId={acts.caseId}
              cards={option.cards}
              askWords={acts.askWords}
              onAsk={(field) => {
                onClose();
                acts.onAsk?.(field);
              }}
            />
          ) : null}
          <div className="evidence-cards">
            {near.map((card, i) => (
              <FoldedCard key={card.id} card={card} open={i === 0} options={options} follow={acts?.follow} />
            ))}
            {far.length > 0 ? (
              <details className="evidence-card" data-testid="evidence-far">
                <summary>{far.length === 1 ? "1 card does not apply" : `${far.length} cards do not apply`}</summary>
                {far.map((card) => (
                  <FoldedCard key={card.id} card={card} open={false} options={options} follow={undefined} />
                ))}
              </details>
            ) : null}
          </div>
          <TrialMatrix trials={options.trials} facts={options.facts} bearing={bearing} />
        </>
      ) : null}
    </Dialog>
  );
}

/** A card behind its line: body, year, verdict. */
function FoldedCard({
  card,
  open,
  options,
  follow,
}: {
  readonly card: Card;
  readonly open: boolean;
  readonly options: OptionsAnswer;
  readonly follow: EvidenceActs["follow"] | undefined;
}) {
  const verdict = cardVerdict(card);
  return (
    <details className="evidence-card" data-testid="evidence-card" open={open}>
      <summary>
        <span className="strong">
          {card.body} {card.year}
        </span>
        <State is={verdict.is}>{verdict.words}</State>
        <span className="sub">{gradeWords(card)}</span>
        <span className="sub evidence-about">{card.action}</span>
      </summary>
      <CardWhole card={card} />
      <MarksInFull marks={options.marks?.[card.id]} />
      {follow?.(card)}
    </details>
  );
}

/** A card with all that a reader has to see beside it. */
function CardWhole({ card }: { readonly card: Card }) {
  return (
    <div className="card-whole">
      <p>
        {card.action} <span className="sub">graded by {card.gradeSystem}</span>
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
    </div>
  );
}

const GROUP: Readonly<Record<string, string>> = { all: "all of", any: "any of", not: "not", atLeast: "at least" };

/** The whole trace: each criterion with its result and the fact that decided it, groups indented. */
function TraceTree({ trace }: { readonly trace: Trace }) {
  if (trace.kind === "fact" || trace.kind === "prose") {
    return (
      <div className="trace-line">
        <Criterion is={MET[trace.result]}>
          {trace.sentence}
          <span className="sub">
            {" "}
            {trace.kind === "prose" ? "a person reads this" : (trace.doubt ?? valueWords(trace) ?? "not known")}
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
