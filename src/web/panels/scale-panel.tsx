import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { coursesOf, type ScaleCourse, type ScaleEntryView } from "../../cases/scale-entries.ts";
import type { CaseView } from "../../cases/views.ts";
import { useMinute } from "../api/clock.ts";
import { scaleEntries, scaleLines } from "../api/scales.ts";
import { Button } from "../design/button.tsx";
import { Dialog } from "../design/dialog.tsx";
import { TextField } from "../design/field.tsx";
import { Notice } from "../design/notice.tsx";
import { useIsPhone } from "../design/phone.ts";
import { clockTime, exactTime } from "./elapsed.ts";
import { forgetDrafts, putDraft, useDraft } from "./kept-drafts.ts";
import { ScaleCourseView } from "./scale-course.tsx";
import { totalWords } from "./scale-form.tsx";
import { draftOf, ScaleKeep } from "./scale-keep.tsx";
import "./scale.css";

interface Scoring {
  readonly scale: string;
  readonly correcting: ScaleEntryView | null;
}

/** The panel that is opened next begins with this scale. */
export function beginScoring(caseId: string, scale: string, occasion = ""): void {
  putDraft<Scoring>(`scoring ${caseId}`, { scale, correcting: null });
  if (occasion) putDraft(`${draftOf(caseId, scale, null)} occasion`, occasion);
}

/** The scales of a case: what was scored, each as a course over time, and a form for the next score. */
export function ScalePanel({ shown }: { readonly shown: CaseView }) {
  const { data, error, refetch } = useQuery(scaleEntries(shown.id));
  const [scoring, setScoring] = useDraft<Scoring | null>(`scoring ${shown.id}`, () => null);
  const [choosing, setChoosing] = useState(false);
  const isPhone = useIsPhone();
  const may = shown.may.write || shown.may.answer;
  const courses = coursesOf(data ?? []);
  const begin = (scale: string, correcting: ScaleEntryView | null = null) => {
    setChoosing(false);
    setScoring({ scale, correcting });
  };
  const done = () => {
    if (scoring) forgetDrafts(draftOf(shown.id, scoring.scale, scoring.correcting));
    setScoring(null);
  };
  const form = scoring ? (
    <ScaleKeep
      key={`${scoring.scale} ${scoring.correcting?.id ?? ""}`}
      shown={shown}
      scaleId={scoring.scale}
      correcting={scoring.correcting}
      onDone={done}
    />
  ) : null;
  if (form && !isPhone) return <div className="panel-body scales">{form}</div>;
  return (
    <div className="panel-body scales" data-testid="scales">
      <div className="spread panel-head">
        <span className="sub">{courses.length === 0 ? "" : "Every score stays; a correction is a new one."}</span>
        {may ? (
          <Button look="link" onPress={() => setChoosing(!choosing)} data-testid="scale-add">
            {choosing ? "Close the list" : "Score a scale"}
          </Button>
        ) : null}
      </div>
      {choosing ? <ChooseScale kind={shown.kind} onChoose={begin} /> : null}
      {error ? (
        <Notice
          inset
          title="The scores could not be read"
          act={<Button onPress={() => void refetch()}>Try again</Button>}
        >
          {error.message}
        </Notice>
      ) : null}
      {data && courses.length === 0 && !choosing ? (
        <Notice
          inset
          title="Nothing is scored yet"
          act={
            may ? (
              <Button onPress={() => setChoosing(true)} data-testid="scale-first">
                Choose a scale
              </Button>
            ) : undefined
          }
        >
          NIHSS, ASPECTS and the others are scored here, item by item, and kept over time.
        </Notice>
      ) : null}
      {courses.map((course) => (
        <Course
          key={`${course.scale} ${course.occasion}`}
          course={course}
          {...(may ? { onScore: () => begin(course.scale), onCorrect: (e: ScaleEntryView) => begin(e.scale, e) } : {})}
        />
      ))}
      <Dialog title="Score" isOpen={isPhone && form !== null} onClose={done} wide data-testid="scale-sheet">
        {form}
      </Dialog>
    </div>
  );
}

function Course({
  course,
  onScore,
  onCorrect,
}: {
  readonly course: ScaleCourse;
  readonly onScore?: () => void;
  readonly onCorrect?: (entry: ScaleEntryView) => void;
}) {
  const now = useMinute();
  const [chosen, setOpen] = useState<boolean | null>(null);
  const open = chosen ?? course.counting.length > 1;
  const latest = course.counting.at(-1);
  return (
    <section className="scale-course" data-testid={`course-${course.scale}`}>
      <div className="spread">
        <h3 className="fact-name">
          {course.name}
          {course.occasion ? `, ${course.occasion}` : ""}
        </h3>
        <span className="scale-course-acts">
          {onScore ? (
            <Button look="link" onPress={onScore}>
              Score again
            </Button>
          ) : null}
        </span>
      </div>
      {latest ? (
        <p className="scale-latest">
          <b className="scale-value">{latest.value === null ? "no total" : totalWords(latest)}</b>
          <span>
            {latest.reading ?? latest.reason ?? ""}
            {latest.side ? `, ${latest.side} hemisphere` : ""}
          </span>
          <span className="sub" title={exactTime(Date.parse(latest.observedAt))}>
            {clockTime(Date.parse(latest.observedAt), now)}, {latest.by.name}
          </span>
        </p>
      ) : null}
      <Button look="link" onPress={() => setOpen(!open)} aria-expanded={open}>
        {open ? "Hide the course" : course.all.length === 1 ? "Show its items" : `Show all ${course.all.length}`}
      </Button>
      {open ? <ScaleCourseView course={course} {...(onCorrect ? { onCorrect } : {})} /> : null}
    </section>
  );
}

function ChooseScale({ kind, onChoose }: { readonly kind: string; readonly onChoose: (scale: string) => void }) {
  const { data, error } = useQuery(scaleLines);
  const [search, setSearch] = useState("");
  if (error)
    return (
      <Notice inset title="The list of scales could not be read">
        {error.message}
      </Notice>
    );
  if (!data) return <p className="sub">Reading the list of scales …</p>;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = data.filter((line) => {
    const text = `${line.id} ${line.name} ${line.domain}`.toLowerCase();
    return words.length > 0 ? words.every((word) => text.includes(word)) : line.pack.caseKinds.includes(kind);
  });
  return (
    <div className="scale-choose">
      <TextField
        label="Which scale"
        value={search}
        onChange={setSearch}
        placeholder="NIHSS, ASPECTS, PHASES …"
        autoFocus
      />
      <div className="fact-choices">
        {found.map((line) => (
          <Button key={line.id} look="quiet" onPress={() => onChoose(line.id)} data-testid={`scale-choose-${line.id}`}>
            <span style={{ flex: 1, textAlign: "left" }}>{line.name}</span>
            <span className="sub">{line.domain}</span>
          </Button>
        ))}
        {found.length === 0 ? <p className="notice">No scale of the loaded packs is called so.</p> : null}
      </div>
      {words.length === 0 ? (
        <p className="sub">Those for this kind of case; type to find any of {data.length}.</p>
      ) : null}
    </div>
  );
}
