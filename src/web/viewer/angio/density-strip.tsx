import { type PointerEvent, useEffect, useRef, useState } from "react";
import { phaseOf } from "../../../imaging/angiography/bolus-phases.ts";
import type { RunCurves } from "./run-curves.ts";

interface Props {
  readonly run: RunCurves;
  readonly times: readonly number[];
  /** The run states its times; else frames are counted. */
  readonly timed: boolean;
  readonly frame: number;
  readonly onFrame: (frame: number) => void;
}

const COLOURS = { early: "#5cc8d7", middle: "#f2a65a", late: "#b39ddb" } as const;
const BANDS = [
  { name: "mask", fill: "#ffffff08" },
  { name: "arterial", fill: "#5cc8d714" },
  { name: "capillary", fill: "#f2a65a12" },
  { name: "venous", fill: "#b39ddb12" },
] as const;

/** The course of the bolus under the image: three groups of blocks by time of peak, phases, and where we are in it. */
export function DensityStrip({ run, times, timed, frame, onFrame }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 800));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const height = 104;
  const end = times[times.length - 1] || 1;
  const x = (t: number) => (width * (times[Math.min(times.length - 1, t)] ?? 0)) / end;
  const { curves } = run;
  const pick = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const left = event.currentTarget.getBoundingClientRect().left;
    const at = (end * (event.clientX - left)) / width;
    let near = 0;
    times.forEach((time, k) => {
      if (Math.abs(time - at) < Math.abs(times[near]! - at)) near = k;
    });
    onFrame(near);
  };
  const moment = (k: number) => (timed ? `${(times[k] ?? 0).toFixed(1)} s` : `frame ${k + 1}`);
  const summary = curves
    ? `Time-density: contrast from ${moment(curves.arrival)}, capillary from ${moment(curves.capillary)}, venous from ${moment(curves.venous)}; now ${phaseOf(frame, curves)}`
    : "Time-density curves";
  return (
    <div
      className="v-density"
      ref={box}
      data-curves={curves ? "shown" : "none"}
      role="slider"
      tabIndex={0}
      aria-label={summary}
      aria-valuemin={1}
      aria-valuemax={times.length}
      aria-valuenow={frame + 1}
      onPointerDown={pick}
      onPointerMove={pick}
    >
      <svg width={width} height={height} aria-hidden="true">
        {curves && <Curves run={run} x={x} width={width} height={height} />}
        <line className="v-cursor" x1={x(frame)} x2={x(frame)} y1={0} y2={height} />
      </svg>
      {!curves && (
        <span className="v-density-words">
          {run.done < run.total ? `curves: frame ${run.done} of ${run.total}` : "no contrast seen in this run"}
        </span>
      )}
    </div>
  );
}

function Curves({
  run,
  x,
  width,
  height,
}: {
  run: RunCurves;
  x: (t: number) => number;
  width: number;
  height: number;
}) {
  const curves = run.curves!;
  const edges = [0, x(curves.arrival), x(curves.capillary), x(curves.venous), width];
  const top = Math.max(...curves.early, ...curves.middle, ...curves.late);
  const y = (value: number) => height - 8 - ((height - 34) * Math.max(0, value)) / top;
  const path = (values: readonly number[]) =>
    values.map((value, t) => `${t ? "L" : "M"}${x(t).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  return (
    <>
      {BANDS.map(({ name, fill }, k) => {
        const [from, to] = [edges[k]!, edges[k + 1]!];
        return (
          <g key={name}>
            <rect x={from} width={Math.max(0, to - from)} height={height} fill={fill} />
            {to - from > 52 && (
              <text x={from + 8} y={18}>
                {name}
              </text>
            )}
          </g>
        );
      })}
      {(["late", "middle", "early"] as const).map((name) => (
        <path key={name} d={path(curves[name])} stroke={COLOURS[name]} />
      ))}
    </>
  );
}
