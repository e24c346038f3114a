import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Input, ListBox, ListBoxItem, SearchField } from "react-aria-components";
import type { PatientLine } from "../../cases/archive-views.ts";
import { patients } from "../api/admin.ts";
import { counted } from "./figures.ts";
import { patientLine, patientName } from "./identity-words.tsx";

/** Another patient, found by name, number or birth date. */
export function ChoosePatient({
  not,
  chosen,
  onChoose,
}: {
  readonly not: string;
  readonly chosen: PatientLine | null;
  readonly onChoose: (patient: PatientLine) => void;
}) {
  const [search, setSearch] = useState("");
  const { data } = useQuery(patients(useDeferredValue(search)));
  const found = (data?.patients ?? []).filter((each) => each.id !== not).slice(0, 20);
  return (
    <div className="choose-patient">
      <SearchField value={search} onChange={setSearch} aria-label="Search the other patient" autoFocus>
        <Input className="input" placeholder="Name, number or birth date" data-testid="choose-search" />
      </SearchField>
      <ListBox
        className="list-box choose-list"
        aria-label="Patients found"
        items={found}
        selectionMode="single"
        selectedKeys={chosen ? [chosen.id] : []}
        onSelectionChange={(keys) => {
          const key = keys === "all" ? undefined : [...keys][0];
          const one = found.find((each) => each.id === key);
          if (one) onChoose(one);
        }}
        renderEmptyState={() => (
          <p className="sub">Nobody is found. Search by another part of the name, or the number.</p>
        )}
      >
        {(each: PatientLine) => (
          <ListBoxItem id={each.id} className="menu-item" textValue={patientName(each)} data-testid="choose-row">
            <span>{patientName(each)}</span>
            <span className="sub">
              {patientLine(each)} · {counted(each.studies, "study", "studies")}
            </span>
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  );
}
