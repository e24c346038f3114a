import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CaseView, DecisionView } from "../../cases/views.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { answer } from "../api/acts.ts";
import { options as optionsOf } from "../api/options.ts";
import { Button } from "../design/button.tsx";
import { Checkbox, Segments } from "../design/choice.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { say } from "../design/toast.tsx";
import { referrerSupplies } from "./supply.ts";

type Kind = DecisionView["kind"];

const TITLES: Readonly<Record<Kind, string>> = {
  accept: "Accept",
  "need-data": "Ask for data",
  decline: "Decline",
};
const DECLINE = [
  "No treatable target",
  "Core too large for this patient",
  "Too early or too late",
  "Care goes on where the patient is",
];
const MOST_NEEDS = 8;

interface AnswerProps {
  readonly shown: CaseView;
  /** Facts a person has already pointed at; ticked. */
  readonly need: readonly string[];
  readonly onClose: () => void;
  readonly onAnswered: () => void;
}

/** The answer, with what it needs to be understood tomorrow: the option, the reason, the facts that are asked for. */
export function AnswerDialog({ kind, ...rest }: AnswerProps & { readonly kind: Kind | null }) {
  return kind === null ? null : <AnswerForm key={`${kind} ${rest.need.join()}`} kind={kind} {...rest} />;
}

function AnswerForm({ shown, kind, need, onClose, onAnswered }: AnswerProps & { readonly kind: Kind }) {
  const { data: options } = useQuery(optionsOf(shown.id));
  const [option, setOption] = useState<string | null>(null);
  const [other, setOther] = useState("");
  const [reason, setReason] = useState("");
  // null: nobody has ticked or unticked anything yet.
  const [ticked, setTicked] = useState<ReadonlySet<string> | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const questions = (options?.questions ?? []).filter((question) => referrerSupplies(question.field));
  const listed = [...new Set([...need, ...questions.map((question) => question.field)])].slice(
    0,
    Math.max(MOST_NEEDS, need.length),
  );

  // Pre-ticked: what was pointed at; otherwise what the referrer can tell at the bedside.
  const bedside = questions.filter((question) => question.effort === 1).map((question) => question.field);
  const asked = ticked ?? new Set(need.length > 0 ? need : bedside.slice(0, 4));

  // Two a column: what the bodies say most about. Anything else is written.
  const treatments = (options?.columns ?? [])
    .filter((column) => column.group !== "imaging-and-care")
    .flatMap((column) => column.options.filter((each) => !["none", "against"].includes(each.standing)).slice(0, 2));
  const chosen = option === "(other)" ? other.trim() : (option ?? "");
  const ready =
    kind === "accept"
      ? option !== "(other)" || chosen !== ""
      : kind === "decline"
        ? reason.trim() !== ""
        : asked.size > 0 || reason.trim() !== "";

  const send = async () => {
    setBusy(true);
    setError(null);
    try {
      await answer(shown.id, {
        kind,
        ...(kind === "accept" && chosen ? { option: chosen } : {}),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
        ...(kind === "need-data" ? { need: [...asked] } : {}),
      });
      say(kind === "accept" ? `${shown.from.name} sees that you accept.` : `${shown.from.name} sees your answer.`);
      onAnswered();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };

  const patient = shown.patient.name.replace("^", ", ");
  return (
    <Dialog
      title={`${TITLES[kind]}${kind === "need-data" ? "" : `: ${patient}`}`}
      isOpen
      onClose={onClose}
      data-testid="answer-dialog"
      foot={
        <>
          <Button onPress={onClose}>Not yet</Button>
          <Button look="act" isDisabled={!ready || busy} onPress={() => void send()} data-testid="answer-confirm">
            {kind === "accept"
              ? `Accept for ${shown.to.name}`
              : kind === "need-data"
                ? `Ask ${shown.from.name}`
                : "Decline with this reason"}
          </Button>
        </>
      }
    >
      {kind === "accept" ? (
        <>
          <Segments
            label="For"
            value={option}
            onChange={setOption}
            choices={[
              ...treatments.map((each) => ({ id: each.subject, label: each.subject })),
              { id: "(other)", label: "Something else" },
            ]}
            data-testid="answer-option"
          />
          {option === "(other)" ? <TextField label="What" value={other} onChange={setOther} autoFocus /> : null}
        </>
      ) : null}
      {kind === "need-data" ? (
        <fieldset className="needs">
          <legend className="field-label">What {shown.from.name} is asked for</legend>
          {listed.length === 0 ? <p className="sub">No open question is left; write below what you need.</p> : null}
          {listed.map((name) => {
            const question = questions.find((each) => each.field === name);
            return (
              <Checkbox
                key={name}
                isSelected={asked.has(name)}
                onChange={(on) =>
                  setTicked(new Set(on ? [...asked, name] : [...asked].filter((each) => each !== name)))
                }
                data-testid={`need-${name}`}
              >
                {fieldOf(name)?.label ?? name}
                <span className="sub"> {question?.ask ?? fieldOf(name)?.ask ?? ""}</span>
              </Checkbox>
            );
          })}
        </fieldset>
      ) : null}
      {kind === "decline" ? (
        <div className="segments">
          {DECLINE.map((each) => (
            <Button
              key={each}
              onPress={() => setReason(reason.includes(each) ? reason : [reason, each].filter(Boolean).join(". "))}
            >
              {each}
            </Button>
          ))}
        </div>
      ) : null}
      <TextField
        label={kind === "decline" ? "Reason" : kind === "need-data" ? "Anything else" : "What to do until then"}
        lines={3}
        value={reason}
        onChange={setReason}
        error={error}
        hint={kind === "accept" ? "Transport, drugs, whom to call. The referrer reads it at once." : undefined}
        data-testid="answer-reason"
      />
      <p className="sub">
        The answer keeps the facts, versions and traces it rests on. It can be changed; the first one stays readable.
      </p>
    </Dialog>
  );
}
