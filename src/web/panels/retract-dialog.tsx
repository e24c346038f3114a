import { useState } from "react";
import type { Fact } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import { retractFact } from "../api/acts.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { factWords } from "./figures.ts";

/** Takes a fact back. It stays readable, struck through, with the reason. */
export function RetractDialog({
  caseId,
  fact,
  onClose,
}: {
  readonly caseId: string;
  readonly fact: Fact | null;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const save = async () => {
    if (!fact) return;
    try {
      await retractFact(caseId, fact.id, reason);
      setReason("");
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title={
        fact
          ? `Take back ${fieldOf(fact.name)?.label ?? fact.name}: ${factWords(fact.name, fact.value, fact.unit)}`
          : ""
      }
      isOpen={fact !== null}
      onClose={onClose}
      foot={
        <Button look="act" isDisabled={!reason.trim()} onPress={() => void save()}>
          Take back
        </Button>
      }
    >
      <TextField
        label="Why"
        value={reason}
        onChange={setReason}
        error={error}
        autoFocus
        hint="It stays readable beside the case, struck through. Decisions already made keep what they rested on."
      />
    </Dialog>
  );
}
