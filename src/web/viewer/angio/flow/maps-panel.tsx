import { useEffect, useMemo, useState } from "react";
import { NOT_A_DEVICE } from "../../../../core/tier.ts";
import type { FlowMapName } from "../../../../imaging/angiography/flow-maps.ts";
import type { FlowAnswers } from "../../../workers/flow-messages.ts";
import type { AngioContext } from "../angio-panels.ts";
import { FLOW_METHOD, keepMapDicom, saveMapDicom, saveMapsCsv } from "./export-flow.ts";
import { type FlowRun, useFlowRun } from "./flow-run.ts";
import type { ShownMap } from "./flow-store.ts";
import { askFlow } from "./flow-worker.ts";
import { FlowMapLayer } from "./map-layer.tsx";
import { coloured, type FlowStyle, flowStyle, quantile, SHOWN_MAPS } from "./map-picture.ts";
import { Phases } from "./phases.tsx";
import { toImage } from "./place-on-image.ts";
import { useFlowWork } from "./use-flow.ts";
import { Working } from "./working.tsx";
import "./flow.css";

const PLAIN: ReadonlySet<ShownMap> = new Set(["most", "least", "summed"]);
/** Names that fit a button; the scale on the image has the whole one. */
const SHORT: Readonly<Partial<Record<ShownMap, string>>> = { most: "Maximum", least: "Minimum", summed: "Summed" };
const SIGMAS = [4, 5, 6] as const;

/** Parametric maps of the run: chosen by name, laid on the run with a fixed scale, read under the pointer, exported. */
export function MapsPanel(context: AngioContext) {
  const run = useFlowRun(context);
  const [shown, setShown] = useState<ShownMap | undefined>();
  const [sigmas, setSigmas] = useState<number>(6);
  const [cover, setCover] = useState(0.85);
  const [scale, setScale] = useState<{ readonly name: ShownMap; readonly low: number; readonly high: number }>();
  const made = useFlowWork(shown && run ? `${run.key} ${sigmas}` : undefined, (told, signal) =>
    askFlow([run!], { kind: "maps", key: run!.key, sigmas }, { told, signal }),
  );
  const seconds = run?.times.at(-1) ?? 1;
  const unit = run?.timeUnit ?? "s";
  const style = useMemo(() => {
    const base = shown && flowStyle(shown, seconds, unit);
    return base && scale !== undefined && scale.name === shown ? { ...base, low: scale.low, high: scale.high } : base;
  }, [shown, seconds, unit, scale]);
  if (!run) return null;
  const refused = style?.amount && run.relationship === "DISP" && shown !== "most" && shown !== "least";
  const keepShown = () => keepMapDicom(run, made.result!.maps, shown as FlowMapName);
  const limitations = [...run.limitations, ...(made.result?.maps.limitations ?? [])];
  return (
    <section className="v-panel v-flow" aria-label="Flow maps" data-shown={shown ?? "none"}>
      <header>
        <h2>Maps of the run</h2>
        {shown && (
          <button type="button" onClick={() => setShown(undefined)}>
            Show the run
          </button>
        )}
      </header>
      <fieldset className="v-flow-choices v-even" aria-label="Map">
        {SHOWN_MAPS.map((name) => {
          const one = flowStyle(name, seconds, run.timeUnit);
          return (
            <button
              key={name}
              type="button"
              aria-pressed={name === shown}
              title={one.says}
              onClick={() => setShown(name)}
            >
              {SHORT[name] ?? one.label}
            </button>
          );
        })}
      </fieldset>
      <Working work={made} doing="maps" />
      {style && shown && (
        <>
          <p>{style.says}</p>
          <Scale
            style={style}
            onScale={(low, high) => setScale({ name: shown, low, high })}
            onReset={() => setScale(undefined)}
          />
          <label className="v-row">
            Darken the run
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={cover}
              onChange={(event) => setCover(Number(event.target.value))}
            />
            <output>{Math.round(100 * cover)} %</output>
          </label>
          <div className="v-flow-line">
            <span>Blank below</span>
            {SIGMAS.map((n) => (
              <button key={n} type="button" aria-pressed={n === sigmas} onClick={() => setSigmas(n)}>
                {n} σ
              </button>
            ))}
          </div>
        </>
      )}
      {refused && (
        <p role="note" className="v-flow-no">
          ◌ Not shown: these are display values (DISP), which went through an unknown curve. Peak, area and slope are
          not amounts of contrast; times may be read, as the top of a curve stays where it is.
        </p>
      )}
      {made.result && style && shown && !refused && context.handle && (
        <Shown {...{ context, run, style, shown, cover }} answer={made.result} />
      )}
      {limitations.map(({ code, message }) => (
        <p key={code} role="note">
          {message}
        </p>
      ))}
      <Phases run={run} frame={context.frame} onFrame={context.onFrame} />
      {made.result && (
        <footer className="v-flow-line">
          <button type="button" onClick={() => saveMapsCsv(run, made.result!.maps)}>
            Save CSV
          </button>
          {shown && !PLAIN.has(shown) && !refused && (
            <>
              <button type="button" onClick={() => saveMapDicom(run, made.result!.maps, shown as FlowMapName)}>
                Save DICOM map
              </button>
              <KeepMap key={`${shown} ${made.result.maps.sigmas} ${run.key}`} keep={keepShown} />
            </>
          )}
        </footer>
      )}
      <p className="v-flow-method">
        {FLOW_METHOD.name} {FLOW_METHOD.version}, in projection: depth is not corrected. {NOT_A_DEVICE}
      </p>
    </section>
  );
}

