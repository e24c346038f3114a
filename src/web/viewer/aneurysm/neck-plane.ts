import { cross, dot, length, sub, type Vec3 } from "../../../core/geometry.ts";
import type { Plane } from "../../../imaging/aneurysm/plane-cut.ts";

/** A plane moved along its normal, mm; into the dome is positive. */
export function movedNeck({ point, normal }: Plane, mm: number): Plane {
  return { point: along(point, normal, mm), normal };
}

/** A plane turned about a place on it and a direction (unit), radians, right-handed. */
export function tiltedNeck({ normal }: Plane, about: Vec3, axis: Vec3, angle: number): Plane {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const w = cross(axis, normal);
  const d = dot(axis, normal) * (1 - c);
  const turned: Vec3 = [
    normal[0] * c + w[0] * s + axis[0] * d,
    normal[1] * c + w[1] * s + axis[1] * d,
    normal[2] * c + w[2] * s + axis[2] * d,
  ];
  const m = length(turned);
  return { point: about, normal: [turned[0] / m, turned[1] / m, turned[2] / m] };
}

/** How a neck is seen in a picture: the direction of its line there, and of its normal as far as it lies in the picture. */
export interface NeckTrace {
  /** Unit direction of the line, and across it toward the dome, both in the plane of the picture (LPS). */
  readonly line: Vec3;
  readonly toward: Vec3;
  /** Sine of the angle between the neck's normal and the line of sight: 1 when it is seen edge on. */
  readonly sine: number;
}

/** The trace of a neck seen along `sight` (unit); undefined when it is seen face on, so that it has no line. */
export function neckTrace({ normal }: Plane, sight: Vec3): NeckTrace | undefined {
  const line = cross(sight, normal);
  const sine = length(line);
  if (sine < 0.15) return undefined;
  const unit: Vec3 = [line[0] / sine, line[1] / sine, line[2] / sine];
  const flat = cross(unit, sight);
  return { line: unit, toward: flat, sine };
}

/** The plane after its handle in the middle was dragged by `mm` across its line in the picture. */
export function draggedNeck(plane: Plane, trace: NeckTrace, mm: number): Plane {
  return movedNeck(plane, mm * trace.sine);
}

/**
 * The plane after a handle at an end of its line was dragged to a place: `x` mm along the line and `y` mm across it toward
 * the dome, from the middle of the neck; `end` 1 or -1 says which.
 */
export function swungNeck(plane: Plane, middle: Vec3, trace: NeckTrace, end: 1 | -1, x: number, y: number): Plane {
  const angle = Math.atan2(end * y, end * x);
  return tiltedNeck(plane, middle, cross(trace.line, trace.toward), Math.max(-1.2, Math.min(1.2, angle)));
}

/** Lines in which a plane cuts a surface, as pairs of places (LPS mm). */
export function sliceOf(
  positions: Float32Array,
  triangles: Uint32Array,
  { point, normal }: Plane,
): readonly (readonly [Vec3, Vec3])[] {
  const at = (v: number): Vec3 => [positions[3 * v]!, positions[3 * v + 1]!, positions[3 * v + 2]!];
  const out: [Vec3, Vec3][] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const three = [at(triangles[t]!), at(triangles[t + 1]!), at(triangles[t + 2]!)] as const;
    const over = three.map((p) => dot(sub(p, point), normal));
    const cuts: Vec3[] = [];
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      const [p, q] = [over[a]!, over[b]!];
      if (p > 0 === q > 0) continue;
      const f = p / (p - q);
      cuts.push(three[a].map((x, n) => x + f * (three[b][n]! - x)) as unknown as Vec3);
    }
    if (cuts.length === 2) out.push([cuts[0]!, cuts[1]!]);
  }
  return out;
}

function along(point: Vec3, way: Vec3, mm: number): Vec3 {
  return [point[0] + mm * way[0], point[1] + mm * way[1], point[2] + mm * way[2]];
}
