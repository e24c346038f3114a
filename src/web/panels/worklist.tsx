import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type ScheduledStep, worklist } from "../api/workflow.ts";
import { Notice } from "../design/notice.tsx";
import { StepLine } from "./procedure.tsx";
import { CancelStepDialog } from "./schedule-dialog.tsx";
import "./procedure.css";

/** What the devices of the angio suite are told to do, as they see it. */
export function WorklistPanel({ mayChange }: { readonly mayChange: boolean }) {
  const { data, error } = useQuery(worklist);
  const [cancelling, setCancelling] = useState<ScheduledStep | null>(null);
  if (!data)
    return error ? <Notice title="The list could not be fetched">{error.message}</Notice> : <Notice title="Asking" />;
  return (
    <div className="admin-body procedure" data-testid="worklist">
      {data.steps.length === 0 ? (
        <Notice title="Nothing is scheduled">
          Accepted cases that are treated in the angio suite come here by themselves; its device asks for them as a peer
          that may ask for the worklist.
        </Notice>
      ) : null}
      <ul>
        {data.steps.map((step) => (
          <StepLine
            key={step.id}
            step={step}
            acts={mayChange && step.state === "scheduled"}
            onCancel={() => setCancelling(step)}
          >
            <span className="sub">
              {[step.patientName.replace("^", ", "), step.patientId].filter(Boolean).join(" · ")}
              {step.caseId ? (
                <>
                  {" · "}
                  <Link to="/cases/$caseId" params={{ caseId: step.caseId }}>
                    its case
                  </Link>
                </>
              ) : null}
            </span>
          </StepLine>
        ))}
      </ul>
      {cancelling ? <CancelStepDialog step={cancelling} onClose={() => setCancelling(null)} /> : null}
    </div>
  );
}
