import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PatientDetail, PatientLine } from "../../cases/archive-views.ts";
import { comparePatients, deed } from "../api/admin.ts";
import { Segments } from "../design/choice.tsx";
import { ChoosePatient } from "./choose-patient.tsx";
import { DeedDialog } from "./deed-dialog.tsx";
import { counted } from "./figures.ts";
import { Compared, patientName } from "./identity-words.tsx";

/** Makes one patient of two: who is the other, who survives, why. */
export function MergeDialog({
  patient,
  onClose,
  onDone,
}: {
  readonly patient: PatientDetail;
  readonly onClose: () => void;
  readonly onDone: (survivor: string) => void;
}) {
  const [other, setOther] = useState<PatientLine | null>(null);
  const [keep, setKeep] = useState("this");
  const { data: check } = useQuery({ ...comparePatients(patient.id, other?.id ?? ""), enabled: other !== null });
  const survivor = keep === "this" ? patient : other;
  const gone = keep === "this" ? other : patient;
  const label = (id: string) => `${patient.id === id ? "This one" : "The other"}`;
  return (
    <DeedDialog
      title={`Merge ${patientName(patient)} with another patient`}
      verb="Merge"
      done={`Merged: one patient now, ${survivor ? patientName(survivor) : ""}.`}
      isReady={survivor !== null && gone !== null}
      onClose={onClose}
      onDo={async (why) => {
        const result = await deed<{ change: string }>(`/api/patients/${survivor!.id}/merge`, {
          other: gone!.id,
          ...why,
        });
        onDone(survivor!.id);
        return result;
      }}
      wide
    >
      <ChoosePatient not={patient.id} chosen={other} onChoose={setOther} />
      {other ? (
        <>
          <Compared one={patient} other={other} heads={["This one", "The other"]} check={check} />
          {check ? <p className="quiet-text">{check.words}</p> : null}
          <Segments
            label="Who stays"
            value={keep}
            onChange={setKeep}
            choices={[
              { id: "this", label: `${label(patient.id)}: ${patient.patientId || patientName(patient)}` },
              { id: "other", label: `${label(other.id)}: ${other.patientId || patientName(other)}` },
            ]}
            hint={
              <>
                {counted(gone === patient ? patient.studies.length : other.studies, "study", "studies")} will be given
                out under the number and name of the one who stays. The files stay as they came; it can be undone.
              </>
            }
          />
        </>
      ) : null}
    </DeedDialog>
  );
}
