import type { Grid } from "../../core/geometry.ts";
import { binFrame, binGrid } from "./binning.ts";
import { smoothInMask } from "./smoothing.ts";

/** Rigid head position of one frame against the baseline: mm and radians about the grid's axes through its centre. */
export interface Pose {
  readonly shift: readonly [number, number, number];
  readonly turn: readonly [number, number, number];
  /** Largest displacement of a point 70 mm from the centre, mm. */
  readonly displacement: number;
  /** Robust spread of what remains, in the unit of the frames. */
  readonly residual: number;
  /** True when the frame cannot be trusted: moved far, or remains unlike the others. */
  readonly spoilt: boolean;
}

/**
 * Estimates the head position in each frame by Gauss-Newton on coarse data (about 4 mm pixels).
 * `frames` on `grid` in HU (or MR signal); `reference`: the mean baseline frame. Only strong edges are used (skull,
 * skin), values are cut to `window`, and large residuals get no weight (Tukey), so arriving contrast does not pull.
 * A frame is spoilt when it lies beyond 12 mm or 8 degrees, or its residual is over four times the median and 3 % of the window. A grid under
 * 3 slices keeps to its plane (three degrees of freedom).
 */
export function estimateMotion(
  frames: readonly Float32Array[],
  reference: Float32Array,
  grid: Grid,
  window: readonly [number, number] = [-150, 300],
  told: (fraction: number) => void = () => {},
): Pose[] {
  let factor = 1;
  while (grid.spacing[0] * factor < 3 && grid.shape[0] / factor > 32) factor *= 2;
  const small = binGrid(grid, factor);
  const cut = (frame: Float32Array): Float32Array => {
    const out = binFrame(frame, grid, factor);
    for (let p = 0; p < out.length; p++) out[p] = Math.max(window[0], Math.min(window[1], out[p]));
    return out;
  };
  const fixed = cut(reference);
  const soft = blur(fixed, small);
  const fine = edgeSamples(fixed, small, 9000);
  const coarse = edgeSamples(soft, small, 5000);
  const flat = grid.shape[2] < 3;
  const rough: Omit<Pose, "spoilt">[] = [];
  let start = new Float64Array(6);
  frames.forEach((frame, t) => {
    const moving = cut(frame);
    const first = gaussNewton(blur(moving, small), small, coarse, start, flat, 6);
    const { pose, residual } = gaussNewton(moving, small, fine, first.pose, flat, 6);
    start = pose;
    const shift: [number, number, number] = [pose[0], pose[1], pose[2]];
    const turn: [number, number, number] = [pose[3], pose[4], pose[5]];
    rough.push({ shift, turn, displacement: Math.hypot(...shift) + 70 * Math.hypot(...turn), residual });
    told((t + 1) / frames.length);
  });
  const allowed = 0.03 * (window[1] - window[0]);
  const median = [...rough.map((r) => r.residual)].sort((a, b) => a - b)[rough.length >> 1];
  return rough.map((r) => ({
    ...r,
    spoilt: Math.hypot(...r.shift) > 12 || Math.hypot(...r.turn) > 0.14 || r.residual > 4 * median + allowed,
  }));
}

function blur(frame: Float32Array, grid: Grid): Float32Array {
  const out = frame.slice();
  smoothInMask([out], new Uint8Array(out.length).fill(1), grid.shape, grid.spacing, [5, 5, 0]);
  return out;
}

interface Samples {
  readonly count: number;
  /** Position from the centre of the grid, mm along its axes. */
  readonly position: Float32Array;
  readonly value: Float32Array;
  /** Derivatives by the six parameters. */
  readonly jacobian: Float32Array;
}

