import type { Mesh } from "./marching.ts";
import { partsOf } from "./mesh-parts.ts";

/** Size of a mesh: enclosed volume (mm3 when positions are mm; positive when triangles face outward) and area (mm2). */
export function meshSize(mesh: Mesh): { readonly volume: number; readonly area: number } {
  const { positions: p, triangles } = mesh;
  let volume = 0;
  let area = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    area += Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
    volume += (p[a] * nx + p[a + 1] * ny + p[a + 2] * nz) / 6;
  }
  return { volume, area };
}

/** What a mesh is as a body. */
export interface Closure {
  /** Edges with a triangle on one side only; 0 means the surface is watertight. */
  readonly openEdges: number;
  /** Edges with more than two triangles: surfaces touching along a line. */
  readonly sharedEdges: number;
  readonly parts: number;
  /** Handles in all parts together (a ring has 1): a true arterial ring, or vessels that touch. Null when not watertight. */
  readonly handles: number | null;
}

/** Whether a mesh is watertight, and how many parts and handles it has (Euler: V - E + F = 2 parts - 2 handles). */
export function closure(mesh: Mesh): Closure {
  const { triangles } = mesh;
  const vertices = mesh.positions.length / 3;
  const uses = new Map<number, number>();
  const used = new Uint8Array(vertices);
  for (let t = 0; t < triangles.length; t += 3) {
    for (let c = 0; c < 3; c++) {
      const [a, b] = [triangles[t + c], triangles[t + ((c + 1) % 3)]];
      used[a] = 1;
      const edge = a < b ? a * vertices + b : b * vertices + a;
      // one triangle runs along an edge forward, its neighbour backward: forward counts 1, backward 1000
      uses.set(edge, (uses.get(edge) ?? 0) + (a < b ? 1 : 1000));
    }
  }
  let openEdges = 0;
  let sharedEdges = 0;
  for (const n of uses.values()) {
    if (n % 1000 !== Math.floor(n / 1000)) openEdges++;
    else if (n !== 1001) sharedEdges++;
  }
  const partOf = partsOf(mesh);
  let parts = 0;
  let count = 0;
  for (let v = 0; v < vertices; v++) {
    if (!used[v]) continue;
    count++;
    if (partOf(v) === v) parts++;
  }
  const euler = count - uses.size + triangles.length / 3;
  return { openEdges, sharedEdges, parts, handles: openEdges || sharedEdges ? null : parts - euler / 2 };
}

/** Unit normals of the vertices, outward, from the triangles around them weighted by area. */
export function vertexNormals(mesh: Mesh): Float32Array {
  const { positions: p, triangles } = mesh;
  const out = new Float32Array(p.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
    const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const n = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const q of [a, b, c]) for (let x = 0; x < 3; x++) out[q + x] += n[x];
  }
  for (let q = 0; q < out.length; q += 3) {
    const m = Math.hypot(out[q], out[q + 1], out[q + 2]) || 1;
    for (let x = 0; x < 3; x++) out[q + x] /= m;
  }
  return out;
}

/** Neighbours of each vertex as one list: those of v are `list[start[v]]` to `list[start[v + 1] - 1]` (each twice on a closed mesh). */
export function neighbours(mesh: Mesh): { readonly start: Uint32Array; readonly list: Uint32Array } {
  const { triangles } = mesh;
  const start = new Uint32Array(mesh.positions.length / 3 + 1);
  for (const v of triangles) start[v + 1] += 2;
  for (let v = 1; v < start.length; v++) start[v] += start[v - 1];
  const list = new Uint32Array(2 * triangles.length);
  const next = start.slice();
  for (let t = 0; t < triangles.length; t += 3)
    for (let c = 0; c < 3; c++) {
      const v = triangles[t + c];
      list[next[v]++] = triangles[t + ((c + 1) % 3)];
      list[next[v]++] = triangles[t + ((c + 2) % 3)];
    }
  return { start, list };
}

/**
 * The mesh smoothed `rounds` times without shrinking: each round a step toward the mean of the neighbours and a slightly
 * larger one away, then all vertices move along their normals so that the volume is what it was (within 0.01 %).
 * Source: Taubin 1995, doi:10.1145/218380.218473 (lambda 0.5, mu -0.53).
 */
export function smoothMesh(mesh: Mesh, rounds: number = 10): Mesh {
  if (rounds <= 0 || mesh.triangles.length === 0) return mesh;
  const { start, list } = neighbours(mesh);
  const before = meshSize(mesh).volume;
  let p = mesh.positions;
  for (let round = 0; round < rounds; round++)
    for (const step of [0.5, -0.53]) {
      const moved = new Float32Array(p.length);
      for (let v = 0; v + 1 < start.length; v++) {
        const n = start[v + 1] - start[v] || 1;
        for (let x = 0; x < 3; x++) {
          let sum = 0;
          for (let at = start[v]; at < start[v + 1]; at++) sum += p[3 * list[at] + x];
          moved[3 * v + x] = p[3 * v + x] + step * (sum / n - p[3 * v + x]);
        }
      }
      p = moved;
    }
  let out: Mesh = { positions: p, triangles: mesh.triangles };
  for (let pass = 0; pass < 2; pass++) {
    const { volume, area } = meshSize(out);
    const by = (before - volume) / (area || 1);
    const normals = vertexNormals(out);
    out = { positions: out.positions.map((x, at) => x + by * normals[at]), triangles: mesh.triangles };
  }
  return out;
}

/** A mesh as one binary STL file (little endian, units as the positions, normals from the triangles). `name`: at most 80 bytes. */
export function stl(mesh: Mesh, name: string = ""): Uint8Array<ArrayBuffer> {
  const { positions: p, triangles } = mesh;
  const count = triangles.length / 3;
  const bytes = new Uint8Array(84 + 50 * count);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(name.replace(/^solid/i, "Solid of")).subarray(0, 80));
  view.setUint32(80, count, true);
  for (let t = 0, at = 84; t < triangles.length; t += 3, at += 50) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const u = [0, 1, 2].map((x) => p[b + x] - p[a + x]);
    const v = [0, 1, 2].map((x) => p[c + x] - p[a + x]);
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const m = Math.hypot(n[0], n[1], n[2]) || 1;
    n.forEach((x, k) => {
      view.setFloat32(at + 4 * k, x / m, true);
    });
    [a, b, c].forEach((q, k) => {
      for (let x = 0; x < 3; x++) view.setFloat32(at + 12 + 12 * k + 4 * x, p[q + x], true);
    });
  }
  return bytes;
}
