import { useState } from "react";
import { NOT_A_DEVICE } from "../../../../core/tier.ts";
import type { RegionReading } from "../../../workers/flow-messages.ts";
import { keepMeasurement } from "../../measure/keep-measurement.ts";
import { TAG, text } from "../../pane/dicom-json.ts";
import type { AngioContext } from "../angio-panels.ts";
import { CurvesPlot } from "./curves-plot.tsx";
import { aboutRun, csvOf, fileName, saveCsv } from "./export-flow.ts";
import { type FlowRun, useFlowRun } from "./flow-run.ts";
import { changeRegion, type Region, type RunFlow, removeRegion, setRole, useRunFlow } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { type Found, numberWords, relativeRows } from "./number-words.ts";
import { usePhases } from "./phases.tsx";
import { pixelsOf } from "./region-pixels.ts";
import { RegionTools } from "./region-tools.tsx";
import { useFlowWork } from "./use-flow.ts";
import { Working } from "./working.tsx";
import "./flow.css";

export const CURVES_METHOD = { name: "Time-density curves of regions", version: "1.0.0" };
export const ERROR_WORDS =
  "± is the standard error from the noise of the run (200 repetitions) and of the form between frames";

/** The numbers of the regions of a run, read anew when a region, its role or the subtraction changes. */
export function useReadings(run: FlowRun | undefined, flow: RunFlow) {
  const { regions, roles } = flow;
  const key =
    run && regions.length > 0
      ? `${run.key} ${JSON.stringify(regions.map(({ id, points }) => [id, points]))} ${roles.parent} ${roles.inlet}`
      : undefined;
  return useFlowWork(key, (told, signal) =>
    askFlow(
      [run!],
      {
        kind: "curves",
        key: run!.key,
        regions: regions.map((one) => ({ id: one.id, pixels: pixelsOf(one, run!.rows, run!.columns) })),
        parent: roles.parent,
        inlet: roles.inlet,
      },
      { told, signal },
    ),
  );
}

