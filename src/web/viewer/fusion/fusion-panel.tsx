import { useState } from "react";
import { type AnalysisOf, runsOf } from "../../../cases/analysis-view.ts";
import type { SeriesView } from "../../../cases/views.ts";
import { IDENTITY, type Rigid } from "../../../imaging/registration/rigid.ts";
import { cancelAnalysis } from "../../api/acts.ts";
import { reviewAnalysis, startAnalysis } from "../../api/analyses.ts";
import { useAnalysisPulse } from "../../api/live.ts";
import { Progress } from "../../design/progress.tsx";
import { say, sayProblem } from "../../design/toast.tsx";
import type { PanelContext } from "../side-panel.ts";
import { FitDialog } from "./fit-dialog.tsx";
import { matrixOf } from "./fused-with.ts";
import { registrable } from "./registrable.ts";
import "./fusion.css";

interface Looking {
  readonly fixed: SeriesView;
  readonly moving: SeriesView;
  readonly start: Rigid;
  readonly run?: AnalysisOf<"register">;
}

/** Registrations of the case: ask for one, see how far it is, look at it, correct it, accept or refuse it. */
export function FusionPanel({ series, analyses, handle }: PanelContext) {
  const able = registrable(series);
  const shown = able.find(({ seriesUid }) => seriesUid === handle?.plan.seriesUid);
  const [fixedUid, setFixed] = useState<string>();
  const [movingUid, setMoving] = useState<string>();
  const [looking, setLooking] = useState<Looking>();
  const fixed = able.find(({ seriesUid }) => seriesUid === fixedUid) ?? shown ?? able[0];
  const moving =
    able.find(({ seriesUid }) => seriesUid === movingUid && seriesUid !== fixed?.seriesUid) ??
    able.find(({ seriesUid }) => seriesUid !== fixed?.seriesUid);
  if (!fixed || !moving) return null;
  const register = (f: SeriesView, m: SeriesView, start?: Rigid): void => {
    setLooking(undefined);
    const params = { moving: { study: m.studyUid, series: m.seriesUid }, ...(start ? { start } : {}) };
    startAnalysis(f.studyUid, f.seriesUid, "register", params).catch(sayProblem);
  };
  const runs = runsOf(analyses, "register");
  const of = (uid: string | undefined): SeriesView | undefined => series.find(({ seriesUid }) => seriesUid === uid);
  return (
    <section className="v-fusion" aria-label="Registration">
      <Choice name="Fixed: its space is kept" value={fixed} among={able} onChoose={setFixed} />
      <Choice
        name="Moving: is laid on it"
        value={moving}
        among={able.filter((one) => one !== fixed)}
        onChoose={setMoving}
      />
      <div className="v-fusion-acts">
        <button type="button" className="v-fit-accept" onClick={() => register(fixed, moving)}>
          Register
        </button>
        <button type="button" onClick={() => setLooking({ fixed, moving, start: IDENTITY })}>
          Place by hand
        </button>
      </div>
      {runs.length === 0 && <p>Nothing was registered in this case yet.</p>}
      {runs.map((run) => (
        <Run
          key={run.id}
          run={run}
          fixed={of(run.seriesUid)}
          moving={of(movingOf(run))}
          onLook={(look) => setLooking(look)}
        />
      ))}
      <p className="v-fusion-note">
        Computed from pixels; not a medical device. Numbers do not prove a fit: look at bone and vessels in all planes.
      </p>
      {looking && (
        <FitDialog
          key={`${looking.fixed.seriesUid} ${looking.moving.seriesUid} ${looking.run?.id ?? ""}`}
          fixed={looking.fixed}
          moving={looking.moving}
          start={looking.start}
          evidence={looking.run ? evidenceOf(looking.run) : ["Not registered: the series lie as their headers say."]}
          onClose={() => setLooking(undefined)}
          onFromHere={(matrix) => register(looking.fixed, looking.moving, matrix)}
          {...(looking.run ? reviewing(looking.run, () => setLooking(undefined)) : {})}
        />
      )}
    </section>
  );
}

