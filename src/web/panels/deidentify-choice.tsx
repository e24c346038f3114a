import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import type { Chosen, ProjectView } from "../api/deidentify.ts";
import { studies } from "../api/queries.ts";
import { Button } from "../design/button.tsx";
import { Checkbox, Segments, Select } from "../design/choice.tsx";
import { TextField } from "../design/field.tsx";
import { DATES, DATES_MEAN, type Dates, KEEPS, keptWords } from "./deidentify-options.ts";
import { counted } from "./figures.ts";

interface ChoiceProps {
  readonly chosen: Chosen;
  readonly onChange: (next: Chosen) => void;
  readonly projects: readonly ProjectView[];
}

/** Which studies, for whom, and what stays. */
export function DeidentifyChoice({ chosen, onChange, projects }: ChoiceProps) {
  const known = projects.find((project) => project.name === chosen.project);
  const [isNew, setNew] = useState(projects.length === 0);
  const change = (part: Partial<Chosen>) => onChange({ ...chosen, ...part });
  const dates = (DATES.find(({ id }) => chosen.options.includes(id))?.id ?? "remove") as Dates;
  const set = (word: string, on: boolean) =>
    change({ options: on ? [...chosen.options, word] : chosen.options.filter((one) => one !== word) });
  const setDates = (id: string) => {
    const others = chosen.options.filter((one) => !one.startsWith("dates-"));
    change({ options: id === "remove" ? others : [...others, id] });
  };
  return (
    <>
      <StudyChoice chosen={chosen.studies} onChange={(next) => change({ studies: next })} />
      <section className="deidentify-part">
        <h2 className="section-title">For whom</h2>
        {projects.length > 0 ? (
          <Select
            label="Project"
            value={isNew ? "" : (known?.id ?? null)}
            onChange={(id) => {
              const project = projects.find((one) => one.id === id);
              setNew(project === undefined);
              change(project ? { project: project.name, options: project.options } : { project: "" });
            }}
            choices={[...projects.map(({ id, name }) => ({ id, label: name })), { id: "", label: "A new project" }]}
            data-testid="deidentify-project"
          />
        ) : null}
        {isNew ? (
          <TextField
            label="Name of the new project"
            value={chosen.project}
            onChange={(project) => change({ project })}
            hint="One receiver, one project: within it a patient always has the same new name, beyond it another."
            data-testid="deidentify-project-name"
          />
        ) : null}
      </section>
      <section className="deidentify-part">
        <h2 className="section-title">What stays</h2>
        {known ? (
          <p className="quiet-text">
            Fixed with the first export of this project: {keptWords(known.options)}. The same patient treated in two
            ways could be found again.
          </p>
        ) : (
          <>
            <Segments
              label="Dates and times"
              choices={DATES}
              value={dates}
              onChange={setDates}
              hint={DATES_MEAN[dates]}
              data-testid="deidentify-dates"
            />
            <div>
              {KEEPS.map(({ id, label, note }) => (
                <Checkbox
                  key={id}
                  isSelected={chosen.options.includes(id)}
                  onChange={(on) => set(id, on)}
                  data-testid={`deidentify-keep-${id}`}
                >
                  {label}
                  <span className="sub deidentify-note">{note}</span>
                </Checkbox>
              ))}
            </div>
          </>
        )}
      </section>
    </>
  );
}

function StudyChoice({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (uids: readonly string[]) => void;
}) {
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const { data } = useQuery(studies(wanted));
  const { data: all } = useQuery(studies(""));
  const lines = new Map([...(all?.studies ?? []), ...(data?.studies ?? [])].map((one) => [one.studyUid, one]));
  const offered = (data?.studies ?? [])
    .filter((one) => !chosen.includes(one.studyUid))
    .slice(0, chosen.length === 0 || wanted ? 6 : 3);
  return (
    <section className="deidentify-part">
      <h2 className="section-title">Studies · {chosen.length}</h2>
      {chosen.map((uid) => {
        const line = lines.get(uid);
        return (
          <div key={uid} className="deidentify-study" data-testid="deidentify-study">
            <span className="deidentify-study-words">
              <b className="clip">{line?.patient.name || uid}</b>
              {line ? (
                <span className="sub clip">
                  {[
                    line.description || line.modalities.join(", "),
                    line.at?.slice(0, 10),
                    counted(line.instances, "image"),
                  ]
                    .filter(Boolean)
                    .join(" · ")}
                </span>
              ) : null}
            </span>
            <Button look="quiet" aria-label="Leave out" onPress={() => onChange(chosen.filter((one) => one !== uid))}>
              ✕
            </Button>
          </div>
        );
      })}
      <TextField
        label={chosen.length === 0 ? "Find a study" : "Add another"}
        value={search}
        onChange={setSearch}
        placeholder="Patient, number, accession …"
        data-testid="deidentify-search"
      />
      {offered.map((line) => (
        <Button key={line.studyUid} look="link" onPress={() => onChange([...chosen, line.studyUid])}>
          <span className="deidentify-offer">
            {line.patient.name || "Name not given"}
            <span className="sub">
              {[line.description || line.modalities.join(", "), line.at?.slice(0, 10)].filter(Boolean).join(" · ")}
            </span>
          </span>
        </Button>
      ))}
      {search.trim() !== "" && offered.length === 0 ? <p className="sub">No other study holds these words.</p> : null}
    </section>
  );
}
