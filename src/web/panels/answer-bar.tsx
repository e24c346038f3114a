import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CaseView, DecisionView } from "../../cases/views.ts";
import { refer } from "../api/acts.ts";
import { useMinute } from "../api/clock.ts";
import { Button } from "../design/button.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { AnswerDialog } from "./answer-dialog.tsx";
import { clockTime, exactTime } from "./elapsed.ts";
import "./answer-bar.css";

export type AnswerKind = DecisionView["kind"];

/** The next act, always in the same place: bottom right, or under the thumb. */
export function AnswerBar({
  shown,
  answering,
  onAnswering,
}: {
  readonly shown: CaseView;
  /** The answer that is being written, with facts to ask for; null when none is. */
  readonly answering: { readonly kind: AnswerKind; readonly need: readonly string[] } | null;
  readonly onAnswering: (answering: { readonly kind: AnswerKind; readonly need: readonly string[] } | null) => void;
}) {
  const [again, setAgain] = useState(false);
  const last = shown.decisions.at(-1);
  const open = shown.may.answer && (shown.status === "waiting" || last === undefined || again);
  const begin = (kind: AnswerKind) => onAnswering({ kind, need: [] });
  return (
    <footer className="answer-bar">
      {last ? (
        <DecisionLine
          decision={last}
          isSuperseded={shown.status === "waiting"}
          {...(shown.may.answer && !open ? { onAgain: () => setAgain(true) } : {})}
        />
      ) : null}
      {open ? (
        <div className="answer-acts">
          <Button look="act" big onPress={() => begin("accept")} data-testid="answer-accept">
            Accept
          </Button>
          <Button big onPress={() => begin("need-data")} data-testid="answer-need-data">
            Need data
          </Button>
          <Button big onPress={() => begin("decline")} data-testid="answer-decline">
            Decline
          </Button>
        </div>
      ) : (
        <Waiting shown={shown} />
      )}
      <AnswerDialog
        shown={shown}
        kind={answering?.kind ?? null}
        need={answering?.need ?? []}
        onClose={() => onAnswering(null)}
        onAnswered={() => {
          setAgain(false);
          onAnswering(null);
        }}
      />
    </footer>
  );
}

function Waiting({ shown }: { readonly shown: CaseView }) {
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await refer(shown.id);
      say(`${shown.to.name} is asked again.`);
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  };
  if (shown.may.refer && shown.status === "need-data") {
    return (
      <div className="answer-acts one">
        <Button look="act" big isDisabled={busy} onPress={() => void send()} data-testid="refer-again">
          Ask {shown.to.name} again
        </Button>
      </div>
    );
  }
  if (shown.status === "waiting") {
    return <p className="answer-note quiet-text">{shown.to.name} has been asked. You see the answer here at once.</p>;
  }
  return shown.decisions.length === 0 ? <p className="answer-note sub">Not sent yet.</p> : null;
}

export const ANSWERED: Readonly<Record<AnswerKind, { is: Meaning; words: string }>> = {
  accept: { is: "fine", words: "Accepted" },
  "need-data": { is: "look", words: "More data needed" },
  decline: { is: "wait", words: "Declined" },
};

/** The answer that stands, by whom and when, with its PDF and the way to reopen it exactly as it was. */
function DecisionLine({
  decision,
  isSuperseded,
  onAgain,
}: {
  readonly decision: DecisionView;
  readonly isSuperseded: boolean;
  /** Answers again; absent for those who may not. */
  readonly onAgain?: () => void;
}) {
  const now = useMinute();
  const at = Date.parse(decision.at);
  const { is, words } = ANSWERED[decision.kind];
  return (
    <div className="answer-decision" data-testid="decision" data-kind={decision.kind}>
      <div>
        <State is={is}>
          <b>{words}</b>
          {decision.option ? `: ${decision.option}` : ""}
        </State>
        {isSuperseded ? <span className="sub"> · asked again since</span> : null}
      </div>
      {decision.reason ? <div className="answer-reason">{decision.reason}</div> : null}
      <div className="sub" title={exactTime(at)}>
        {decision.by.name}, {decision.by.organisation}, {clockTime(at, now)}
      </div>
      <div className="answer-links">
        <a href={`/api/decisions/${decision.id}/pdf`} target="_blank" rel="noreferrer" data-testid="decision-pdf">
          PDF
        </a>
        <Link to="/decisions/$decisionId" params={{ decisionId: decision.id }} data-testid="decision-reopen">
          Reopen exactly as it was
        </Link>
        {onAgain ? (
          <Button look="link" onPress={onAgain} data-testid="answer-again">
            Change the answer
          </Button>
        ) : null}
      </div>
    </div>
  );
}
