import type { Trial } from "./trial.ts";

/** On which scale an effect is drawn: ratios on a logarithm with no difference at 1, differences in their unit at 0. */
export interface ForestScale {
  readonly kind: "ratio" | "difference";
  /** Unit of the axis; empty for ratios. */
  readonly unit: string;
  /** The value that means no difference. */
  readonly none: number;
  readonly words: string;
}

/** One trial as a row: the estimate, and its 95 % confidence interval where one is given. */
export interface ForestRow {
  readonly id: string;
  readonly name: string;
  readonly year: number;
  readonly n: number | null;
  readonly measure: string;
  readonly outcome: string;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

/** Rows that may stand above one axis. `from` and `to` are the ends of the axis, `ticks` its marks. */
export interface ForestPlot {
  readonly scale: ForestScale;
  readonly rows: readonly ForestRow[];
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** Trials as they can be drawn, and those of which only words are known. */
export interface Forest {
  readonly plots: readonly ForestPlot[];
  readonly inWords: readonly Trial[];
}

const RATIO = /\b(?:c?OR|HR|RR|odds ratio|hazard ratio|(?:risk|rate) ratio|relative (?:risk|rate))\b(?! reduction)/;
const DIFFERENCE = /difference|reduction/;

/**
 * The scale of an effect from the name of its measure; null when the name is of neither a ratio nor a difference. A
 * difference in per cent, in points of the utility-weighted mRS, or in another score never share an axis.
 */
export function scaleOf(measure: string, outcome: string): ForestScale | null {
  if (RATIO.test(measure)) return { kind: "ratio", unit: "", none: 1, words: "Ratio, logarithmic; 1 is no difference" };
  if (!DIFFERENCE.test(measure)) return null;
  const unit = /reduction %/.test(measure)
    ? "% relative"
    : /%/.test(measure)
      ? "percentage points"
      : /UW-mRS/.test(measure)
        ? "points UW-mRS"
        : `in units of: ${outcome}`;
  return { kind: "difference", unit, none: 0, words: `Difference, ${unit}; 0 is none` };
}

const RATIO_TICKS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

function linearTicks(low: number, high: number): readonly number[] {
  const wide = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(wide));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= wide) ?? 10 * power;
  const ticks: number[] = [];
  for (let i = Math.floor(low / step); i <= Math.ceil(high / step); i++) ticks.push(Number((i * step).toPrecision(6)));
  return ticks;
}

/** Ends and marks of the axis of some rows; no difference is always on it. */
function axis(scale: ForestScale, rows: readonly ForestRow[]): Pick<ForestPlot, "from" | "to" | "ticks"> {
  const all = rows.flatMap((row) => [row.value, ...(row.interval ?? [])]);
  const [low, high] = [Math.min(scale.none, ...all), Math.max(scale.none, ...all)];
  const ticks =
    scale.kind === "ratio"
      ? RATIO_TICKS.filter(
          (tick, i) =>
            (RATIO_TICKS[i + 1] ?? tick) >= Math.min(low, 0.5) && (RATIO_TICKS[i - 1] ?? tick) <= Math.max(high, 2),
        )
      : linearTicks(low, high);
  return { from: ticks[0]!, to: ticks.at(-1)!, ticks };
}

/**
 * Trials as rows of forest plots: one plot a scale, newest first. Nothing is computed or converted: a trial whose effect
 * is known only in words, or by a measure of no scale, is named in `inWords`. No diamond is drawn: nothing is pooled.
 */
export function forestOf(trials: readonly Trial[]): Forest {
  const plots = new Map<string, { scale: ForestScale; rows: ForestRow[] }>();
  const inWords: Trial[] = [];
  for (const trial of [...trials].sort(
    (a, b) => Number(b.year) - Number(a.year) || a.acronym.localeCompare(b.acronym, "en"),
  )) {
    const { measure, value, ci95 } = trial.effect;
    const scale = scaleOf(measure, trial.primaryOutcome);
    const drawn = typeof value === "number" && Number.isFinite(value) && !(scale?.kind === "ratio" && value <= 0);
    if (!scale || !drawn) {
      inWords.push(trial);
      continue;
    }
    const usable = ci95?.every(Number.isFinite) === true && (scale.kind !== "ratio" || ci95[0] > 0);
    const plot = plots.get(scale.words) ?? { scale, rows: [] };
    plot.rows.push({
      id: trial.id,
      name: trial.acronym,
      year: trial.year,
      n: trial.n,
      measure,
      outcome: trial.primaryOutcome,
      value,
      interval: usable ? ci95 : null,
    });
    plots.set(scale.words, plot);
  }
  const ordered = [...plots.values()].sort((a, b) => b.rows.length - a.rows.length);
  return { plots: ordered.map(({ scale, rows }) => ({ scale, rows, ...axis(scale, rows) })), inWords };
}

/** Where a value stands on the axis of a plot, 0 at its left end and 1 at its right; values beyond are held at the end. */
export function placeOnAxis(plot: Pick<ForestPlot, "scale" | "from" | "to">, value: number): number {
  const at = (x: number) => (plot.scale.kind === "ratio" ? Math.log(x) : x);
  const share = (at(value) - at(plot.from)) / (at(plot.to) - at(plot.from));
  return Math.min(1, Math.max(0, share));
}
