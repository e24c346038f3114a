import { useState } from "react";
import { sourceWords } from "../../cases/facts.ts";
import type { CaseView, FactGroup } from "../../cases/views.ts";
import type { Fact } from "../../core/index.ts";
import { useMinute } from "../api/clock.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { clockTime, exactTime } from "./elapsed.ts";
import { FactDialog } from "./fact-dialog.tsx";
import { factWords } from "./figures.ts";
import { RetractDialog } from "./retract-dialog.tsx";
import "./facts.css";

/** Everything known about the patient: each fact with its source, time and author; contradictions side by side. */
export function FactsPanel({
  shown,
  onScore,
}: {
  readonly shown: CaseView;
  readonly onScore?: (scale: string, occasion: string) => void;
}) {
  const [adding, setAdding] = useState<string | null>(null);
  const [retracting, setRetracting] = useState<Fact | null>(null);
  const now = useMinute();
  const may = shown.may.write || shown.may.answer;
  // What was said or measured first; what follows from it after.
  const follows = (group: FactGroup) => group.current?.source.kind === "derived" && !group.contradicted;
  const told = shown.facts.filter((group) => !follows(group));
  const derived = shown.facts.filter(follows);
  return (
    <div className="panel-body" data-testid="facts">
      <div className="spread panel-head">
        <span className="sub">{shown.facts.length === 0 ? "" : "Nothing is overwritten."}</span>
        {may ? (
          <Button look="link" onPress={() => setAdding("")} data-testid="fact-add">
            Add a fact
          </Button>
        ) : null}
      </div>
      {shown.facts.length === 0 ? (
        <Notice inset title="Nothing is known yet">
          Facts come from the referral, from measurements and from objects that arrive.
        </Notice>
      ) : null}
      {[...told, ...derived].map((group) => (
        <FactRow
          key={group.name}
          group={group}
          now={now}
          {...(may ? { onCorrect: () => setAdding(group.name), onRetract: setRetracting } : {})}
        />
      ))}
      <FactDialog caseId={shown.id} name={adding} onClose={() => setAdding(null)} {...(onScore ? { onScore } : {})} />
      <RetractDialog caseId={shown.id} fact={retracting} onClose={() => setRetracting(null)} />
    </div>
  );
}

function FactRow({
  group,
  now,
  onCorrect,
  onRetract,
}: {
  readonly group: FactGroup;
  readonly now: number;
  readonly onCorrect?: () => void;
  readonly onRetract?: (fact: Fact) => void;
}) {
  const [open, setOpen] = useState(false);
  const all = group.current ? [group.current, ...group.others] : group.others;
  const shown = group.contradicted || open ? all : group.current ? [group.current] : [];
  return (
    <section className={`fact ${group.contradicted ? "contradicted" : ""}`} data-testid={`fact-${group.name}`}>
      <div className="spread">
        <h3 className="fact-name">{group.label}</h3>
        {group.contradicted ? <State is="look">these disagree</State> : null}
        {!group.contradicted && group.stale !== undefined ? (
          <State is="look">
            <span title={group.stale}>measure again</span>
          </State>
        ) : null}
      </div>
      <div className={group.contradicted ? "fact-beside" : ""}>
        {shown.map((fact) => (
          <FactLine
            key={fact.id}
            fact={fact}
            inUse={fact === group.current}
            alone={shown.length === 1}
            now={now}
            {...(onRetract && fact.source.kind !== "derived" ? { onRetract: () => onRetract(fact) } : {})}
          />
        ))}
        {group.stale === undefined ? null : <p className="sub">Not used as a fact: {group.stale}.</p>}
        {group.contradicted ? (
          <p className="sub">
            Recommendations are judged with each of the values of different sources. Take back the one that is wrong.
          </p>
        ) : null}
        {group.grown === undefined ? null : (
          <p className="sub">Now {factWords(group.name, group.grown, group.unit)}: it grows by itself.</p>
        )}
        {!group.current ? <span className="mark unknown">◌ not known</span> : null}
      </div>
      <div className="fact-acts">
        {onCorrect && group.current?.source.kind !== "derived" ? (
          <Button look="link" onPress={onCorrect}>
            {group.stale === undefined ? "Correct" : "Measure again"}
          </Button>
        ) : null}
        {onRetract && shown.length === 1 && group.current && group.current.source.kind !== "derived" ? (
          <Button look="link" onPress={() => group.current && onRetract(group.current)}>
            Take back
          </Button>
        ) : null}
        {!group.contradicted && group.others.length > 0 ? (
          <Button look="link" onPress={() => setOpen(!open)}>
            {open ? "Hide earlier" : `${group.others.length} earlier`}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

function FactLine({
  fact,
  inUse,
  alone,
  now,
  onRetract,
}: {
  readonly fact: Fact;
  readonly inUse: boolean;
  /** The only one of its name: what can be done with it stands beside it. */
  readonly alone: boolean;
  readonly now: number;
  readonly onRetract?: () => void;
}) {
  const at = Date.parse(fact.observedAt);
  return (
    <div className={`fact-line ${fact.retracted ? "retracted" : ""}`}>
      <div className="fact-value">{factWords(fact.name, fact.value, fact.unit)}</div>
      <div className="sub fact-source" title={`${sourceWords(fact)}, ${exactTime(at)}`}>
        {sourceWords(fact)}, {clockTime(at, now)}
        {inUse ? "" : fact.retracted ? `; taken back: ${fact.retracted.reason}` : "; not in use"}
      </div>
      {onRetract && !fact.retracted && !alone ? (
        <Button look="link" onPress={onRetract}>
          Take back
        </Button>
      ) : null}
    </div>
  );
}
