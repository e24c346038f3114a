import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { CaseSummary } from "../../cases/views.ts";
import { Segments } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { State } from "../design/mark.tsx";
import { birthDate, personName } from "./figures.ts";
import { birthDay } from "./local-time.ts";

export interface PatientDraft {
  readonly name: string;
  readonly identifier: string;
  readonly birthDate: string;
  readonly sex: string;
}

/** Who it is. Two identifiers are asked for; images fill in what is still empty. */
export function ReferPatient({
  value,
  onChange,
  others,
}: {
  readonly value: PatientDraft;
  readonly onChange: (change: Partial<PatientDraft>) => void;
  /** Open cases that carry the same number. */
  readonly others: readonly CaseSummary[];
}) {
  // What is being typed, until it is a day of the calendar.
  const [typed, setTyped] = useState<string | null>(null);
  const [left, setLeft] = useState(false);
  const born = typed ?? (value.birthDate ? birthDate(value.birthDate) : "");
  return (
    <fieldset className="refer-field">
      <legend className="field-label">Patient</legend>
      <div className="refer-patient">
        <TextField
          label="Name"
          placeholder="Family, given"
          value={value.name}
          onChange={(name) => onChange({ name })}
          autoComplete="off"
          data-testid="refer-patient-name"
        />
        <TextField
          label="Number"
          placeholder="Hospital number"
          value={value.identifier}
          onChange={(identifier) => onChange({ identifier })}
          autoComplete="off"
          data-testid="refer-patient-identifier"
        />
        <TextField
          label="Born"
          placeholder="dd.mm.yyyy"
          value={born}
          onChange={(text) => {
            setTyped(text);
            const day = birthDay(text, new Date());
            if (day) onChange({ birthDate: day });
            else if (value.birthDate) onChange({ birthDate: "" });
          }}
          onBlur={() => {
            if (birthDay(born, new Date())) setTyped(null);
            else setLeft(true);
          }}
          onFocus={() => setLeft(false)}
          error={left && typed?.trim() && !value.birthDate ? "Write it as 12.03.1945" : null}
          autoComplete="off"
          data-testid="refer-patient-birthDate"
        />
        <Segments
          label="Sex"
          value={value.sex || null}
          onChange={(sex) => onChange({ sex })}
          choices={[
            { id: "F", label: "F" },
            { id: "M", label: "M" },
            { id: "O", label: "Other" },
          ]}
          data-testid="refer-patient-sex"
        />
      </div>
      {others.map((other) => (
        <div key={other.id} className="refer-duplicate" data-testid="refer-duplicate">
          <State is="look">
            There is an open case with this number: {personName(other.patient.name)}, {other.question || other.kind}
          </State>
          <Link
            to={other.status === "draft" ? "/refer" : "/cases/$caseId"}
            params={{ caseId: other.id }}
            search={other.status === "draft" ? { case: other.id } : {}}
          >
            Open it
          </Link>
        </div>
      ))}
    </fieldset>
  );
}
