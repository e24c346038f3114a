/** Error function, absolute error under 2e-7. Source: Abramowitz and Stegun 7.1.26. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y =
    1 -
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return x < 0 ? -y : y;
}

/** The step (1 + erf(x / sqrt 2)) / 2 from -5 to 5, every 0.01: between places a straight line is right to 1e-5. */
const FINE = 100;
const TABLE = Float64Array.from({ length: 10 * FINE + 2 }, (_, n) => (1 + erf((n / FINE - 5) / Math.SQRT2)) / 2);

function softStep(x: number): number {
  if (x <= -5) return 0;
  if (x >= 5) return 1;
  const place = (x + 5) * FINE;
  const n = place | 0;
  return TABLE[n] + (place - n) * (TABLE[n + 1] - TABLE[n]);
}

/** An edge found along a line: where it is (same unit as the places), how blurred (SD), and the level on both sides. */
export interface Edge {
  readonly at: number;
  readonly blur: number;
  readonly inside: number;
  readonly outside: number;
}

/**
 * Fits a blurred step, inside + (outside - inside) (1 + erf((x - at) / (sqrt 2 blur))) / 2, to values along a line that
 * leaves a vessel. `places` ascending, `values` of the same length (NaN: left out); `start` is where the edge is thought
 * to be and `blur` a first guess of its SD.
 * Undefined when fewer than five values are there, the fit leaves the line or the blur the range 0.2 to 5 of the guess:
 * another vessel beside, or no edge. Method: pattern search of place and blur, the two levels solved linearly.
 */
export function fitEdge(
  places: readonly number[],
  values: readonly number[],
  start: number,
  blur: number,
): Edge | undefined {
  const xs: number[] = [];
  const ys: number[] = [];
  let [v, vv] = [0, 0];
  for (let q = 0; q < places.length; q++) {
    const y = values[q];
    if (Number.isNaN(y)) continue;
    xs.push(places[q]);
    ys.push(y);
    v += y;
    vv += y * y;
  }
  const n = xs.length;
  if (n < 5) return undefined;
  let [inside, outside] = [0, 0];
  // For each edge and blur the two levels are a linear fit, so only two numbers are searched.
  const cost = (at: number, s: number): number => {
    let [f, ff, fv] = [0, 0, 0];
    const scale = 1 / s;
    for (let q = 0; q < n; q++) {
      const w = softStep((xs[q] - at) * scale);
      f += w;
      ff += w * w;
      fv += w * ys[q];
    }
    const det = n * ff - f * f;
    if (det < 1e-9) return Number.POSITIVE_INFINITY;
    inside = (v * ff - f * fv) / det;
    const slope = (n * fv - f * v) / det;
    outside = inside + slope;
    return Math.max(0, vv - inside * v - slope * fv);
  };
  let [x, s, step] = [start, blur, blur];
  let best = cost(x, s);
  for (let round = 0; round < 40 && step > 0.01 * blur; round++) {
    let moved = false;
    for (const [dx, ds] of [
      [step, 0],
      [-step, 0],
      [0, step / 2],
      [0, -step / 2],
    ]) {
      const next = s + ds < 0.2 * blur ? undefined : cost(x + dx, s + ds);
      if (next !== undefined && next < best) {
        [x, s, best, moved] = [x + dx, s + ds, next, true];
        break;
      }
    }
    if (!moved) step /= 2;
  }
  if (x <= places[0] || x >= places[places.length - 1] || s > 5 * blur) return undefined;
  cost(x, s);
  return inside > outside ? { at: x, blur: s, inside, outside } : undefined;
}
