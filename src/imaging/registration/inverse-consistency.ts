import { type Grid, length, sub, toIndex, toPatient } from "../../core/geometry.ts";
import { moved, type Rigid } from "./rigid.ts";

/** How far a point is from where it was after going there by one registration and back by another. */
export interface Consistency {
  readonly mean: number;
  readonly max: number;
  /** Points of the common volume that were tried. */
  readonly points: number;
}

/**
 * Inverse consistency of two registrations that were computed apart: `there` takes moving points to fixed ones, `back`
 * fixed points to moving ones (LPS mm). Tried at 9 x 9 x 9 points over the fixed grid that lie in the moving one as well;
 * without any, mean and max are Infinity. It shows that the optimum is one, not that it is the right one. Source:
 * Christensen and Johnson 2001 (10.1109/42.932742).
 */
export function inverseConsistency(there: Rigid, back: Rigid, fixed: Grid, moving: Grid): Consistency {
  const N = 9;
  let [sum, max, points] = [0, 0, 0];
  for (let c = 0; c < N; c++)
    for (let b = 0; b < N; b++)
      for (let a = 0; a < N; a++) {
        const share = [a, b, c].map((n, axis) => (n / (N - 1)) * (fixed.shape[axis]! - 1)) as [number, number, number];
        const point = toPatient(fixed, ...share);
        const in_ = moved(back, point);
        const index = toIndex(moving, in_);
        if (!index.every((v, axis) => v >= -0.5 && v <= moving.shape[axis]! - 0.5)) continue;
        const distance = length(sub(moved(there, in_), point));
        sum += distance;
        max = Math.max(max, distance);
        points++;
      }
  return points > 0
    ? { mean: sum / points, max, points }
    : { mean: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY, points };
}
