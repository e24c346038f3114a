import { useState } from "react";
import type { FactValue } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";
import type { FactGiven } from "../api/referral.ts";
import { Segments } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { FactInput } from "./fact-input.tsx";
import { lastTimeOfDay } from "./local-time.ts";

export type SetFact = (name: string, value: FactValue | null, given?: FactGiven) => void;

interface FieldProps {
  readonly name: string;
  readonly value: FactValue | null;
  readonly onSet: SetFact;
}

const NOT_KNOWN = { id: "?", label: "Not known", unknown: true };

/** A fact of the referral: segments where one touch does it, with "not known" as an answer of its own. */
export function ReferFact({ name, value, onSet }: FieldProps) {
  const field = fieldOf(name);
  const [unknown, setUnknown] = useState(false);
  if (!field) return null;
  if (name === "ivt_given") return <Lysis value={value} onSet={onSet} />;
  const choices = choicesOf(name);
  if (!choices)
    return (
      <FactInput
        field={field}
        value={value}
        onChange={(next) => onSet(name, next)}
        hint=""
        data-testid={`refer-${name}`}
      />
    );
  return (
    <Segments
      label={field.label}
      value={value !== null ? String(value) : unknown ? "?" : null}
      onChange={(next) => {
        setUnknown(next === "?");
        const kind = field.kind;
        onSet(
          name,
          next === "?"
            ? null
            : kind === "bool"
              ? next === "true"
              : kind === "int" || kind === "number"
                ? Number(next)
                : next,
        );
      }}
      choices={[...choices, NOT_KNOWN]}
      data-testid={`refer-${name}`}
    />
  );
}

function choicesOf(name: string): readonly { id: string; label: string }[] | null {
  const field = fieldOf(name);
  if (name === "prestroke_mrs" || name === "wfns" || name === "spetzler_martin") {
    const [low, high] = field?.range ?? [0, 5];
    return Array.from({ length: high - low + 1 }, (_, i) => ({ id: String(low + i), label: String(low + i) }));
  }
  if (field?.kind === "bool")
    return [
      { id: "true", label: "Yes" },
      { id: "false", label: "No" },
    ];
  if (field?.values && !field.open && field.values.length <= 8) {
    return field.values.map((id) => ({ id, label: id.replaceAll("_", " ") }));
  }
  return null;
}

/** Thrombolysis: not given, or given and when. The time is when the fact was true of the patient. */
function Lysis({ value, onSet }: Omit<FieldProps, "name">) {
  const [when, setWhen] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [unknown, setUnknown] = useState(false);
  const setTime = () => {
    if (!when.trim()) return onSet("ivt_given", true);
    const at = lastTimeOfDay(when, new Date());
    if (!at) return setError(`"${when}" is no time of day. Write it like 04:10.`);
    setError(null);
    onSet("ivt_given", true, { observedAt: at.toISOString() });
  };
  return (
    <div className={value === true ? "refer-pair" : ""}>
      <Segments
        label="Thrombolysis"
        value={value === null ? (unknown ? "?" : null) : String(value)}
        onChange={(next) => {
          setUnknown(next === "?");
          onSet("ivt_given", next === "?" ? null : next === "true", { hold: next === "true" });
        }}
        choices={[{ id: "false", label: "Not given" }, { id: "true", label: "Given" }, NOT_KNOWN]}
        data-testid="refer-ivt_given"
      />
      {value === true ? (
        <TextField
          label="Bolus at"
          placeholder="04:10"
          value={when}
          onChange={setWhen}
          onBlur={setTime}
          error={error}
          data-testid="refer-ivt_given-at"
        />
      ) : null}
    </div>
  );
}