function reviewing(run: AnalysisOf<"register">, done: () => void) {
  const send = (accepted: boolean, matrix?: Rigid): void => {
    reviewAnalysis(run.id, { accepted, ...(matrix ? { matrix } : {}) }).then(() => {
      say(accepted ? "The fit is kept with your name and the time." : "The fit is refused; it is used nowhere.");
      done();
    }, sayProblem);
  };
  return {
    onAccept: (matrix: Rigid, changed: boolean) => send(true, changed || run.review?.matrix ? matrix : undefined),
    onRefuse: () => send(false),
  };
}

function Choice({
  name,
  value,
  among,
  onChoose,
}: {
  readonly name: string;
  readonly value: SeriesView;
  readonly among: readonly SeriesView[];
  readonly onChoose: (uid: string) => void;
}) {
  return (
    <label>
      {name}
      <select value={value.seriesUid} onChange={({ target }) => onChoose(target.value)}>
        {among.map((one) => (
          <option key={one.seriesUid} value={one.seriesUid}>
            {nameOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Run({
  run,
  fixed,
  moving,
  onLook,
}: {
  readonly run: AnalysisOf<"register">;
  readonly fixed: SeriesView | undefined;
  readonly moving: SeriesView | undefined;
  readonly onLook: (look: Looking) => void;
}) {
  const pulse = useAnalysisPulse(run.id);
  const ended = run.state === "done" || run.state === "failed" || run.state === "cancelled";
  // What the pulse says ended is fetched a moment later: until then there is no result to look at.
  const now = ended ? run.state : (pulse?.state ?? run.state) === "queued" ? "queued" : "running";
  const title = `${moving ? nameOf(moving) : "A series that is not here"} on ${fixed ? nameOf(fixed) : "another"}`;
  const isRunning = now === "queued" || now === "running";
  const share = pulse?.progress ?? run.progress;
  const step = pulse?.step || run.step || (now === "queued" ? "Waiting for its turn" : "Starting");
  const both = fixed && moving;
  return (
    <article className="v-fusion-run" data-state={now}>
      <h3>{title}</h3>
      {isRunning && (
        <>
          <Progress label={`${step}, ${Math.round(share * 100)} %`} value={share} />
          <button type="button" onClick={() => void cancelAnalysis(run.id).catch(sayProblem)}>
            Cancel
          </button>
        </>
      )}
      {now === "cancelled" && <p>Cancelled.</p>}
      {now === "failed" && <p role="note">{run.error}</p>}
      {now === "done" && (
        <>
          <p className="v-fusion-state">{reviewWords(run)}</p>
          <ul>
            {evidenceOf(run).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {both && !isRunning && (
        <button
          type="button"
          onClick={() => {
            const start = matrixOf(run) ?? run.result?.matrix ?? IDENTITY;
            onLook({ fixed, moving, start, ...(run.state === "done" ? { run } : {}) });
          }}
        >
          {run.state === "done" ? "Look at the fit" : "Place by hand"}
        </button>
      )}
    </article>
  );
}

function reviewWords({ review }: AnalysisOf<"register">): string {
  if (!review) return "◌ not looked at by anybody yet";
  const at = new Date(review.at).toLocaleString();
  const corrected = review.matrix ? ", corrected by hand" : "";
  return review.accepted
    ? `✓ accepted by ${review.by.name}, ${at}${corrected}`
    : `✕ refused by ${review.by.name}, ${at}`;
}

function evidenceOf(run: AnalysisOf<"register">): readonly string[] {
  const { result } = run;
  if (!result) return [];
  const { nmi, inverseMm, overlap, limitations, method } = result;
  return [
    `Mutual information ${nmi.before.toFixed(3)} before, ${nmi.after.toFixed(3)} after`,
    `There and back: ${inverseMm.mean.toFixed(2)} mm, at most ${inverseMm.max.toFixed(2)} mm`,
    `Common part of the smaller series: ${Math.round(100 * overlap)} %`,
    `${method.name} ${method.version}`,
    ...limitations.map(({ message }) => message),
  ];
}

function movingOf(run: AnalysisOf<"register">): string | undefined {
  const { moving } = run.params as { readonly moving?: { readonly series?: string } };
  return run.result?.movingSeriesUid ?? moving?.series;
}

function nameOf(series: SeriesView): string {
  const label = series.label || series.role;
  return series.description && series.description !== label ? `${label} · ${series.description}` : label;
}