/** The voxels with the strongest edges of the reference, thinned evenly to at most `most`. */
function edgeSamples(image: Float32Array, grid: Grid, most: number): Samples {
  const [ni, nj, nk] = grid.shape;
  const [si, sj, sk] = grid.spacing;
  const plane = ni * nj;
  const strength = new Float32Array(image.length);
  const gradient = (p: number, k: number): [number, number, number] => [
    (image[p + 1] - image[p - 1]) / (2 * si),
    (image[p + ni] - image[p - ni]) / (2 * sj),
    nk < 3 ? 0 : k === 0 || k === nk - 1 ? 0 : (image[p + plane] - image[p - plane]) / (2 * sk),
  ];
  const values: number[] = [];
  for (let k = 0; k < nk; k++)
    for (let j = 1; j < nj - 1; j++)
      for (let i = 1; i < ni - 1; i++) {
        const p = k * plane + j * ni + i;
        const g = gradient(p, k);
        strength[p] = Math.hypot(...g);
        if (strength[p] > 1) values.push(strength[p]);
      }
  values.sort((a, b) => b - a);
  const bound = values[Math.min(values.length - 1, most * 2)] ?? Number.POSITIVE_INFINITY;
  const chosen: number[] = [];
  for (let p = 0; p < image.length; p++) if (strength[p] > 1 && strength[p] >= bound) chosen.push(p);
  const step = Math.max(1, chosen.length / most);
  const count = Math.floor(chosen.length / step);
  const position = new Float32Array(count * 3);
  const value = new Float32Array(count);
  const jacobian = new Float32Array(count * 6);
  for (let s = 0; s < count; s++) {
    const p = chosen[Math.floor(s * step)];
    const k = Math.floor(p / plane);
    const x = ((p % ni) - (ni - 1) / 2) * si;
    const y = ((Math.floor(p / ni) % nj) - (nj - 1) / 2) * sj;
    const z = (k - (nk - 1) / 2) * sk;
    const [gx, gy, gz] = gradient(p, k);
    position.set([x, y, z], s * 3);
    value[s] = image[p];
    jacobian.set([gx, gy, gz, gz * y - gy * z, gx * z - gz * x, gy * x - gx * y], s * 6);
  }
  return { count, position, value, jacobian };
}

/** Rotation matrix (row-major) of small turns about x, then y, then z. */
export function rotation(turn: ArrayLike<number>, from: number = 0): number[] {
  const [a, b, c] = [turn[from], turn[from + 1], turn[from + 2]];
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)];
  return [
    cc * cb,
    cc * sb * sa - sc * ca,
    cc * sb * ca + sc * sa,
    sc * cb,
    sc * sb * sa + cc * ca,
    sc * sb * ca - cc * sa,
    -sb,
    cb * sa,
    cb * ca,
  ];
}

/** Millimetres a point moves for one unit of each parameter: shifts in mm, turns in radians 70 mm from the centre. */
const SCALE = [1, 1, 1, 70, 70, 70];
/**
 * Pull towards no motion, as a share of the best-determined direction. Where the images say nothing (a slab that looks
 * alike in every slice cannot tell a shift along its axis) noise would wander; where they do it changes little.
 */
const STIFFNESS = 3e-4;

function gaussNewton(
  image: Float32Array,
  grid: Grid,
  samples: Samples,
  start: Float64Array,
  flat: boolean,
  iterations: number,
): { pose: Float64Array<ArrayBuffer>; residual: number } {
  const pose = Float64Array.from(start);
  const [ni, nj, nk] = grid.shape;
  const [si, sj, sk] = grid.spacing;
  const difference = new Float32Array(samples.count);
  let residual = 0;
  for (let iteration = 0; iteration <= iterations; iteration++) {
    const r = rotation(pose, 3);
    const sizes: number[] = [];
    for (let s = 0; s < samples.count; s++) {
      const [x, y, z] = [samples.position[3 * s], samples.position[3 * s + 1], samples.position[3 * s + 2]];
      const i = (r[0] * x + r[1] * y + r[2] * z + pose[0]) / si + (ni - 1) / 2;
      const j = (r[3] * x + r[4] * y + r[5] * z + pose[1]) / sj + (nj - 1) / 2;
      const k = (r[6] * x + r[7] * y + r[8] * z + pose[2]) / sk + (nk - 1) / 2;
      const sampled = trilinear(image, ni, nj, nk, i, j, k);
      difference[s] = sampled - samples.value[s];
      if (!Number.isNaN(sampled) && (s & 3) === 0) sizes.push(Math.abs(difference[s]));
    }
    if (sizes.length < 50) return { pose: Float64Array.from(start), residual: Number.POSITIVE_INFINITY };
    sizes.sort((a, b) => a - b);
    residual = 1.48 * sizes[sizes.length >> 1];
    if (iteration === iterations) break;
    const limit = Math.max(4, 4 * residual);
    const normal = new Float64Array(42);
    for (let s = 0; s < samples.count; s++) {
      const d = difference[s];
      if (!(Math.abs(d) < limit)) continue;
      const w = (1 - (d / limit) ** 2) ** 2;
      const at = s * 6;
      for (let a = 0; a < 6; a++) {
        const wa = w * samples.jacobian[at + a];
        for (let b = a; b < 6; b++) normal[a * 7 + b] += wa * samples.jacobian[at + b];
        normal[a * 7 + 6] -= wa * d;
      }
    }
    const prior = STIFFNESS * Math.max(...SCALE.map((scale, a) => normal[a * 7 + a] / scale ** 2));
    SCALE.forEach((scale, a) => {
      normal[a * 7 + a] += prior * scale ** 2;
      normal[a * 7 + 6] -= prior * scale ** 2 * pose[a];
    });
    const step = solve(normal, flat ? [0, 1, 5] : [0, 1, 2, 3, 4, 5]);
    let size = 0;
    for (let a = 0; a < 6; a++) {
      pose[a] += step[a];
      size += Math.abs(step[a]) * (a < 3 ? 1 : 70);
    }
    if (size < 0.02) iteration = Math.max(iteration, iterations - 1);
  }
  return { pose, residual };
}

