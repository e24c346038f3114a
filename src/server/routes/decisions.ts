import { type Static, Type } from "typebox";
import type { DecisionBasis } from "../../cases/decision-basis.ts";
import { factsOf } from "../../cases/facts.ts";
import { factGroups } from "../../cases/summary.ts";
import { WillisError } from "../../core/index.ts";
import { enoughFor } from "../../knowledge/index.ts";
import { caseRecord } from "../db/cases/case-record.ts";
import { decisionWithBasis } from "../db/cases/decisions.ts";
import { answerCase } from "../decisions/answer.ts";
import { digestOf } from "../decisions/basis.ts";
import { canonicalJson } from "../decisions/canonical-json.ts";
import { evaluateCase, trialsOf } from "../decisions/evaluation.ts";
import { marksOf } from "../decisions/evidence.ts";
import { makePdf } from "../decisions/pdf-of-decision.ts";
import { replay } from "../decisions/replay.ts";
import type { Route } from "../http/route.ts";
import { AnswerBody } from "./case-bodies.ts";

/** Recommendations of one question; an option has fewer. */
const MOST_IDS = 20;

export const decisionRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/options",
    access: { on: "case", act: "read" },
    summary: "Options side by side: met, not met, cannot determine, and what to ask next",
    handle: async ({ services, scope }) => {
      const now = services.now();
      const record = (await caseRecord(services.pool, scope.caseId!, now))!;
      const { groups, options } = evaluateCase(record, services.packs, now.toISOString());
      const factsUsed = groups.flatMap(({ current }) => (current ? [current] : []));
      const marks = await marksOf(services, options);
      return { ...options, factsUsed, marks, evaluatedAt: now.toISOString() };
    },
  },
  {
    method: "GET",
    url: "/api/cases/:case/enough",
    access: { on: "case", act: "read" },
    summary:
      "What would be enough to decide recommendations that cannot be determined: the smallest sets, easiest first",
    schema: { querystring: Type.Object({ ids: Type.Optional(Type.String({ maxLength: 2000 })) }) },
    handle: async ({ request, services, scope }) => {
      const { ids: named = "" } = request.query as { ids?: string };
      const ids = named.split(",").slice(0, MOST_IDS);
      const now = services.now();
      const record = (await caseRecord(services.pool, scope.caseId!, now))!;
      const groups = factGroups(record, now.toISOString(), trialsOf(services.packs, now.toISOString()));
      const { facts } = factsOf(groups, now.toISOString());
      return { enough: enoughFor(services.packs, ids, facts, now.toISOString()) };
    },
  },
  {
    method: "POST",
    url: "/api/cases/:case/answer",
    access: { on: "case", act: "answer" },
    summary: "Answers a referral; freezes all that the answer rests on",
    schema: { body: AnswerBody },
    handle: async ({ request, reply, services, person, scope }) => {
      const decision = await answerCase(services, scope.caseId!, request.body as Static<typeof AnswerBody>, person);
      reply.code(201).header("location", `/api/decisions/${decision.id}`);
      return decision;
    },
  },
  {
    method: "GET",
    url: "/api/decisions/:decision",
    access: { on: "decision" },
    summary: "A decision with the facts, options, traces and pack versions it rested on, exactly as they were",
    handle: async ({ services, scope }) => {
      const found = (await decisionWithBasis(services.pool, scope.decisionId!))!;
      const intact = digestOf(canonicalJson(found.basis)).toString("hex") === found.decision.basisDigest;
      return { decision: found.decision, basis: found.basis, intact, pdfSopUid: found.pdfSopUid };
    },
  },
  {
    method: "GET",
    url: "/api/decisions/:decision/replay",
    access: { on: "decision" },
    summary: "A decision judged anew: with the pack versions of its moment, and with those of today",
    handle: async ({ services, scope }) => {
      const { basis } = (await decisionWithBasis(services.pool, scope.decisionId!))!;
      return replay(basis as DecisionBasis, services.packShelf, services.packs, services.now().toISOString());
    },
  },
  {
    method: "GET",
    url: "/api/decisions/:decision/pdf",
    access: { on: "decision" },
    summary: "The decision on one page, as PDF",
    handle: async ({ reply, services, scope }) => {
      const id = scope.decisionId!;
      let found = (await decisionWithBasis(services.pool, id))!;
      if (!found.pdfBlobKey) {
        const warnings = await makePdf(services, id);
        found = (await decisionWithBasis(services.pool, id))!;
        if (!found.pdfBlobKey) throw new WillisError("unavailable", warnings.join("; "));
      }
      reply
        .type("application/pdf")
        .header("content-disposition", `attachment; filename="decision-${id.slice(0, 8)}.pdf"`);
      reply.header("content-length", await services.blobs.size(found.pdfBlobKey!));
      return reply.send(services.blobs.stream(found.pdfBlobKey!));
    },
  },
];
