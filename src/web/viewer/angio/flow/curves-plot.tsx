import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { RunPhase } from "../../../../imaging/angiography/bolus-phases.ts";

export interface PlotCurve {
  readonly name: string;
  readonly colour: string;
  readonly values: ArrayLike<number>;
}

interface Props {
  readonly times: readonly number[];
  readonly curves: readonly PlotCurve[];
  readonly phases: readonly RunPhase[];
  readonly frame: number;
  readonly unit: string;
  /** "ln" or "% of the parent's peak". */
  readonly valueUnit: string;
  readonly onFrame: (frame: number) => void;
}

const FILL: Readonly<Record<RunPhase["name"], string>> = {
  mask: "#ffffff08",
  arterial: "#5cc8d71c",
  capillary: "#f2a65a1a",
  venous: "#b39ddb1c",
};
const AXIS = {
  stroke: "#7d8894",
  grid: { stroke: "#ffffff0d" },
  ticks: { stroke: "#ffffff1f" },
  font: "11px Inter, sans-serif",
};

/** Time-density curves with the phases shaded; a click shows the frame of that time. */
export function CurvesPlot(props: Props) {
  const { times, curves, valueUnit, unit } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const names = curves.map(({ name, colour }) => `${name} ${colour}`).join("|");
  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew for other curves; their values are set below.
  useEffect(() => {
    const host = box.current;
    if (!host) return;
    const made = new uPlot(
      {
        width: host.clientWidth || 290,
        height: 170,
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { x: { time: false } },
        axes: [
          { ...AXIS, size: 30, values: (_, splits) => splits.map((v) => `${v}`) },
          { ...AXIS, size: 40, values: (_, splits) => splits.map((v) => String(Number(v.toFixed(2)))) },
        ],
        series: [
          {},
          ...latest.current.curves.map(({ colour }) => ({ stroke: colour, width: 1.75, points: { show: false } })),
        ],
        hooks: { drawClear: [(u) => shade(u, latest.current)], draw: [(u) => mark(u, latest.current)] },
      },
      dataOf(latest.current),
      host,
    );
    plot.current = made;
    const pick = () => {
      const { idx } = made.cursor;
      if (idx !== null && idx !== undefined) latest.current.onFrame(idx);
    };
    made.over.addEventListener("click", pick);
    const observer = new ResizeObserver(() => made.setSize({ width: host.clientWidth, height: 170 }));
    observer.observe(host);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names]);
  useEffect(() => {
    plot.current?.setData(dataOf(props));
  }, [props]);
  const summary = `Time-density of ${curves.map(({ name }) => name).join(", ")}, ${valueUnit} over ${unit}; ${times.length} frames`;
  return <div ref={box} className="v-flow-plot" role="img" aria-label={summary} />;
}

function dataOf({ times, curves }: Props): uPlot.AlignedData {
  return [[...times], ...curves.map(({ values }) => Array.from(values))];
}

/** Phases behind the curves, each up to the middle between its last frame and the next. */
function shade(u: uPlot, { phases }: Props): void {
  const { ctx } = u;
  const { top, height, left, width } = u.bbox;
  phases.forEach((phase, k) => {
    const edge = (v: number) => Math.max(left, Math.min(left + width, u.valToPos(v, "x", true)));
    const [before, after] = [phases[k - 1], phases[k + 1]];
    const from = edge(before ? (before.toS + phase.fromS) / 2 : phase.fromS);
    const to = edge(after ? (after.fromS + phase.toS) / 2 : phase.toS);
    ctx.fillStyle = FILL[phase.name];
    ctx.fillRect(from, top, to - from, height);
    if (to - from < 50 * devicePixelRatio) return;
    ctx.fillStyle = "#7d8894";
    ctx.font = `${10 * devicePixelRatio}px Inter, sans-serif`;
    ctx.fillText(phase.name, from + 4 * devicePixelRatio, top + 12 * devicePixelRatio);
  });
}

/** Where the shown frame is. */
function mark(u: uPlot, { times, frame }: Props): void {
  const at = times[frame];
  if (at === undefined) return;
  const x = u.valToPos(at, "x", true);
  const { ctx } = u;
  ctx.save();
  ctx.strokeStyle = "#e6eaef";
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, u.bbox.top);
  ctx.lineTo(x, u.bbox.top + u.bbox.height);
  ctx.stroke();
  ctx.restore();
}
