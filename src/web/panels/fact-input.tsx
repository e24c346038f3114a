import { useState } from "react";
import type { FactValue } from "../../core/index.ts";
import { wordsOf } from "../../knowledge/dictionary.ts";
import type { FieldDefinition } from "../../knowledge/field.ts";
import { Button } from "../design/button.tsx";
import { Segments, Select } from "../design/choice.tsx";
import { NumberField, TextField } from "../design/field.tsx";
import { NihssDialog } from "./nihss-dialog.tsx";
import "./facts.css";

/** The right input for a field of the facts dictionary. `null`: nothing entered, which is not a value. */
export function FactInput({
  field,
  value,
  onChange,
  hint,
  error,
  label = field.label,
  plain = false,
  "data-testid": id,
}: {
  readonly field: FieldDefinition;
  readonly value: FactValue | null;
  readonly onChange: (value: FactValue | null) => void;
  readonly hint?: string;
  readonly error?: string | null;
  readonly label?: string;
  /** Without the scorer of the NIHSS: whoever shows this offers the whole scale beside it. */
  readonly plain?: boolean;
  readonly "data-testid"?: string;
}) {
  const [scorer, setScorer] = useState(false);
  const test = id ? { "data-testid": id } : {};
  if (field.kind === "bool") {
    return (
      <Segments
        label={label}
        value={value === null ? null : String(value)}
        onChange={(next) => onChange(next === "true")}
        choices={[
          { id: "true", label: field.words?.[0] ?? "yes" },
          { id: "false", label: field.words?.[1] ?? "no" },
        ]}
        {...(hint ? { hint } : {})}
        {...test}
      />
    );
  }
  if (field.kind === "enum" || field.kind === "ordered") {
    if (field.open) {
      return (
        <TextField
          label={label}
          value={value === null ? "" : String(value)}
          onChange={(next) => onChange(next.trim() ? next : null)}
          hint={hint ?? `For example ${(field.values ?? []).slice(0, 3).join(", ").replaceAll("_", " ")}`}
          error={error}
          {...test}
        />
      );
    }
    const choices = wordsOf(field).map((word) => ({ id: word, label: word.replaceAll("_", " ") }));
    const Choose = choices.length <= 4 ? Segments : Select;
    return (
      <Choose
        label={label}
        value={value === null ? null : String(value)}
        onChange={onChange}
        choices={choices}
        {...(hint ? { hint } : {})}
        {...test}
      />
    );
  }
  const number = (
    <NumberField
      label={label}
      value={typeof value === "number" ? value : null}
      onChange={onChange}
      min={field.range?.[0]}
      max={field.range?.[1]}
      step={field.kind === "int" ? 1 : 0.01}
      unit={field.unit}
      hint={hint ?? (field.range ? `${field.range[0]} to ${field.range[1]} ${field.unit}` : undefined)}
      error={error}
      {...test}
    />
  );
  if (field.name !== "nihss" || plain) return number;
  return (
    <div className="nihss-field">
      {number}
      <Button onPress={() => setScorer(true)} data-testid="nihss-scorer">
        Score item by item
      </Button>
      <NihssDialog isOpen={scorer} onClose={() => setScorer(false)} onScore={onChange} />
    </div>
  );
}
