import type { AnalysisView } from "../../../../cases/analysis-view.ts";
import { allFusedWith } from "../../fusion/fused-with.ts";

/** A series in its frame of reference. */
interface Placed {
  readonly seriesUid: string;
  readonly frameOfReference: string;
}

/** How points of one series come to the place of another, and on what that rests. */
export interface Between {
  /** 4 x 4, row by row, LPS mm. */
  readonly matrix: readonly number[];
  readonly words: string;
}

const SAME: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * How the moving series lies on the fixed one: by the registration of the two that a person accepted, else as both lie
 * in one frame of reference, else by a registration that nobody has looked at; null when there is nothing of these.
 */
export function matrixBetween(fixed: Placed, moving: Placed, analyses: readonly AnalysisView[]): Between | null {
  const found = allFusedWith(fixed.seriesUid, analyses).find(({ seriesUid }) => seriesUid === moving.seriesUid);
  if (found?.accepted) return { matrix: found.matrix, words: `registered, accepted by ${found.accepted.by}` };
  if (fixed.frameOfReference !== "" && fixed.frameOfReference === moving.frameOfReference) {
    return { matrix: SAME, words: "same frame of reference" };
  }
  return found ? { matrix: found.matrix, words: "registered, not yet accepted" } : null;
}