function trilinear(f: Float32Array, ni: number, nj: number, nk: number, i: number, j: number, k: number): number {
  if (!(i >= 0 && j >= 0 && i <= ni - 1 && j <= nj - 1 && k >= -0.01 && k <= nk - 0.99)) return Number.NaN;
  const i0 = Math.min(ni - 2, Math.floor(i));
  const j0 = Math.min(nj - 2, Math.floor(j));
  const k0 = Math.max(0, Math.min(nk - 2, Math.floor(k)));
  const [u, v, w] = [i - i0, j - j0, Math.max(0, k - k0)];
  const p = (k0 * nj + j0) * ni + i0;
  const layer = (q: number): number => {
    const a = f[q] + u * (f[q + 1] - f[q]);
    const b = f[q + ni] + u * (f[q + ni + 1] - f[q + ni]);
    return a + v * (b - a);
  };
  const low = layer(p);
  return w === 0 || nk < 2 ? low : low + w * (layer(p + ni * nj) - low);
}

/** Solves the symmetric normal equations over the free parameters by elimination; a singular one stays put. */
function solve(normal: Float64Array, free: readonly number[]): Float64Array {
  const n = free.length;
  const m = free.map((a) => [...free.map((b) => normal[Math.min(a, b) * 7 + Math.max(a, b)]), normal[a * 7 + 6]]);
  for (let c = 0; c < n; c++) {
    m[c][c] *= 1 + 1e-6;
    if (!(m[c][c] > 1e-9)) continue;
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const f = m[r][c] / m[c][c];
      for (let q = c; q <= n; q++) m[r][q] -= f * m[c][q];
    }
  }
  const out = new Float64Array(6);
  free.forEach((a, c) => {
    out[a] = m[c][c] > 1e-9 ? m[c][n] / m[c][c] : 0;
  });
  return out;
}

/** The frame as it would look in the baseline position; voxels that were outside the slab keep their own value. */
export function applyPose(frame: Float32Array, grid: Grid, pose: Pose): Float32Array {
  const [ni, nj, nk] = grid.shape;
  const [si, sj, sk] = grid.spacing;
  const r = rotation(pose.turn);
  const out = new Float32Array(frame.length);
  for (let k = 0, p = 0; k < nk; k++) {
    const z = (k - (nk - 1) / 2) * sk;
    for (let j = 0; j < nj; j++) {
      const y = (j - (nj - 1) / 2) * sj;
      for (let i = 0; i < ni; i++, p++) {
        const x = (i - (ni - 1) / 2) * si;
        const a = (r[0] * x + r[1] * y + r[2] * z + pose.shift[0]) / si + (ni - 1) / 2;
        const b = (r[3] * x + r[4] * y + r[5] * z + pose.shift[1]) / sj + (nj - 1) / 2;
        const c = (r[6] * x + r[7] * y + r[8] * z + pose.shift[2]) / sk + (nk - 1) / 2;
        // half a slice beyond the slab is still that slice
        const value = trilinear(
          frame,
          ni,
          nj,
          nk,
          a,
          b,
          c < 0 && c > -0.5 ? 0 : c > nk - 1 && c < nk - 0.5 ? nk - 1 : c,
        );
        out[p] = Number.isNaN(value) ? frame[p] : value;
      }
    }
  }
  return out;
}
