import { useMemo, useState } from "react";
import type { MachineReading } from "../../../../cases/grades.ts";
import { NOT_A_DEVICE } from "../../../../core/tier.ts";
import { asitnOfShares } from "../../../../imaging/angiography/lesion-flow.ts";
import {
  ETICI_CAUTION,
  eticiOfShare,
  type OpacifiedShare,
  REPERFUSION_VERSION,
} from "../../../../imaging/angiography/reperfusion.ts";
import { useGrades } from "../../../api/grades.ts";
import type { AngioContext } from "../angio-panels.ts";
import { type FlowRun, otherRun, useFlowRun } from "./flow-run.ts";
import { useRunFlow } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { GradeChoice } from "./grade-choice.tsx";
import { FlowMapLayer } from "./map-layer.tsx";
import { Phases } from "./phases.tsx";
import { RegionTools } from "./region-tools.tsx";
import { shareColours, shareOn, territoryOn } from "./territory.ts";
import "./flow.css";

const METHOD = { name: "Opacified share of an outlined territory", version: REPERFUSION_VERSION };
const OUTLINE = [{ shape: "polygon", role: "territory", name: "territory", says: "Outline the territory" }] as const;

/** Reperfusion pass by pass: the territory on the first run, a person's grade of each run, then the share that is measured. */
export function ReperfusionPanel(context: AngioContext) {
  const run = useFlowRun(context);
  const runs = context.series.filter(({ role }) => role === "DSA");
  const [chosen, setFirst] = useState<string>();
  const first = chosen ?? runs[0]?.seriesUid;
  const flow = useRunFlow(first);
  const territory = flow.regions.find(({ id }) => id === flow.roles.territory);
  const [share, setShare] = useState<{ readonly key: string; readonly found: OpacifiedShare }>();
  const [moment, setMoment] = useState<string>();
  const pixels = useMemo(() => (share ? shareColours(share.found.mask) : undefined), [share]);
  if (!run || !first) return null;
  const isFirst = run.series.seriesUid === first;
  const place = runs.findIndex(({ seriesUid }) => seriesUid === run.series.seriesUid);
  const words = moment ?? (isFirst ? "first run" : momentOf(run.series, place));
  const measure = async (until: "capillary" | "venous", late: boolean): Promise<OpacifiedShare> => {
    const phases = await askFlow([run], { kind: "phases", key: run.key });
    const start = isFirst ? run : await otherRun(first, context.series, new AbortController().signal);
    const found = await shareOn(run, await territoryOn(start, run, territory!), phases, until, late);
    setShare({ key: run.key, found });
    return found;
  };
  const etici = async (): Promise<MachineReading> => {
    const found = await measure("capillary", false);
    return { ...readingOf(found), grade: found.percent === null ? null : eticiOfShare(found.percent), unit: "%" };
  };
  const collaterals = async (): Promise<MachineReading> => {
    const [early, late] = [await measure("capillary", true), await measure("venous", true)];
    const grade = early.percent === null || late.percent === null ? null : asitnOfShares(early.percent, late.percent);
    const beside = early.percent === null ? "" : `${early.percent.toFixed(0)} % by the end of the capillary phase`;
    const reading = readingOf(late);
    return { ...reading, grade, unit: "% by the end", ...(late.percent === null ? {} : { reason: beside }) };
  };
  const basis = territory ? { outline: territory.points.map(([c, r]) => [c, r] as const), firstSeriesUid: first } : {};
  const moved = run.limitations.some(({ code }) => code === "motion-not-corrected");
  const missing = !territory
    ? "Outline the territory at risk on the first run to have its share measured."
    : moved
      ? "Align the mask of this run (Motion, above): edges of bone that moved would count as filled, so no share is measured."
      : undefined;
  const readable = missing === undefined;
  const about = { caseId: context.caseId, run, moment: words, basis, ...(missing ? { missing } : {}) };
  return (
    <section className="v-panel v-flow" aria-label="Reperfusion" data-territory={territory ? "outlined" : "none"}>
      <header>
        <h2>Reperfusion</h2>
      </header>
      <label className="v-flow-role">
        First run
        <select value={first} onChange={(event) => setFirst(event.target.value)}>
          {runs.map((one) => (
            <option key={one.seriesUid} value={one.seriesUid}>
              {[one.number, one.description || one.label].filter(Boolean).join(" · ")}
            </option>
          ))}
        </select>
      </label>
      {isFirst ? (
        <>
          <p>{territory ? "Territory outlined on this run." : "Outline what the occluded artery should supply."}</p>
          <RegionTools context={context} run={run} offers={OUTLINE} />
        </>
      ) : (
        <p>
          {territory
            ? "Territory outlined on the first run; it is laid on this one by the skull."
            : "Open the first run to outline what the occluded artery should supply."}
        </p>
      )}
      <Phases run={run} frame={context.frame} onFrame={context.onFrame} />
      {!isFirst && (
        <label className="v-flow-role">
          This run is
          <input
            className="v-flow-words"
            value={words}
            maxLength={100}
            onChange={(event) => setMoment(event.target.value)}
            onKeyDown={(event) => event.stopPropagation()}
          />
        </label>
      )}
      {isFirst && (
        <GradeChoice key={`asitn ${run.key}`} scale="asitn" {...about} {...(readable ? { read: collaterals } : {})} />
      )}
      <GradeChoice key={`etici ${run.key}`} scale="etici" {...about} {...(readable ? { read: etici } : {})} />
      {share?.key === run.key && pixels && context.handle && (
        <>
          <FlowMapLayer
            controller={context.handle.controller}
            {...{ rows: run.rows, columns: run.columns, pixels }}
            cover={0}
            style={undefined}
            words={[]}
            drawn={context.state?.drawn ?? 0}
          />
          <p>Filled places are plain, places that do not fill are hatched.</p>
          {share.found.limitations.map(({ code, message }) => (
            <p key={code} role="note">
              {message}
            </p>
          ))}
        </>
      )}
      {run.limitations.map(({ code, message }) => (
        <p key={code} role="note">
          {message}
        </p>
      ))}
      <Passes run={run} series={context.series} />
      <p>{ETICI_CAUTION}</p>
      <p className="v-flow-method">
        {METHOD.name} {METHOD.version}: blocks filled from arrival to the end of the capillary phase, and for
        reperfusion by when the rest of the brain is fullest; the range is over thresholds and another draw of the
        blocks. In projection, what lies before and behind counts. {NOT_A_DEVICE}
      </p>
    </section>
  );
}

