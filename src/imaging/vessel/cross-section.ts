import { toIndex, type Vec3 } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { fitEdge } from "./edge-fit.ts";
import { trilinear } from "./sample.ts";

/** Where a vessel is cut: a point and two unit vectors across it (LPS mm), and about how wide it is (radius, mm). */
export interface CutAt {
  readonly point: Vec3;
  readonly across: Vec3;
  readonly other: Vec3;
  readonly radius: number;
}

/** A cross-section of a vessel. All in mm; null values where the wall was not found, `reason` says why. */
export interface CrossSection {
  /** Middle of the lumen (LPS mm). */
  readonly centre: Vec3;
  /** Outline about the centre in the plane: steps along `across` and `other`. */
  readonly outline: readonly (readonly [number, number])[];
  readonly area: number | null;
  /** Diameter of a disc of the same area, with its standard deviation. */
  readonly diameter: number | null;
  readonly sd: number | null;
  /** Least and greatest width, and diameter of the largest disc inside. */
  readonly least: number | null;
  readonly greatest: number | null;
  readonly inscribed: number | null;
  readonly reason?: string;
}

const RAYS = 36;

/**
 * The lumen in a plane across a vessel: on 36 rays from the middle the edge of a blurred step is fitted, starting where
 * the value falls to the half of lumen and what lies outside; the middle is moved to that of the outline and it is done
 * again. A wall bent with radius r stands blur^2 / (2 r) outside of the fitted edge, which is added.
 * More than a quarter of the rays without an edge (a branch, a vessel or bone beside): the sizes are null.
 * Source: half maximum as `localLevel`; edge fit as `fitEdge`.
 */
export function crossSection(volume: Volume, cut: CutAt): CrossSection {
  const at = trilinear(volume);
  const voxel = Math.min(...volume.spacing);
  let { point } = cut;
  let radii: number[] = [];
  for (let round = 0; round < 2; round++) {
    radii = raysFrom(at, volume, { ...cut, point }, voxel, round > 0);
    const seen = radii.filter((r) => !Number.isNaN(r)).length;
    if (seen < 0.75 * RAYS) return nothing(point, "the wall was not found all around");
    radii = closed(radii);
    if (round === 1) break;
    const [x, y] = centroid(outlineOf(radii));
    point = [0, 1, 2].map((a) => point[a] + x * cut.across[a] + y * cut.other[a]) as unknown as Vec3;
  }
  const outline = outlineOf(radii);
  const area = Math.abs(areaOf(outline));
  const widths = Array.from({ length: RAYS }, (_, n) => widthAt(outline, (Math.PI * n) / RAYS));
  const diameter = 2 * Math.sqrt(area / Math.PI);
  return {
    centre: point,
    outline,
    area,
    diameter,
    sd: Math.hypot((2 * roughness(radii)) / Math.sqrt(RAYS / 3), 0.05 * voxel),
    least: Math.min(...widths),
    greatest: Math.max(...widths),
    inscribed: 2 * inscribedRadius(outline),
  };
}

function nothing(centre: Vec3, reason: string): CrossSection {
  return {
    centre,
    outline: [],
    area: null,
    diameter: null,
    sd: null,
    least: null,
    greatest: null,
    inscribed: null,
    reason,
  };
}

/** Distance to the wall along each ray, NaN where there is none; by the half maximum, or by the fitted edge. */
function raysFrom(
  at: (i: number, j: number, k: number) => number,
  volume: Volume,
  cut: CutAt,
  voxel: number,
  fitted: boolean,
): number[] {
  const step = 0.3 * voxel;
  const guess = Math.max(voxel, cut.radius);
  const count = Math.ceil((2.2 * guess + 4 * voxel) / step);
  const places = Array.from({ length: count }, (_, n) => n * step);
  const lines = Array.from({ length: RAYS }, (_, ray) => {
    const angle = (2 * Math.PI * ray) / RAYS;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return places.map((r) =>
      at(
        ...toIndex(volume, [
          cut.point[0] + r * (c * cut.across[0] + s * cut.other[0]),
          cut.point[1] + r * (c * cut.across[1] + s * cut.other[1]),
          cut.point[2] + r * (c * cut.across[2] + s * cut.other[2]),
        ]),
      ),
    );
  });
  const core = lines
    .flatMap((line) => line.slice(0, Math.max(1, Math.ceil((0.4 * guess) / step))))
    .filter((v) => !Number.isNaN(v));
  const lumen = core.reduce((a, b) => a + b, 0) / core.length;
  // What lies outside: on each ray the least value, and over all rays their median, so that bone on one side does not count.
  const lows = lines.map((line) => line.reduce((a, b) => (b < a ? b : a), lumen)).sort((a, b) => a - b);
  const outside = lows[RAYS >> 1];
  if (!(lumen > outside)) return lines.map(() => Number.NaN);
  return lines.map((line) => {
    const half = (lumen + outside) / 2;
    let n = 1;
    while (n < count && line[n] > half) n++;
    if (n >= count || Number.isNaN(line[n])) return Number.NaN;
    const crossing = places[n - 1] + (step * (line[n - 1] - half)) / (line[n - 1] - line[n] || 1);
    if (!fitted) return crossing;
    // From the middle to where values rise again beyond the wall.
    let end = n;
    while (
      end + 1 < count &&
      places[end] < crossing + 3 * voxel &&
      line[end + 1] <= line[end] + 0.08 * (lumen - outside)
    )
      end++;
    const from = Math.max(0, n - Math.ceil((3 * voxel) / step));
    const edge = fitEdge(places.slice(from, end + 1), line.slice(from, end + 1), crossing, 0.6 * voxel);
    if (!edge || Math.abs(edge.at - crossing) > voxel) return crossing;
    return edge.at + Math.min(0.3 * voxel, (edge.blur * edge.blur) / (2 * Math.max(voxel, edge.at)));
  });
}

