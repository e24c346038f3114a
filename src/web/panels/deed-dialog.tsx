import { type ReactNode, useState } from "react";
import type { IdentityCheck } from "../../cases/two-identifiers.ts";
import { checkIn, undo } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { say, sayProblem } from "../design/toast.tsx";

/** What a person gives with each deed. */
export interface Why {
  readonly reason: string;
  readonly confirmed?: string;
}

/**
 * A dialog that changes who a patient is: what is done, why, and, when two identifiers disagree, why it is right all the
 * same. Says what happened with the way to take it back.
 */
export function DeedDialog({
  title,
  verb,
  done,
  isReady,
  onDo,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly verb: string;
  /** Said when it is done. */
  readonly done: string;
  readonly isReady: boolean;
  readonly onDo: (why: Why) => Promise<{ readonly change?: string }>;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  const [reason, setReason] = useState("");
  const [confirmed, setConfirmed] = useState("");
  const [check, setCheck] = useState<IdentityCheck | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { change } = await onDo({ reason: reason.trim(), ...(check ? { confirmed: confirmed.trim() } : {}) });
      onClose();
      say(
        done,
        change ? { label: "Undo", do: () => void undo(change).then(() => say("Taken back."), sayProblem) } : undefined,
      );
    } catch (failure) {
      setCheck((before) => checkIn(failure) ?? before);
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  const said = reason.trim().length >= 3 && (!check || confirmed.trim().length >= 3);
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      wide={wide}
      data-testid="deed"
      foot={
        <>
          <Button look="quiet" onPress={onClose}>
            Leave it
          </Button>
          <Button
            look={check ? "warn" : "act"}
            isDisabled={!isReady || !said || busy}
            onPress={() => void act()}
            data-testid="deed-do"
          >
            {busy ? "Working" : check ? `${verb} all the same` : verb}
          </Button>
        </>
      }
    >
      {children}
      <TextField
        label="Why"
        value={reason}
        onChange={setReason}
        data-testid="deed-reason"
        hint="Kept in the history with your name."
      />
      {problem ? (
        <Notice inset title={check ? "Two identifiers disagree" : "That did not work"} data-testid="deed-problem">
          {problem}
        </Notice>
      ) : null}
      {check ? (
        <TextField
          label="Why it is right all the same"
          value={confirmed}
          onChange={setConfirmed}
          autoFocus
          data-testid="deed-confirm"
          hint="For example who confirmed it, and how."
        />
      ) : null}
    </Dialog>
  );
}
