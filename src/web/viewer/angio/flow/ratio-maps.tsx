import { useMemo, useState } from "react";
import type { RunPhase } from "../../../../imaging/angiography/bolus-phases.ts";
import type { RunReference } from "../../../../imaging/angiography/run-comparison.ts";
import type { AngioContext } from "../angio-panels.ts";
import type { RunPair } from "./compare-panel.tsx";
import { useReadings } from "./curves-panel.tsx";
import type { FlowRun } from "./flow-run.ts";
import { useRunFlow } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { FlowMapLayer } from "./map-layer.tsx";
import { coloured, comparedStyle } from "./map-picture.ts";
import { usePhases } from "./phases.tsx";
import { useFlowWork } from "./use-flow.ts";
import { Working } from "./working.tsx";

type Kind = "areaRatio" | "peakRatio" | "delay";
const NAMES: Readonly<Record<Kind, string>> = {
  areaRatio: "Ratio of areas",
  peakRatio: "Ratio of peaks",
  delay: "Later or earlier",
};

interface Props {
  readonly context: AngioContext;
  readonly run: FlowRun;
  readonly pair: RunPair;
}

/** Ratio and delay of two runs pixel by pixel, on the earlier one; refused, with the reason, where it would mislead. */
export function RatioMaps({ context, run, pair }: Props) {
  const [kind, setKind] = useState<Kind>();
  const { before, after, guard, shift } = pair;
  const [one, two] = [useReferenceOf(before), useReferenceOf(after)];
  // one run over its parent artery and the other from its arrival would differ by what no vessel did
  const relative = one.byParent !== undefined && two.byParent !== undefined;
  const rule = (name: string) => guard.rulings.find(({ comparison }) => comparison === name);
  const rulesOf = (of: Kind) => [
    rule("pixel-maps"),
    of === "delay"
      ? rule(relative ? "relative-time-difference" : "time-difference")
      : rule(relative ? "relative-area-ratio" : "area-ratio"),
  ];
  const refusal = (of: Kind) => rulesOf(of).find((found) => found && !found.allowed)?.reasons[0];
  const references: readonly [RunReference, RunReference] | undefined = relative
    ? [one.byParent!, two.byParent!]
    : one.byArrival && two.byArrival
      ? [one.byArrival, two.byArrival]
      : undefined;
  const asked = kind && refusal(kind) === undefined && references;
  const made = useFlowWork(
    asked ? `${before.key} ${after.key} ${JSON.stringify(references)}` : undefined,
    (told, signal) =>
      askFlow(
        [before, after],
        { kind: "compare", key: before.key, other: after.key, sigmas: 6, shift, references: references! },
        { told, signal },
      ),
  );
  const style = useMemo(() => kind && comparedStyle(kind, before.timeUnit), [kind, before.timeUnit]);
  const pixels = useMemo(
    () => (made.result && kind && style ? coloured(made.result[kind], style) : undefined),
    [made.result, kind, style],
  );
  const onEarlier = run.series.seriesUid === before.series.seriesUid;
  return (
    <>
      <h3>On the earlier run</h3>
      <fieldset className="v-flow-choices" aria-label="Map of both runs">
        {(Object.keys(NAMES) as Kind[]).map((of) => (
          <button
            key={of}
            type="button"
            aria-pressed={kind === of}
            disabled={refusal(of) !== undefined}
            title={refusal(of) ?? comparedStyle(of, before.timeUnit).says}
            onClick={() => setKind(kind === of ? undefined : of)}
          >
            {NAMES[of]}
          </button>
        ))}
      </fieldset>
      {(Object.keys(NAMES) as Kind[]).every((of) => refusal(of) !== undefined) && (
        <p className="v-flow-no">✕ No map is made: {refusal("delay")}</p>
      )}
      <Working work={made} doing="maps of both runs" />
      {made.result && (
        <p>
          Contrast in both at {made.result.both} pixels, before only at {made.result.lost}, after only at{" "}
          {made.result.gained}. {relative ? "Each run over its parent artery." : "Times from the arrival in each run."}
        </p>
      )}
      {kind && !onEarlier && <p role="note">Open the earlier run to see the map on it.</p>}
      {pixels && style && onEarlier && context.handle && (
        <FlowMapLayer
          controller={context.handle.controller}
          rows={run.rows}
          columns={run.columns}
          pixels={pixels}
          cover={0.75}
          style={style}
          words={["after over before; blank where either is below 6 σ"]}
          drawn={context.state?.drawn ?? 0}
        />
      )}
    </>
  );
}

/** What can be taken out of a run: its parent artery where one is drawn and read, and its arrival alone. */
function useReferenceOf(run: FlowRun): {
  readonly byParent: RunReference | undefined;
  readonly byArrival: RunReference | undefined;
} {
  const flow = useRunFlow(run.series.seriesUid);
  const { result } = useReadings(run, flow);
  const phases = usePhases(run).result;
  const { parent } = flow.roles;
  const found = result?.find(({ id }) => id === parent)?.measures;
  const isRead = found && Number.isFinite(found.ttp.value + found.auc.value);
  return {
    byParent: isRead ? { time: found.ttp.value, area: found.auc.value, peak: found.peak.value } : undefined,
    byArrival: phases && { time: arrivalOf(phases), area: 1, peak: 1 },
  };
}

/** When contrast arrives: where the mask phase ends. */
export function arrivalOf(phases: readonly RunPhase[]): number {
  return phases.find(({ name }) => name !== "mask")?.fromS ?? 0;
}
