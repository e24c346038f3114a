import type { Point2 } from "./diameter.ts";
import { CostQueue } from "./heap.ts";
import { type DensityImage, profileAcross } from "./profile.ts";

const SCALES = [1.5, 3, 6] as const;

/**
 * The way along a vessel between two places of a subtracted picture, about one point a pixel, in the middle of the vessel.
 * Cheapest path over eight neighbours where a step costs less the more a place looks like a dark line at one of three
 * scales (largest second derivative, normalised); then each point moves to the middle of its profile and the line is
 * calmed. Undefined where both places are the same or one lies outside.
 * `widest`: largest radius looked for, pixels. Source: Frangi 1998 (line measure), Dijkstra 1959.
 */
export function vesselPath(
  image: DensityImage,
  from: Point2,
  to: Point2,
  widest: number = 24,
): readonly Point2[] | undefined {
  const { rows, columns } = image;
  const inside = ([x, y]: Point2): boolean => x >= 0 && y >= 0 && x <= columns - 1 && y <= rows - 1;
  if (!inside(from) || !inside(to) || Math.hypot(to[0] - from[0], to[1] - from[1]) < 2) return undefined;
  const margin = Math.max(40, 0.5 * Math.hypot(to[0] - from[0], to[1] - from[1]));
  const x0 = Math.max(0, Math.floor(Math.min(from[0], to[0]) - margin));
  const y0 = Math.max(0, Math.floor(Math.min(from[1], to[1]) - margin));
  const width = Math.min(columns - 1, Math.ceil(Math.max(from[0], to[0]) + margin)) - x0 + 1;
  const height = Math.min(rows - 1, Math.ceil(Math.max(from[1], to[1]) + margin)) - y0 + 1;
  const box = new Float32Array(width * height);
  for (let j = 0; j < height; j++)
    box.set(image.data.subarray((y0 + j) * columns + x0, (y0 + j) * columns + x0 + width), j * width);
  const line = lineMeasure(box, width, height);
  const raw = cheapest(line, width, height, place(from, x0, y0, width, height), place(to, x0, y0, width, height));
  let path: Point2[] = raw.map((p) => [x0 + (p % width), y0 + Math.floor(p / width)]);
  for (const by of [4, 3]) {
    path = calmed(path, by);
    path = calmed(
      path.map((point, n) => centred(image, path, n, point, widest)),
      by,
    );
  }
  return path;
}

function place([x, y]: Point2, x0: number, y0: number, width: number, height: number): number {
  const i = Math.max(0, Math.min(width - 1, Math.round(x - x0)));
  const j = Math.max(0, Math.min(height - 1, Math.round(y - y0)));
  return j * width + i;
}

/** How line-like each pixel is, 0 to 1: the strongest downward curvature across, over three scales. */
function lineMeasure(box: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(box.length);
  for (const scale of SCALES) {
    const soft = smooth(box, width, height, scale);
    for (let j = 1; j < height - 1; j++)
      for (let i = 1; i < width - 1; i++) {
        const p = j * width + i;
        const xx = soft[p - 1] - 2 * soft[p] + soft[p + 1];
        const yy = soft[p - width] - 2 * soft[p] + soft[p + width];
        const xy = (soft[p - width - 1] + soft[p + width + 1] - soft[p - width + 1] - soft[p + width - 1]) / 4;
        const middle = (xx + yy) / 2;
        const apart = Math.hypot((xx - yy) / 2, xy);
        const value = scale * scale * (-(middle - apart) - Math.max(0, Math.abs(middle + apart)));
        if (value > out[p]) out[p] = value;
      }
  }
  const sorted = out.filter((v) => v > 0).sort();
  const top = sorted[Math.floor(0.98 * sorted.length)] || 1;
  return out.map((v) => Math.min(1, v / top));
}

/** Gaussian blur, separable, borders repeated. */
function smooth(box: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weights = Float32Array.from({ length: 2 * reach + 1 }, (_, n) =>
    Math.exp(-((n - reach) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((a, b) => a + b);
  const pass = (from: Float32Array, stride: number, size: number, other: number, otherStride: number): Float32Array => {
    const out = new Float32Array(from.length);
    for (let o = 0; o < other; o++)
      for (let n = 0; n < size; n++) {
        let sum = 0;
        for (let q = -reach; q <= reach; q++)
          sum += weights[q + reach] * from[o * otherStride + Math.max(0, Math.min(size - 1, n + q)) * stride];
        out[o * otherStride + n * stride] = sum / total;
      }
    return out;
  };
  return pass(pass(box, 1, width, height, width), width, height, width, 1);
}

function cheapest(line: Float32Array, width: number, height: number, from: number, to: number): number[] {
  const best = new Float64Array(line.length).fill(Number.POSITIVE_INFINITY);
  const back = new Int32Array(line.length).fill(-1);
  const queue = new CostQueue();
  best[from] = 0;
  queue.push(from, 0);
  for (let p = queue.pop(); p >= 0 && p !== to; p = queue.pop()) {
    if (queue.lastCost > best[p]) continue;
    const [i, j] = [p % width, Math.floor(p / width)];
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++) {
        const [ni, nj] = [i + di, j + dj];
        if ((di === 0 && dj === 0) || ni < 0 || nj < 0 || ni >= width || nj >= height) continue;
        const q = nj * width + ni;
        const cost = best[p] + (Math.hypot(di, dj) * 1) / (0.02 + line[q]);
        if (cost < best[q]) {
          best[q] = cost;
          back[q] = p;
          queue.push(q, cost);
        }
      }
  }
  const out = [to];
  while (out[out.length - 1] !== from && back[out[out.length - 1]] >= 0) out.push(back[out[out.length - 1]]);
  return out.reverse();
}

/** A point moved across to the middle of its profile, by at most three pixels. */
function centred(image: DensityImage, path: readonly Point2[], n: number, point: Point2, widest: number): Point2 {
  const [a, b] = [path[Math.max(0, n - 3)], path[Math.min(path.length - 1, n + 3)]];
  const m = Math.hypot(b[0] - a[0], b[1] - a[1]);
  if (m === 0) return point;
  const [nx, ny] = [-(b[1] - a[1]) / m, (b[0] - a[0]) / m];
  const profile = profileAcross(image, point[0], point[1], nx, ny, widest);
  if (!profile) return point;
  const by = Math.max(-3, Math.min(3, profile.centre));
  return [point[0] + by * nx, point[1] + by * ny];
}

/** Means over 2 * by + 1 neighbours; towards the ends over fewer, the ends themselves stay. */
function calmed(path: readonly Point2[], by: number): Point2[] {
  return path.map((point, n): Point2 => {
    const reach = Math.min(by, n, path.length - 1 - n);
    if (reach === 0) return point;
    let [x, y] = [0, 0];
    for (let q = n - reach; q <= n + reach; q++) [x, y] = [x + path[q][0], y + path[q][1]];
    return [x / (2 * reach + 1), y / (2 * reach + 1)];
  });
}