/** Curves of regions drawn on the run: a plot, and a table relative to the parent artery. */
export function CurvesPanel(context: AngioContext) {
  const run = useFlowRun(context);
  const seriesUid = run?.series.seriesUid;
  const flow = useRunFlow(seriesUid);
  const readings = useReadings(run, flow);
  const phases = usePhases(run);
  const [share, setShare] = useState(false);
  if (!run || !seriesUid) return null;
  const amounts = run.relationship !== "DISP";
  const parent = readings.result?.find(({ id }) => id === flow.roles.parent);
  const full = share && parent ? parent.measures.peak.value / 100 : 1;
  const curves = flow.regions.flatMap((region) => {
    const found = readings.result?.find(({ id }) => id === region.id);
    return found ? [{ name: region.name, colour: region.colour, values: found.curve.values.map((v) => v / full) }] : [];
  });
  return (
    <section className="v-panel v-flow" aria-label="Time-density curves" data-regions={flow.regions.length}>
      <header>
        <h2>Curves of regions</h2>
        {readings.result && (
          <span className="v-flow-line">
            <KeepAll {...{ run, flow, amounts }} readings={readings.result} />
            <button type="button" onClick={() => exportCurves(run, flow, readings.result!, amounts)}>
              Save CSV
            </button>
          </span>
        )}
      </header>
      <RegionTools context={context} run={run} />
      {flow.regions.length === 0 && (
        <p>
          Draw a circle or a polygon on the run: its curve and numbers appear here. Choose the parent artery to read the
          others relative to it, and an inlet to take out the injection.
        </p>
      )}
      <Working work={readings} doing="curves" />
      {curves.length > 0 && (
        <CurvesPlot
          times={run.times}
          curves={curves}
          phases={phases.result ?? []}
          frame={context.frame}
          unit={run.timeUnit}
          valueUnit={share && parent ? "% of the parent's peak" : "ln"}
          onFrame={context.onFrame}
        />
      )}
      {parent && (
        <label className="v-flow-line">
          <input type="checkbox" checked={share} onChange={(event) => setShare(event.target.checked)} />
          as % of the parent's peak
        </label>
      )}
      {flow.regions.length > 0 && <CurvesTable {...{ run, flow, amounts }} readings={readings.result ?? []} />}
      {flow.regions.map((region) => {
        const reading = readings.result?.find(({ id }) => id === region.id);
        return reading && fallsBelow(reading) ? (
          <p key={region.id} role="note">
            {region.name} falls below its baseline: motion, or bone over it. Its area and transit are too low.
          </p>
        ) : null;
      })}
      {!amounts && (
        <p role="note">
          Display values (DISP): areas are not given, as they went through an unknown curve. Times may be read.
        </p>
      )}
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

/** Less than before contrast, by more than noise and a tenth of the peak. */
function fallsBelow({ curve, measures }: RegionReading): boolean {
  const least = Math.min(...curve.values);
  return least < -4 * Math.hypot(curve.noise, curve.maskNoise) && least < -measures.peak.value / 10;
}

interface TableProps {
  readonly run: FlowRun;
  readonly flow: RunFlow;
  readonly readings: readonly RegionReading[];
  readonly amounts: boolean;
}

function CurvesTable({ run, flow, readings, amounts }: TableProps) {
  const { seriesUid } = run.series;
  const parent = flow.regions.find(({ id }) => id === flow.roles.parent);
  const inlet = flow.regions.find(({ id }) => id === flow.roles.inlet);
  const unit = run.timeUnit;
  return (
    <>
      <h3>{parent ? `Relative to ${parent.name}` : "From the first frame"}</h3>
      <table className="v-flow-table">
        <thead>
          <tr>
            <th scope="col">region</th>
            <th scope="col">TTP {unit}</th>
            {amounts && <th scope="col">AUC {parent ? "%" : `ln·${unit}`}</th>}
            <th scope="col" title={inlet ? `deconvolved by ${inlet.name}` : "first moment after arrival"}>
              MTT {unit}
            </th>
          </tr>
        </thead>
        <tbody>
          {flow.regions.map((region) => (
            <Row
              key={region.id}
              {...{ region, run, flow, amounts }}
              reading={readings.find(({ id }) => id === region.id)}
            />
          ))}
        </tbody>
      </table>
      <div className="v-flow-line">
        <RoleChoice label="Parent artery" {...{ seriesUid, flow }} of="parent" />
        <RoleChoice label="Inlet" {...{ seriesUid, flow }} of="inlet" />
      </div>
    </>
  );
}

interface RoleProps {
  readonly label: string;
  readonly seriesUid: string;
  readonly flow: RunFlow;
  readonly of: keyof RunFlow["roles"];
}

/** Which region is the parent, the inlet, the dome ... */
export function RoleChoice({ label, seriesUid, flow, of }: RoleProps) {
  return (
    <label className="v-flow-role">
      {label}
      <select
        value={flow.roles[of] ?? ""}
        onChange={(event) => setRole(seriesUid, of, event.target.value || undefined)}
      >
        <option value="">none</option>
        {flow.regions.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface RowProps {
  readonly region: Region;
  readonly reading: RegionReading | undefined;
  readonly run: FlowRun;
  readonly flow: RunFlow;
  readonly amounts: boolean;
}

function Row({ region, reading, run, flow, amounts }: RowProps) {
  const { seriesUid } = run.series;
  const rows = reading && relativeRows(reading, region.id === flow.roles.parent);
  const say = (found: Found | undefined, digits: number) => (found ? numberWords(found, digits) : "…");
  return (
    <tr>
      <th scope="row">
        <i style={{ background: region.colour }} aria-hidden="true" />
        <input
          value={region.name}
          aria-label={`Name of ${region.name}`}
          onChange={(event) => changeRegion(seriesUid, region.id, { name: event.target.value.slice(0, 40) })}
          onKeyDown={(event) => event.stopPropagation()}
        />
      </th>
      <td>{say(rows?.ttp, 2)}</td>
      {amounts && <td>{say(rows?.auc, reading?.relative ? 0 : 2)}</td>}
      <td title={rows?.mtt.reason}>{say(rows?.mtt, 2)}</td>
      <td className="v-flow-acts">
        <button type="button" title={`Remove ${region.name}`} onClick={() => removeRegion(seriesUid, region.id)}>
          ✕<span className="v-only-read">Remove {region.name}</span>
        </button>
      </td>
    </tr>
  );
}

/** Keeps the numbers of all regions; offered again when they change. */
function KeepAll({ run, flow, readings, amounts }: TableProps) {
  const [kept, setKept] = useState<readonly RegionReading[]>();
  return (
    <button
      type="button"
      title="Keep these numbers with the study"
      disabled={kept === readings}
      onClick={() => {
        for (const region of flow.regions) {
          const reading = readings.find(({ id }) => id === region.id);
          if (reading) keep(run, region, reading, amounts);
        }
        setKept(readings);
      }}
    >
      {kept === readings ? "Kept" : "Keep"}
    </button>
  );
}

/** Keeps the numbers of a region with the study: they go into its measurement report. */
function keep(run: FlowRun, region: Region, reading: RegionReading, amounts: boolean): void {
  const rows = relativeRows(reading, false);
  const { series, content } = run;
  const value = (code: string, label: string, found: Found, unit: string) => ({
    code: `flow.${code}`,
    label,
    unit,
    value: Number.isFinite(found.value) ? found.value : null,
    ...(Number.isFinite(found.value) ? {} : { reason: found.reason ?? "the curve has no such point in this run" }),
    ...(Number.isFinite(found.value + found.error)
      ? { uncertainty: { low: found.value - found.error, high: found.value + found.error, basis: ERROR_WORDS } }
      : {}),
  });
  const unit = run.timeUnit === "s" ? "s" : "1";
  const relative = reading.relative !== null;
  keepMeasurement({
    kind: region.shape === "circle" ? "circle" : "freehand",
    label: region.name,
    place: {
      studyUid: series.studyUid,
      seriesUid: series.seriesUid,
      ...(text(content.instance, TAG.SOPInstanceUID) ? { sopUid: text(content.instance, TAG.SOPInstanceUID)! } : {}),
    },
    shape: { space: "image", points: region.points },
    values: [
      value("ttp", relative ? "Time to peak after the parent artery" : "Time to peak", rows.ttp, unit),
      ...(amounts
        ? [value("auc", relative ? "Area, share of the parent artery" : "Area", rows.auc, relative ? "%" : "1")]
        : []),
      value("mtt", "Mean transit time", rows.mtt, unit),
    ],
    method: CURVES_METHOD,
    calibration: "",
  });
}

function exportCurves(run: FlowRun, flow: RunFlow, readings: readonly RegionReading[], amounts: boolean): void {
  const unit = run.timeUnit;
  const names = flow.regions.filter(({ id }) => readings.some((one) => one.id === id));
  const of = (id: string) => readings.find((one) => one.id === id)!;
  const summary = names.map((region) => {
    const { measures, relative, response } = of(region.id);
    const times = (["arrival", "ttp", "mtt", "fwhm", "washOut"] as const).map((name) => measures[name]);
    const sizes = amounts ? (["peak", "auc", "washIn"] as const).map((name) => measures[name]) : [];
    const against = relative ? [relative.delay, ...(amounts ? [relative.areaShare] : []), relative.mttDifference] : [];
    const inlet = response && !("reason" in response) ? [response.numbers.mtt, response.numbers.tmax] : [];
    const all = [...times, ...sizes, ...against, ...inlet];
    return `${region.name}: ${all.map(({ value, error }) => `${value.toFixed(3)} +- ${error.toFixed(3)}`).join(", ")}`;
  });
  const headOf = [
    ...["arrival", "ttp", "mtt", "fwhm", "wash-out"].map((name) => `${name} [${unit}]`),
    ...(amounts ? ["peak [ln]", `auc [ln*${unit}]`, `wash-in [ln/${unit}]`] : []),
    "then, where chosen: delay to the parent, area % of it, transit difference; transit and delay after the inlet",
  ].join(", ");
  const about = [
    ...aboutRun(run),
    `${CURVES_METHOD.name} ${CURVES_METHOD.version}; ${ERROR_WORDS}`,
    headOf,
    ...summary,
  ];
  const rows = run.times.map((time, t) => [time, ...names.map(({ id }) => of(id).curve.values[t]!)]);
  saveCsv(fileName(run, "curves"), csvOf(about, [`time [${unit}]`, ...names.map(({ name }) => `${name} [ln]`)], rows));
}
