import { toPatient } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { cropToMask } from "./crop.ts";
import { fitEdge } from "./edge-fit.ts";
import { type LocalLevel, localLevel } from "./local-level.ts";
import { type Mesh, marchingCubes } from "./marching.ts";
import { type Closure, closure, meshSize, neighbours, smoothMesh, vertexNormals } from "./mesh.ts";
import { trilinear } from "./sample.ts";

/** The surface of a vessel and how it was found. */
export interface VesselSurface {
  /** Positions in patient LPS mm. */
  readonly mesh: Mesh;
  readonly volumeMm3: number;
  readonly areaMm2: number;
  readonly closure: Closure;
  /** Mean movement from the half maximum to the fitted edge, mm, outward positive, and the share of vertices with a fit. */
  readonly refinedMm: number;
  readonly refinedShare: number;
  /** Mean blur of the wall found by the fits (SD of a Gaussian, mm); 0 when none was found. */
  readonly blurMm: number;
}

/** How the surface is made. */
export interface SurfaceOptions {
  /** Rounds of volume-preserving smoothing; default 8. */
  readonly smoothing?: number;
  /** Moves each vertex to the edge fitted along its normal; default true. */
  readonly refine?: boolean;
}

/**
 * The surface of a segmented vessel: marching cubes at the local half maximum of lumen and background, then each vertex
 * moved along its normal to the edge of a blurred step fitted there, then smoothed without loss of volume.
 * `mask` 0/1 of the volume's shape says what belongs to it (topology); the values say where the wall lies. A wall that is
 * bent has its half maximum inside the true wall by blur^2 times the mean curvature; that is added back where the blur
 * was fitted. Undefined for an empty mask.
 * Source: half maximum with gradient edges after AJNR 2005;26:2569.
 */
export function vesselSurface(
  volume: Volume,
  mask: Uint8Array,
  options: SurfaceOptions = {},
): VesselSurface | undefined {
  const cut = cropToMask(volume, mask, 6);
  const level = localLevel(cut.volume, cut.mask);
  if (!level) return undefined;
  const raw = halfMaximum(cut.volume, cut.mask, level);
  const calm = smoothMesh(raw, 2);
  const fitted = options.refine === false ? { mesh: calm, share: 0, moved: 0, blur: 0 } : toEdges(cut.volume, calm);
  const smooth = smoothMesh(inPatient(cut.volume, fitted.mesh), options.smoothing ?? 8);
  const { volume: volumeMm3, area: areaMm2 } = meshSize(smooth);
  return {
    mesh: smooth,
    volumeMm3,
    areaMm2,
    closure: closure(smooth),
    refinedMm: fitted.moved,
    refinedShare: fitted.share,
    blurMm: fitted.blur,
  };
}

/** The mask decides what is inside; the values place the crossing between an inside and an outside voxel. */
function halfMaximum(volume: Volume, mask: Uint8Array, level: LocalLevel): Mesh {
  const [ni, nj] = volume.shape;
  return marchingCubes(volume.shape, (i, j, k) => {
    const p = (k * nj + j) * ni + i;
    if (!mask[p] && !near(mask, volume.shape, i, j, k)) return -1;
    const contrast = Math.max(1e-6, level.contrast(i, j, k));
    const over = (volume.data[p] - level.half(i, j, k)) / contrast;
    return mask[p] ? Math.max(0.02, over) : Math.min(-0.02, over);
  });
}

function near(
  mask: Uint8Array,
  [ni, nj, nk]: readonly [number, number, number],
  i: number,
  j: number,
  k: number,
): boolean {
  const p = (k * nj + j) * ni + i;
  return Boolean(
    (i > 0 && mask[p - 1]) ||
      (i < ni - 1 && mask[p + 1]) ||
      (j > 0 && mask[p - ni]) ||
      (j < nj - 1 && mask[p + ni]) ||
      (k > 0 && mask[p - ni * nj]) ||
      (k < nk - 1 && mask[p + ni * nj]),
  );
}

/** Each vertex of a mesh in voxel indices at the edge along its normal; the movements are averaged over neighbours. */
function toEdges(volume: Volume, mesh: Mesh): { mesh: Mesh; share: number; moved: number; blur: number } {
  const scale = volume.spacing;
  const mm = Math.min(...scale);
  // normals in mm, so that unequal spacing does not tilt them
  const scaled: Mesh = { positions: mesh.positions.map((x, q) => x * scale[q % 3]), triangles: mesh.triangles };
  const normals = vertexNormals(scaled);
  const { start, list } = neighbours(mesh);
  const count = mesh.positions.length / 3;
  const at = trilinear(volume);
  const places = Array.from({ length: 17 }, (_, n) => (n - 8) * 0.35 * mm);
  const found = new Float32Array(count);
  const blur = new Float32Array(count);
  const good = new Uint8Array(count);
  const p = mesh.positions;
  for (let v = 0; v < count; v++) {
    const values = places.map((x) =>
      at(
        p[3 * v] + (x * normals[3 * v]) / scale[0],
        p[3 * v + 1] + (x * normals[3 * v + 1]) / scale[1],
        p[3 * v + 2] + (x * normals[3 * v + 2]) / scale[2],
      ),
    );
    const edge = fitEdge(places, oneEdge(values), 0, 0.6 * mm);
    if (!edge || Math.abs(edge.at) > 1.2 * mm) continue;
    good[v] = 1;
    found[v] = edge.at;
    blur[v] = edge.blur;
  }
  const [share, meanBlur] = [mean(good), meanWhere(blur, good)];
  const curve = meanCurvature(scaled.positions, normals, start, list);
  for (let v = 0; v < count; v++) {
    if (!good[v]) continue;
    const bend = Math.max(-0.3 * mm, Math.min(0.3 * mm, meanBlur * meanBlur * curve[v]));
    found[v] += bend;
  }
  const moved = calmed(found, good, start, list);
  const positions = p.map((x, q) => x + (moved[(q / 3) | 0] * normals[q]) / scale[q % 3]);
  return { mesh: { positions, triangles: mesh.triangles }, share, moved: mean(moved), blur: meanBlur };
}

