import type { Vec3 } from "../../../core/geometry.ts";
import { fitLandmarks, type LandmarkFit } from "../../../imaging/registration/landmarks.ts";
import { inverse, moved, type Rigid } from "../../../imaging/registration/rigid.ts";

/** Places that were found in both series, each in the space of its own series (LPS mm). */
export interface Landmarks {
  readonly pairs: readonly { readonly fixed: Vec3; readonly moving: Vec3 }[];
  /** Found in the fixed series, and not yet in the moving one. */
  readonly waiting?: Vec3;
}

export const NO_LANDMARKS: Landmarks = { pairs: [] };

/** In which series the next place is to be found. */
export function sideOf({ waiting }: Landmarks): "fixed" | "moving" {
  return waiting ? "moving" : "fixed";
}

/** Takes a place of the space of the fixed series as the next one; `matrix` takes the moving series there as it lies now. */
export function withPlace({ pairs, waiting }: Landmarks, at: Vec3, matrix: Rigid): Landmarks {
  return waiting
    ? { pairs: [...pairs, { fixed: waiting, moving: moved(inverse(matrix), at) }] }
    : { pairs, waiting: at };
}

/** Without the place that was taken last. */
export function withoutLast({ pairs, waiting }: Landmarks): Landmarks {
  const last = pairs.at(-1);
  if (waiting || !last) return { pairs };
  return { pairs: pairs.slice(0, -1), waiting: last.fixed };
}

/** The motion that lays the pairs on each other, or why there is none yet. */
export function fitOf({ pairs }: Landmarks): LandmarkFit {
  return fitLandmarks(
    pairs.map(({ moving }) => moving),
    pairs.map(({ fixed }) => fixed),
  );
}

/** The places of one series as they lie now in the space of the fixed one, with their numbers. */
export function marksOf(
  { pairs, waiting }: Landmarks,
  side: "fixed" | "moving",
  matrix: Rigid,
): { readonly name: string; readonly at: Vec3 }[] {
  const places =
    side === "fixed"
      ? [...pairs.map(({ fixed }) => fixed), ...(waiting ? [waiting] : [])]
      : pairs.map(({ moving }) => moved(matrix, moving));
  return places.map((at, n) => ({ name: String(n + 1), at }));
}
