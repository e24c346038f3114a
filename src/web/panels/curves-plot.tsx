import "uplot/dist/uPlot.min.css";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import type { CurveView } from "../../cases/views.ts";
import { Button } from "../design/button.tsx";
import { figure } from "./figures.ts";

/** The arterial and venous curves the numbers rest on, with their place, a sentence and a table. */
export function CurvesPlot({ aif, vof }: { readonly aif: CurveView; readonly vof: CurveView | null }) {
  const place = useRef<HTMLDivElement>(null);
  const [table, setTable] = useState(false);

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const style = getComputedStyle(box);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--text-3"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1, size: 4 },
      font: `11px ${style.fontFamily}`,
    };
    const plot = new uPlot(
      {
        width: box.clientWidth,
        height: 150,
        scales: { x: { time: false } },
        legend: { show: false },
        cursor: { y: false },
        axes: [
          { ...axis, size: 28, values: (_, ticks) => ticks.map((t) => `${t} s`) },
          { ...axis, size: 44, values: (_, ticks) => ticks.map((t) => `${t}`) },
        ],
        series: [
          {},
          { label: "AIF", stroke: colour("--accent"), width: 2, points: { show: false } },
          { label: "VOF", stroke: colour("--unknown"), width: 2, dash: [6, 4], points: { show: false } },
        ],
      },
      [[...aif.timesS], [...aif.valuesHu], vof ? sampled(vof, aif.timesS) : aif.timesS.map(() => null)],
      box,
    );
    const watch = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: 150 }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [aif, vof]);

  return (
    <figure className="curves">
      <figcaption className="sub">Arterial input and venous output, HU above baseline</figcaption>
      <div ref={place} className="curves-plot" aria-hidden="true" />
      <p className="curves-words">
        <span className="curve-key aif">AIF</span> {curveWords(aif)} <br />
        <span className="curve-key vof">VOF</span> {vof ? curveWords(vof) : "no vein was found"}
      </p>
      <Button look="link" onPress={() => setTable(!table)}>
        {table ? "Hide the table" : "Show as a table"}
      </Button>
      {table ? (
        <table>
          <thead>
            <tr>
              <th>Time, s</th>
              <th className="figure">AIF, HU</th>
              <th className="figure">VOF, HU</th>
            </tr>
          </thead>
          <tbody>
            {aif.timesS.map((time, i) => (
              <tr key={i}>
                <td>{figure(time, 1)}</td>
                <td className="figure">{figure(aif.valuesHu[i] ?? Number.NaN, 1)}</td>
                <td className="figure">{vof ? figure(vof.valuesHu[i] ?? Number.NaN, 1) : "-"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </figure>
  );
}

/** The venous curve at the arterial times: they are the same frames; when they are not, the nearest sample. */
function sampled(curve: CurveView, times: readonly number[]): number[] {
  return times.map((time) => {
    let best = 0;
    curve.timesS.forEach((each, i) => {
      if (Math.abs(each - time) < Math.abs((curve.timesS[best] ?? Number.POSITIVE_INFINITY) - time)) best = i;
    });
    return curve.valuesHu[best] ?? Number.NaN;
  });
}

/** "peak 412 HU at 18 s, at R 34 A 12 S 6 mm, chosen by the method" */
function curveWords(curve: CurveView): string {
  let top = 0;
  curve.valuesHu.forEach((value, i) => {
    if (value > (curve.valuesHu[top] ?? Number.NEGATIVE_INFINITY)) top = i;
  });
  const peak = `peak ${figure(curve.valuesHu[top] ?? Number.NaN, 0)} HU at ${figure(curve.timesS[top] ?? Number.NaN, 1)} s`;
  const by = curve.chosenBy === "person" ? "placed by a person" : "chosen by the method";
  return `${peak}; ${placeWords(curve.positionMm)}; ${by}`;
}

/** LPS millimetres in letters a reader knows: x grows to the left, y to the back, z to the head. */
function placeWords([x, y, z]: readonly [number, number, number]): string {
  const one = (value: number, plus: string, minus: string) =>
    `${value < 0 ? minus : plus} ${figure(Math.abs(value), 0)}`;
  return `${one(x, "L", "R")}, ${one(y, "P", "A")}, ${one(z, "S", "I")} mm`;
}
