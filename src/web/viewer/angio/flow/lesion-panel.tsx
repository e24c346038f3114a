import { useState } from "react";
import type { MachineReading } from "../../../../cases/grades.ts";
import { NOT_A_DEVICE } from "../../../../core/tier.ts";
import { stasisPhase } from "../../../../imaging/angiography/lesion-flow.ts";
import type { RegionReading } from "../../../workers/flow-messages.ts";
import { calibrationOf } from "../../measure/calibration.ts";
import { GiveFact } from "../../measure/give-fact.tsx";
import type { AngioContext } from "../angio-panels.ts";
import { CURVES_METHOD, ERROR_WORDS, useReadings } from "./curves-panel.tsx";
import { type FlowRun, useFlowRun } from "./flow-run.ts";
import { type RunFlow, useRunFlow } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { GradeChoice } from "./grade-choice.tsx";
import { type Found, numberWords, transitAfter } from "./number-words.ts";
import { Phases, usePhases } from "./phases.tsx";
import { pixelsOf } from "./region-pixels.ts";
import { RegionTools } from "./region-tools.tsx";
import { useFlowWork } from "./use-flow.ts";
import { Working } from "./working.tsx";
import "./flow.css";

const ANEURYSM = [
  { shape: "polygon", role: "dome", name: "dome", says: "Outline the dome" },
  { shape: "circle", role: "inlet", name: "inlet", says: "Mark the inlet" },
] as const;
const AVM = [
  { shape: "polygon", role: "nidus", name: "nidus", says: "Outline the nidus" },
  { shape: "circle", role: "feeder", name: "feeder", says: "Mark a feeder" },
  { shape: "circle", role: "drainer", name: "drainer", says: "Mark a drainer" },
] as const;

/** Flow in a lesion: wash-out of an aneurysm against its inlet, or the time a shunt takes from feeder to drainer. */
export function LesionPanel(context: AngioContext) {
  const run = useFlowRun(context);
  const flow = useRunFlow(run?.series.seriesUid);
  const [kind, setKind] = useState<"aneurysm" | "avm">(flow.roles.nidus || flow.roles.feeder ? "avm" : "aneurysm");
  if (!run) return null;
  return (
    <section className="v-panel v-flow" aria-label="Flow in a lesion" data-kind={kind}>
      <header>
        <h2>{kind === "aneurysm" ? "Wash-out of an aneurysm" : "Shunt of an AVM or fistula"}</h2>
        <button type="button" onClick={() => setKind(kind === "aneurysm" ? "avm" : "aneurysm")}>
          {kind === "aneurysm" ? "Shunt instead" : "Aneurysm instead"}
        </button>
      </header>
      <RegionTools key={kind} context={context} run={run} offers={kind === "aneurysm" ? ANEURYSM : AVM} />
      {kind === "aneurysm" ? <Aneurysm {...{ context, run, flow }} /> : <Shunt {...{ context, run, flow }} />}
      <Phases run={run} frame={context.frame} onFrame={context.onFrame} />
      {run.limitations.map(({ code, message }) => (
        <p key={code} role="note">
          {message}
        </p>
      ))}
      <p className="v-flow-method">
        {ERROR_WORDS}. {CURVES_METHOD.name} {CURVES_METHOD.version}; depth overlap not corrected. {NOT_A_DEVICE}
      </p>
    </section>
  );
}

interface LineProps {
  readonly name: string;
  readonly found: Found | undefined;
  readonly unit: string;
  readonly digits: number;
  readonly reason?: string | undefined;
}

function Line({ name, found, unit, digits, reason }: LineProps) {
  const known = found && Number.isFinite(found.value);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td title={reason}>{found ? `${numberWords(found, digits)}${known ? ` ${unit}` : ""}` : "…"}</td>
    </tr>
  );
}

function Aneurysm({
  context,
  run,
  flow,
}: {
  readonly context: AngioContext;
  readonly run: FlowRun;
  readonly flow: RunFlow;
}) {
  const { dome, inlet } = flow.roles;
  // the inlet is the parent here: the dome is read relative to it
  const readings = useReadings(run, { ...flow, roles: { parent: inlet, inlet } as RunFlow["roles"] });
  const phases = usePhases(run).result;
  const found = readings.result?.find(({ id }) => id === dome);
  const amounts = run.relationship !== "DISP";
  const stasis = async (): Promise<MachineReading> => {
    const method = { name: "Phase in which the dome still holds a fifth of its peak", version: CURVES_METHOD.version };
    const none = { grade: null, value: null, low: null, high: null, unit: "", method };
    const end = (name: string) => phases?.find((one) => one.name === name)?.toS;
    const [arterial, capillary] = [end("arterial"), end("capillary")];
    if (!found || arterial === undefined || capillary === undefined)
      return { ...none, reason: "outline the dome on a run with arterial and capillary phases" };
    const phase = stasisPhase(found.curve, { arterial, capillary });
    const words = phase
      ? `contrast stays in the dome into the ${phase} phase; filling is for the eye`
      : "the dome does not fill";
    return { ...none, reason: words };
  };
  return (
    <>
      {!(dome && inlet) && <p>Outline the dome and mark the artery just before it.</p>}
      <Working work={readings} doing="wash-out" />
      {dome && inlet && <DomeTable {...{ run, amounts }} reading={found} />}
      {!amounts && <p role="note">Display values (DISP): ratios of areas and peaks are refused; times may be read.</p>}
      <p>
        Before and after a device, compare under Compare: a change of the injection or of flow between runs confounds.
      </p>
      <GradeChoice caseId={context.caseId} run={run} scale="okm" moment="" {...(dome ? { read: stasis } : {})} />
      <GradeChoice caseId={context.caseId} run={run} scale="raymond-roy" moment="" />
    </>
  );
}

