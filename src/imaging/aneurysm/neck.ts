import { dot, sub, type Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "../vessel/marching.ts";
import { meshWithin } from "../vessel/mesh-parts.ts";
import { evenDirection } from "./hull.ts";
import { cutByPlane, type Plane } from "./plane-cut.ts";

/** The largest ball around a place in a dome that fits into its surface. LPS mm. */
export interface InscribedBall {
  readonly centre: Vec3;
  readonly radius: number;
}

/** A proposed neck and how it was found. */
export interface ProposedNeck {
  readonly plane: Plane;
  readonly ball: InscribedBall;
  readonly lengthMm: number;
}

/**
 * The largest ball in a surface, grown from `inside` (LPS mm) by steps that enlarge it: for a dome its centre and half
 * its least width.
 */
export function inscribedBall(mesh: Mesh, inside: Vec3): InscribedBall {
  const { positions: p } = mesh;
  const room = (c: readonly number[]): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let q = 0; q < p.length; q += 3) {
      const d = (p[q] - c[0]) ** 2 + (p[q + 1] - c[1]) ** 2 + (p[q + 2] - c[2]) ** 2;
      if (d < least) least = d;
    }
    return Math.sqrt(least);
  };
  let centre: Vec3 = inside;
  let radius = room(centre);
  for (let step = Math.max(0.4, radius / 2); step > 0.02; step /= 2) {
    for (let moved = true; moved; ) {
      moved = false;
      for (let k = 0; k < 26; k++) {
        const d = evenDirection(k, 26);
        const there: Vec3 = [centre[0] + step * d[0], centre[1] + step * d[1], centre[2] + step * d[2]];
        const r = room(there);
        if (r > radius + 0.1 * step) [centre, radius, moved] = [there, r, true];
      }
    }
  }
  return { centre, radius };
}

const COARSE = 200;

/**
 * Proposes the neck of an aneurysm: of the planes below the largest ball in the dome that cut it off along one closed
 * line, the one with the shortest line. Directions over the whole sphere, then refined by turning and moving in ever
 * smaller steps. `inside`: a point in the dome, LPS mm. Undefined when no plane cuts the dome off.
 * Source: least cut through the neck, as in Piccinelli 2009, doi:10.1109/TMI.2009.2021652, without the centreline.
 */
export function proposeNeck(mesh: Mesh, inside: Vec3): ProposedNeck | undefined {
  const ball = inscribedBall(mesh, inside);
  // a neck is sought about the dome alone
  const near = meshWithin(mesh, ball.centre, 2.9 * ball.radius);
  const cut = (normal: Vec3, down: number): number => {
    const { centre: c } = ball;
    const point: Vec3 = [c[0] - down * normal[0], c[1] - down * normal[1], c[2] - down * normal[2]];
    const part = cutByPlane(near, { point, normal }, c);
    if (part?.loops.length !== 1) return Number.POSITIVE_INFINITY;
    // What is cut off must be about the dome: a branch that leaves it, or the crop's rim, reaches farther.
    const { positions: p } = part.mesh;
    for (let q = 0; q < p.length; q += 3)
      if (Math.hypot(p[q] - c[0], p[q + 1] - c[1], p[q + 2] - c[2]) > 2.6 * ball.radius)
        return Number.POSITIVE_INFINITY;
    return part.loops[0].lengthMm;
  };
  let best: { normal: Vec3; down: number; length: number } | undefined;
  const offer = (normal: Vec3, down: number): boolean => {
    if (down < 0.25 * ball.radius || down > 1.25 * ball.radius) return false;
    const length = cut(normal, down);
    if (!(length < (best?.length ?? Number.POSITIVE_INFINITY))) return false;
    best = { normal, down, length };
    return true;
  };
  for (let k = 0; k < COARSE; k++)
    for (const share of [0.4, 0.55, 0.7, 0.85, 1, 1.15]) offer(evenDirection(k, COARSE), share * ball.radius);
  if (!best) return undefined;
  for (let turn = 0.15, move = 0.1 * ball.radius; turn > 0.01; turn /= 2, move /= 2) {
    for (let round = 0, moved = true; moved && round < 8; round++) {
      moved = false;
      const from = best as { normal: Vec3; down: number };
      for (let k = 0; k < 8; k++) moved = offer(tilted(from.normal, turn, (k * Math.PI) / 4), from.down) || moved;
      const now = best as { normal: Vec3; down: number };
      moved = offer(now.normal, now.down + move) || moved;
      moved = offer(now.normal, now.down - move) || moved;
    }
  }
  const { normal, down, length } = best;
  const { centre: c } = ball;
  const point: Vec3 = [c[0] - down * normal[0], c[1] - down * normal[1], c[2] - down * normal[2]];
  return { plane: { point, normal }, ball, lengthMm: length };
}

/** A direction turned by `by` radians toward the angle `toward` of the plane across it. */
export function tilted(normal: Vec3, by: number, toward: number): Vec3 {
  const other: Vec3 = Math.abs(normal[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0];
  const flat = sub(other, [
    dot(other, normal) * normal[0],
    dot(other, normal) * normal[1],
    dot(other, normal) * normal[2],
  ]);
  const m = Math.hypot(...flat);
  const u = flat.map((x) => x / m);
  const v = [
    normal[1] * u[2] - normal[2] * u[1],
    normal[2] * u[0] - normal[0] * u[2],
    normal[0] * u[1] - normal[1] * u[0],
  ];
  const [c, s] = [Math.cos(by), Math.sin(by)];
  const out = [0, 1, 2].map((x) => c * normal[x] + s * (Math.cos(toward) * u[x] + Math.sin(toward) * v[x]));
  const length = Math.hypot(...out);
  return [out[0] / length, out[1] / length, out[2] / length];
}
