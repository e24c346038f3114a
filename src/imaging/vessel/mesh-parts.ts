import type { Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "./marching.ts";

/** Tells of each vertex which part of the mesh it belongs to: two have the same number when triangles join them. */
export function partsOf({ positions, triangles }: Mesh): (vertex: number) => number {
  const root = Int32Array.from({ length: positions.length / 3 }, (_, v) => v);
  const find = (v: number): number => {
    let r = v;
    while (root[r] !== r) {
      root[r] = root[root[r]];
      r = root[r];
    }
    return r;
  };
  for (let t = 0; t < triangles.length; t += 3) {
    root[find(triangles[t])] = find(triangles[t + 1]);
    root[find(triangles[t + 1])] = find(triangles[t + 2]);
  }
  return find;
}

/**
 * The triangles of a mesh whose three corners `keep` takes, with the vertices that they use and no others; these keep
 * their places. `number`: of each vertex kept, its number in the new mesh.
 */
export function subMesh(
  { positions: p, triangles }: Mesh,
  keep: (a: number, b: number, c: number) => boolean,
): { readonly mesh: Mesh; readonly number: ReadonlyMap<number, number> } {
  const number = new Map<number, number>();
  const own: number[] = [];
  const kept: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    if (!keep(triangles[t], triangles[t + 1], triangles[t + 2])) continue;
    for (let corner = 0; corner < 3; corner++) {
      const v = triangles[t + corner];
      let at = number.get(v);
      if (at === undefined) {
        at = number.size;
        number.set(v, at);
        own.push(p[3 * v], p[3 * v + 1], p[3 * v + 2]);
      }
      kept.push(at);
    }
  }
  return { mesh: { positions: Float32Array.from(own), triangles: Uint32Array.from(kept) }, number };
}

/** The triangles of a mesh that lie with all corners within `reach` (exclusive, as the positions) of a place. */
export function meshWithin(mesh: Mesh, centre: Vec3, reach: number): Mesh {
  const { positions: p } = mesh;
  const near = (v: number): boolean =>
    Math.hypot(p[3 * v] - centre[0], p[3 * v + 1] - centre[1], p[3 * v + 2] - centre[2]) < reach;
  return subMesh(mesh, (a, b, c) => near(a) && near(b) && near(c)).mesh;
}
