import { useState } from "react";
import { NOT_A_DEVICE } from "../../../../core/tier.ts";
import {
  type Comparability,
  type Condition,
  comparability,
  type Ruling,
} from "../../../../imaging/angiography/comparability.ts";
import type { RunShift } from "../../../../imaging/angiography/run-comparison.ts";
import type { AngioContext } from "../angio-panels.ts";
import { CompareView } from "./compare-view.tsx";
import { ComparedRegions } from "./compared-regions.tsx";
import { type FlowRun, otherRun, useFlowRun } from "./flow-run.ts";
import { changeRunFlow, runFlow, useRunFlow } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { RatioMaps } from "./ratio-maps.tsx";
import { runConditions } from "./run-conditions.ts";
import { useFlowWork } from "./use-flow.ts";
import { Working } from "./working.tsx";
import "./flow.css";

export const COMPARE_METHOD = { name: "Comparison of two runs", version: "1.0.0" };

/** Two runs that are set against each other, in the order in which they were taken. */
export interface RunPair {
  readonly before: FlowRun;
  readonly after: FlowRun;
  /** How the later one lies on the earlier one. */
  readonly shift: RunShift;
  readonly guard: Comparability;
}

const MARK = { same: "●", differs: "✕", "not stated": "◌" } as const;
const COMPARISONS: Readonly<Record<Ruling["comparison"], string>> = {
  "pixel-maps": "Maps pixel by pixel",
  "area-ratio": "Ratio of areas",
  "relative-area-ratio": "Ratio of areas, each over its parent artery",
  "time-difference": "Difference of times",
  "relative-time-difference": "Difference of times after the parent artery",
};

/** Before and after: another run is chosen, laid on this one, and what may be read from both is said first. */
export function ComparePanel(context: AngioContext) {
  const run = useFlowRun(context);
  const [other, setOther] = useState<string>();
  const [view, setView] = useState<"none" | "side">("none");
  const runs = context.series.filter(({ role, seriesUid }) => role === "DSA" && seriesUid !== run?.series.seriesUid);
  const pair = useFlowWork(run && other ? `${run.key} ${other}` : undefined, async (_, signal) =>
    pairOf(run!, await otherRun(other!, context.series, signal), signal),
  );
  if (!run) return null;
  const found = pair.result;
  return (
    <section className="v-panel v-flow" aria-label="Compare runs" data-other={other ?? "none"}>
      <header>
        <h2>Compare with another run</h2>
        {found && (
          <button
            type="button"
            aria-pressed={view === "side"}
            onClick={() => setView(view === "side" ? "none" : "side")}
          >
            {view === "side" ? "Close side by side" : "Show side by side"}
          </button>
        )}
      </header>
      {runs.length === 0 ? (
        <p>No other subtracted run in this case yet.</p>
      ) : (
        <label className="v-flow-role">
          Other run
          <select value={other ?? ""} onChange={(event) => setOther(event.target.value || undefined)}>
            <option value="">choose</option>
            {runs.map((one) => (
              <option key={one.seriesUid} value={one.seriesUid}>
                {[one.number, one.description || one.label].filter(Boolean).join(" · ")}
              </option>
            ))}
          </select>
        </label>
      )}
      <Working work={pair} doing="laying the runs on each other" />
      {found && (
        <>
          <Guard guard={found.guard} />
          <p>{shiftSaid(found)}</p>
          <CopyRegions run={run} pair={found} />
          <ComparedRegions pair={found} />
          <RatioMaps context={context} run={run} pair={found} />
        </>
      )}
      {found && view === "side" && context.handle && <CompareView context={context} run={run} pair={found} />}
      <p className="v-flow-method">
        {COMPARE_METHOD.name} {COMPARE_METHOD.version}; rigid in the plane, depth overlap not corrected. {NOT_A_DEVICE}
      </p>
    </section>
  );
}

