import type { FlowRun } from "./flow-run.ts";
import { askFlow } from "./flow-worker.ts";
import { useFlowWork } from "./use-flow.ts";

interface Props {
  readonly run: FlowRun;
  readonly frame: number;
  readonly onFrame: (frame: number) => void;
}

/** The phases of a run as the curves of its blocks tell them apart. */
export function usePhases(run: FlowRun | undefined) {
  return useFlowWork(run && `phases ${run.key}`, (told, signal) =>
    askFlow([run!], { kind: "phases", key: run!.key }, { told, signal }),
  );
}

/** Phases as buttons that lead to their middle frame. */
export function Phases({ run, frame, onFrame }: Props) {
  const { result } = usePhases(run);
  if (!result) return null;
  if (result.length === 0) return <p role="note">No contrast is seen in this run, so it has no phases.</p>;
  return (
    <fieldset className="v-flow-choices v-flow-phases" aria-label="Phase">
      {result.map((phase) => (
        <button
          key={phase.name}
          type="button"
          aria-pressed={frame >= phase.fromFrame && frame <= phase.toFrame}
          title={`Show the middle of the ${phase.name} phase`}
          onClick={() => onFrame(Math.round((phase.fromFrame + phase.toFrame) / 2))}
        >
          {phase.name}
          <small>
            {phase.fromS.toFixed(1)}–{phase.toS.toFixed(1)} {run.timeUnit === "s" ? "s" : "fr."}
          </small>
        </button>
      ))}
    </fieldset>
  );
}