/** Gaps filled from the neighbours on both sides, and single outliers taken to the median of five. */
function closed(radii: readonly number[]): number[] {
  const filled = radii.map((r, n) => {
    if (!Number.isNaN(r)) return r;
    let [a, b] = [1, 1];
    while (Number.isNaN(radii[(n + RAYS - a) % RAYS])) a++;
    while (Number.isNaN(radii[(n + b) % RAYS])) b++;
    const [left, right] = [radii[(n + RAYS - a) % RAYS], radii[(n + b) % RAYS]];
    return left + ((right - left) * a) / (a + b);
  });
  return filled.map((r, n) => {
    const five = [-2, -1, 0, 1, 2].map((d) => filled[(n + d + RAYS) % RAYS]).sort((a, b) => a - b);
    return Math.abs(r - five[2]) > 0.25 * five[2] ? five[2] : r;
  });
}

function outlineOf(radii: readonly number[]): [number, number][] {
  return radii.map((r, n) => [r * Math.cos((2 * Math.PI * n) / RAYS), r * Math.sin((2 * Math.PI * n) / RAYS)]);
}

function areaOf(outline: readonly (readonly [number, number])[]): number {
  let sum = 0;
  outline.forEach(([x, y], n) => {
    const [u, v] = outline[(n + 1) % outline.length];
    sum += x * v - u * y;
  });
  // a polygon of n corners on a circle is smaller than it by sin(2 pi / n) / (2 pi / n)
  const angle = (2 * Math.PI) / outline.length;
  return (sum / 2) * (angle / Math.sin(angle));
}

function centroid(outline: readonly (readonly [number, number])[]): [number, number] {
  let [x, y, area] = [0, 0, 0];
  outline.forEach(([a, b], n) => {
    const [c, d] = outline[(n + 1) % outline.length];
    const part = a * d - c * b;
    area += part;
    x += (a + c) * part;
    y += (b + d) * part;
  });
  return area === 0 ? [0, 0] : [x / (3 * area), y / (3 * area)];
}

/** Width of an outline seen along a direction (distance of two parallel lines that hold it). */
function widthAt(outline: readonly (readonly [number, number])[], angle: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [x, y] of outline) {
    const d = x * Math.cos(angle) + y * Math.sin(angle);
    if (d < low) low = d;
    if (d > high) high = d;
  }
  return high - low;
}

/** Radius of the largest disc inside an outline: a search of its middle that halves its step. */
function inscribedRadius(outline: readonly (readonly [number, number])[]): number {
  const wall = (x: number, y: number): number => {
    let least = Number.POSITIVE_INFINITY;
    outline.forEach(([a, b], n) => {
      const [c, d] = outline[(n + 1) % outline.length];
      const [ux, uy] = [c - a, d - b];
      const t = Math.max(0, Math.min(1, ((x - a) * ux + (y - b) * uy) / (ux * ux + uy * uy || 1)));
      least = Math.min(least, Math.hypot(x - a - t * ux, y - b - t * uy));
    });
    return least;
  };
  let [x, y] = centroid(outline);
  let best = wall(x, y);
  for (let step = best / 2; step > 0.005; ) {
    const next = [
      [x + step, y],
      [x - step, y],
      [x, y + step],
      [x, y - step],
    ].find(([a, b]) => wall(a, b) > best);
    if (!next) step /= 2;
    else [x, y, best] = [next[0], next[1], wall(next[0], next[1])];
  }
  return best;
}

/** SD of the radii about their first five harmonics of one ring: noise, not shape. */
function roughness(radii: readonly number[]): number {
  const n = radii.length;
  const rest = [...radii];
  for (let h = 0; h <= 4; h++) {
    let [c, s] = [0, 0];
    radii.forEach((r, q) => {
      c += r * Math.cos((2 * Math.PI * h * q) / n);
      s += r * Math.sin((2 * Math.PI * h * q) / n);
    });
    const scale = h === 0 ? 1 / n : 2 / n;
    for (let q = 0; q < n; q++)
      rest[q] -= scale * (c * Math.cos((2 * Math.PI * h * q) / n) + s * Math.sin((2 * Math.PI * h * q) / n));
  }
  return Math.sqrt(rest.reduce((sum, e) => sum + e * e, 0) / (n - 9));
}
