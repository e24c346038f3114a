import { useSyncExternalStore } from "react";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { PaneHandle } from "../pane/pane.tsx";
import type { PanePlan } from "./hang.ts";
import { differenceWords, levelBetween, levelWords } from "./prior-level.ts";
import { byExamination } from "./resolve-stage.ts";
import { paneId } from "./use-panes.ts";

interface Props {
  readonly index: number;
  readonly plans: readonly (PanePlan | undefined)[];
  readonly series: readonly SeriesView[];
  readonly analyses: readonly AnalysisView[];
  readonly handles: ReadonlyMap<string, PaneHandle>;
}

const nothing = () => () => {};

/**
 * What stands on a pane that shows an earlier examination: how long before, what differs from the newest one beside it,
 * and how the levels were aligned. Nothing on what is of now.
 */
export function BeforeWords({ index, plans, series, analyses, handles }: Props) {
  const { current, prior } = byExamination(series);
  const one = prior.find(({ seriesUid }) => seriesUid === plans[index]?.seriesUid);
  const beside = plans.findIndex((plan) => current.some(({ seriesUid }) => seriesUid === plan?.seriesUid));
  const now = current.find(({ seriesUid }) => seriesUid === plans[beside]?.seriesUid);
  const [a, b] = [handles.get(paneId(beside)), handles.get(paneId(index))];
  // How they lie to each other is known once both are drawn.
  useSyncExternalStore(a?.controller.subscribe ?? nothing, () => a?.controller.state().status);
  useSyncExternalStore(b?.controller.subscribe ?? nothing, () => b?.controller.state().status);
  if (!one) return null;
  const isPlaced = a?.controller.position() && b?.controller.position();
  const level = a && b && isPlaced ? levelWords(levelBetween(a, b, analyses)) : "";
  const difference = now ? differenceWords(now, one) : (one.at?.slice(0, 10) ?? "");
  return <p className="v-before">{["before", difference, level].filter(Boolean).join(" · ")}</p>;
}
