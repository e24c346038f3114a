import type { AnalysisKindName, AnalysisView } from "../../cases/analysis-view.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** Computations on pixels: asking for one, and saying what one thinks of its result. */

const path = (studyUid: string, seriesUid: string): string =>
  `/api/studies/${encodeURIComponent(studyUid)}/series/${encodeURIComponent(seriesUid)}`;

function askAgain(): void {
  void queryClient.invalidateQueries({ queryKey: ["case"] });
  void queryClient.invalidateQueries({ queryKey: ["studies"] });
}

/** Queues an analysis of a kind for a series; the same question again gives the same run. */
export async function startAnalysis(
  studyUid: string,
  seriesUid: string,
  kind: AnalysisKindName,
  params: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { analysisId } = await ask<{ analysisId: string }>(`${path(studyUid, seriesUid)}/analyses/${kind}`, {
    method: "POST",
    json: params,
  });
  askAgain();
  return analysisId;
}

/** Accepts or refuses a result; a registration may be given corrected. Kept with who and when. */
export async function reviewAnalysis(
  analysisId: string,
  review: { readonly accepted: boolean; readonly matrix?: readonly number[] },
): Promise<AnalysisView> {
  const view = await ask<AnalysisView>(`/api/analyses/${encodeURIComponent(analysisId)}/review`, {
    method: "POST",
    json: review,
  });
  askAgain();
  return view;
}
