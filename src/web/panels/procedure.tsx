import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useMinute } from "../api/clock.ts";
import { type PerformedStep, procedure, type ScheduledStep, schedule } from "../api/workflow.ts";
import { Button } from "../design/button.tsx";
import { type Meaning, State } from "../design/mark.tsx";
import { Notice } from "../design/notice.tsx";
import { sayProblem } from "../design/toast.tsx";
import { clockTime } from "./elapsed.ts";
import { counted } from "./figures.ts";
import { Priors } from "./priors.tsx";
import { CancelStepDialog, ScheduleDialog } from "./schedule-dialog.tsx";
import "./procedure.css";

/** What the angio suite is told to do for a case, what it did, and which earlier studies are fetched. */
export function ProcedurePanel({ caseId }: { readonly caseId: string }) {
  const { data, error } = useQuery(procedure(caseId));
  const [open, setOpen] = useState<ScheduledStep | "new" | null>(null);
  const [cancelling, setCancelling] = useState<ScheduledStep | null>(null);
  if (!data)
    return error ? <Notice title="This could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  const { scheduled, performed, priors, may } = data;
  const again = () => void schedule(`/api/cases/${encodeURIComponent(caseId)}/priors`, {}).catch(sayProblem);
  return (
    <div className="panel-body procedure" data-testid="procedure">
      <section>
        <div className="spread">
          <h3>On the worklist</h3>
          {may.schedule ? (
            <Button look="quiet" onPress={() => setOpen("new")} data-testid="schedule">
              Add
            </Button>
          ) : null}
        </div>
        {scheduled.length === 0 ? (
          <p className="sub">
            Nothing. An accepted case whose treatment is done in the angio suite is put here by itself.
          </p>
        ) : (
          <ul>
            {scheduled.map((step) => (
              <StepLine
                key={step.id}
                step={step}
                acts={may.schedule && step.state === "scheduled"}
                onMove={() => setOpen(step)}
                onCancel={() => setCancelling(step)}
              />
            ))}
          </ul>
        )}
      </section>
      {performed.length > 0 ? (
        <section>
          <h3>Done</h3>
          <ul>
            {performed.map((step) => (
              <PerformedLine key={step.id} step={step} />
            ))}
          </ul>
        </section>
      ) : null}
      <Priors {...priors} onAgain={again} />
      {open ? (
        <ScheduleDialog caseId={caseId} step={open === "new" ? null : open} onClose={() => setOpen(null)} />
      ) : null}
      {cancelling ? <CancelStepDialog step={cancelling} onClose={() => setCancelling(null)} /> : null}
    </div>
  );
}

const STATES: Readonly<Record<ScheduledStep["state"], readonly [Meaning, string]>> = {
  scheduled: ["none", "waits"],
  "in-progress": ["look", "runs"],
  completed: ["fine", "done"],
  discontinued: ["wait", "broken off"],
  cancelled: ["none", "taken off"],
};

/** One scheduled step; also a row of the whole worklist. */
export function StepLine({
  step,
  acts,
  onMove,
  onCancel,
  children,
}: {
  readonly step: ScheduledStep;
  readonly acts: boolean;
  readonly onMove?: () => void;
  readonly onCancel: () => void;
  /** Whose it is, where that is not plain. */
  readonly children?: ReactNode;
}) {
  const now = useMinute();
  const [is, words] = STATES[step.state];
  return (
    <li data-testid="scheduled-step" data-state={step.state}>
      <div className="spread">
        <span className="strong">{step.description}</span>
        <State is={is}>{words}</State>
      </div>
      <span className="sub">
        {clockTime(Date.parse(step.startsAt), now)} · {step.station || "any station"} · accession {step.accession}
        {step.state === "cancelled" && step.cancelledReason ? ` · ${step.cancelledReason}` : ""}
      </span>
      {children}
      {acts ? (
        <div className="line-up">
          {onMove ? (
            <Button look="quiet" onPress={onMove} data-testid="move-step">
              Move
            </Button>
          ) : null}
          <Button look="quiet" onPress={onCancel} data-testid="cancel-step">
            Take off
          </Button>
        </div>
      ) : null}
    </li>
  );
}

const ENDS: Readonly<Record<PerformedStep["status"], readonly [Meaning, string]>> = {
  "IN PROGRESS": ["look", "runs"],
  COMPLETED: ["fine", "ended"],
  DISCONTINUED: ["wait", "broken off"],
};

function PerformedLine({ step }: { readonly step: PerformedStep }) {
  const [is, words] = ENDS[step.status];
  const time = (moment: PerformedStep["start"]) =>
    moment ? `${moment.time.slice(0, 2)}:${moment.time.slice(2, 4)}` : "not said";
  const minutes = step.fluoroscopySeconds === null ? null : Math.round(step.fluoroscopySeconds / 6) / 10;
  const figures = [
    step.series > 0 ? `${step.series} series${step.images > 0 ? ` of ${counted(step.images, "object")}` : ""}` : "",
    step.doseAreaProduct === null ? "" : `dose area product ${Number(step.doseAreaProduct.toPrecision(4))} Gy·cm²`,
    minutes === null ? "" : `fluoroscopy ${minutes} min`,
    step.exposures === null ? "" : counted(step.exposures, "exposure"),
  ].filter(Boolean);
  return (
    <li data-testid="performed-step">
      <div className="spread">
        <span className="strong">
          {time(step.start)}
          {step.status === "IN PROGRESS" ? "" : ` to ${time(step.end)}`} at {step.aeTitle}
        </span>
        <State is={is}>
          {words}
          {step.reason ? `: ${step.reason}` : ""}
        </State>
      </div>
      {figures.length > 0 ? <span className="sub">{figures.join(" · ")}</span> : null}
    </li>
  );
}
