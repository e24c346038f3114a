import type { Trial } from "./trial.ts";

/** What happened to how many percent of either arm of a trial. The numbers stand here once; tables refer to them. */
export interface TrialRate {
  /** What was counted, with its time; unique within the trial. */
  readonly outcome: string;
  /** True when more of it is better. */
  readonly favourable: boolean;
  /** Percent of the experimental arm (the first of `arms`). */
  readonly experimental: number;
  /** Percent of the control arm (the last of `arms`). */
  readonly control: number;
  /** True for the outcome that the trial's `effect` is about. */
  readonly primary: boolean;
  /** Words for the two arms when they are not those of the trial. */
  readonly arms?: readonly [string, string];
}

/** What follows from two percentages; no interval, since the trial's own (adjusted) one stands in `effect`. */
export interface RateEffect {
  /** Experimental minus control, in percentage points. */
  readonly difference: number;
  /** Null when the control arm had none. */
  readonly riskRatio: number | null;
  /** Null when an arm had none or all. */
  readonly oddsRatio: number | null;
  /** Patients to treat for one more who benefits or is harmed, rounded up; null when the arms are equal. */
  readonly numberNeeded: { readonly to: "benefit" | "harm"; readonly patients: number } | null;
}

const tidy = (x: number) => Math.round(x * 1000) / 1000;

/** Absolute difference, risk ratio, odds ratio and number needed to treat or harm from the percentages of two arms. Crude: not adjusted, no interval. */
export function effectOf(rate: Pick<TrialRate, "experimental" | "control" | "favourable">): RateEffect {
  const { experimental: e, control: c, favourable } = rate;
  const difference = tidy(e - c);
  const odds = (x: number) => x / (100 - x);
  const within = (x: number) => x > 0 && x < 100;
  return {
    difference,
    riskRatio: c > 0 ? tidy(e / c) : null,
    oddsRatio: within(e) && within(c) ? tidy(odds(e) / odds(c)) : null,
    numberNeeded:
      difference === 0
        ? null
        : {
            to: difference > 0 === favourable ? "benefit" : "harm",
            patients: Math.ceil(tidy(100 / Math.abs(difference))),
          },
  };
}

/** Which of the computed numbers a reported measure is, or null when it is none of them (a shift, a score, a hazard). */
function computed(measure: string, effect: RateEffect): number | null {
  if (/common|generalized|higher = worse|clipping/.test(measure)) return null;
  if (/relative risk reduction/.test(measure)) return effect.riskRatio === null ? null : (1 - effect.riskRatio) * 100;
  if (/risk difference|^difference %/.test(measure)) return effect.difference;
  if (/risk ratio|rate ratio|relative risk|relative rate/.test(measure)) return effect.riskRatio;
  if (/\bOR\b/.test(measure)) return effect.oddsRatio;
  return null;
}

/**
 * What contradicts itself in the numbers of a trial, one sentence each: an estimate outside its interval, percentages
 * outside 0 to 100, a crude ratio or difference of the primary outcome outside the reported interval (so that swapped
 * arms or a mistyped number do not pass), an outcome named twice, more than one primary outcome.
 */
export function effectProblems(trial: Trial): readonly string[] {
  const problems: string[] = [];
  const { value, ci95, measure } = trial.effect;
  if (ci95 && !(ci95[0] < ci95[1])) problems.push(`has the interval ${ci95[0]} to ${ci95[1]}`);
  if (ci95 && value !== null && !(value >= ci95[0] && value <= ci95[1]))
    problems.push(`gives ${value}, which is outside its interval ${ci95[0]} to ${ci95[1]}`);
  const names = trial.rates.map((rate) => rate.outcome);
  if (new Set(names).size !== names.length) problems.push("names an outcome twice");
  const primary = trial.rates.filter((rate) => rate.primary);
  if (primary.length > 1) problems.push("has more than one primary outcome");
  for (const { outcome, experimental, control } of trial.rates) {
    for (const x of [experimental, control])
      if (!(x >= 0 && x <= 100)) problems.push(`"${outcome}": ${x} is no percentage`);
  }
  for (const rate of primary) {
    const crude = computed(measure, effectOf(rate));
    if (crude === null || !ci95) continue;
    if (crude < ci95[0] || crude > ci95[1])
      problems.push(`"${rate.outcome}": ${crude} from its percentages is outside ${measure} ${ci95[0]} to ${ci95[1]}`);
  }
  return problems;
}
