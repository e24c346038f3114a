/**
 * Gamma-variate bolus with unit peak: ((t/tp) e^(1 - t/tp))^a, zero before 0; `tp` time to peak in s, `a` the shape.
 * Source: Madsen 1992, 10.1088/0031-9155/37/7/010 (simplified form).
 */
export function gammaVariate(t: number, timeToPeak: number, shape: number): number {
  if (t <= 0) return 0;
  const u = t / timeToPeak;
  return (u * Math.exp(1 - u)) ** shape;
}

/** Parameters of the arterial input of the perfusion scan: arrival and time to peak in s, peak in HU. */
export interface ArterialInput {
  readonly arrivalS: number;
  readonly timeToPeakS: number;
  readonly shape: number;
  readonly peakHu: number;
}

/** Large-vessel haematocrit correction and brain density used for C(t): kappa 0.733, rho 1.04 g/mL. */
export const KAPPA = (1 - 0.45) / (1 - 0.25);
export const RHO = 1.04;

const STEP = 0.05;

/** Arterial enhancement in HU at time `t` (s from the start of the scan). */
export function arterial(input: ArterialInput, t: number): number {
  return input.peakHu * gammaVariate(t - input.arrivalS, input.timeToPeakS, input.shape);
}

/**
 * Integral over t' of Ca(t') exp(-(t - t') / mtt) / mtt at the given times: the enhancement (HU) of a compartment of
 * unit blood volume with exponential residue. Exact to the 0.05 s recursion step. `times` ascending, s.
 */
export function residueCurve(input: ArterialInput, mtt: number, delay: number, times: readonly number[]): Float64Array {
  const out = new Float64Array(times.length);
  const decay = Math.exp(-STEP / mtt);
  let value = 0;
  let t = 0;
  for (let i = 0; i < times.length; i++) {
    const until = times[i] - delay;
    while (t + STEP <= until) {
      const a = arterial(input, t);
      const b = arterial(input, t + STEP);
      value = value * decay + ((a * decay + b) / 2) * (STEP / mtt);
      t += STEP;
    }
    const rest = until - t;
    if (until > 0) out[i] = rest > 0 ? value * Math.exp(-rest / mtt) + arterial(input, until) * (rest / mtt) : value;
  }
  return out;
}

/** Frame times in s: `uniform` every 1.5 s, `mixed` every 1 s for the first two thirds and every 3 s after. */
export function frameTimes(dt: "uniform" | "mixed", frames: number): number[] {
  const times: number[] = [];
  const dense = Math.round((frames * 2) / 3);
  for (let i = 0; i < frames; i++) times.push(dt === "uniform" ? i * 1.5 : i <= dense ? i : dense + (i - dense) * 3);
  return times;
}
