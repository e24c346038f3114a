import "uplot/dist/uPlot.min.css";
import { imageLoader } from "@cornerstonejs/core";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { regionStatistics } from "../../../imaging/region/region-statistics.ts";
import { Button } from "../../design/button.tsx";
import type { PaneHandle } from "../pane/pane.tsx";
import { frameOf } from "../pane/series-images.ts";
import type { PanelContext } from "../side-panel.ts";
import { momentsOf } from "../volumes/times/moments.ts";
import { calibrationOf } from "./calibration.ts";
import { isRegion, outlineOf } from "./drawn-shape.ts";
import type { KeptItem } from "./kept-state.ts";
import { pixelValues } from "./pixel-values.ts";

interface Curve {
  readonly name: string;
  readonly unit: string;
  /** Seconds, or numbers of the images where no times are stated. */
  readonly x: readonly number[];
  readonly timed: boolean;
  readonly mean: readonly (number | null)[];
}

/** The mean of a region over the frames of a run or the times of a series. */
export function TimeCurve({ context, items }: { readonly context: PanelContext; readonly items: readonly KeptItem[] }) {
  const { handle } = context;
  const [curve, setCurve] = useState<Curve>();
  const [doing, setDoing] = useState("");
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const regions = items.filter(
    ({ kind, place }) => isRegion(kind) && place.seriesUid === handle?.content?.series.seriesUid && place.sopUid,
  );
  const series = handle && imagesOverTime(handle, regions[0]);
  if (!handle || regions.length === 0 || !series) return null;
  const make = async (item: KeptItem) => {
    abort.current?.abort();
    abort.current = new AbortController();
    try {
      setCurve(await curveOf(handle, item, abort.current.signal, (k, n) => setDoing(`Reading image ${k} of ${n}`)));
      setDoing("");
    } catch (error) {
      setDoing(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <section className="v-time-curve" data-testid="time-curve">
      <h3>Over time</h3>
      {regions.map((item) => (
        <Button key={item.id} look="link" onPress={() => void make(item)}>
          Draw the curve of {item.label || item.kind}
        </Button>
      ))}
      <p role="status" className="sub">
        {doing}
      </p>
      {curve && <Plot curve={curve} />}
    </section>
  );
}

/** The images at the place of a region, one a time; undefined where there is only one. */
function imagesOverTime(handle: PaneHandle, item: KeptItem | undefined): readonly string[] | undefined {
  const { content } = handle;
  const show = content?.show;
  if (!content || !show || !item) return undefined;
  if (content.images.order.kind === "run") return show.imageIds.length > 1 ? show.imageIds : undefined;
  const { times } = content.images.order;
  if (times.length < 2) return undefined;
  const slot = times.map((stack) => stack.findIndex(({ sopUid }) => sopUid === item.place.sopUid)).find((k) => k >= 0);
  return slot === undefined ? undefined : content.images.imageIds.flatMap((stack) => stack[slot] ?? []);
}

async function curveOf(
  handle: PaneHandle,
  item: KeptItem,
  signal: AbortSignal,
  told: (k: number, n: number) => void,
): Promise<Curve> {
  const ids = imagesOverTime(handle, item);
  const first = ids?.[0] === undefined ? undefined : frameOf(ids[0]);
  if (!ids || !first) throw new Error("These images have no course in time.");
  const { columnSpacing, rowSpacing } = calibrationOf(first.instance, first.frame);
  const points = item.shape.points.map(([x = 0, y = 0]) => [x, y] as const);
  const outline = outlineOf(item.kind, points, columnSpacing, rowSpacing);
  if (!outline) throw new Error("This shape encloses nothing.");
  const mean: (number | null)[] = [];
  let unit = "";
  for (const [k, imageId] of ids.entries()) {
    told(k + 1, ids.length);
    await imageLoader.loadAndCacheImage(imageId);
    signal.throwIfAborted();
    const pixels = pixelValues(imageId);
    if (!pixels) throw new Error("These images are in colour: they hold no values to follow.");
    unit = pixels.unit || pixels.name;
    const { mean: value } = regionStatistics(pixels.values, pixels.columns, pixels.rows, outline, pixels.made);
    mean.push(Number.isFinite(value) ? value : null);
  }
  const times = timesOf(handle, ids);
  const x = times ?? ids.map((_, k) => k + 1);
  return { name: item.label || item.kind, unit, x, timed: times !== undefined, mean };
}

function timesOf(handle: PaneHandle, ids: readonly string[]): readonly number[] | undefined {
  const stated = handle.content?.times;
  if (stated && stated.times.length === ids.length && stated.times.some((time) => time > 0)) return stated.times;
  const { seconds } = momentsOf(ids.flatMap((id) => frameOf(id) ?? []));
  return seconds.length === ids.length ? seconds : undefined;
}

function Plot({ curve }: { readonly curve: Curve }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const style = getComputedStyle(box);
    const axis = { stroke: style.color, grid: { stroke: "#2a3038", width: 1 }, font: `11px ${style.fontFamily}` };
    const plot = new uPlot(
      {
        width: box.clientWidth,
        height: 160,
        scales: { x: { time: false } },
        legend: { show: true },
        axes: [
          { ...axis, label: curve.timed ? "s" : "image" },
          { ...axis, size: 48, label: curve.unit },
        ],
        series: [
          { label: curve.timed ? "s" : "image" },
          { label: curve.name, stroke: "#5cc8d7", width: 2, points: { show: true, size: 4 } },
        ],
      },
      [[...curve.x], [...curve.mean]],
      box,
    );
    return () => plot.destroy();
  }, [curve]);
  return (
    <>
      <div ref={place} role="img" aria-label={curveWords(curve)} data-testid="time-curve-plot" />
      {curve.timed ? null : <p className="sub">The images state no times: the curve is over their numbers.</p>}
    </>
  );
}

/** The curve for who does not see it: "Mean of Core in HU: 90 at 0 s, 900 at 2.5 s". */
function curveWords({ name, unit, x, timed, mean }: Curve): string {
  const points = mean.map((value, k) => {
    const at = timed ? `at ${Math.round(100 * x[k]!) / 100} s` : `in image ${x[k]}`;
    return `${value === null ? "nothing" : Math.round(10 * value) / 10} ${at}`;
  });
  return `Mean of ${name}${unit ? ` in ${unit}` : ""}: ${points.join(", ")}`;
}
