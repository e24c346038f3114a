import { WillisError } from "../../core/index.ts";
import { FIELDS } from "../../knowledge/dictionary.ts";
import { referenceOf } from "../../knowledge/pack.ts";
import type { Context, Route } from "../http/route.ts";

const access = { on: "person", patientData: false } as const;

/** The item of this id in any pack, with the reference of its pack: expired content can be read and says so. */
function itemOf({ request, services }: Context, list: "recommendations" | "trials" | "scales") {
  const { id } = request.params as { id: string };
  for (const pack of services.packs) {
    const item = pack[list].find((candidate) => candidate.id === id);
    if (item) return { ...item, pack: referenceOf(pack, services.now().toISOString()) };
  }
  throw new WillisError("not-found", `there is no ${list.slice(0, -1)} "${id}" in the loaded packs`);
}

export const knowledgeRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/knowledge/packs",
    access,
    summary: "The loaded knowledge packs with version, hash, release, expiry and disclosures",
    handle: ({ services }) => ({
      packs: services.packs.map(({ recommendations, trials, scales, vignettes, ...header }) => ({
        ...header,
        ...referenceOf({ recommendations, trials, scales, vignettes, ...header }, services.now().toISOString()),
        counts: {
          recommendations: recommendations.length,
          trials: trials.length,
          scales: scales.length,
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
      })),
    }),
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
    summary: "The scales of the loaded packs, each once",
    handle: ({ services }) => ({
      scales: [...new Map(services.packs.flatMap((pack) => pack.scales).map((scale) => [scale.id, scale])).values()],
    }),
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