/** "after pass 2" where the name of the run says it, else "run 7". */
function momentOf({ description, number }: FlowRun["series"], place: number): string {
  const said = /\b(after|post|nach|apr[èe]s|dopo|pass)\b.*$/i.exec(description)?.[0];
  return said?.slice(0, 100) ?? `run ${number ?? place + 1}`;
}

function readingOf({ percent, low, high, reason }: OpacifiedShare): Omit<MachineReading, "grade" | "unit"> {
  const known = percent !== null;
  return {
    value: percent,
    low: known ? low : null,
    high: known ? high : null,
    method: METHOD,
    ...(reason ? { reason } : {}),
  };
}

/** Every run that was graded, in the order of the runs: the person's grade and the share that was measured after it. */
function Passes({ run, series }: { readonly run: FlowRun; readonly series: AngioContext["series"] }) {
  const { grades } = useGrades(run.series.studyUid);
  const own = (grades ?? []).filter((one) => one.scale === "etici" && one.mine);
  const rows = series.flatMap(({ seriesUid, label, description }) => {
    const last = own.filter((one) => one.seriesUid === seriesUid).at(-1);
    return last ? [{ ...last, name: last.moment || label || description }] : [];
  });
  if (rows.length === 0) return null;
  return (
    <>
      <h3>Pass by pass</h3>
      <table className="v-flow-table">
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">grade</th>
            <th scope="col">measured %</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, grade, machine }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>{grade}</td>
              <td>
                {machine?.value == null
                  ? "–"
                  : `${machine.value.toFixed(0)}${machine.low === null ? "" : ` (${machine.low.toFixed(0)}–${machine.high?.toFixed(0)})`}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
