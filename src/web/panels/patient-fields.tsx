import { Segments } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";

/** Identifying values as they are typed; "" is not known. */
export interface PatientText {
  readonly name: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly birthDate: string;
  readonly sex: string;
}

export const NOBODY: PatientText = { name: "", patientId: "", issuer: "", birthDate: "", sex: "" };

export function PatientFields({
  value,
  onChange,
}: {
  readonly value: PatientText;
  readonly onChange: (value: PatientText) => void;
}) {
  const set = (field: keyof PatientText) => (text: string) => onChange({ ...value, [field]: text });
  return (
    <div className="fields">
      <TextField
        label="Name"
        value={value.name}
        onChange={set("name")}
        data-testid="patient-name"
        hint="Family^Given, as DICOM writes it"
      />
      <TextField label="Number" value={value.patientId} onChange={set("patientId")} data-testid="patient-number" />
      <TextField
        label="Issued by"
        value={value.issuer}
        onChange={set("issuer")}
        hint="Who gives out this number; empty when not known"
      />
      <TextField
        label="Birth date"
        value={value.birthDate}
        onChange={set("birthDate")}
        placeholder="YYYY-MM-DD"
        data-testid="patient-birth"
      />
      <Segments
        label="Sex"
        value={value.sex || "none"}
        onChange={(sex) => onChange({ ...value, sex: sex === "none" ? "" : sex })}
        choices={[
          { id: "F", label: "Female" },
          { id: "M", label: "Male" },
          { id: "O", label: "Other" },
          { id: "none", label: "Not known", unknown: true },
        ]}
      />
    </div>
  );
}