function DomeTable(props: {
  readonly run: FlowRun;
  readonly amounts: boolean;
  readonly reading: RegionReading | undefined;
}) {
  const { run, amounts, reading } = props;
  const unit = run.timeUnit;
  const relative = reading?.relative;
  const response = reading?.response;
  const transit = response ? transitAfter(response) : undefined;
  const why = transit?.reason;
  const beyond = reading && reading.measures.endShare.value > 0.5;
  return (
    <>
      <table className="v-flow-table">
        <tbody>
          {amounts && <Line name="Area, dome over inlet" found={relative?.areaShare} unit="%" digits={0} />}
          {amounts && <Line name="Peak, dome over inlet" found={relative?.peakShare} unit="%" digits={0} />}
          <Line name="Peak after the inlet's" found={relative?.delay} unit={unit} digits={2} />
          <Line name="Wash-out constant" found={reading?.measures.washOut} unit={unit} digits={2} />
          <Line name="Transit, dome minus inlet" found={relative?.mttDifference} unit={unit} digits={2} />
          <Line name="Transit, deconvolved by the inlet" found={transit} {...{ unit, digits: 2, reason: why }} />
        </tbody>
      </table>
      {why && <p role="note">Not deconvolved: {why}</p>}
      {beyond && (
        <p role="note">
          The dome still holds {(100 * reading.measures.endShare.value).toFixed(0)} % of its peak when the run ends: its
          wash-out lies beyond the run.
        </p>
      )}
    </>
  );
}

function Shunt({
  context,
  run,
  flow,
}: {
  readonly context: AngioContext;
  readonly run: FlowRun;
  readonly flow: RunFlow;
}) {
  const { nidus, feeder, drainer } = flow.roles;
  const of = (id: string | undefined) => flow.regions.find((one) => one.id === id);
  const [from, to, core] = [of(feeder), of(drainer), of(nidus)];
  const readings = useReadings(run, { ...flow, roles: {} });
  const pixels = (region: typeof from) => pixelsOf(region!, run.rows, run.columns);
  const timed = useFlowWork(
    from && to ? `${run.key} ${JSON.stringify([from.points, to.points])}` : undefined,
    (told, signal) =>
      askFlow([run], { kind: "shunt", key: run.key, feeder: pixels(from), drainer: pixels(to) }, { told, signal }),
  );
  const inside = readings.result?.find(({ id }) => id === nidus)?.measures;
  const unit = run.timeUnit;
  return (
    <>
      {!(from && to) && <p>Mark one feeding artery and one draining vein; the nidus may be outlined too.</p>}
      <Working work={timed} doing="shunt time" />
      <table className="v-flow-table">
        <tbody>
          {from && to && (
            <>
              <Line name="Arrival, feeder to drainer" found={timed.result?.arrival} unit={unit} digits={2} />
              <Line name="Peak, feeder to drainer" found={timed.result?.peaks} unit={unit} digits={2} />
            </>
          )}
          {core && (
            <>
              <Line name="Nidus, arrival" found={inside?.arrival} unit={unit} digits={2} />
              <Line name="Nidus, time to peak" found={inside?.ttp} unit={unit} digits={2} />
              <tr>
                <th scope="row">Nidus, outlined</th>
                <td className="v-flow-long">{areaWords(run, pixels(core).length)}</td>
              </tr>
            </>
          )}
        </tbody>
      </table>
      {from && to && unit === "s" && timed.result && <GiveShunt {...{ context, run }} found={timed.result.arrival} />}
      {from && to && <p>Veins of normal brain arrive some 4 s or more after their arteries; earlier is a shunt.</p>}
    </>
  );
}

/** The shunt time with its 95 % interval, for the case's facts; a time under 0 is no shunt that these places show. */
function GiveShunt(props: { readonly context: AngioContext; readonly run: FlowRun; readonly found: Found }) {
  const { context, run, found } = props;
  const { value, error } = found;
  if (!(value >= 0)) return null;
  const reach = 1.96 * error;
  const two = (seconds: number) => Math.round(100 * seconds) / 100;
  return (
    <GiveFact
      caseId={context.caseId}
      name="shunt_time_s"
      value={two(value)}
      unit="s"
      {...(Number.isFinite(reach)
        ? { uncertainty: { low: Math.max(0, two(value - reach)), high: two(value + reach), basis: "95 %, by noise" } }
        : {})}
      method={CURVES_METHOD}
      image={{ studyUid: run.series.studyUid, seriesUid: run.series.seriesUid }}
      observedAt={run.series.at}
    />
  );
}

/** The area in mm², in the sense in which the image is calibrated, or in pixels. */
function areaWords(run: FlowRun, pixels: number): string {
  const calibration = calibrationOf(run.content.instance);
  if (calibration.unit !== "mm") return `${pixels} px²`;
  const area = pixels * calibration.rowSpacing * calibration.columnSpacing;
  return `${area.toFixed(0)} mm² (${calibration.words})`;
}
