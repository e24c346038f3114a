import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { inputWords, type ScaleCourse, type ScaleEntryView } from "../../cases/scale-entries.ts";
import type { Scale } from "../../knowledge/scales.ts";
import { useMinute } from "../api/clock.ts";
import { scalePage } from "../api/library.ts";
import { Button } from "../design/button.tsx";
import { clockTime, exactTime } from "./elapsed.ts";
import { totalWords } from "./scale-form.tsx";
import { coursePlot } from "./scale-plot.ts";

/** One scale over time: a plot with the bands of its reading, and the table of all scores with their history. */
export function ScaleCourseView({
  course,
  onCorrect,
}: {
  readonly course: ScaleCourse;
  readonly onCorrect?: (entry: ScaleEntryView) => void;
}) {
  const { data: scale } = useQuery(scalePage(course.scale));
  const now = useMinute();
  return (
    <div className="scale-over-time">
      {scale && course.counting.length > 1 ? <Plot scale={scale} course={course} now={now} /> : null}
      <table className="scale-table">
        <thead>
          <tr>
            <th>When</th>
            <th>Score</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          {course.all.map((entry) => (
            <Row key={entry.id} entry={entry} scale={scale} now={now} {...(onCorrect ? { onCorrect } : {})} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  entry,
  scale,
  now,
  onCorrect,
}: {
  readonly entry: ScaleEntryView;
  readonly scale: Scale | undefined;
  readonly now: number;
  readonly onCorrect?: (entry: ScaleEntryView) => void;
}) {
  const [open, setOpen] = useState(false);
  const at = Date.parse(entry.observedAt);
  const old = entry.supersededBy !== null;
  return (
    <>
      <tr className={old ? "superseded" : ""} data-testid="scale-entry">
        <td title={exactTime(at)}>{clockTime(at, now)}</td>
        <td>
          <b>{entry.value === null ? "no total" : totalWords(entry)}</b> {entry.reading ?? ""}
          {old ? <div className="sub">corrected</div> : null}
          {entry.correction ? <div className="sub">corrects: {entry.correction}</div> : null}
          {entry.fact?.retracted && !old ? <div className="sub">its fact was taken back</div> : null}
        </td>
        <td>
          {entry.by.name}
          <div className="sub">{entry.by.organisation}</div>
          <Button look="link" onPress={() => setOpen(!open)} aria-expanded={open}>
            {open ? "Hide" : "Items"}
          </Button>
        </td>
      </tr>
      {open ? (
        <tr>
          <td colSpan={3}>
            <Answers entry={entry} scale={scale} />
            {onCorrect && !old ? (
              <Button onPress={() => onCorrect(entry)} data-testid="scale-correct">
                Correct this score
              </Button>
            ) : null}
          </td>
        </tr>
      ) : null}
    </>
  );
}

/** The answers as they were given, and the facts behind those that were filled in. */
function Answers({ entry, scale }: { readonly entry: ScaleEntryView; readonly scale: Scale | undefined }) {
  const sameVersion = scale !== undefined;
  return (
    <dl className="scale-answers">
      {Object.entries(entry.answers).map(([key, answer]) => {
        const item = sameVersion ? scale.items.find((each) => each.key === key) : undefined;
        const label = item?.options.find((option) => option.value === answer)?.label;
        const behind = entry.inputs.find((each) => each.item === key);
        const words = Array.isArray(answer) ? answer.join(", ") || "none" : String(answer);
        return (
          <div key={key}>
            <dt>{item?.label ?? key}</dt>
            <dd>
              <b>{words}</b> {label ?? ""}
              {behind ? <p className="scale-from">↳ {behind.facts.map(inputWords).join("; ")}</p> : null}
            </dd>
          </div>
        );
      })}
      {entry.note ? (
        <div>
          <dt>Note</dt>
          <dd>{entry.note}</dd>
        </div>
      ) : null}
      <div>
        <dt>Scale of</dt>
        <dd>
          {entry.pack.id} {entry.pack.version} <span className="sub">{entry.pack.hash.slice(0, 12)}</span>
        </dd>
      </div>
    </dl>
  );
}

function Plot({ scale, course, now }: { readonly scale: Scale; readonly course: ScaleCourse; readonly now: number }) {
  const plot = coursePlot(scale, course);
  if (!plot) return null;
  const { width, height, left, bottom } = plot;
  return (
    <figure className="scale-plot" data-testid="scale-plot">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={plot.words}>
        {plot.bands.map((band) => (
          <g key={band.words}>
            <rect x={left} y={band.y} width={width - left} height={band.height} className={band.odd ? "odd" : ""} />
            {band.height > 11 ? (
              <text x={width - 4} y={band.y + 10} className="band">
                {band.words}
              </text>
            ) : null}
          </g>
        ))}
        {plot.ticks.map((tick) => (
          <g key={tick.words}>
            <line x1={left} x2={width} y1={tick.y} y2={tick.y} className="grid" />
            <text x={left - 5} y={tick.y + 3.5} className="tick">
              {tick.words}
            </text>
          </g>
        ))}
        <path d={plot.line} className="course" />
        {plot.points.map((point) => (
          <g key={point.id}>
            <circle cx={point.x} cy={point.y} r="4" />
            <text x={point.x} y={point.above ? point.y - 8 : point.y + 16} className="value">
              {point.words}
            </text>
          </g>
        ))}
        <text x={left} y={bottom + 14} className="time first">
          {clockTime(plot.from, now)}
        </text>
        <text x={width} y={bottom + 14} className="time last">
          {clockTime(plot.to, now)}
        </text>
      </svg>
    </figure>
  );
}
