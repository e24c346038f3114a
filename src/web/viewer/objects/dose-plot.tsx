import "uplot/dist/uPlot.min.css";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import type { DataSet } from "../../../dicom/data-set.ts";
import { doseContent, kermaOverTime } from "../../../dicom/objects/dose.ts";

const HEIGHT = 150;

/** Air kerma at the reference point over the examination, summed event by event. */
export function DosePlot({ report }: { readonly report: DataSet }) {
  const place = useRef<HTMLDivElement>(null);
  const points = useMemo(() => kermaOverTime(doseContent(report).events), [report]);
  useEffect(() => {
    const box = place.current;
    if (!box || points.length < 2) return;
    const style = getComputedStyle(box);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--v-faint"),
      grid: { stroke: colour("--v-line"), width: 1 },
      ticks: { stroke: colour("--v-line"), width: 1, size: 4 },
      font: `11px ${style.fontFamily}`,
    };
    const plot = new uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false } },
        legend: { show: false },
        cursor: { y: false },
        axes: [
          { ...axis, size: 28, values: (_, ticks) => ticks.map((t) => `${Number((t / 60).toFixed(1))} min`) },
          { ...axis, size: 56, values: (_, ticks) => ticks.map((t) => `${t} mGy`) },
        ],
        series: [
          {},
          {
            stroke: colour("--v-accent"),
            width: 2,
            points: { show: true, size: 5, fill: colour("--v-accent") },
            ...(uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
          },
        ],
      },
      [points.map(({ s }) => s), points.map(({ kerma }) => Number((kerma * 1e3).toPrecision(6)))],
      box,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [points]);
  if (points.length < 2) return null;
  return (
    <figure className="o-plot" data-testid="dose-plot">
      <figcaption>Air kerma at the reference point, summed over the events</figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}
