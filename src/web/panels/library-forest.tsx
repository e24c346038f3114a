import { type Forest, type ForestPlot, type ForestRow, placeOnAxis } from "../../knowledge/forest.ts";
import { trialCitation } from "../../knowledge/trial.ts";
import { To } from "./library-paper.tsx";

const WIDE = 320;
const EDGE = 10;
const ROW = 24;

const at = (plot: ForestPlot, value: number) => EDGE + placeOnAxis(plot, value) * (WIDE - 2 * EDGE);

/** The estimate and its interval as words: "1.67 (1.21 to 2.30)". */
function estimate({ value, interval }: ForestRow): string {
  return interval ? `${value} (${interval[0]} to ${interval[1]})` : `${value} (no interval given)`;
}

/** One trial: a square at the estimate, a line over its interval; a hollow square when no interval is given. */
function Line({ plot, row }: { readonly plot: ForestPlot; readonly row: ForestRow }) {
  const [x, none] = [at(plot, row.value), at(plot, plot.scale.none)];
  const beyond = (value: number) => value < plot.from || value > plot.to;
  return (
    <svg className="forest-line" viewBox={`0 0 ${WIDE} ${ROW}`} aria-hidden="true">
      <line className="forest-none" x1={none} x2={none} y1={0} y2={ROW} />
      {row.interval ? (
        <>
          <line className="forest-ci" x1={at(plot, row.interval[0])} x2={at(plot, row.interval[1])} y1={12} y2={12} />
          {row.interval.map((end) =>
            beyond(end) ? (
              <path key={end} className="forest-ci" d={`M${at(plot, end) - 4} 8 l4 4 l-4 4`} />
            ) : (
              <line key={end} className="forest-ci" x1={at(plot, end)} x2={at(plot, end)} y1={8} y2={16} />
            ),
          )}
        </>
      ) : null}
      <rect className={row.interval ? "forest-point" : "forest-point hollow"} x={x - 4} y={8} width={8} height={8} />
    </svg>
  );
}

function Axis({ plot }: { readonly plot: ForestPlot }) {
  return (
    <svg className="forest-axis" viewBox={`0 0 ${WIDE} 26`} aria-hidden="true">
      <line className="forest-rule" x1={EDGE} x2={WIDE - EDGE} y1={3} y2={3} />
      {plot.ticks.map((tick) => (
        <g key={tick}>
          <line className="forest-rule" x1={at(plot, tick)} x2={at(plot, tick)} y1={3} y2={7} />
          <text className="forest-tick" x={at(plot, tick)} y={20} textAnchor="middle">
            {tick}
          </text>
        </g>
      ))}
    </svg>
  );
}

/**
 * Trials as rows above one axis. The table is the content (a reader that hears it gets every number); the drawing is one
 * of its cells. Nothing is pooled, and no side is called better: which one is depends on the outcome beside it.
 */
function Plot({ plot }: { readonly plot: ForestPlot }) {
  return (
    <table className="forest" data-testid="forest">
      <caption>
        {plot.scale.words}
        <span className="only-phone">
          <Axis plot={plot} />
        </span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Trial</th>
          <th scope="col" className="figure">
            Patients
          </th>
          <th scope="col">Outcome</th>
          <th scope="col" className="forest-cell">
            <Axis plot={plot} />
          </th>
          <th scope="col">Estimate (95 % interval)</th>
        </tr>
      </thead>
      <tbody>
        {plot.rows.map((row) => (
          <tr key={row.id} data-testid="forest-row">
            <th scope="row">
              <To kind="trial" id={row.id}>
                {row.name}
              </To>{" "}
              <span className="sub">{row.year}</span>
            </th>
            <td className="figure">
              {row.n ?? "not given"}
              <span className="only-phone"> patients</span>
            </td>
            <td className="forest-outcome">{row.outcome}</td>
            <td className="forest-cell">
              <Line plot={plot} row={row} />
            </td>
            <td className="forest-words">
              {estimate(row)}
              <div className="sub">{row.measure}</div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Forest plots by scale, then the trials that only words describe. */
export function ForestPlots({ forest }: { readonly forest: Forest }) {
  return (
    <>
      {forest.plots.length > 0 ? (
        <p className="sub">
          Square: the estimate of the trial. Line: its 95 % confidence interval. Upright line: no difference. Which side
          is better depends on the outcome named in the row. Nothing is pooled.
        </p>
      ) : null}
      {forest.plots.map((plot) => (
        <Plot key={plot.scale.words} plot={plot} />
      ))}
      {forest.inWords.length > 0 ? (
        <table className="forest-in-words">
          <caption>Known in words only, not drawn</caption>
          <tbody>
            {forest.inWords.map((trial) => (
              <tr key={trial.id}>
                <th scope="row">
                  <To kind="trial" id={trial.id}>
                    {trial.acronym}
                  </To>{" "}
                  <span className="sub">{trial.year}</span>
                </th>
                <td>
                  {trial.conclusion}
                  <div className="sub">
                    {[trial.effect.measure, trial.effect.value].filter(Boolean).join(": ")}. {trialCitation(trial)}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </>
  );
}
