import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Input, ListBox, ListBoxItem, SearchField } from "react-aria-components";
import type { PatientLine } from "../../cases/archive-views.ts";
import { claims, deed, patients } from "../api/admin.ts";
import { Button } from "../design/button.tsx";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { useIsPhone } from "../design/phone.ts";
import { DeedDialog } from "./deed-dialog.tsx";
import { counted } from "./figures.ts";
import { Compared, patientLine, patientName } from "./identity-words.tsx";
import { PatientPanel } from "./patient-detail.tsx";

/** Patients: found by name, number or birth date; studies in which somebody else is named come first. */
export function PatientsPanel({
  chosen,
  onChoose,
  mayChange,
}: {
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
  readonly mayChange: boolean;
}) {
  const isPhone = useIsPhone();
  const [search, setSearch] = useState("");
  const { data, error } = useQuery(patients(useDeferredValue(search)));
  const found = data?.patients ?? [];
  const list = (
    <div className="patients-list">
      <SearchField value={search} onChange={setSearch} aria-label="Search patients">
        <Input className="input" placeholder="Name, number or birth date" data-testid="patient-search" />
      </SearchField>
      <Claims onChoose={onChoose} mayChange={mayChange} />
      {error ? <Notice title="The list could not be fetched">{error.message}</Notice> : null}
      {data && found.length === 0 ? (
        <Notice title={search ? "Nobody is found" : "No patient is here yet"}>
          {search
            ? "Search by another part of the name, the number, or the birth date as 1945-03."
            : "Patients appear with their first images: send a study, or drop files on the Read page."}
        </Notice>
      ) : null}
      <ListBox
        aria-label="Patients"
        className="patients-rows"
        items={found}
        selectionMode="single"
        selectedKeys={chosen ? [chosen] : []}
        onSelectionChange={(keys) => onChoose(keys === "all" ? null : (([...keys][0] as string | undefined) ?? chosen))}
      >
        {(each: PatientLine) => (
          <ListBoxItem id={each.id} className="patient-row" textValue={patientName(each)} data-testid="patient-row">
            <span className="strong clip">{patientName(each)}</span>
            <span className="sub patient-count">
              {counted(each.studies, "study", "studies")}
              {each.lastStudy ? `, last ${each.lastStudy}` : ""}
            </span>
            <span className="sub clip">{patientLine(each)}</span>
            <span className="patient-count">
              {each.toCheck ? (
                <State is="wait">check the patient</State>
              ) : each.changed ? (
                <span className="sub">corrected</span>
              ) : null}
            </span>
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  );
  const detail = chosen ? (
    <PatientPanel
      key={chosen}
      id={chosen}
      mayChange={mayChange}
      onShow={onChoose}
      {...(isPhone
        ? {
            back: (
              <Button look="link" onPress={() => onChoose(null)}>
                ‹ All patients
              </Button>
            ),
          }
        : {})}
    />
  ) : (
    <Notice title="Choose a patient" middle>
      Then correct name, number or birth date, merge two that are one person, or move studies that belong to somebody
      else.
    </Notice>
  );
  if (isPhone) return <div className="admin-body">{chosen ? detail : list}</div>;
  return (
    <div className="patients">
      {list}
      <div className="patients-detail">{detail}</div>
    </div>
  );
}

/** Studies whose objects name two patients: nothing is moved by itself, a person looks. */
function Claims({ onChoose, mayChange }: { readonly onChoose: (id: string) => void; readonly mayChange: boolean }) {
  const { data } = useQuery(claims);
  const [settling, setSettling] = useState<number | null>(null);
  const open = data?.claims ?? [];
  const one = settling === null ? undefined : open[settling];
  return (
    <>
      {open.map((claim, i) => (
        <div
          key={`${claim.studyUid} ${claim.claimed.patientId} ${claim.claimed.name}`}
          className="card claim"
          data-testid="claim"
        >
          <State is="wait">
            <strong>Check the patient</strong>
          </State>
          <p>
            The study of {claim.date ?? "no date"}
            {claim.description ? ` (${claim.description})` : ""} is with <strong>{patientName(claim.patient)}</strong>,{" "}
            {patientLine(claim.patient)}.{" "}
            {claim.objects === 1 ? "One of its objects names" : `${claim.objects} of its objects name`}{" "}
            <strong>{patientName(claim.claimed)}</strong>, {patientLine(claim.claimed)}.
          </p>
          <div className="line-up">
            <Button onPress={() => onChoose(claim.patientId)}>Show patient</Button>
            {mayChange ? (
              <Button look="quiet" onPress={() => setSettling(i)}>
                It is right
              </Button>
            ) : null}
          </div>
        </div>
      ))}
      {one ? (
        <DeedDialog
          title="These objects belong to this patient"
          verb="It is right"
          done="Noted. It comes back when another such object arrives."
          isReady
          onClose={() => setSettling(null)}
          onDo={async (why) => {
            await deed(`/api/patients/${one.patientId}/studies/${encodeURIComponent(one.studyUid)}/checked`, why);
            return {};
          }}
        >
          <Compared one={one.patient} other={one.claimed} heads={["The study", "The objects"]} check={undefined} />
        </DeedDialog>
      ) : null}
    </>
  );
}
