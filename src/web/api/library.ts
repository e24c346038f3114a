import { queryOptions } from "@tanstack/react-query";
import type { FeedEntry } from "../../knowledge/changes.ts";
import type { IndicationPage, RecommendationPage, TrialPage } from "../../knowledge/library.ts";
import type { Metric } from "../../knowledge/metric.ts";
import type { Correction, PackReference } from "../../knowledge/pack.ts";
import type { Scale } from "../../knowledge/scales.ts";
import type { SearchAnswer } from "../../knowledge/search.ts";
import type { LibraryKind } from "../../knowledge/search-kinds.ts";
import type { Trial } from "../../knowledge/trial.ts";
import { ask } from "./client.ts";

/** What the library asks for. Packs come and go while the server runs, so nothing is kept for longer than some minutes. */

const id = encodeURIComponent;
const staleTime = 5 * 60_000;

export const librarySearch = (words: string, kind: LibraryKind | undefined) =>
  queryOptions({
    queryKey: ["library", "search", words, kind ?? ""],
    queryFn: ({ signal }) => {
      const asked = new URLSearchParams({ q: words, ...(kind ? { kind, limit: "500" } : { limit: "6" }) });
      return ask<SearchAnswer>(`/api/knowledge/search?${asked}`, { signal });
    },
    staleTime,
    placeholderData: (before) => before,
  });

export const libraryChanges = queryOptions({
  queryKey: ["library", "changes"],
  queryFn: ({ signal }) =>
    ask<{ changes: FeedEntry[] }>("/api/knowledge/changes", { signal }).then((answer) => answer.changes),
  staleTime: 60_000,
});

export const libraryTrials = queryOptions({
  queryKey: ["library", "trials"],
  queryFn: ({ signal }) =>
    ask<{ trials: Trial[] }>("/api/knowledge/trials", { signal }).then((answer) => answer.trials),
  staleTime,
});

interface WithPack {
  readonly pack: PackReference;
  readonly corrections: readonly Correction[];
}

const page = <T>(list: string, itemId: string, rest = "") =>
  queryOptions({
    queryKey: ["library", list, itemId],
    queryFn: ({ signal }) => ask<T>(`/api/knowledge/${list}/${id(itemId)}${rest}`, { signal }),
    staleTime,
  });

export const recommendationPage = (itemId: string) => page<RecommendationPage>("recommendations", itemId, "/page");
export const trialPage = (itemId: string) => page<TrialPage>("trials", itemId, "/page");
export const indicationPage = (itemId: string) => page<IndicationPage>("indications", itemId);
export const metricPage = (itemId: string) => page<Metric & WithPack>("metrics", itemId);
export const scalePage = (itemId: string) => page<Scale & WithPack>("scales", itemId);
