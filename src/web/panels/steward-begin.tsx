import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { beginEmptyDraft } from "../api/steward.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { sayProblem } from "../design/toast.tsx";

const KINDS = ["stroke", "aneurysm", "haemorrhage", "subdural", "avm", "carotid", "other"] as const;

/** Begins a pack that nobody wrote yet: what it is called, whose guidance it is, and of which cases it speaks. */
export function StewardBegin({ onClose }: { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [title, setTitle] = useState("");
  const [body, setBody] = useState("");
  const [id, setId] = useState("");
  const [kinds, setKinds] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const ready = [title, body, id].every((words) => words.trim() !== "") && kinds.length > 0;
  const begin = async () => {
    setBusy(true);
    try {
      const given = { id: id.trim(), title: title.trim(), body: body.trim(), caseKinds: kinds };
      await navigate({ to: "/steward/$draftId", params: { draftId: await beginEmptyDraft(given) } });
    } catch (problem) {
      sayProblem(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="A pack that is not there yet"
      isOpen
      onClose={onClose}
      data-testid="begin-empty"
      foot={
        <Button look="act" isDisabled={!ready || busy} onPress={() => void begin()}>
          {busy ? "Beginning" : "Begin it"}
        </Button>
      }
    >
      <TextField label="Title" value={title} onChange={setTitle} autoFocus hint="As people search for it" />
      <TextField label="Body" value={body} onChange={setBody} hint="Whose guidance it is" />
      <TextField label="Name" value={id} onChange={setId} hint="Body, topic and year, like eso-basilar-2027" />
      <fieldset className="steward-kinds">
        <legend className="field-label">It speaks of cases of</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={() => setKinds(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind])}
            />{" "}
            {kind}
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
