import { CELL_EDGES, cubeCases } from "./cube-cases.ts";

/** A triangle mesh. `positions`: x, y, z of each vertex; `triangles`: three vertex numbers each, counter-clockwise from outside. */
export interface Mesh {
  readonly positions: Float32Array;
  readonly triangles: Uint32Array;
}

const OUTSIDE = -1e6;
let cases: readonly (readonly number[])[] | undefined;

/**
 * The surface where `field` is 0, positive inside, as a closed mesh in voxel indices.
 * `shape` [ni, nj, nk]; `field(i, j, k)` is asked once for each voxel, in order; beyond the grid all is outside, so a
 * structure that is cut by the border is closed there. An empty field gives an empty mesh. Source: as `cubeCases`.
 */
export function marchingCubes(
  shape: readonly [number, number, number],
  field: (i: number, j: number, k: number) => number,
): Mesh {
  cases ??= cubeCases();
  const table = cases;
  const [ni, nj, nk] = shape;
  const [wi, wj] = [ni + 2, nj + 2];
  const layer = (): Float32Array => new Float32Array(wi * wj).fill(OUTSIDE);
  const fill = (k: number): Float32Array => {
    const values = layer();
    if (k >= 0 && k < nk)
      for (let j = 0; j < nj; j++) for (let i = 0; i < ni; i++) values[(j + 1) * wi + i + 1] = finite(field(i, j, k));
    return values;
  };
  const positions = new Numbers();
  const triangles = new Numbers();
  // vertex numbers of the edges that start in a voxel of the lower and upper layer: along i, along j, and along k between
  const fresh = (): Int32Array => new Int32Array(wi * wj).fill(-1);
  let [lowI, lowJ] = [fresh(), fresh()];
  let low = fill(-1);
  const corner = new Float32Array(8);
  const vertex = new Int32Array(12);
  for (let k = -1; k < nk; k++) {
    const high = fill(k + 1);
    const [highI, highJ, between] = [fresh(), fresh(), fresh()];
    for (let j = 0; j < wj - 1; j++) {
      for (let i = 0; i < wi - 1; i++) {
        const at = j * wi + i;
        let inside = 0;
        for (let c = 0; c < 8; c++) {
          const value = (c & 4 ? high : low)[at + (c & 1) + (c & 2 ? wi : 0)];
          corner[c] = value;
          if (value > 0) inside |= 1 << c;
        }
        if (inside === 0 || inside === 255) continue;
        const list = table[inside];
        for (let e = 0; e < 12; e++) {
          const [a, b] = CELL_EDGES[e];
          if (corner[a] > 0 === corner[b] > 0) continue;
          const from = at + (a & 1) + (a & 2 ? wi : 0);
          const keep = e < 4 ? (a & 4 ? highI : lowI) : e < 8 ? (a & 4 ? highJ : lowJ) : between;
          if (keep[from] < 0) {
            keep[from] = positions.length / 3;
            const t = corner[a] / (corner[a] - corner[b]);
            positions.push(
              i - 1 + (a & 1) + (e < 4 ? t : 0),
              j - 1 + (a & 2 ? 1 : 0) + (e >= 4 && e < 8 ? t : 0),
              k + (a & 4 ? 1 : 0) + (e >= 8 ? t : 0),
            );
          }
          vertex[e] = keep[from];
        }
        for (let t = 0; t < list.length; t += 3)
          triangles.push(vertex[list[t]], vertex[list[t + 1]], vertex[list[t + 2]]);
      }
    }
    low = high;
    [lowI, lowJ] = [highI, highJ];
  }
  return { positions: new Float32Array(positions.take()), triangles: new Uint32Array(triangles.take()) };
}

function finite(value: number): number {
  return value > OUTSIDE ? value : OUTSIDE;
}

/** A growing list of numbers. */
class Numbers {
  length = 0;
  #values = new Float64Array(4096);
  push(...more: number[]): void {
    if (this.length + more.length > this.#values.length) {
      const wider = new Float64Array(2 * this.#values.length);
      wider.set(this.#values);
      this.#values = wider;
    }
    for (const value of more) this.#values[this.length++] = value;
  }
  take(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}
