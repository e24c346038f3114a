import { runsOf } from "../../cases/analysis-view.ts";
import type { AnalysisKindName, AnalysisView, PerfusionView, SeriesView } from "../../cases/views.ts";
import { cancelAnalysis, startPerfusion } from "../api/acts.ts";
import { useAnalysisPulse } from "../api/live.ts";
import { queryClient } from "../api/query-client.ts";
import { Button } from "../design/button.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { Progress } from "../design/progress.tsx";
import { sayProblem } from "../design/toast.tsx";
import { CurvesPlot } from "./curves-plot.tsx";
import { clockTime } from "./elapsed.ts";
import { figure } from "./figures.ts";
import { MeasuredResult } from "./measured-result.tsx";
import { NumberTable } from "./number-table.tsx";
import { ThresholdStrip } from "./threshold-strip.tsx";
import "./numbers.css";

/** The numbers that decide, in the order in which they are asked for. */
const DECISIVE = [
  "core_ml",
  "perfusion.tmax6_ml",
  "mismatch_ml",
  "mismatch_ratio",
  "perfusion.hypoperfusion_intensity_ratio",
];
const RUNS_ON = new Set(["CTP"]);

/** What was measured, whole: value, unit, range, method, version; how good the measurement is; and how it was made. */
export function NumbersPanel({
  series,
  analyses,
  mayRun,
}: {
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly mayRun: boolean;
}) {
  const measurable = series.filter((each) => RUNS_ON.has(each.role));
  if (measurable.length === 0 && analyses.length === 0) {
    return (
      <div className="panel-body">
        <Notice inset title="Nothing to measure yet">
          Perfusion is computed by itself as soon as a CT perfusion series has arrived. If one is here under another
          name, correct the role of the series in the viewer.
        </Notice>
      </div>
    );
  }
  const newest = [...analyses].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  // The newest result stays open while another run goes on.
  const counts = newest.find((each) => each.kind === "perfusion" && each.result !== null);
  const without = measurable.filter(
    (each) => !runsOf(analyses, "perfusion").some((run) => run.seriesUid === each.seriesUid),
  );
  return (
    <div className="panel-body" data-testid="numbers">
      {without.map((each) => (
        <Notice
          key={each.seriesUid}
          inset
          title={`${each.description || "CT perfusion"}: not measured yet`}
          act={mayRun ? <Button onPress={() => void run(each)}>Measure perfusion</Button> : undefined}
        >
          {each.frames} images have arrived. It starts by itself when no more come.
        </Notice>
      ))}
      {newest.map((each) => (
        <Analysis key={each.id} of={each} isNewest={each === counts} mayRun={mayRun} />
      ))}
      <p className="sub">
        Computed from pixels; not a medical device. Look at the maps and the curves before you use a number.
      </p>
    </div>
  );
}

async function run(series: Pick<SeriesView, "studyUid" | "seriesUid">): Promise<void> {
  try {
    await startPerfusion(series.studyUid, series.seriesUid);
    void queryClient.invalidateQueries({ queryKey: ["case"] });
    void queryClient.invalidateQueries({ queryKey: ["studies"] });
  } catch (error) {
    sayProblem(error);
  }
}

function Analysis({
  of,
  isNewest,
  mayRun,
}: {
  readonly of: AnalysisView;
  readonly isNewest: boolean;
  readonly mayRun: boolean;
}) {
  const pulse = useAnalysisPulse(of.id);
  const state =
    of.state === "done" || of.state === "failed" || of.state === "cancelled" ? of.state : (pulse?.state ?? of.state);
  const time = clockTime(Date.parse(of.createdAt), Date.now());
  if (of.kind !== "perfusion" && of.result)
    return <MeasuredResult name={KIND_NAMES[of.kind]} result={of.result} at={time} />;
  if (of.kind === "perfusion" && of.result) {
    return isNewest ? (
      <Result result={of.result} {...(mayRun ? { onAgain: () => void run(of) } : {})} at={time} />
    ) : (
      <details className="analysis-earlier">
        <summary>Earlier run, {time}</summary>
        <Result result={of.result} at={time} />
      </details>
    );
  }
  if (state === "queued" || state === "running") {
    const share = pulse?.progress ?? of.progress;
    const step = pulse?.step || of.step || (state === "queued" ? "waiting for its turn" : "starting");
    return (
      <div className="card stack" data-testid="analysis-running">
        <div className="spread">
          <h3>{KIND_NAMES[of.kind]}</h3>
          {mayRun ? (
            <Button look="link" onPress={() => void cancelAnalysis(of.id).catch(sayProblem)}>
              Cancel
            </Button>
          ) : null}
        </div>
        <Progress label={`${step}, ${Math.round(share * 100)} %`} value={share} />
      </div>
    );
  }
  return (
    <Notice
      inset
      title={
        state === "cancelled"
          ? `${KIND_NAMES[of.kind]} of ${time} was cancelled`
          : `${KIND_NAMES[of.kind]} of ${time} could not be computed`
      }
      act={mayRun && of.kind === "perfusion" ? <Button onPress={() => void run(of)}>Measure again</Button> : undefined}
    >
      {of.error ?? "No number was made from it."}
    </Notice>
  );
}

const KIND_NAMES: Readonly<Record<AnalysisKindName, string>> = {
  perfusion: "Perfusion",
  dsa: "Angiographic run",
  vessel: "Vessels",
  aneurysm: "Aneurysm",
  register: "Registration",
};

const FINDING: Readonly<Record<string, Meaning>> = { info: "none", warning: "look", error: "wait" };

/** The result of a perfusion run. */
function Result({
  result,
  at,
  onAgain,
}: {
  readonly result: PerfusionView;
  readonly at: string;
  readonly onAgain?: () => void;
}) {
  const decisive = DECISIVE.flatMap((code) => result.measurements.filter((each) => each.code === code));
  const more = result.measurements.filter((each) => !decisive.includes(each));
  return (
    <section className="stack result" data-testid="perfusion">
      <div>
        <div className="spread">
          <h3 className="nowrap">CT perfusion</h3>
          {onAgain ? (
            <Button look="link" onPress={onAgain}>
              Measure again
            </Button>
          ) : null}
        </div>
        <p className="sub">
          {result.method.name} {result.method.version} · {at}
        </p>
      </div>
      <NumberTable of={decisive} method={result.method} />
      <ThresholdStrip thresholds={result.thresholds} />
      {more.length > 0 ? (
        <details className="analysis-earlier">
          <summary>More thresholds and volumes ({more.length})</summary>
          <NumberTable of={more} method={result.method} />
        </details>
      ) : null}
      <CurvesPlot aif={result.aif} vof={result.vof} />
      <ul className="findings">
        {result.quality.length === 0 ? (
          <li>
            <State is="fine">No quality check found anything.</State>
          </li>
        ) : null}
        {result.quality.map((finding) => (
          <li key={finding.code + finding.message}>
            <State is={FINDING[finding.severity] ?? "look"}>{finding.message}</State>
          </li>
        ))}
        <li className="sub">
          Motion at most {figure(result.motion.maxMm, 1)} mm, {figure(result.motion.maxDeg, 1)}°
        </li>
      </ul>
    </section>
  );
}
