import { useState } from "react";
import { type ScheduledStep, schedule } from "../api/workflow.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { fromLocalInput, toLocalInput } from "./local-time.ts";

/** Puts a procedure of a case on the worklist, or moves one that stands there. */
export function ScheduleDialog({
  caseId,
  step,
  onClose,
}: {
  readonly caseId: string;
  readonly step: ScheduledStep | null;
  readonly onClose: () => void;
}) {
  const [description, setDescription] = useState(step?.description ?? "");
  const [when, setWhen] = useState(toLocalInput(step ? new Date(step.startsAt) : new Date()));
  const [station, setStation] = useState(step?.station ?? "");
  const [problem, setProblem] = useState<string | null>(null);
  const startsAt = fromLocalInput(when);
  const save = async () => {
    try {
      const body = { description: description.trim(), station: station.trim(), ...(startsAt ? { startsAt } : {}) };
      if (step) await schedule(`/api/worklist/${step.id}`, body, "PATCH");
      else await schedule(`/api/cases/${encodeURIComponent(caseId)}/procedure`, body);
      onClose();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title={step ? "Move the procedure" : "Put a procedure on the worklist"}
      isOpen
      onClose={onClose}
      data-testid="schedule-dialog"
      foot={
        <Button
          look="act"
          isDisabled={!description.trim() || !startsAt}
          onPress={() => void save()}
          data-testid="schedule-save"
        >
          {step ? "Move it" : "Put it on the worklist"}
        </Button>
      }
    >
      <TextField
        label="Procedure"
        value={description}
        onChange={setDescription}
        maxLength={64}
        hint="As the device shows it"
        data-testid="schedule-what"
      />
      <TextField label="Begins at" type="datetime-local" value={when} onChange={setWhen} data-testid="schedule-when" />
      <TextField
        label="Station"
        value={station}
        onChange={setStation}
        maxLength={16}
        hint="AE title of the device; empty: each that asks for the worklist shows it"
        data-testid="schedule-station"
      />
      {problem ? (
        <Notice inset title="Not saved">
          {problem}
        </Notice>
      ) : null}
    </Dialog>
  );
}

/** Takes a procedure off the worklist; the reason is kept. */
export function CancelStepDialog({ step, onClose }: { readonly step: ScheduledStep; readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const cancel = async () => {
    try {
      await schedule(`/api/worklist/${step.id}/cancel`, { reason: reason.trim() });
      onClose();
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title={`Take ${step.description} off the worklist`}
      isOpen
      onClose={onClose}
      data-testid="cancel-step-dialog"
      foot={
        <Button
          look="act"
          isDisabled={reason.trim().length < 3}
          onPress={() => void cancel()}
          data-testid="cancel-step-do"
        >
          Take it off
        </Button>
      }
    >
      <TextField label="Why" value={reason} onChange={setReason} maxLength={200} data-testid="cancel-step-reason" />
      {problem ? (
        <Notice inset title="It stays">
          {problem}
        </Notice>
      ) : null}
    </Dialog>
  );
}
