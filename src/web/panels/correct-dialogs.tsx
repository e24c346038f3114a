import { useState } from "react";
import type { PatientDetail, PatientStudy } from "../../cases/archive-views.ts";
import { deed } from "../api/admin.ts";
import { TextField } from "../design/field.tsx";
import { DeedDialog } from "./deed-dialog.tsx";
import { patientName } from "./identity-words.tsx";
import { PatientFields } from "./patient-fields.tsx";

/** Corrects what identifies a patient. */
export function CorrectPatientDialog({
  patient,
  onClose,
}: {
  readonly patient: PatientDetail;
  readonly onClose: () => void;
}) {
  const { name, patientId, issuer, sex } = patient;
  const before = { name, patientId, issuer, sex, birthDate: patient.birthDate ?? "" };
  const [values, setValues] = useState(before);
  const change = differing(before, values);
  return (
    <DeedDialog
      title={`Correct ${patientName(patient)}`}
      verb="Correct"
      done="Corrected. Everything given out from now on says so."
      isReady={Object.keys(change).length > 0}
      onClose={onClose}
      onDo={(why) => deed(`/api/patients/${patient.id}/correct`, { change, ...why })}
    >
      <PatientFields value={values} onChange={setValues} />
      <p className="sub">
        The files stay as they came. What is searched, shown and given out carries the correction, with the earlier
        value kept inside (Original Attributes Sequence).
      </p>
    </DeedDialog>
  );
}

const STUDY_FIELDS = [
  { field: "date", label: "Study date", placeholder: "YYYY-MM-DD" },
  { field: "time", label: "Study time", placeholder: "HHMMSS" },
  { field: "description", label: "Description" },
  { field: "accession", label: "Accession number" },
  { field: "studyId", label: "Study ID" },
  { field: "referringPhysician", label: "Referring physician", placeholder: "Family^Given" },
] as const;

type StudyText = Record<(typeof STUDY_FIELDS)[number]["field"], string>;

/** Corrects what describes a study. */
export function CorrectStudyDialog({
  patient,
  study,
  onClose,
}: {
  readonly patient: PatientDetail;
  readonly study: PatientStudy;
  readonly onClose: () => void;
}) {
  const before = Object.fromEntries(STUDY_FIELDS.map(({ field }) => [field, study[field] ?? ""])) as StudyText;
  const [values, setValues] = useState(before);
  const change = differing(before, values);
  return (
    <DeedDialog
      title={`Correct the study of ${study.date ?? "no date"}`}
      verb="Correct"
      done="Corrected. Everything given out from now on says so."
      isReady={Object.keys(change).length > 0}
      onClose={onClose}
      onDo={(why) =>
        deed(`/api/patients/${patient.id}/studies/${encodeURIComponent(study.studyUid)}/correct`, { change, ...why })
      }
    >
      <div className="fields">
        {STUDY_FIELDS.map(({ field, label, ...rest }) => (
          <TextField
            key={field}
            label={label}
            value={values[field]}
            onChange={(text) => setValues({ ...values, [field]: text })}
            data-testid={`study-${field}`}
            {...rest}
          />
        ))}
      </div>
    </DeedDialog>
  );
}

/** Only what was changed is sent. */
function differing<T extends Record<string, string>>(before: T, after: T): Partial<T> {
  return Object.fromEntries(Object.entries(after).filter(([field, value]) => value !== before[field])) as Partial<T>;
}
