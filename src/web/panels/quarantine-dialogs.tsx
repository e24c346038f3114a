import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deed, quarantineHeader } from "../api/admin.ts";
import type { QuarantineView } from "../api/views.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { say, sayProblem } from "../design/toast.tsx";

interface Props {
  readonly file: QuarantineView;
  readonly onClose: () => void;
}

export function DiscardDialog({ file, onClose }: Props) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const discard = async () => {
    try {
      await deed(`/api/quarantine/${file.id}/discard`, { reason: reason.trim() });
      onClose();
      const back = () => void deed(`/api/quarantine/${file.id}/restore`, {}).catch(sayProblem);
      say(`${file.name || "The file"} is set aside.`, { label: "Take back", do: back });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <Dialog
      title={`Discard ${file.name}`}
      isOpen
      onClose={onClose}
      foot={
        <Button
          look="act"
          isDisabled={reason.trim().length < 3}
          onPress={() => void discard()}
          data-testid="discard-do"
        >
          Discard
        </Button>
      }
    >
      <TextField
        label="Why"
        value={reason}
        onChange={setReason}
        error={error}
        autoFocus
        data-testid="discard-reason"
        hint="It leaves the list of what waits. For 30 days it can be taken back."
      />
    </Dialog>
  );
}

const FIELDS: readonly {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly isUid?: boolean;
}[] = [
  { id: "PatientName", label: "Patient's name", hint: "Family^Given" },
  { id: "PatientID", label: "Patient's number" },
  { id: "IssuerOfPatientID", label: "Number issued by" },
  { id: "PatientBirthDate", label: "Birth date", hint: "YYYYMMDD" },
  { id: "PatientSex", label: "Sex", hint: "M, F or O" },
  { id: "AccessionNumber", label: "Accession number" },
  { id: "Modality", label: "Modality" },
  { id: "StudyInstanceUID", label: "Study (UID)", isUid: true },
  { id: "SeriesInstanceUID", label: "Series (UID)", isUid: true },
  { id: "SOPInstanceUID", label: "Object (UID)", isUid: true },
];

/** Gives a file the values that it lacks: what is stored is a corrected copy, the file stays as it came. */
export function FixDialog({ file, onClose }: Props) {
  const { data, error } = useQuery(quarantineHeader(file.id));
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const fix = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const path = `/api/quarantine/${file.id}/fix`;
      const result = await deed<{ state: string; reason?: string; warnings?: string[] }>(path, {
        values: given,
        reason: reason.trim(),
      });
      if (result.reason) setProblem(result.reason);
      else {
        onClose();
        say(
          `${file.name || "The file"} is ${result.state} now, with the values you gave. ${(result.warnings ?? []).join(" ")}`.trim(),
        );
      }
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  const values = data?.values;
  const change = (id: string, text: string) => {
    const { [id]: _, ...rest } = given;
    setGiven(text === (values?.[id] ?? "") ? rest : { ...given, [id]: text });
  };
  return (
    <Dialog
      title={`Fix ${file.name}`}
      isOpen
      onClose={onClose}
      wide
      data-testid="fix"
      foot={
        <Button
          look="act"
          isDisabled={!values || Object.keys(given).length === 0 || reason.trim().length < 3 || busy}
          onPress={() => void fix()}
          data-testid="fix-do"
        >
          {busy ? "Storing" : "Store a corrected copy"}
        </Button>
      }
    >
      <State is="look">{file.reason}</State>
      {error ? (
        <Notice inset title="The file could not be read">
          {error.message}
        </Notice>
      ) : null}
      {data && !data.readable ? (
        <Notice inset title="This is not a DICOM object that can be fixed" data-testid="fix-unreadable">
          {data.reason} Ask the sender to send it again; download it here to look at it, or discard it.
        </Notice>
      ) : null}
      {values ? (
        <>
          <div className="fields">
            {FIELDS.map(({ id, label, hint, isUid }) => (
              <div key={id} className={isUid ? "fields-wide" : ""}>
                <TextField
                  label={`${label}${id in given ? " · changed" : ""}`}
                  value={given[id] ?? values[id] ?? ""}
                  onChange={(text) => change(id, text)}
                  data-testid={`fix-${id}`}
                  {...(hint ? { hint } : {})}
                />
                {isUid && !(given[id] ?? values[id]) ? (
                  <Button look="link" onPress={() => change(id, "new")} data-testid={`fix-new-${id}`}>
                    Make a new one
                  </Button>
                ) : null}
              </div>
            ))}
          </div>
          <TextField
            label="Why"
            value={reason}
            onChange={setReason}
            data-testid="fix-reason"
            hint="The file itself is kept as it came."
          />
        </>
      ) : null}
      {problem ? (
        <Notice inset title="Not taken in yet">
          {problem}
        </Notice>
      ) : null}
    </Dialog>
  );
}
