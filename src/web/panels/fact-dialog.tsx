import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { FactValue } from "../../core/index.ts";
import { FIELDS, fieldOf } from "../../knowledge/dictionary.ts";
import { addFact } from "../api/acts.ts";
import { type ScaleLine, scaleLines } from "../api/scales.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { FactInput } from "./fact-input.tsx";
import { fromLocalInput, toLocalInput } from "./local-time.ts";

const fills = ({ field, occasions = [] }: ScaleLine, name: string) =>
  field === name || occasions.some((each) => each.field === name);

/** Adds a fact or a newer value of one. `name`: null closed, "" choose a field first, else that field. */
export function FactDialog({
  caseId,
  name,
  onClose,
  onScore,
}: {
  readonly caseId: string;
  readonly name: string | null;
  readonly onClose: () => void;
  /** Opens the scale that gives this fact, where there is one. */
  readonly onScore?: (scale: string, occasion: string) => void;
}) {
  const [chosen, setChosen] = useState("");
  const [search, setSearch] = useState("");
  const [value, setValue] = useState<FactValue | null>(null);
  const [when, setWhen] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    setChosen(name ?? "");
    setSearch("");
    setValue(null);
    setError(null);
    setWhen(toLocalInput(new Date()));
  }, [name]);

  const field = fieldOf(chosen);
  const { data: lines = [] } = useQuery({ ...scaleLines, enabled: name !== null && onScore !== undefined });
  const scales = field ? lines.filter((line) => fills(line, field.name)) : [];
  const words = search.toLowerCase().split(/\s+/);
  const found = FIELDS.filter((each) => {
    const text = [each.label, each.name, ...each.synonyms].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  }).slice(0, 40);

  const save = async () => {
    if (!field) return;
    // A number counts when its field is left, which pressing the button does: the button cannot wait for it.
    if (value === null) return setError("Give a value first. What is not known is simply not added.");
    setBusy(true);
    setError(null);
    try {
      const observedAt = fromLocalInput(when);
      await addFact(caseId, { name: field.name, value, ...(observedAt ? { observedAt } : {}) });
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={field ? field.label : "Add a fact"}
      isOpen={name !== null}
      onClose={onClose}
      foot={
        field ? (
          <Button look="act" isDisabled={busy} onPress={() => void save()} data-testid="fact-save">
            Add
          </Button>
        ) : undefined
      }
    >
      {field ? (
        <>
          <FactInput
            field={field}
            value={value}
            onChange={setValue}
            error={error}
            plain={scales.length > 0}
            data-testid="fact-value"
          />
          <TextField
            label="True of the patient at"
            type="datetime-local"
            value={when}
            onChange={setWhen}
            hint="Who wrote it and when is kept with it."
          />
          {scales.map((line) => (
            <Button
              key={line.id}
              onPress={() => {
                onClose();
                onScore?.(line.id, line.occasions?.find((each) => each.field === field.name)?.word ?? "");
              }}
              data-testid={`fact-score-${line.id}`}
            >
              Score it with {line.name}, item by item
            </Button>
          ))}
          {error && field.kind === "bool" ? <span className="field-error">{error}</span> : null}
        </>
      ) : (
        <>
          <TextField
            label="Which fact"
            value={search}
            onChange={setSearch}
            autoFocus
            placeholder="mRS, ASPECTS, occlusion …"
          />
          <div className="fact-choices">
            {found.map((each) => (
              <Button key={each.name} look="quiet" onPress={() => setChosen(each.name)}>
                <span style={{ flex: 1, textAlign: "left" }}>{each.label}</span>
                <span className="sub">{each.unit}</span>
              </Button>
            ))}
            {found.length === 0 ? <p className="notice">No field of the dictionary is called so.</p> : null}
          </div>
        </>
      )}
    </Dialog>
  );
}
