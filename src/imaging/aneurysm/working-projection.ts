import { dot, sub, type Vec3 } from "../../core/geometry.ts";
import type { Mesh } from "../vessel/marching.ts";
import type { MeasuredDome } from "./morphometry.ts";
import { type ReachableAngles, reachable, USUAL_REACH, type ViewAngles, viewAxes } from "./view-angles.ts";

/** A view that may be worked in. Shares are 0 to 1. */
export interface WorkingView extends ViewAngles {
  /** How much of the neck's width is seen edge on: 1 when the beam runs in the neck plane. */
  readonly opened: number;
  /** Share of the neck line that other vessel lies over. */
  readonly neckCovered: number;
  /** Share of the dome's picture that other vessel lies over. */
  readonly domeCovered: number;
  /** Share of the parent vessel's course near the neck that is seen, not foreshortened. */
  readonly parentSeen: number;
  /** The four in one figure for ordering, 0 to 1. It has no meaning of its own. */
  readonly score: number;
}

const PIXEL_MM = 0.25;

/**
 * C-arm angles, of those a machine reaches, in which the neck of an aneurysm is seen edge on, free of other vessel and
 * with its parent unfolded; best first, no two within 12 degrees of each other. Parallel projection of the surface around
 * the aneurysm, which within its few centimetres differs from the cone beam by less than its pixels.
 * `mesh`: all vessels, LPS mm. `step`: of the angles, degrees. `parent`: unit direction of the parent vessel at the neck;
 * without it its foreshortening is not weighed.
 */
export function workingViews(
  mesh: Mesh,
  dome: MeasuredDome,
  options: {
    readonly reach?: ReachableAngles;
    readonly step?: number;
    readonly parent?: Vec3;
    readonly most?: number;
  } = {},
): WorkingView[] {
  const { reach = USUAL_REACH, step = 5, parent, most = 6 } = options;
  const others = otherSurface(mesh, dome);
  const views: WorkingView[] = [];
  for (let primary = Math.ceil(reach.primary[0] / step) * step; primary <= reach.primary[1]; primary += step)
    for (
      let secondary = Math.ceil(reach.secondary[0] / step) * step;
      secondary <= reach.secondary[1];
      secondary += step
    )
      if (reachable({ primary, secondary }, reach)) views.push(judged({ primary, secondary }, dome, others, parent));
  views.sort((a, b) => b.score - a.score);
  const chosen: WorkingView[] = [];
  for (const view of views) {
    if (chosen.length >= most) break;
    if (chosen.every((one) => between(one, view) > 12)) chosen.push(view);
  }
  return chosen;
}

/** One view judged as `workingViews` does, for a position that a person chose. */
export function judgeView(mesh: Mesh, dome: MeasuredDome, view: ViewAngles, parent?: Vec3): WorkingView {
  return judged(view, dome, otherSurface(mesh, dome), parent);
}

/** Angle between two views, degrees. */
function between(a: ViewAngles, b: ViewAngles): number {
  return (Math.acos(Math.max(-1, Math.min(1, dot(viewAxes(a).toward, viewAxes(b).toward)))) * 180) / Math.PI;
}

/** Points of the vessels around the aneurysm that are not its dome and not the rim of its neck. */
function otherSurface(mesh: Mesh, dome: MeasuredDome): Float32Array {
  const { neckCentre: c, plane, values } = dome;
  const far = 4 * Math.max(values.reach, values.width);
  const { positions: p } = mesh;
  const out: number[] = [];
  for (let q = 0; q < p.length; q += 3) {
    const d = sub([p[q], p[q + 1], p[q + 2]], c);
    const away = Math.hypot(...d);
    if (away > far) continue;
    const above = dot(d, plane.normal);
    // The dome is what lies above the neck within its own reach; the wall right below the neck always touches its line.
    if (above > -0.3 && away < 1.05 * values.reach) continue;
    if (above <= 0 && away < 0.75 * values.neckMost) continue;
    out.push(p[q], p[q + 1], p[q + 2]);
  }
  return Float32Array.from(out);
}

function judged(view: ViewAngles, dome: MeasuredDome, others: Float32Array, parent: Vec3 | undefined): WorkingView {
  const { toward, right, down } = viewAxes(view);
  const { neckCentre: c, plane, values } = dome;
  const half = Math.ceil((1.6 * Math.max(values.reach, values.width) + values.neckMost) / PIXEL_MM);
  const side = 2 * half + 1;
  const place = (x: number, y: number, z: number): number => {
    const [dx, dy, dz] = [x - c[0], y - c[1], z - c[2]];
    const u = Math.round((dx * right[0] + dy * right[1] + dz * right[2]) / PIXEL_MM) + half;
    const v = Math.round((dx * down[0] + dy * down[1] + dz * down[2]) / PIXEL_MM) + half;
    return u >= 0 && v >= 0 && u < side && v < side ? v * side + u : -1;
  };
  const covered = new Uint8Array(side * side);
  for (let q = 0; q < others.length; q += 3) {
    const at = place(others[q], others[q + 1], others[q + 2]);
    if (at < 0) continue;
    // Surface points lie some pixels apart: each covers its neighbours.
    for (let dv = -1; dv <= 1; dv++)
      for (let du = -1; du <= 1; du++) {
        const near = at + dv * side + du;
        if (near >= 0 && near < covered.length) covered[near] = 1;
      }
  }
  const share = (points: Iterable<number>): number => {
    let [all, under] = [0, 0];
    for (const at of points) {
      if (at < 0) continue;
      all++;
      under += covered[at];
    }
    return all ? under / all : 0;
  };
  const neckCovered = share(dome.neckLine.map(([x, y, z]) => place(x, y, z)));
  const seen = new Set<number>();
  const { positions: p } = dome.mesh;
  for (let q = 0; q < p.length; q += 3) seen.add(place(p[q], p[q + 1], p[q + 2]));
  const domeCovered = share(seen);
  const opened = Math.sqrt(Math.max(0, 1 - dot(toward, plane.normal) ** 2));
  const parentSeen = parent ? Math.sqrt(Math.max(0, 1 - dot(toward, parent) ** 2)) : 1;
  // The neck edge on is what counts: cosine to the eighth halves at 23 degrees off.
  const score = opened ** 8 * (1 - neckCovered) * (1 - 0.6 * domeCovered) * (0.5 + 0.5 * parentSeen);
  return { ...view, opened, neckCovered, domeCovered, parentSeen, score };
}
