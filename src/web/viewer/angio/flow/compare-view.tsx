import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { inStep } from "../../../../imaging/angiography/run-comparison.ts";
import type { AngioContext } from "../angio-panels.ts";
import type { RunPair } from "./compare-panel.tsx";
import type { FlowRun } from "./flow-run.ts";
import { askFlow } from "./flow-worker.ts";
import { usePhases } from "./phases.tsx";
import { arrivalOf } from "./ratio-maps.tsx";

/** ln attenuation from white to black, as the room opens runs. */
const FULL = 0.6;

/** Both runs beside each other, in step by the time since contrast arrived; the frame of the room leads. */
export function CompareView(props: { readonly context: AngioContext; readonly run: FlowRun; readonly pair: RunPair }) {
  const { context, run, pair } = props;
  const { before, after } = pair;
  const [one, two] = [usePhases(before).result, usePhases(after).result];
  const host = context.handle?.controller.element.parentElement;
  if (!host) return null;
  if (!one || !two) return createPortal(<div className="v-compare">Finding when contrast arrives…</div>, host);
  const arrivals = [arrivalOf(one), arrivalOf(two)] as const;
  const leads = run.series.seriesUid === before.series.seriesUid;
  const follow = leads
    ? inStep(before.times, arrivals[0], after.times, arrivals[1])
    : inStep(after.times, arrivals[1], before.times, arrivals[0]);
  const other = follow[context.frame] ?? 0;
  const frames = leads ? [context.frame, other] : [other, context.frame];
  return createPortal(
    <div className="v-compare" data-frames={frames.join()}>
      <Side run={before} name="Before" frame={frames[0]!} arrival={arrivals[0]} shift={{ x: 0, y: 0 }} />
      <Side run={after} name="After" frame={frames[1]!} arrival={arrivals[1]} shift={pair.shift} />
    </div>,
    host,
  );
}

interface SideProps {
  readonly run: FlowRun;
  readonly name: string;
  readonly frame: number;
  readonly arrival: number;
  readonly shift: { readonly x: number; readonly y: number };
}

function Side({ run, name, frame, arrival, shift }: SideProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { x, y } = shift;
  useEffect(() => {
    let stale = false;
    const question = { kind: "picture", key: run.key, frame, shift: { x, y }, full: FULL } as const;
    askFlow([run], question).then(
      (grey) => {
        const context = stale ? null : canvas.current?.getContext("2d");
        if (!context) return;
        const pixels = new Uint8ClampedArray(4 * grey.length);
        for (let p = 0; p < grey.length; p++) pixels.set([grey[p]!, grey[p]!, grey[p]!, 255], 4 * p);
        context.putImageData(new ImageData(pixels, run.columns, run.rows), 0, 0);
        canvas.current?.setAttribute("data-frame", String(frame));
      },
      () => {},
    );
    return () => {
      stale = true;
    };
  }, [run, frame, x, y]);
  const time = (run.times[frame] ?? 0) - arrival;
  const [left = "", right = ""] = sidesOf(run);
  return (
    <figure>
      <canvas ref={canvas} width={run.columns} height={run.rows} aria-label={`${name}, frame ${frame + 1}`} />
      <figcaption>
        <b>{name}</b> {run.series.label || run.series.description}
        <span>
          frame {frame + 1} · {time >= 0 ? "+" : "−"}
          {Math.abs(time).toFixed(2)} {run.timeUnit} from arrival
        </span>
      </figcaption>
      {left && <i data-side="left">{left}</i>}
      {right && <i data-side="right">{right}</i>}
    </figure>
  );
}

const OPPOSITE: Readonly<Record<string, string>> = { L: "R", R: "L", A: "P", P: "A" };

/** Letters at the left and right edge, from Patient Orientation (0020,0020). */
function sidesOf({ content }: FlowRun): readonly string[] {
  const stated = String(content.instance["00200020"]?.Value?.[0] ?? "");
  const right = stated[0] ?? "";
  return [OPPOSITE[right] ?? "", right];
}
