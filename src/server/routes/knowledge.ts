import { Type } from "typebox";
import { WillisError } from "../../core/index.ts";
import { type FeedEntry, type PackVersion, whatChanged } from "../../knowledge/changes.ts";
import { FIELDS } from "../../knowledge/dictionary.ts";
import { aboutIndication, aboutRecommendation, aboutTrial, correctionsOf, trialsOf } from "../../knowledge/library.ts";
import { type Pack, referenceOf } from "../../knowledge/pack.ts";
import { searchLibrary } from "../../knowledge/search.ts";
import { libraryDocuments } from "../../knowledge/search-documents.ts";
import { buildSearchIndex, type SearchIndex } from "../../knowledge/search-index.ts";
import { LIBRARY_KINDS, type LibraryKind } from "../../knowledge/search-kinds.ts";
import type { Context, Route } from "../http/route.ts";

const access = { on: "person", patientData: false } as const;

let built: { readonly key: string; readonly index: SearchIndex } | null = null;

/** The index of these packs. Built anew when a pack comes, goes or lapses; else the one of the last question serves. */
function indexOf(packs: readonly Pack[], now: string): SearchIndex {
  const key = `${now.slice(0, 10)} ${packs.map((pack) => pack.hash).join(" ")}`;
  if (built?.key !== key) built = { key, index: buildSearchIndex(libraryDocuments(packs, now)) };
  return built.index;
}

/** An answer about the item of the path; refuses with what is not there when no pack has it. */
function about<T>(
  { request, services }: Context,
  what: string,
  find: (packs: readonly Pack[], id: string, now: string) => T | null,
): T {
  const { id } = request.params as { id: string };
  const page = find(services.packs, id, services.now().toISOString());
  if (page === null)
    throw new WillisError("not-found", `There is no ${what} "${id}" in the loaded packs. Search for it by name.`);
  return page;
}

/** The item of this id in any pack, with the reference of its pack: expired content can be read and says so. */
function itemOf({ request, services }: Context, list: "recommendations" | "trials" | "scales" | "metrics") {
  const { id } = request.params as { id: string };
  for (const pack of services.packs) {
    const item = pack[list].find((candidate) => candidate.id === id);
    if (item)
      return {
        ...item,
        pack: referenceOf(pack, services.now().toISOString()),
        corrections: correctionsOf(services.packs, id),
      };
  }
  throw new WillisError("not-found", `there is no ${list.slice(0, -1)} "${id}" in the loaded packs`);
}

const feeds = new WeakMap<readonly PackVersion[], readonly FeedEntry[]>();

/** What changed; worked out once for each list of versions, which is another one when a version comes. */
function feedOf(versions: readonly PackVersion[]): readonly FeedEntry[] {
  const known = feeds.get(versions);
  if (known) return known;
  const feed = whatChanged(versions);
  feeds.set(versions, feed);
  return feed;
}

export const knowledgeRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/knowledge/packs",
    access,
    summary: "The loaded knowledge packs with version, hash, release, expiry and disclosures",
    handle: ({ services }) => ({
      packs: services.packs.map(({ recommendations, trials, scales, indications, metrics, vignettes, ...header }) => ({
        ...header,
        ...referenceOf(
          { recommendations, trials, scales, indications, metrics, vignettes, ...header },
          services.now().toISOString(),
        ),
        counts: {
          recommendations: recommendations.length,
          trials: trials.length,
          scales: scales.length,
          indications: indications.length,
          metrics: metrics.length,
          vignettes: vignettes.length,
        },
        recommendations: recommendations.map(
          ({ id, subject, action, topic, strength, certainty, status, expires }) => ({
            id,
            subject,
            action,
            topic,
            strength,
            certainty,
            status,
            expires,
          }),
        ),
        trials: trials.map(({ id, acronym, year, conclusion }) => ({ id, acronym, year, conclusion })),
        scales: scales.map(({ id, name }) => ({ id, name })),
        indications: indications.map(({ id, name }) => ({ id, name })),
        metrics: metrics.map(({ id, name }) => ({ id, name })),
      })),
    }),
  },
  {
    method: "GET",
    url: "/api/knowledge/search",
    access,
    summary: "Search of recommendations, indications, trials, scales, metrics and packs in ordinary words",
    schema: {
      querystring: Type.Object({
        q: Type.Optional(Type.String({ maxLength: 200 })),
        kind: Type.Optional(Type.String({ maxLength: 20 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      }),
    },
    handle: ({ request, services }) => {
      const { q = "", kind, limit } = request.query as { q?: string; kind?: string; limit?: number };
      if (kind !== undefined && !LIBRARY_KINDS.includes(kind as LibraryKind))
        throw new WillisError("bad-request", `There is no kind "${kind}". Use one of ${LIBRARY_KINDS.join(", ")}.`);
      const index = indexOf(services.packs, services.now().toISOString());
      return searchLibrary(index, q, {
        ...(kind === undefined ? {} : { kind: kind as LibraryKind }),
        ...(limit === undefined ? {} : { limit }),
      });
    },
  },
  {
    method: "GET",
    url: "/api/knowledge/changes",
    access,
    summary: "What changed in the packs, by criterion, newest first",
    handle: async ({ services }) => ({ changes: feedOf(await services.packShelf.versions(services.packs)) }),
  },
  {
    method: "GET",
    url: "/api/knowledge/trials",
    access,
    summary: "The trials of the loaded packs, each once",
    handle: ({ services }) => ({ trials: trialsOf(services.packs) }),
  },
  {
    method: "GET",
    url: "/api/knowledge/recommendations/:id/page",
    access,
    summary: "One recommendation with its history, the trials that bear on it and who says something else",
    handle: (context) => about(context, "recommendation", aboutRecommendation),
  },
  {
    method: "GET",
    url: "/api/knowledge/trials/:id/page",
    access,
    summary: "One trial with what it changed and the recommendations it bears on",
    handle: (context) => about(context, "trial", aboutTrial),
  },
  {
    method: "GET",
    url: "/api/knowledge/indications/:id",
    access,
    summary: "One indication with its alternatives, guidance, trials and scales",
    handle: (context) => about(context, "indication", aboutIndication),
  },
  {
    method: "GET",
    url: "/api/knowledge/metrics/:id",
    access,
    summary: "One metric with its formula and target",
    handle: (context) => itemOf(context, "metrics"),
  },
  {
    method: "GET",
    url: "/api/knowledge/recommendations/:id",
    access,
    summary: "One recommendation, whole",
    handle: (context) => itemOf(context, "recommendations"),
  },
  {
    method: "GET",
    url: "/api/knowledge/trials/:id",
    access,
    summary: "One trial, whole",
    handle: (context) => itemOf(context, "trials"),
  },
  {
    method: "GET",
    url: "/api/knowledge/scales",
    access,
    summary: "The scales of the loaded packs, each once, with the pack that holds it",
    handle: ({ services }) => {
      const first = new Map<string, object>();
      for (const { id, version, hash, caseKinds, scales } of services.packs)
        for (const scale of scales)
          if (!first.has(scale.id)) first.set(scale.id, { ...scale, pack: { id, version, hash, caseKinds } });
      return { scales: [...first.values()] };
    },
  },
  {
    method: "GET",
    url: "/api/knowledge/scales/:id",
    access,
    summary: "One scale with its items",
    handle: (context) => itemOf(context, "scales"),
  },
  {
    method: "GET",
    url: "/api/knowledge/fields",
    access,
    summary: "The facts dictionary",
    handle: () => ({ fields: FIELDS }),
  },
];
