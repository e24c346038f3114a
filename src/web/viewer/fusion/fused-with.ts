import { type AnalysisOf, type AnalysisView, runsOf } from "../../../cases/analysis-view.ts";
import { inverse, type Rigid } from "../../../imaging/registration/rigid.ts";

/** Another series that lies on the asked one, and how. */
export interface Fused {
  readonly seriesUid: string;
  /** Row-major 4x4, LPS mm: takes a point of the other series to its place in the asked one. */
  readonly matrix: Rigid;
  /** Whether the asked series is the one whose space was kept. */
  readonly fixed: boolean;
  /** Who took the registration for good, and when; null: nobody yet, say so where it is shown. */
  readonly accepted: { readonly by: string; readonly at: string } | null;
  readonly analysisId: string;
}

/** The matrix in force: as a person corrected it, else as it was computed. Null where there is none or it was refused. */
export function matrixOf(run: AnalysisOf<"register">): Rigid | null {
  if (run.state !== "done" || !run.result || run.review?.accepted === false) return null;
  return run.review?.matrix ?? run.result.matrix;
}

/** Every series that lies on the asked one: registrations that a person accepted first, then the newest. */
export function allFusedWith(seriesUid: string, analyses: readonly AnalysisView[]): readonly Fused[] {
  const found = runsOf(analyses, "register").flatMap((run) => {
    const matrix = matrixOf(run);
    const other = run.result?.movingSeriesUid;
    if (!matrix || !other || (run.seriesUid !== seriesUid && other !== seriesUid)) return [];
    const fixed = run.seriesUid === seriesUid;
    const { review } = run;
    const fused: Fused = {
      seriesUid: fixed ? other : run.seriesUid,
      matrix: fixed ? matrix : inverse(matrix),
      fixed,
      accepted: review?.accepted ? { by: review.by.name, at: review.at } : null,
      analysisId: run.id,
    };
    return [{ fused, at: review?.at ?? run.finishedAt ?? run.createdAt }];
  });
  found.sort(
    (a, b) => Number(b.fused.accepted !== null) - Number(a.fused.accepted !== null) || b.at.localeCompare(a.at),
  );
  return found.map(({ fused }) => fused);
}

/** The first of `allFusedWith`; undefined when nothing was registered with the series. */
export function fusedWith(seriesUid: string, analyses: readonly AnalysisView[]): Fused | undefined {
  return allFusedWith(seriesUid, analyses)[0];
}
