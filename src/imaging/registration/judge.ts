import type { Vec3 } from "../../core/geometry.ts";
import type { Consistency } from "./inverse-consistency.ts";
import { likeness } from "./mutual-information.ts";
import type { Reduced } from "./reduce.ts";
import { after, type Rigid, rigidOf } from "./rigid.ts";

/** What a registration must show before it is offered to a person. */
export interface Evidence {
  readonly nmi: { readonly before: number; readonly after: number };
  /** The highest nmi at six places 12 mm beside the found one. */
  readonly beside: number;
  readonly overlap: number;
  readonly inverse: Consistency;
}

/** Limits of the accept test. Inverse consistency below a millimetre is the mean over the common volume. */
export const ACCEPT = { overlap: 0.2, inverseMeanMm: 1, inverseMaxMm: 2, distinct: 0.02, besideMm: 12 } as const;

/** The highest normalised mutual information at six places beside `matrix`: a peak that is one stands above these. */
export function besideOf(fixed: Reduced, moving: Reduced, matrix: Rigid, stride = 1): number {
  const beside: number[] = [];
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [-1, 1]) {
      const shift = [0, 1, 2].map((a) => (a === axis ? sign * ACCEPT.besideMm : 0)) as unknown as Vec3;
      beside.push(likeness(fixed, moving, after(rigidOf([0, 0, 0], shift), matrix), stride).nmi);
    }
  return Math.max(...beside);
}

/**
 * Why a registration is refused, in a sentence with the value; null when it may be shown to a person, who still has to
 * look at it: none of these tests proves that it is right (Rohlfing 2012, 10.1109/TMI.2011.2163944).
 */
export function refusal({ nmi, beside, overlap, inverse }: Evidence): string | null {
  const mm = (value: number): string => `${value.toFixed(1)} mm`;
  if (overlap < ACCEPT.overlap)
    return `Only ${Math.round(overlap * 100)} % of the smaller volume lies in the other; ${ACCEPT.overlap * 100} % are needed.`;
  if (nmi.after < nmi.before - 0.001)
    return `The series are less alike after registration than before it (mutual information ${nmi.after.toFixed(3)} after ${nmi.before.toFixed(3)}).`;
  if ((nmi.after - beside) / Math.max(1e-6, nmi.after - 1) < ACCEPT.distinct)
    return `The series are as alike ${ACCEPT.besideMm} mm beside the found place: nothing in them tells where they belong.`;
  if (inverse.mean >= ACCEPT.inverseMeanMm || inverse.max >= ACCEPT.inverseMaxMm)
    return `Registered there and back, points miss by ${mm(inverse.mean)} in the mean and ${mm(inverse.max)} at most: ${mm(ACCEPT.inverseMeanMm)} and ${mm(ACCEPT.inverseMaxMm)} are allowed.`;
  return null;
}