/** Only what belongs to this edge: outward until the values rise again by a third of the step, inward likewise. */
function oneEdge(values: readonly number[]): number[] {
  const out = [...values];
  const middle = values.length >> 1;
  const reach =
    Math.max(...values.filter((v) => !Number.isNaN(v))) - Math.min(...values.filter((v) => !Number.isNaN(v)));
  let least = values[middle];
  for (let n = middle, open = true; n < values.length; n++) {
    if (values[n] < least) least = values[n];
    if (!open || values[n] > least + reach / 3) {
      open = false;
      out[n] = Number.NaN;
    }
  }
  let most = values[middle];
  for (let n = middle, open = true; n >= 0; n--) {
    if (values[n] > most) most = values[n];
    if (!open || values[n] < most - reach / 3) {
      open = false;
      out[n] = Number.NaN;
    }
  }
  return out;
}

/** Mean curvature, 1/mm, positive where the body is convex: from how far each vertex stands before its neighbours. */
function meanCurvature(mm: Float32Array, normals: Float32Array, start: Uint32Array, list: Uint32Array): Float32Array {
  const count = mm.length / 3;
  const rough = new Float32Array(count);
  for (let v = 0; v < count; v++) {
    let [sum, n] = [0, 0];
    for (let at = start[v]; at < start[v + 1]; at++) {
      const d = [0, 1, 2].map((x) => mm[3 * v + x] - mm[3 * list[at] + x]);
      const square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
      if (square === 0) continue;
      sum += (2 * (d[0] * normals[3 * v] + d[1] * normals[3 * v + 1] + d[2] * normals[3 * v + 2])) / square;
      n++;
    }
    rough[v] = n ? sum / n : 0;
  }
  const all = new Uint8Array(count).fill(1);
  return calmed(calmed(rough, all, start, list), all, start, list);
}

/** Values averaged over three rings of neighbours, only from where they are known. */
function calmed(values: Float32Array, known: Uint8Array, start: Uint32Array, list: Uint32Array): Float32Array {
  let sum = values.map((x, v) => (known[v] ? x : 0));
  let weight = Float32Array.from(known);
  for (let round = 0; round < 3; round++) {
    const [s, w] = [sum.slice(), weight.slice()];
    for (let v = 0; v + 1 < start.length; v++)
      for (let at = start[v]; at < start[v + 1]; at++) {
        s[v] += sum[list[at]] / 2;
        w[v] += weight[list[at]] / 2;
      }
    [sum, weight] = [s, w];
    for (let v = 0; v < sum.length; v++) if (weight[v] > 0) [sum[v], weight[v]] = [sum[v] / weight[v], 1];
  }
  return sum;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let v = 0; v < values.length; v++) sum += values[v];
  return values.length ? sum / values.length : 0;
}

function meanWhere(values: Float32Array, where: Uint8Array): number {
  let [sum, n] = [0, 0];
  for (let v = 0; v < values.length; v++) if (where[v]) [sum, n] = [sum + values[v], n + 1];
  return n ? sum / n : 0;
}

/** A mesh in voxel indices as one in patient mm, triangles still facing outward. */
function inPatient(volume: Volume, mesh: Mesh): Mesh {
  const positions = new Float32Array(mesh.positions.length);
  for (let q = 0; q < positions.length; q += 3)
    positions.set(toPatient(volume, mesh.positions[q], mesh.positions[q + 1], mesh.positions[q + 2]), q);
  const { i, j, k } = volume.direction;
  const turned =
    i[0] * (j[1] * k[2] - j[2] * k[1]) - i[1] * (j[0] * k[2] - j[2] * k[0]) + i[2] * (j[0] * k[1] - j[1] * k[0]) < 0;
  if (!turned) return { positions, triangles: mesh.triangles };
  const triangles = mesh.triangles.slice();
  for (let t = 0; t < triangles.length; t += 3) [triangles[t], triangles[t + 1]] = [triangles[t + 1], triangles[t]];
  return { positions, triangles };
}
