import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, useDeferredValue, useMemo, useState } from "react";
import { Input, SearchField } from "react-aria-components";
import { mayExport } from "../api/deidentify.ts";
import { session, studies } from "../api/queries.ts";
import { totals } from "../api/upload-queue.ts";
import { createUploads, droppedFiles, useUploads } from "../api/uploads.ts";
import type { StudyView } from "../api/views.ts";
import { State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { ageAndSex, birthDate, count, counted } from "../panels/figures.ts";
import { ImagesMeter } from "../panels/images-meter.tsx";
import { PickFiles } from "../panels/pick-files.tsx";
import { Failed } from "./failed.tsx";
import "./read.css";

/** Every study this organisation may see; images are dropped anywhere on the page. */
export function ReadPage() {
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search);
  const { data, error, isPending } = useQuery(studies(wanted));
  const { data: person } = useQuery(session);
  const uploads = useMemo(() => createUploads(async () => "/api/images"), []);
  const sum = totals(useUploads(uploads));
  const [over, setOver] = useState(false);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    uploads.add(await droppedFiles(event.dataTransfer));
  };
  return (
    <>
      <header className="top">
        <SearchField className="search" value={search} onChange={setSearch} aria-label="Search studies">
          <Input className="input" placeholder="Patient, number, accession, description …" data-testid="study-search" />
        </SearchField>
        <span className="push" />
        {mayExport(person?.role) ? (
          <Link to="/deidentify" search={{}} className="button quiet only-wide">
            Export de-identified
          </Link>
        ) : null}
        <PickFiles onFiles={(files) => uploads.add(files)} />
      </header>
      <main
        className={`scroll read ${over ? "over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => void drop(event)}
        data-testid="studies"
      >
        {sum.files > 0 ? (
          <div className="read-meter">
            <ImagesMeter uploads={uploads} />
          </div>
        ) : null}
        {error && !data ? <Failed error={error} /> : null}
        {isPending && !error ? <Notice title="Asking for the studies" /> : null}
        {data && data.studies.length === 0 ? (
          <Notice title={wanted ? "No study holds these words" : "No studies yet"}>
            {wanted
              ? "Try a part of the name, the hospital number or the accession."
              : "Drop a folder, files or a zip anywhere on this page, send from a modality (C-STORE, STOW-RS), or refer a patient with images."}
          </Notice>
        ) : null}
        {data && data.studies.length > 0 ? (
          <>
            <h2 className="section-title">
              Studies · {count(data.studies.length)}
              {data.more ? " and more: search to narrow it" : ""}
            </h2>
            {data.studies.map((study) => (
              <StudyRow key={study.studyUid} study={study} />
            ))}
          </>
        ) : null}
      </main>
    </>
  );
}

function StudyRow({ study }: { readonly study: StudyView }) {
  const { patient } = study;
  const born = patient.birthDate ? `born ${birthDate(patient.birthDate)}` : "birth date not known";
  return (
    <Link to="/read/$studyUid" params={{ studyUid: study.studyUid }} className="study-row" data-testid="study-row">
      <span className="study-when">{studyTime(study.at)}</span>
      <span className="study-who">
        <b className="clip">{patient.name || "Name not given"}</b>
        <span className="sub clip">
          {[
            ageAndSex({ age: null, sex: patient.sex }).replace("age not known ", "").replace("age not known", ""),
            born,
            patient.identifier,
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </span>
      <span className="study-what clip">{study.description || <span className="sub">no description</span>}</span>
      <span className="study-kind">{study.modalities.join(", ")}</span>
      <span className="sub study-count">
        {study.toCheck ? <State is="wait">check the patient</State> : null}
        <span>
          {study.series} series, {counted(study.instances, "image")}
        </span>
      </span>
    </Link>
  );
}

/** "24 Nov 2026, 04:22" of a device time without zone; what the device left out is said. */
function studyTime(at: string | null): string {
  if (!at) return "date not given";
  const [day = "", clock = ""] = at.split("T");
  const date = new Date(`${day}T00:00:00`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  return clock.startsWith("00:00:00") ? date : `${date}, ${clock.slice(0, 5)}`;
}
