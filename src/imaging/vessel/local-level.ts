import type { Volume } from "../../core/volume.ts";

/** Voxels along one side of a cell in which lumen and background are told. */
const CELL = 4;

/** How bright the lumen and what surrounds it are, at each place. */
export interface LocalLevel {
  /** Mean lumen and background of the whole structure, in the unit of the volume. */
  readonly lumen: number;
  readonly background: number;
  /** Half maximum, 0.5 (lumen + background), at a voxel. */
  readonly half: (i: number, j: number, k: number) => number;
  /** Lumen minus background at a voxel. */
  readonly contrast: (i: number, j: number, k: number) => number;
}

/**
 * The local half maximum about a vessel: lumen from the voxels of the mask that have no neighbour outside it (all of the
 * mask where there are none), background from the ring of 2 to 4 voxels about it without what is nearly as bright as
 * the lumen (bone, a vessel beside), both averaged over about 12 voxels, without edges between.
 * `mask` 0/1 of the volume's shape. Undefined for an empty mask or one without surroundings.
 * Source: threshold 0.5 (lumen + background), taken locally; one threshold for all moved volumes by up to half
 * (AJNR 2005;26:2569).
 */
export function localLevel(volume: Volume, mask: Uint8Array): LocalLevel | undefined {
  const [ni, nj, nk] = volume.shape;
  const cells = [ni, nj, nk].map((n) => Math.ceil(n / CELL)) as [number, number, number];
  const count = cells[0] * cells[1] * cells[2];
  const ring = rings(mask, volume.shape, 4);
  const lumen = { sum: new Float32Array(count), n: new Float32Array(count) };
  const around = { sum: new Float32Array(count), n: new Float32Array(count) };
  const all = [0, 0, 0, 0];
  const plane = ni * nj;
  const core = (p: number): boolean =>
    mask[p - 1] + mask[p + 1] + mask[p - ni] + mask[p + ni] + mask[p - plane] + mask[p + plane] === 6;
  const each = (visit: (p: number, cell: number) => void): void => {
    for (let k = 0, p = 0; k < nk; k++)
      for (let j = 0; j < nj; j++)
        for (let i = 0; i < ni; i++, p++)
          if (ring[p] || mask[p])
            visit(p, (((k / CELL) | 0) * cells[1] + ((j / CELL) | 0)) * cells[0] + ((i / CELL) | 0));
  };
  each((p, cell) => {
    if (!mask[p]) return;
    const weight = core(p) ? 1 : 0.001;
    lumen.sum[cell] += weight * volume.data[p];
    lumen.n[cell] += weight;
    all[0] += weight * volume.data[p];
    all[1] += weight;
  });
  if (all[1] === 0) return undefined;
  const meanLumen = all[0] / all[1];
  // A first background, then that without what is over the middle between it and the lumen.
  let limit = meanLumen;
  for (const last of [false, true]) {
    all[2] = all[3] = 0;
    each((p, cell) => {
      if (mask[p] || ring[p] < 2 || volume.data[p] > limit) return;
      all[2] += volume.data[p];
      all[3]++;
      if (last) {
        around.sum[cell] += volume.data[p];
        around.n[cell]++;
      }
    });
    if (all[3] === 0) return undefined;
    limit = (meanLumen + all[2] / all[3]) / 2;
  }
  const meanAround = all[2] / all[3];
  const inside = spread(lumen.sum, lumen.n, cells, meanLumen);
  const outside = spread(around.sum, around.n, cells, meanAround);
  const at = (field: Float32Array, i: number, j: number, k: number): number => cellValue(field, cells, i, j, k);
  return {
    lumen: meanLumen,
    background: meanAround,
    half: (i, j, k) => (at(inside, i, j, k) + at(outside, i, j, k)) / 2,
    contrast: (i, j, k) => at(inside, i, j, k) - at(outside, i, j, k),
  };
}

/** Steps by faces from the mask, 1 to `most`; 0 in the mask and beyond. */
function rings(mask: Uint8Array, shape: readonly [number, number, number], most: number): Uint8Array {
  const [ni, nj, nk] = shape;
  const plane = ni * nj;
  const out = new Uint8Array(mask.length);
  let front: number[] = [];
  const visit = (from: readonly number[], step: number): number[] => {
    const next: number[] = [];
    const take = (q: number): void => {
      if (mask[q] || out[q]) return;
      out[q] = step;
      next.push(q);
    };
    for (const p of from) {
      const i = p % ni;
      const j = ((p / ni) | 0) % nj;
      const k = (p / plane) | 0;
      if (i > 0) take(p - 1);
      if (i < ni - 1) take(p + 1);
      if (j > 0) take(p - ni);
      if (j < nj - 1) take(p + ni);
      if (k > 0) take(p - plane);
      if (k < nk - 1) take(p + plane);
    }
    return next;
  };
  for (let p = 0; p < mask.length; p++) if (mask[p]) front.push(p);
  for (let step = 1; step <= most; step++) front = visit(front, step);
  return out;
}

/** Means of the cells, averaged over neighbours twice; cells nothing reaches get `otherwise`. */
function spread(
  sum: Float32Array,
  n: Float32Array,
  cells: readonly [number, number, number],
  otherwise: number,
): Float32Array {
  const [a, b, c] = cells;
  const strides = [1, a, a * b];
  const sizes = [a, b, c];
  for (let pass = 0; pass < 2; pass++)
    for (let axis = 0; axis < 3; axis++)
      for (const field of [sum, n]) {
        const before = field.slice();
        const stride = strides[axis];
        for (let p = 0; p < field.length; p++) {
          const at = ((p / stride) | 0) % sizes[axis];
          field[p] =
            before[p] + 0.5 * ((at > 0 ? before[p - stride] : 0) + (at < sizes[axis] - 1 ? before[p + stride] : 0));
        }
      }
  return sum.map((value, p) => (n[p] > 0 ? value / n[p] : otherwise));
}

function cellValue(
  field: Float32Array,
  cells: readonly [number, number, number],
  i: number,
  j: number,
  k: number,
): number {
  const [a, b, c] = cells;
  const place = (v: number, size: number): number => Math.max(0, Math.min(size - 1, (v + 0.5) / CELL - 0.5));
  const [x, y, z] = [place(i, a), place(j, b), place(k, c)];
  const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [u, v, w] = [x - x0, y - y0, z - z0];
  const dx = x0 + 1 < a ? 1 : 0;
  const dy = y0 + 1 < b ? a : 0;
  const dz = z0 + 1 < c ? a * b : 0;
  const p = (z0 * b + y0) * a + x0;
  const line = (q: number): number => field[q] * (1 - u) + field[q + dx] * u;
  const sheet = (q: number): number => line(q) * (1 - v) + line(q + dy) * v;
  return sheet(p) * (1 - w) + sheet(p + dz) * w;
}
