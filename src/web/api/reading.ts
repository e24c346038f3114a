import { queryOptions } from "@tanstack/react-query";
import type { LayoutView, SavedLayout } from "../../cases/hanging-layout.ts";
import type { SeriesView } from "../../cases/views.ts";
import type { SeriesQualifiers } from "../../core/series-reading.ts";
import { ask } from "./client.ts";

const id = encodeURIComponent;

/** Layouts of panes that the person, or their organisation, saved. */
export const layouts = queryOptions({
  queryKey: ["hanging-layouts"],
  queryFn: ({ signal }) => ask<LayoutView[]>("/api/hanging-layouts", { signal }),
  staleTime: 60_000,
});

/** Series of earlier studies of the same patient that the person may see. */
export const priorSeries = (studyUid: string) =>
  queryOptions({
    queryKey: ["studies", studyUid, "priors"],
    queryFn: ({ signal }) => ask<SeriesView[]>(`/api/studies/${id(studyUid)}/priors`, { signal }),
    staleTime: 60_000,
  });

export const saveLayout = (name: string, forAll: boolean, layout: SavedLayout) =>
  ask<LayoutView>("/api/hanging-layouts", { method: "POST", json: { name, forAll, layout } });

export const removeLayout = (layoutId: string) =>
  ask<LayoutView>(`/api/hanging-layouts/${id(layoutId)}`, { method: "DELETE" });

export const restoreLayout = (layoutId: string) =>
  ask<LayoutView>(`/api/hanging-layouts/${id(layoutId)}/restore`, { method: "POST" });

type Named = Pick<SeriesView, "studyUid" | "seriesUid">;
const roleOf = ({ studyUid, seriesUid }: Named) => `/api/studies/${id(studyUid)}/series/${id(seriesUid)}/role`;

/** Says what a series is; the next series like it of the same station is then the same. */
export const correctRole = (series: Named, role: string, qualifiers: SeriesQualifiers = {}) =>
  ask<SeriesView>(roleOf(series), { method: "PUT", json: { role, qualifiers } });

/** Takes a correction back: the series is what its tags say, and nothing is learned from it. */
export const roleByTags = (series: Named) => ask<SeriesView>(roleOf(series), { method: "DELETE" });

export const forgetLearned = (learnedId: string) =>
  ask<unknown>(`/api/learned-roles/${id(learnedId)}`, { method: "DELETE" });
