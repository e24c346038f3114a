import { cross, type Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "./marching.ts";
import { vertexNormals } from "./mesh.ts";

const PLAIN = [236, 196, 178] as const;
const MARKED = [255, 176, 64] as const;

/** Normals of the mesh that was looked at last: turning it does not change them. */
let known: { readonly mesh: Mesh; readonly normals: Float32Array } | undefined;

/**
 * A mesh (LPS mm) seen from a direction, shaded, as `size` x `size` pixels RGBA; transparent where there is none.
 * `turn`: degrees about the long axis of the body, 0 from the front, positive toward the patient's left; `tilt`: degrees
 * from above. Parallel projection, the whole mesh fits; head up, and as seen from the front the patient's left is at the right.
 * `marked`: 1 for each vertex that is drawn in a second colour.
 */
export function lookAt(
  mesh: Mesh,
  turn: number,
  tilt: number,
  size: number,
  marked?: Uint8Array,
): Uint8ClampedArray<ArrayBuffer> {
  if (known?.mesh !== mesh) known = { mesh, normals: vertexNormals(mesh) };
  const { positions: p, triangles } = mesh;
  const { normals } = known;
  const { right, up, toward, centre, scale } = lookFrame(mesh, turn, tilt, size);
  const depth = new Float32Array(size * size).fill(Number.NEGATIVE_INFINITY);
  const out = new Uint8ClampedArray(4 * size * size);
  const seen = new Float32Array(p.length);
  const light = new Float32Array(p.length / 3);
  for (let q = 0; q < p.length; q += 3) {
    const d = [p[q] - centre[0], p[q + 1] - centre[1], p[q + 2] - centre[2]];
    seen[q] = size / 2 + scale * (d[0] * right[0] + d[1] * right[1] + d[2] * right[2]);
    seen[q + 1] = size / 2 - scale * (d[0] * up[0] + d[1] * up[1] + d[2] * up[2]);
    seen[q + 2] = scale * (d[0] * toward[0] + d[1] * toward[1] + d[2] * toward[2]);
    const facing = normals[q] * toward[0] + normals[q + 1] * toward[1] + normals[q + 2] * toward[2];
    const fromAbove = normals[q] * up[0] + normals[q + 1] * up[1] + normals[q + 2] * up[2];
    light[q / 3] = 0.18 + 0.62 * Math.max(0, facing) + 0.2 * Math.max(0, fromAbove);
  }
  for (let t = 0; t < triangles.length; t += 3) {
    const [A, B, C] = [triangles[t], triangles[t + 1], triangles[t + 2]];
    const [ax, ay, bx, by, cx, cy] = [
      seen[3 * A],
      seen[3 * A + 1],
      seen[3 * B],
      seen[3 * B + 1],
      seen[3 * C],
      seen[3 * C + 1],
    ];
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) continue;
    const [x0, x1] = [
      Math.max(0, Math.ceil(Math.min(ax, bx, cx))),
      Math.min(size - 1, Math.floor(Math.max(ax, bx, cx))),
    ];
    const [y0, y1] = [
      Math.max(0, Math.ceil(Math.min(ay, by, cy))),
      Math.min(size - 1, Math.floor(Math.max(ay, by, cy))),
    ];
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        const v = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area;
        const w = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area;
        if (v < 0 || w < 0 || v + w > 1) continue;
        const z = seen[3 * A + 2] * (1 - v - w) + seen[3 * B + 2] * v + seen[3 * C + 2] * w;
        const at = y * size + x;
        if (z <= depth[at]) continue;
        depth[at] = z;
        const shade = light[A] * (1 - v - w) + light[B] * v + light[C] * w;
        const [r, g, b] = marked?.[A] ? MARKED : PLAIN;
        out.set([r * shade, g * shade, b * shade, 255], 4 * at);
      }
  }
  return out;
}

/** How `lookAt` sees a mesh: axes of the picture (unit, LPS), the place in its middle (LPS mm), pixels a mm. */
export function lookFrame(
  { positions: p }: Mesh,
  turn: number,
  tilt: number,
  size: number,
): { readonly right: Vec3; readonly up: Vec3; readonly toward: Vec3; readonly centre: Vec3; readonly scale: number } {
  const [a, b] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const right: Vec3 = [Math.cos(a), Math.sin(a), 0];
  const toward: Vec3 = [Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)];
  const up = cross(toward, right);
  const middle = (x: number): number => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let q = x; q < p.length; q += 3) [low, high] = [Math.min(low, p[q]), Math.max(high, p[q])];
    return (low + high) / 2;
  };
  const centre: Vec3 = [middle(0), middle(1), middle(2)];
  let reach = 1e-6;
  for (let q = 0; q < p.length; q += 3)
    reach = Math.max(reach, Math.hypot(p[q] - centre[0], p[q + 1] - centre[1], p[q + 2] - centre[2]));
  return { right, up, toward, centre, scale: (size / 2 - 2) / reach };
}
