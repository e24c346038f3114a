import { factsOf } from "../../cases/facts.ts";
import { factGroups } from "../../cases/summary.ts";
import { alternativesOfCase } from "../../knowledge/index.ts";
import { caseRecord } from "../db/cases/case-record.ts";
import { trialsOf } from "../decisions/evaluation.ts";
import type { Route } from "../http/route.ts";

export const alternativeRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/alternatives",
    access: { on: "case", act: "read" },
    summary:
      "Intervention, surgery, medical treatment and observation with benefits and risks, and what speaks for each in this patient",
    handle: async ({ services, scope }) => {
      const now = services.now();
      const record = (await caseRecord(services.pool, scope.caseId!, now))!;
      const groups = factGroups(record, now.toISOString(), trialsOf(services.packs, now.toISOString()));
      const { facts, doubts } = factsOf(groups, now.toISOString());
      return { tables: alternativesOfCase(services.packs, record.kind, facts, now.toISOString(), doubts) };
    },
  },
];
