import type { AnalysisView, CaseKind, SeriesView } from "../../../cases/views.ts";
import type { PanePlan } from "./hang.ts";
import { resolveStage, scriptCase } from "./resolve-stage.ts";
import { scriptFor } from "./scripts/index.ts";

/** What hangs in the first pane when a reader opens these series; undefined when nothing does yet. */
export function firstPlan(
  series: readonly SeriesView[],
  analyses: readonly AnalysisView[],
  kind?: CaseKind,
): PanePlan | undefined {
  const [stage] = scriptFor(scriptCase(series, kind)).stages;
  return stage && resolveStage(stage, series, analyses, undefined).panes[0]?.plan;
}

const RUNS = new Set(["DSA", "XA", "RF", "3DRA"]);

/** Whether this series is a run of the angiography room. */
export function isRun({ role }: SeriesView): boolean {
  return RUNS.has(role);
}

/**
 * Whether a study is read in the angiography room: all its images are runs. Maps that were made of them and pictures of
 * the screen that readers marked make no other study of it, nor do documents.
 */
export function isAngiography(series: readonly SeriesView[]): boolean {
  const images = series.filter(({ kinds, modality }) => kinds[0]?.shownAs === "image" && modality !== "OT");
  return images.length > 0 && images.every(isRun);
}
