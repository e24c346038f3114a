import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DEVIATION_REASONS, type DeviationReason, reasonWords, whyNotFollowed } from "../../cases/deviation.ts";
import type { CaseView } from "../../cases/views.ts";
import type { Card } from "../../knowledge/evaluate.ts";
import { deviations, noteDeviation, withdrawDeviation } from "../api/evidence.ts";
import { session } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Select } from "../design/choice.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { Menu } from "../design/overlay.tsx";
import { say, sayProblem } from "../design/toast.tsx";
import { clockTime } from "./elapsed.ts";

/**
 * Under a recommendation that is met: one touch and a reason say that it is not followed; where that was said, the reason,
 * who said it, and the way back. Nothing under one that is not met.
 */
export function NotFollowed({
  shown,
  card,
  decisionId,
}: {
  readonly shown: Pick<CaseView, "id" | "may" | "status">;
  readonly card: Card;
  /** With a decision, what was met when it was made counts; else what is met now. */
  readonly decisionId?: string;
}) {
  const { data } = useQuery(deviations(shown.id));
  const { data: person } = useQuery(session);
  const [typing, setTyping] = useState(false);
  const may = (shown.may.write || shown.may.answer) && shown.status !== "draft";
  const standing = data?.find((one) => one.recommendation === card.id && one.withdrawn === null);
  const takeBack = async (deviationId: string) => {
    try {
      await withdrawDeviation(shown.id, deviationId);
      say("Taken back. It stays in the course of the case.");
    } catch (error) {
      sayProblem(error);
    }
  };
  const note = async (reason: DeviationReason, words = "") => {
    try {
      const made = await noteDeviation(shown.id, { recommendation: card.id, reason, words }, decisionId);
      say(`Noted: not followed, ${whyNotFollowed(made)}.`, {
        label: "Take back",
        do: () => void takeBack(made.id),
      });
    } catch (error) {
      sayProblem(error);
    }
  };
  if (standing) {
    return (
      <div className="not-followed" data-testid="not-followed">
        <State is="look">
          Not followed: {whyNotFollowed(standing)}
          <span className="sub">
            {" "}
            {standing.by.name}, {clockTime(Date.parse(standing.at), Date.now())}
          </span>
        </State>
        {may && standing.by.organisation === person?.organisation.name ? (
          <Button look="link" onPress={() => void takeBack(standing.id)}>
            Take back
          </Button>
        ) : null}
      </div>
    );
  }
  if (card.verdict !== "applies" || !may || !data) return null;
  return (
    <>
      <Menu
        label="Why it is not followed"
        head={<span className="sub">Not followed because</span>}
        trigger={
          <Button look="link" data-testid="not-followed-because">
            Not followed because …
          </Button>
        }
        entries={[
          ...DEVIATION_REASONS.filter(({ code }) => code !== "other").map(({ code, words }) => ({
            id: code,
            label: words,
            do: () => void note(code),
          })),
          { id: "words", label: "In own words …", do: () => setTyping(true) },
        ]}
      />
      <WordsDialog
        card={card}
        isOpen={typing}
        onClose={() => setTyping(false)}
        onSay={(reason, words) => void note(reason, words)}
      />
    </>
  );
}

function WordsDialog({
  card,
  isOpen,
  onClose,
  onSay,
}: {
  readonly card: Card;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onSay: (reason: DeviationReason, words: string) => void;
}) {
  const [reason, setReason] = useState<DeviationReason>("other");
  const [words, setWords] = useState("");
  const ready = reason !== "other" || words.trim() !== "";
  return (
    <Dialog
      title={`${card.body} ${card.year} is not followed`}
      isOpen={isOpen}
      onClose={onClose}
      data-testid="deviation-dialog"
      foot={
        <Button
          look="act"
          isDisabled={!ready}
          onPress={() => {
            onSay(reason, words.trim());
            setWords("");
            onClose();
          }}
        >
          Note it
        </Button>
      }
    >
      <p className="quiet-text">{card.action}</p>
      <Select
        label="Because"
        value={reason}
        onChange={(code) => setReason(code as DeviationReason)}
        choices={DEVIATION_REASONS.map(({ code }) => ({ id: code, label: reasonWords(code) }))}
      />
      <TextField
        label="In own words"
        value={words}
        onChange={setWords}
        lines={3}
        maxLength={2000}
        hint="Both ends of the referral see it; quality and the guideline steward read it without the patient's name."
        data-testid="deviation-words"
      />
    </Dialog>
  );
}
