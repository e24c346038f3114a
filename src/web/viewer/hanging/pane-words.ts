import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import type { PanePlan } from "./hang.ts";
import { differenceWords, levelBetween, levelWords } from "./prior-level.ts";
import { byExamination } from "./resolve-stage.ts";
import { paneId } from "./use-panes.ts";

/**
 * What stands on a pane that shows an earlier examination: how long before, what differs from the newest one beside it,
 * and how the levels were aligned. Undefined for what is of now.
 */
export function beforeWords(
  index: number,
  plans: readonly (PanePlan | undefined)[],
  room: {
    readonly series: readonly SeriesView[];
    readonly analyses: readonly AnalysisView[];
    readonly handles: ReadonlyMap<string, PaneHandle>;
  },
): string | undefined {
  const { current, prior } = byExamination(room.series);
  const one = prior.find(({ seriesUid }) => seriesUid === plans[index]?.seriesUid);
  if (!one) return undefined;
  const beside = plans.findIndex((plan) => current.some(({ seriesUid }) => seriesUid === plan?.seriesUid));
  const now = current.find(({ seriesUid }) => seriesUid === plans[beside]?.seriesUid);
  const [a, b] = [room.handles.get(paneId(beside)), room.handles.get(paneId(index))];
  const isProjected = b?.content !== undefined && b.content.instance !== undefined && b.controller.position() === null;
  const level = a && b && !isProjected ? levelWords(levelBetween(a, b, room.analyses)) : "";
  return ["before", now ? differenceWords(now, one) : (one.at?.slice(0, 10) ?? ""), level].filter(Boolean).join(" · ");
}
