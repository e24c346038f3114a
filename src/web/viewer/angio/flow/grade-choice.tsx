import { useState } from "react";
import {
  type GradeDraft,
  type GradeScaleId,
  type GradeView,
  gradeScale,
  type MachineReading,
} from "../../../../cases/grades.ts";
import { useGrades } from "../../../api/grades.ts";
import { GiveFact } from "../../measure/give-fact.tsx";
import type { FlowRun } from "./flow-run.ts";
import "./flow.css";

interface Props {
  readonly caseId: string | undefined;
  readonly run: FlowRun;
  readonly scale: GradeScaleId;
  /** What the run is: "after pass 2". */
  readonly moment: string;
  /** The territory on the first run, where the reading rests on one. */
  readonly basis?: Pick<GradeDraft, "outline" | "firstSeriesUid">;
  /** Computes the machine's reading; called only after the person's grade is recorded. Left out: there is none. */
  readonly read?: () => Promise<MachineReading>;
  /** Why nothing can be computed yet; the grade can be recorded all the same. */
  readonly missing?: string;
}

/** A scale whose grade a person chooses first; what is computed appears after that is recorded, and stands beside it. */
export function GradeChoice({ caseId, run, scale: id, moment, basis, read, missing }: Props) {
  const scale = gradeScale(id)!;
  const { series } = run;
  const { grades, error, record, reveal } = useGrades(series.studyUid);
  const [busy, setBusy] = useState("");
  const [failed, setFailed] = useState("");
  const [again, setAgain] = useState(false);
  const here = (grades ?? []).filter((one) => one.scale === id && one.seriesUid === series.seriesUid);
  const mine = here.filter((one) => one.mine).at(-1);
  const others = here.filter((one) => !one.mine);
  const compute = async (gradeId: string) => {
    if (!read) return;
    setBusy("reading the run…");
    await reveal(gradeId, await read());
  };
  const doing = async (work: () => Promise<void>) => {
    setFailed("");
    try {
      await work();
      setAgain(false);
    } catch (reason) {
      setFailed(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setBusy("");
    }
  };
  const choose = (grade: string) =>
    doing(async () => {
      const gradeId = crypto.randomUUID();
      setBusy("recording your grade…");
      await record({ id: gradeId, scale: id, grade, seriesUid: series.seriesUid, moment, ...basis });
      await compute(gradeId);
    });
  const choosing = !mine || again;
  return (
    <div className="v-grade" data-scale={id} data-graded={mine?.grade ?? "none"}>
      <h3>{scale.name}</h3>
      {choosing && (
        <>
          <p>
            Your grade first;{" "}
            {read || missing ? "what is measured appears after it is recorded." : "chosen by eye, nothing is computed."}
          </p>
          <fieldset
            className="v-flow-choices"
            aria-label={`${scale.name}: your grade`}
            disabled={busy !== "" || !grades}
          >
            {scale.steps.map(({ grade, words }) => (
              <button
                key={grade}
                type="button"
                title={words}
                aria-pressed={mine?.grade === grade}
                onClick={() => void choose(grade)}
              >
                {grade}
              </button>
            ))}
          </fieldset>
        </>
      )}
      {mine && (
        <>
          <p className="v-grade-mine">
            <b>{mine.grade}</b> by {mine.by}, {whenWords(mine.at)}
            {mine.afterMachine && " · given after a measured share had been seen"}
          </p>
          <p>{scale.steps.find(({ grade }) => grade === mine.grade)?.words}</p>
          {mine.machine && <Machine view={mine} />}
          <div className="v-flow-line">
            {!mine.machine && read && (
              <button type="button" disabled={busy !== ""} onClick={() => void doing(() => compute(mine.id))}>
                Measure now
              </button>
            )}
            {!again && (
              <button type="button" onClick={() => setAgain(true)}>
                Grade again
              </button>
            )}
            {scale.field && (
              <GiveFact
                caseId={caseId}
                name={scale.field}
                value={id === "asitn" ? Number(mine.grade) : mine.grade}
                unit=""
                method={{ name: `${scale.name} by ${mine.by}`, version: "read by eye" }}
                image={{ studyUid: series.studyUid, seriesUid: series.seriesUid }}
                observedAt={series.at}
              />
            )}
          </div>
        </>
      )}
      {missing && !mine?.machine && <p role="note">{missing}</p>}
      {others.map((one) => (
        <p key={one.id}>
          {one.by}: {choosing ? "graded; shown after your own grade" : one.grade}
        </p>
      ))}
      {busy && <p role="status">{busy}</p>}
      {(failed || error) && <p role="alert">{failed || error}</p>}
      <p className="v-flow-method">{scale.source}</p>
    </div>
  );
}

const whenWords = (at: string) => new Date(at).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });

function Machine({ view }: { readonly view: GradeView }) {
  const { value, low, high, unit, grade, reason, method } = view.machine!;
  if (value === null) return <p role="note">◌ Not measured: {reason ?? "it could not be computed"}.</p>;
  const range = low !== null && high !== null ? ` (${low.toFixed(0)} to ${high.toFixed(0)})` : "";
  const agrees = grade === view.grade;
  return (
    <p className="v-grade-machine" data-agrees={agrees}>
      Measured{" "}
      <b>
        {value.toFixed(0)} {unit}
      </b>
      {range}
      {grade && (
        <>
          , which stands for <b>{grade}</b>: {agrees ? "● as yours" : "✕ not as yours"}
        </>
      )}
      {reason && `. ${reason}`}
      <small>
        {method.name} {method.version}
      </small>
    </p>
  );
}
