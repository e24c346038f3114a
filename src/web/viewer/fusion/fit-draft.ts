import type { Vec3 } from "../../../core/geometry.ts";
import { after, type Rigid, rigidOf } from "../../../imaging/registration/rigid.ts";

/** A registration that a person is correcting: every step can be taken back. */
export interface FitDraft {
  readonly start: Rigid;
  readonly matrix: Rigid;
  /** What was before each step, the newest last. */
  readonly before: readonly Rigid[];
}

const STEPS_KEPT = 200;

/** A draft that nothing was changed in yet. */
export function draftOf(start: Rigid): FitDraft {
  return { start, matrix: start, before: [] };
}

/** The moving series shifted by `shift` (mm) and turned by `turnDeg` about `centre`, in the space of the fixed one. */
export function nudged(draft: FitDraft, shift: Vec3, turnDeg: Vec3, centre: Vec3): FitDraft {
  return put(draft, after(rigidOf(turnDeg, shift, centre), draft.matrix));
}

/** Another matrix as one step. */
export function put(draft: FitDraft, matrix: Rigid): FitDraft {
  return { ...draft, matrix, before: [...draft.before.slice(-STEPS_KEPT), draft.matrix] };
}

/** The last step taken back; the draft itself when there is none. */
export function undone(draft: FitDraft): FitDraft {
  const last = draft.before.at(-1);
  return last ? { ...draft, matrix: last, before: draft.before.slice(0, -1) } : draft;
}

/** Back to where it started, as a step that can be taken back, too. */
export function resetDraft(draft: FitDraft): FitDraft {
  return put(draft, draft.start);
}

export function isChanged(draft: FitDraft): boolean {
  return draft.matrix.some((value, at) => Math.abs(value - draft.start[at]!) > 1e-9);
}
