import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { SCREENING_OUTCOMES, type ScreeningOutcome, type ScreeningView } from "../../cases/screening.ts";
import type { CaseView } from "../../cases/views.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import type { TrialComparison } from "../../knowledge/trial.ts";
import { sayOutcome, screenings } from "../api/evidence.ts";
import { session } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Segments } from "../design/choice.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { Criterion, State } from "../design/mark.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { clockTime } from "./elapsed.ts";
import { MET } from "./option-card.tsx";

export const RESULT = {
  inside: { is: "fine", words: "may be enrolled" },
  outside: { is: "none", words: "not eligible" },
  "cannot determine": { is: "unknown", words: "cannot determine" },
} as const;

export const outcomeWords = (code: string) => SCREENING_OUTCOMES.find((one) => one.code === code)?.words ?? code;

/** The open trials a case was screened for: how it stands to each, what is missing, and what became of it. */
export function ScreeningSection({
  shown,
  trials,
  onAsk,
  askWords = () => "add",
}: {
  readonly shown: CaseView;
  readonly trials: readonly TrialComparison[];
  readonly onAsk?: ((field: string) => void) | undefined;
  readonly askWords?: (field: string) => string;
}) {
  const { data } = useQuery(screenings(shown.id));
  const { data: person } = useQuery(session);
  const [saying, setSaying] = useState<ScreeningView | null>(null);
  if (!data || data.length === 0) return null;
  const candidates = data.filter((one) => one.result !== "outside" || one.outcome !== null);
  const notCertain = new Set(trials.filter(({ enrolment }) => enrolment === "not certain").map(({ id }) => id));
  const outside = data.length - candidates.length;
  const may = person !== undefined && !["quality-lead", "steward"].includes(person.role);
  return (
    <section className="option-column" data-testid="screening">
      <h3 className="option-group">Open trials</h3>
      {candidates.map((one) => (
        <div key={one.id} className="screening-row">
          <div className="spread">
            <span className="strong">
              {one.acronym}
              {notCertain.has(one.trial) ? <span className="sub"> whether it recruits is not certain: ask</span> : null}
            </span>
            <State is={RESULT[one.result].is}>{RESULT[one.result].words}</State>
          </div>
          <Stands one={one} onAsk={onAsk} askWords={askWords} />
          {one.outcome ? (
            <State is="fine">
              {outcomeWords(one.outcome.code)}
              {one.outcome.reason ? `: ${one.outcome.reason}` : ""}
              <span className="sub">
                {" "}
                {one.outcome.by}, {clockTime(Date.parse(one.outcome.at), Date.now())}
              </span>
            </State>
          ) : null}
          {may ? (
            <Button look="link" onPress={() => setSaying(one)} data-testid="screening-outcome">
              {one.outcome ? "Change what became of it" : "Say what became of it"}
            </Button>
          ) : null}
        </div>
      ))}
      {outside > 0 ? (
        <p className="sub">
          Screened for {outside} more, outside:{" "}
          {data
            .filter((one) => !candidates.includes(one))
            .map((one) => `${one.acronym} (${one.reasons.join(", ")})`)
            .join("; ")}
        </p>
      ) : null}
      <OutcomeDialog caseId={shown.id} one={saying} onClose={() => setSaying(null)} />
    </section>
  );
}

function Stands({
  one,
  onAsk,
  askWords,
}: {
  readonly one: ScreeningView;
  readonly onAsk: ((field: string) => void) | undefined;
  readonly askWords: (field: string) => string;
}) {
  return (
    <>
      {one.conditions
        .filter((line) => line.result !== "true")
        .slice(0, 4)
        .map((line) => (
          <div key={line.words} className="option-criterion">
            <Criterion is={MET[line.result]}>
              {line.words}{" "}
              <span className="sub">{line.fields.length === 0 ? "a person reads this" : (line.given ?? "")}</span>
            </Criterion>
            {line.missing[0] && onAsk ? (
              <Button
                look="link"
                aria-label={`${askWords(line.missing[0])}: ${fieldOf(line.missing[0])?.label ?? line.missing[0]}`}
                onPress={() => onAsk(line.missing[0]!)}
              >
                {askWords(line.missing[0])}
              </Button>
            ) : null}
          </div>
        ))}
    </>
  );
}

function OutcomeDialog({
  caseId,
  one,
  onClose,
}: {
  readonly caseId: string;
  readonly one: ScreeningView | null;
  readonly onClose: () => void;
}) {
  const [outcome, setOutcome] = useState<ScreeningOutcome | null>(null);
  const [reason, setReason] = useState("");
  const needsReason = outcome === "not-offered" || outcome === "not-eligible";
  const ready = outcome !== null && (!needsReason || reason.trim() !== "");
  const close = () => {
    setOutcome(null);
    setReason("");
    onClose();
  };
  const keep = async () => {
    if (!one || outcome === null) return;
    const before = one.outcome;
    try {
      await sayOutcome(caseId, one.trial, { outcome, reason: reason.trim() });
      close();
      say(`Written in the screening log: ${one.acronym}, ${outcomeWords(outcome)}.`, {
        label: "Take back",
        do: () =>
          void sayOutcome(caseId, one.trial, { outcome: before?.code ?? null, reason: before?.reason ?? "" }).catch(
            sayProblem,
          ),
      });
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <Dialog
      title={`What became of it: ${one?.acronym ?? ""}`}
      isOpen={one !== null}
      onClose={close}
      data-testid="screening-dialog"
      foot={
        <Button look="act" isDisabled={!ready} onPress={() => void keep()}>
          Write it down
        </Button>
      }
    >
      {one?.result === "outside" ? (
        <State is="look">By the facts this patient is outside: {one.reasons.join(", ")}.</State>
      ) : null}
      <Segments
        label="Outcome"
        value={outcome}
        onChange={(code) => setOutcome(code as ScreeningOutcome)}
        choices={SCREENING_OUTCOMES.filter(({ code }) => one?.result !== "outside" || code !== "enrolled").map(
          ({ code, words }) => ({ id: code, label: words }),
        )}
        data-testid="screening"
      />
      <TextField
        label={needsReason ? "Reason" : "Reason, if there is one"}
        value={reason}
        onChange={setReason}
        maxLength={2000}
        data-testid="screening-reason"
      />
    </Dialog>
  );
}
