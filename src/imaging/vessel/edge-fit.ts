/** Error function, absolute error under 2e-7. Source: Abramowitz and Stegun 7.1.26. */
export function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y =
    1 -
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return x < 0 ? -y : y;
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
  const used = places.map((_, n) => n).filter((n) => !Number.isNaN(values[n]));
  if (used.length < 5) return undefined;
  // For each edge and blur the two levels are a linear fit, so only two numbers are searched.
  const cost = (at: number, s: number): { sum: number; inside: number; outside: number } => {
    let [n, f, ff, v, fv, vv] = [0, 0, 0, 0, 0, 0];
    for (const q of used) {
      const w = (1 + erf((places[q] - at) / (Math.SQRT2 * s))) / 2;
      const y = values[q];
      n++;
      f += w;
      ff += w * w;
      v += y;
      fv += w * y;
      vv += y * y;
    }
    const det = n * ff - f * f;
    if (det < 1e-9) return { sum: Number.POSITIVE_INFINITY, inside: 0, outside: 0 };
    const inside = (v * ff - f * fv) / det;
    const slope = (n * fv - f * v) / det;
    return { sum: Math.max(0, vv - inside * v - slope * fv), inside, outside: inside + slope };
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
      if (next && next.sum < best.sum) {
        [x, s, best, moved] = [x + dx, s + ds, next, true];
        break;
      }
    }
    if (!moved) step /= 2;
  }
  if (x <= places[0] || x >= places[places.length - 1] || s > 5 * blur || best.inside <= best.outside) return undefined;
  return { at: x, blur: s, inside: best.inside, outside: best.outside };
}