async function pairOf(run: FlowRun, second: FlowRun, signal: AbortSignal): Promise<RunPair> {
  const [before, after] = inOrder(run, second);
  const guard = comparability(runConditions(before), runConditions(after));
  if (before.rows !== after.rows || before.columns !== after.columns)
    return { before, after, guard, shift: { x: 0, y: 0, residual: Number.NaN, before: Number.NaN } };
  const { rows, columns } = before;
  // another projection is another picture: there is nothing to lay on each other
  if (guard.conditions.some(({ code, verdict }) => code === "projection" && verdict === "differs"))
    return { before, after, guard, shift: { x: 0, y: 0, residual: Number.NaN, before: Number.NaN } };
  const [first, later] = await Promise.all([before.mask(), after.mask()]);
  const shift = await askFlow([], { kind: "shift", first, second: later, rows, columns }, { signal });
  return { before, after, guard, shift };
}

function shiftSaid({ shift }: RunPair): string {
  if (Number.isNaN(shift.residual)) return "The runs are not laid on each other: projection or size differs.";
  const fit = shift.residual > 2 ? " They do not fit: the head lies otherwise." : "";
  const [x, y, residual, before] = [
    shift.x.toFixed(1),
    shift.y.toFixed(1),
    shift.residual.toFixed(2),
    shift.before.toFixed(2),
  ];
  return `The later run is moved by ${x}, ${y} px onto the earlier one; residual ${residual} × noise (was ${before}).${fit}`;
}

/** By time of acquisition, then by series number. */
function inOrder(a: FlowRun, b: FlowRun): readonly [FlowRun, FlowRun] {
  const late = (run: FlowRun) => `${run.series.at ?? ""} ${String(run.series.number ?? 0).padStart(8, "0")}`;
  return late(a) <= late(b) ? [a, b] : [b, a];
}

/** Each condition with its verdict, then what may and may not be compared, with the reason. */
function Guard({ guard }: { readonly guard: Comparability }) {
  return (
    <>
      <h3>Taken alike?</h3>
      <ul className="v-guard">
        {guard.conditions.map((one) => (
          <li key={one.code} data-verdict={one.verdict} title={one.words}>
            <span aria-hidden="true">{MARK[one.verdict]}</span>
            <b>{one.label}</b>
            <span>{verdictWords(one)}</span>
          </li>
        ))}
      </ul>
      <h3>What may be compared</h3>
      <ul className="v-rulings">
        {guard.rulings.map(({ comparison, allowed, reasons }) => (
          <li key={comparison} data-allowed={allowed}>
            <b>
              {allowed ? "● " : "✕ "}
              {COMPARISONS[comparison]}
              {allowed ? "" : ": refused"}
            </b>
            {reasons.map((reason) => (
              <p key={reason}>{reason}</p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function verdictWords({ verdict, words }: Condition): string {
  if (verdict === "same") return `same, ${words}`;
  return verdict === "differs" ? `differs: ${words}` : words === "not stated" ? words : `not stated in both: ${words}`;
}

/** Puts the regions of the shown run where they lie on the other one. */
function CopyRegions({ run, pair }: { readonly run: FlowRun; readonly pair: RunPair }) {
  const flow = useRunFlow(run.series.seriesUid);
  const target =
    run === pair.before || run.series.seriesUid === pair.before.series.seriesUid ? pair.after : pair.before;
  const there = useRunFlow(target.series.seriesUid);
  if (flow.regions.length === 0)
    return <p>Draw regions under Curves to compare them; the parent artery takes out how each injection was made.</p>;
  const sign = target === pair.after ? -1 : 1;
  const { x, y } = pair.shift;
  const copy = () =>
    changeRunFlow(target.series.seriesUid, () => {
      const { regions, roles } = runFlow(run.series.seriesUid);
      return {
        roles,
        regions: regions.map((one) => ({
          ...one,
          points: one.points.map(([c, r]) => [c + sign * x, r + sign * y] as const),
        })),
      };
    });
  return (
    <div className="v-flow-line">
      <button type="button" onClick={copy}>
        {there.regions.length > 0
          ? "Replace the regions of the other run by these"
          : "Use these regions on the other run"}
      </button>
    </div>
  );
}
