import { binWidth, differenceEnergy, type Points, residualOver } from "./difference.ts";
import { edgePoints, pyramid, RESIDUAL_SHARE, smooth } from "./pyramid.ts";

/** A log mask made ready to be moved onto the frames of its run: pyramid, and the places where anatomy has edges. */
export interface RegistrationMask {
  readonly rows: number;
  readonly columns: number;
  /** As given, for the residual. */
  readonly values: Float32Array;
  /** The strongest edges, at which the residual is read. */
  readonly edges: Points;
  /** Coarsest first; the finest is smoothed a little. */
  readonly levels: readonly { readonly values: Float32Array; readonly points: Points }[];
}

/** Movement of the mask onto a frame, in pixels to the right and down. */
export interface GlobalShift {
  readonly x: number;
  readonly y: number;
  /** Robust spread of the difference at the edges of the anatomy over that of its noise, moved and unmoved; 1 is best. */
  readonly residual: number;
  readonly before: number;
}

const LEVELS = 4;
const SMALLEST = 64;

/**
 * Prepares a mask for `globalShift`, once for all frames of a run.
 * `values`: mean ln(intensity), row-major. Points are taken in the inner 84 % of the image (collimators do not move
 * with the patient), where a smoothed gradient is in its upper 40 %, at most about 40,000 a level.
 */
export function registrationMask(values: Float32Array, rows: number, columns: number): RegistrationMask {
  const levels = pyramid(values, rows, columns, LEVELS, SMALLEST).map((level, at, all) => ({
    values: at === all.length - 1 ? smooth(level.values, level.rows, level.columns) : level.values,
    points: edgePoints(level.values, level.rows, level.columns),
  }));
  return { rows, columns, values, levels, edges: edgePoints(values, rows, columns, RESIDUAL_SHARE) };
}

/**
 * The shift that fits a mask best onto one frame, to a few hundredths of a pixel.
 * `live`: ln(intensity), row-major, size of the mask. Sought within `reach` pixels on a pyramid of means by the energy
 * of the histogram of the difference (sum of squared shares) over the edge points: anatomy that cancels makes the
 * histogram sharp, while contrast, which darkens few pixels by much, and a change of exposure, which moves all alike,
 * hardly weigh. Then the vertex of a paraboloid through 1/energy^2 (which is quadratic in the shift for normal noise)
 * of the 3 x 3 shifts around the estimate, all of one sub-pixel fraction, so that interpolation smooths them alike;
 * repeated until it stands. A flat image, or a shift that raises the residual, gives 0, 0.
 * Source of the measure: Meijering 1999, IJCV 31:227. Phase correlation fails on such images and is not used.
 */
export function globalShift(mask: RegistrationMask, live: Float32Array, reach: number = 24): GlobalShift {
  const { rows, columns } = mask;
  const frames = pyramid(live, rows, columns, LEVELS, SMALLEST);
  const last = frames.length - 1;
  let [x, y] = [0, 0];
  frames.forEach((frame, at) => {
    const { values, points } = mask.levels[at];
    const picture = at === last ? smooth(frame.values, frame.rows, frame.columns) : frame.values;
    const width = binWidth(picture, frame.rows, frame.columns) * (at === last ? 0.5 : 1);
    const energy = (dx: number, dy: number): number =>
      differenceEnergy(values, picture, frame.rows, frame.columns, points, dx, dy, width);
    const radius = at === 0 ? Math.max(2, Math.ceil(reach / 2 ** last)) : 1;
    if (at > 0) [x, y] = [2 * x, 2 * y];
    [x, y] = climb(energy, x, y, radius);
    if (at === last) [x, y] = vertex(energy, x, y);
  });
  const limit = reach + 1;
  const stays = Math.abs(x) > limit || Math.abs(y) > limit;
  const points = mask.edges;
  const before = residualOver(mask.values, live, rows, columns, points, 0, 0);
  const residual = stays ? before : residualOver(mask.values, live, rows, columns, points, x, y);
  if (stays || !(residual < 1.03 * before)) return { x: 0, y: 0, residual: before, before };
  return { x: rounded(x), y: rounded(y), residual, before };
}

const rounded = (v: number): number => Math.round(v * 100) / 100 + 0;

type Energy = (x: number, y: number) => number;

/** The best whole shift of a square of shifts around x, y; walks on while the best lies on the rim. */
function climb(energy: Energy, x: number, y: number, radius: number): [number, number] {
  const seen = new Map<string, number>();
  const at = (u: number, v: number): number => {
    const key = `${u} ${v}`;
    if (!seen.has(key)) seen.set(key, energy(u, v));
    return seen.get(key)!;
  };
  let [bx, by] = [x, y];
  for (let round = 0; round < 4; round++) {
    const [cx, cy] = [bx, by];
    const r = round === 0 ? radius : 1;
    for (let v = cy - r; v <= cy + r; v++)
      for (let u = cx - r; u <= cx + r; u++) if (at(u, v) > at(bx, by)) [bx, by] = [u, v];
    if (bx === cx && by === cy) break;
  }
  return [bx, by];
}

/** Vertex of the least-squares paraboloid through 1/energy^2 of 3 x 3 shifts, three times over. */
function vertex(energy: Energy, x: number, y: number): [number, number] {
  for (let round = 0; round < 3; round++) {
    const f: number[] = [];
    for (let v = -1; v <= 1; v++) for (let u = -1; u <= 1; u++) f.push(1 / Math.max(1e-12, energy(x + u, y + v)) ** 2);
    const gx = (f[2] + f[5] + f[8] - f[0] - f[3] - f[6]) / 6;
    const gy = (f[6] + f[7] + f[8] - f[0] - f[1] - f[2]) / 6;
    const xx = (f[0] + f[2] + f[3] + f[5] + f[6] + f[8] - 2 * (f[1] + f[4] + f[7])) / 3;
    const yy = (f[0] + f[1] + f[2] + f[6] + f[7] + f[8] - 2 * (f[3] + f[4] + f[5])) / 3;
    const xy = (f[0] + f[8] - f[2] - f[6]) / 4;
    const det = xx * yy - xy * xy;
    if (!(xx > 0 && yy > 0 && det > 0)) break; // flat: the whole pixel stands
    const dx = Math.max(-0.7, Math.min(0.7, (xy * gy - yy * gx) / det));
    const dy = Math.max(-0.7, Math.min(0.7, (xy * gx - xx * gy) / det));
    [x, y] = [x + dx, y + dy];
    if (Math.hypot(dx, dy) < 0.01) break;
  }
  return [x, y];
}
