/** One fit of a projected tube to a profile across a vessel. Places in pixels along the profile. */
export interface TubeFit {
  readonly radius: number;
  readonly centre: number;
  /** SD of the Gaussian blur, pixels. */
  readonly blur: number;
  /** Density at the middle of the tube without blur (2 mu r). */
  readonly peak: number;
  readonly background: number;
  readonly slope: number;
  /** Standard deviation of the radius from the covariance of the fit, pixels, correlation of the noise included. */
  readonly radiusSd: number;
  readonly blurSd: number;
  /** SD of what the fit leaves over, in units of density. */
  readonly residual: number;
}

const NODES = 64;
const SIN = Float64Array.from({ length: NODES }, (_, n) => Math.sin(((n + 0.5) / NODES - 0.5) * Math.PI));
const COS = Float64Array.from(SIN, (s) => Math.sqrt(1 - s * s));

/**
 * Where the picture was blurred: in the `intensity` of the beam, as focal spot, movement and detector do it before the
 * logarithm, or in the `density`, as filters of the machine do it after.
 */
export type BlurDomain = "intensity" | "density";

/**
 * Density of a cylinder of radius `r` seen from the side, 2 mu sqrt(r^2 - (x - c)^2), blurred by a Gaussian of SD `s`, at
 * `x` (all lengths in one unit), with `peak` = 2 mu r. `out` receives the value and its derivatives by peak, r, c, s.
 * Blurred in intensity it is -ln(exp(-density) convolved), which reads narrower: at a peak of 1.2 and a blur of 0.3 mm by
 * 0.1 mm of diameter. The convolution is a sum over 64 angles of the cylinder, exact to 1e-4 while s > r / 25.
 */
export function projectedTube(
  x: number,
  peak: number,
  r: number,
  c: number,
  s: number,
  domain: BlurDomain,
  out: Float64Array,
): void {
  const factor = Math.PI / NODES / (Math.sqrt(2 * Math.PI) * s);
  let [value, byPeak, byR, byC, byS] = [0, 0, 0, 0, 0];
  for (let n = 0; n < NODES; n++) {
    const u = (x - c - r * SIN[n]) / s;
    if (u > 6 || u < -6) continue;
    const g = COS[n] * Math.exp(-0.5 * u * u) * factor;
    let depth = COS[n];
    if (domain === "density") byPeak += g * depth;
    else {
      const through = Math.exp(-peak * depth);
      byPeak += g * depth * through;
      depth = (1 - through) / peak;
    }
    const part = g * depth;
    value += part;
    byR += (part * u * SIN[n]) / s;
    byC += (part * u) / s;
    byS += (part * (u * u - 1)) / s;
  }
  const scale = peak * r;
  out[0] = scale * value;
  out[1] = r * byPeak;
  out[2] = peak * value + scale * byR;
  out[3] = scale * byC;
  out[4] = scale * byS;
  if (domain === "density") return;
  // what was summed is the share of the beam taken away: its logarithm is the density
  const rest = Math.max(1e-6, 1 - out[0]);
  for (let n = 1; n < 5; n++) out[n] /= rest;
  out[0] = -Math.log(rest);
}

/** What a fit starts from. `blur` given as `fixed` is not searched; its own SD then adds to that of the radius. */
export interface TubeStart {
  readonly centre: number;
  readonly radius: number;
  readonly blur: number;
  readonly domain: BlurDomain;
  readonly fixed?: { readonly sd: number };
}

/**
 * Fits a blurred projected cylinder on a straight background to a profile of densities (ln mask - ln live).
 * `places` ascending, even steps, pixels; `values` the same length, NaN left out. Undefined when it does not settle
 * within the profile or fewer than 8 values are there.
 * Errors: none. Method: Levenberg-Marquardt with analytic derivatives; covariance from the residual, widened by the
 * correlation of neighbouring residuals (sampling between pixels makes them correlated).
 */