/** Keeps the map with the study; says whether it was. */
function KeepMap({ keep }: { readonly keep: () => Promise<void> }) {
  const [state, setState] = useState<"none" | "keeping" | "kept">("none");
  const [failed, setFailed] = useState("");
  const act = async () => {
    setFailed("");
    setState("keeping");
    try {
      await keep();
      setState("kept");
    } catch (error) {
      setState("none");
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <button
        type="button"
        title="Keep this map with the study, as a series of its own"
        disabled={state !== "none"}
        onClick={() => void act()}
      >
        {state === "kept" ? "Kept in the study" : state === "keeping" ? "keeping…" : "Keep in the study"}
      </button>
      {failed && <p role="alert">{failed}</p>}
    </>
  );
}

function Scale(props: {
  readonly style: FlowStyle;
  readonly onScale: (low: number, high: number) => void;
  readonly onReset: () => void;
}) {
  const { low, high, unit } = props.style;
  const field = (words: string, value: number, change: (value: number) => void) => (
    <input
      type="number"
      step="any"
      aria-label={words}
      value={value}
      onChange={(event) => {
        const next = Number(event.target.value);
        if (Number.isFinite(next)) change(next);
      }}
      onKeyDown={(event) => event.stopPropagation()}
    />
  );
  return (
    <div className="v-flow-line">
      <span>Scale</span>
      {field("Lower end of the scale", low, (next) => next < high && props.onScale(next, high))}
      <span>to</span>
      {field("Upper end of the scale", high, (next) => next > low && props.onScale(low, next))}
      <span>{unit}</span>
      <button type="button" onClick={props.onReset}>
        Reset
      </button>
    </div>
  );
}

interface ShownProps {
  readonly context: AngioContext;
  readonly run: FlowRun;
  readonly answer: FlowAnswers["maps"];
  readonly shown: ShownMap;
  readonly style: FlowStyle;
  readonly cover: number;
}

/** The map over the run and what it says under the pointer. */
function Shown({ context, run, answer, shown, style, cover }: ShownProps) {
  const { maps, whole } = answer;
  const values = shown === "most" || shown === "least" || shown === "summed" ? whole[shown] : maps[shown];
  const full = useMemo(() => quantile(maps.peak, 0.9), [maps]);
  const pixels = useMemo(() => coloured(values, style, maps.peak, full), [values, style, maps, full]);
  const { controller } = context.handle!;
  const [under, setUnder] = useState<number>();
  useEffect(() => {
    const host = controller.element.parentElement;
    const move = (event: MouseEvent) => {
      const box = controller.element.getBoundingClientRect();
      const at = toImage(controller, event.clientX - box.left, event.clientY - box.top);
      const [c, r] = at ? [Math.floor(at[0]), Math.floor(at[1])] : [-1, -1];
      setUnder(c >= 0 && r >= 0 && c < run.columns && r < run.rows ? r * run.columns + c : undefined);
    };
    host?.addEventListener("pointermove", move);
    return () => host?.removeEventListener("pointermove", move);
  }, [controller, run]);
  const value = under === undefined ? Number.NaN : values[under]!;
  const error = shown === "ttp" && under !== undefined ? maps.ttpError[under]! : Number.NaN;
  return (
    <>
      <FlowMapLayer
        controller={controller}
        rows={run.rows}
        columns={run.columns}
        pixels={pixels}
        cover={style.colours.name === "willis-grey" ? 1 : cover}
        style={style}
        words={[
          style.byPeak ? `brightness by peak, full at ${full.toFixed(2)} ln` : "",
          values === maps.peak || style.byPeak ? `blank below ${maps.sigmas} σ` : "",
        ].filter(Boolean)}
        drawn={context.state?.drawn ?? 0}
      />
      <output className="v-flow-under" aria-live="off">
        {under === undefined
          ? "Point at the run to read the map."
          : Number.isNaN(value)
            ? "blank here: no signal, or beyond the run"
            : `${value.toFixed(2)}${Number.isNaN(error) ? "" : ` ± ${error.toFixed(2)}`} ${style.unit} at ${under % run.columns}, ${Math.floor(under / run.columns)}`}
      </output>
    </>
  );
}
