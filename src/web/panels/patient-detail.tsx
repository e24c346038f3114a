import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { PatientDetail, PatientStudy } from "../../cases/archive-views.ts";
import { patient as patientQuery } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { CorrectPatientDialog, CorrectStudyDialog } from "./correct-dialogs.tsx";
import { counted } from "./figures.ts";
import { IdentityHistory } from "./identity-history.tsx";
import { patientLine, patientName } from "./identity-words.tsx";
import { MergeDialog } from "./merge-dialog.tsx";
import { MoveDialog } from "./move-dialog.tsx";

/** One patient: who it is, what people changed about it, its studies, and what can be done. */
export function PatientPanel({
  id,
  mayChange,
  onShow,
  back,
}: {
  readonly id: string;
  readonly mayChange: boolean;
  readonly onShow: (id: string | null) => void;
  readonly back?: ReactNode;
}) {
  const { data, error } = useQuery(patientQuery(id));
  const [open, setOpen] = useState<"merge" | "move" | "correct" | null>(null);
  const [study, setStudy] = useState<PatientStudy | null>(null);
  const close = () => setOpen(null);
  if (!data) {
    return error ? (
      <Notice
        title="This patient is not here any more"
        act={<Button onPress={() => onShow(null)}>Back to the list</Button>}
      >
        {error.message}
      </Notice>
    ) : (
      <Notice title="Asking" />
    );
  }
  return (
    <section className="patient" aria-label={patientName(data)} data-testid="patient">
      {back}
      <header className="patient-head">
        <div>
          <h2>{patientName(data)}</h2>
          <p className="quiet-text">{patientLine(data)}</p>
          {data.received ? <CameAs received={data.received} /> : null}
        </div>
        {mayChange ? (
          <div className="line-up patient-acts">
            <Button onPress={() => setOpen("correct")} data-testid="patient-correct">
              Correct
            </Button>
            <Button onPress={() => setOpen("merge")} data-testid="patient-merge">
              Merge
            </Button>
            <Button onPress={() => setOpen("move")} isDisabled={data.studies.length === 0} data-testid="patient-move">
              Move studies
            </Button>
          </div>
        ) : null}
      </header>
      {data.alsoKnownAs.length > 0 ? (
        <div className="also">
          <h3>Objects also arrive under</h3>
          <ul>
            {data.alsoKnownAs.map((other) => (
              <li key={other.id}>
                {patientName(other)} <span className="sub">{patientLine(other)}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <h3>{counted(data.studies.length, "study", "studies")}</h3>
      <ul className="patient-studies">
        {data.studies.map((each) => (
          <li key={each.studyUid} data-testid="patient-study">
            <div>
              <Link to="/read/$studyUid" params={{ studyUid: each.studyUid }} className="strong">
                {each.date ?? "no date"} · {each.modalities.join(", ") || "no modality"}
              </Link>{" "}
              {each.description || <span className="sub">no description</span>}
              <div className="sub">
                {counted(each.objects, "object")}
                {each.accession ? ` · accession ${each.accession}` : " · no accession number"}
                {each.corrected.length > 0 ? " · corrected" : ""}
              </div>
              {each.claimed ? (
                <State is="look">
                  came as {patientName(each.claimed)}, {patientLine(each.claimed)}
                </State>
              ) : null}
              {each.toCheck ? <State is="wait">check the patient: some objects name somebody else</State> : null}
            </div>
            {mayChange ? <Button onPress={() => setStudy(each)}>Correct</Button> : null}
          </li>
        ))}
      </ul>
      {data.history.length > 0 ? <h3>What people changed</h3> : null}
      <IdentityHistory changes={data.history} mayUndo={mayChange} />
      {open === "merge" ? <MergeDialog patient={data} onClose={close} onDone={onShow} /> : null}
      {open === "move" ? <MoveDialog patient={data} onClose={close} /> : null}
      {open === "correct" ? <CorrectPatientDialog patient={data} onClose={close} /> : null}
      {study ? <CorrectStudyDialog patient={data} study={study} onClose={() => setStudy(null)} /> : null}
    </section>
  );
}

function CameAs({ received }: { readonly received: NonNullable<PatientDetail["received"]> }) {
  return (
    <p className="sub">
      First came as {patientName(received)}, {patientLine(received)}
    </p>
  );
}
