import { useState } from "react";
import type { PatientDetail, PatientLine } from "../../cases/archive-views.ts";
import { deed } from "../api/admin.ts";
import { Checkbox, Segments } from "../design/choice.tsx";
import { ChoosePatient } from "./choose-patient.tsx";
import { DeedDialog } from "./deed-dialog.tsx";
import { counted } from "./figures.ts";
import { patientName } from "./identity-words.tsx";
import { NOBODY, PatientFields } from "./patient-fields.tsx";

/** Moves studies that belong to somebody else: which, to whom, why. */
export function MoveDialog({ patient, onClose }: { readonly patient: PatientDetail; readonly onClose: () => void }) {
  const only = patient.studies.length === 1 ? [patient.studies[0]!.studyUid] : [];
  const [chosen, setChosen] = useState<readonly string[]>(only);
  const [to, setTo] = useState("patient");
  const [other, setOther] = useState<PatientLine | null>(null);
  const [values, setValues] = useState(NOBODY);
  const known = Boolean(values.name.trim() || values.patientId.trim());
  const target = to === "patient" ? other && { patient: other.id } : known ? { values } : null;
  return (
    <DeedDialog
      title={`Move studies of ${patientName(patient)}`}
      verb={chosen.length > 0 ? `Move ${counted(chosen.length, "study", "studies")}` : "Move"}
      done={`${counted(chosen.length, "study is", "studies are")} with the other patient now.`}
      isReady={chosen.length > 0 && target !== null}
      onClose={onClose}
      onDo={(why) => deed(`/api/patients/${patient.id}/move`, { studies: chosen, to: target, ...why })}
      wide
    >
      <fieldset className="choose-studies">
        <legend className="field-label">Which belong to somebody else</legend>
        {patient.studies.map((study) => (
          <Checkbox
            key={study.studyUid}
            isSelected={chosen.includes(study.studyUid)}
            onChange={(on) =>
              setChosen(on ? [...chosen, study.studyUid] : chosen.filter((uid) => uid !== study.studyUid))
            }
            data-testid="move-study"
          >
            {study.date ?? "no date"} · {study.modalities.join(", ")} · {study.description || "no description"}{" "}
            <span className="sub">{counted(study.objects, "object")}</span>
          </Checkbox>
        ))}
      </fieldset>
      <Segments
        label="To whom"
        value={to}
        onChange={setTo}
        choices={[
          { id: "patient", label: "A patient who is here" },
          { id: "new", label: "A new patient" },
        ]}
        data-testid="move-to"
      />
      {to === "patient" ? (
        <ChoosePatient not={patient.id} chosen={other} onChoose={setOther} />
      ) : (
        <PatientFields value={values} onChange={setValues} />
      )}
    </DeedDialog>
  );
}