export function fitTube(places: Float64Array, values: Float64Array, start: TubeStart): TubeFit | undefined {
  const used: number[] = [];
  for (let n = 0; n < places.length; n++) if (!Number.isNaN(values[n])) used.push(n);
  const free = start.fixed ? 5 : 6;
  if (used.length < free + 3) return undefined;
  const peak = Math.max(...used.map((n) => values[n]));
  const edge = (values[used[0]] + values[used[used.length - 1]]) / 2;
  // peak, radius, centre, background, slope, blur
  const p = Float64Array.of(peak - edge, start.radius, start.centre, edge, 0, start.blur);
  const made = new Float64Array(5);
  const row = new Float64Array(6);
  const model = (q: Float64Array, x: number): number => {
    projectedTube(x, q[0], q[1], q[2], q[5], start.domain, made);
    row[0] = made[1];
    row[1] = made[2];
    row[2] = made[3];
    row[3] = 1;
    row[4] = x;
    row[5] = made[4];
    return made[0] + q[3] + q[4] * x;
  };
  const build = (q: Float64Array): { cost: number; a: Float64Array; g: Float64Array } => {
    const a = new Float64Array(free * free);
    const g = new Float64Array(free);
    let cost = 0;
    for (const n of used) {
      const e = values[n] - model(q, places[n]);
      cost += e * e;
      for (let i = 0; i < free; i++) {
        g[i] += row[i] * e;
        for (let j = 0; j <= i; j++) a[i * free + j] += row[i] * row[j];
      }
    }
    for (let i = 0; i < free; i++) for (let j = i + 1; j < free; j++) a[i * free + j] = a[j * free + i];
    return { cost, a, g };
  };
  let now = build(p);
  let damp = 1e-3;
  let settled = false;
  for (let round = 0; round < 60 && !settled; round++) {
    const a = now.a.slice();
    for (let i = 0; i < free; i++) a[i * free + i] *= 1 + damp;
    const step = solve(a, now.g, free);
    if (!step) return undefined;
    const q = p.slice();
    for (let i = 0; i < free; i++) q[i] += step[i];
    const allowed = q[1] > 0.2 && q[5] > 0.25 && q[5] < 6 && q[0] > 0 && q[0] < 12 && q[1] < places.length;
    const next = allowed ? build(q) : undefined;
    if (next && next.cost <= now.cost) {
      settled = Math.abs(step[1]) < 1e-4 && now.cost - next.cost <= 1e-6 * now.cost;
      p.set(q);
      now = next;
      damp = Math.max(1e-9, damp / 5);
    } else {
      damp *= 6;
      if (damp > 1e9) settled = true;
    }
  }
  const [depth, radius, centre, background, slope, blur] = p;
  if (!settled || centre - radius < places[0] - 1 || centre + radius > places[places.length - 1] + 1) return undefined;
  const inverse = invert(now.a, free);
  if (!inverse) return undefined;
  const left = used.map((n) => values[n] - model(p, places[n]));
  const variance = now.cost / (used.length - free);
  const widened = variance * correlation(left);
  const cov = (i: number, j: number): number => widened * inverse[i * free + j];
  let radiusVariance = cov(1, 1);
  if (start.fixed) {
    // how much the radius moves when the blur that was held is wrong by its own error
    const pull = new Float64Array(free);
    for (const n of used) {
      model(p, places[n]);
      for (let i = 0; i < free; i++) pull[i] += row[i] * row[5];
    }
    let byBlur = 0;
    for (let j = 0; j < free; j++) byBlur -= inverse[free + j] * pull[j];
    radiusVariance += (byBlur * start.fixed.sd) ** 2;
  }
  return {
    radius,
    centre,
    blur,
    peak: depth,
    background: background + slope * centre,
    slope,
    radiusSd: Math.sqrt(radiusVariance),
    blurSd: start.fixed ? start.fixed.sd : Math.sqrt(cov(5, 5)),
    residual: Math.sqrt(variance),
  };
}

/**
 * By how much correlated residuals widen a variance: 1 + 2 sum of their correlations over the first four steps. At least
 * 2.6: that of independent pixels read bilinearly every half pixel.
 */
function correlation(left: readonly number[]): number {
  let zero = 0;
  for (const e of left) zero += e * e;
  let factor = 1;
  for (let lag = 1; lag <= 4; lag++) {
    let sum = 0;
    for (let n = lag; n < left.length; n++) sum += left[n] * left[n - lag];
    if (sum <= 0) break;
    factor += (2 * sum) / (zero || 1);
  }
  return Math.max(2.6, factor);
}

/** Solves a x = g for a symmetric positive matrix by Cholesky; undefined when it is not positive. */
function solve(a: Float64Array, g: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i === j) {
        if (!(sum > 0)) return undefined;
        l[i * n + i] = Math.sqrt(sum);
      } else l[i * n + j] = sum / l[j * n + j];
    }
  const x = g.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
  return x;
}

function invert(a: Float64Array, n: number): Float64Array | undefined {
  const out = new Float64Array(n * n);
  for (let c = 0; c < n; c++) {
    const unit = new Float64Array(n);
    unit[c] = 1;
    const x = solve(a, unit, n);
    if (!x) return undefined;
    for (let r = 0; r < n; r++) out[r * n + c] = x[r];
  }
  return out;
}
