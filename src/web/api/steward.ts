import { queryOptions } from "@tanstack/react-query";
import type { ImpactRunView } from "../../cases/impact-views.ts";
import type { DraftContent, DraftLine, DraftView } from "../../cases/steward-views.ts";
import type { ReviewLine } from "../../knowledge/index.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** What stewards and reviewers ask for and do. A draft is always what the server holds; what is typed is kept by the page. */

const at = (id: string, rest = "") => `/api/steward/drafts/${encodeURIComponent(id)}${rest}`;

export const stewardDesk = queryOptions({
  queryKey: ["steward", "desk"],
  queryFn: ({ signal }) => ask<{ queue: ReviewLine[]; drafts: DraftLine[] }>("/api/steward", { signal }),
});

export const stewardDraft = (id: string) =>
  queryOptions({
    queryKey: ["steward", "draft", id],
    queryFn: ({ signal }) => ask<DraftView>(at(id), { signal }),
  });

/** Asks for the count of a saved version, once; counted in the background. */
export const askedImpact = (id: string, version: number) =>
  queryOptions({
    queryKey: ["steward", "impact", "asked", id, version],
    queryFn: () => ask<ImpactRunView>(at(id, "/impact"), { method: "POST", json: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

const ENDED: readonly ImpactRunView["state"][] = ["done", "failed", "cancelled"];

/** How far a count is, asked each second until it ends. */
export const impactRun = (run: string) =>
  queryOptions({
    queryKey: ["steward", "impact", "run", run],
    queryFn: ({ signal }) => ask<ImpactRunView>(`/api/knowledge/impact/${run}`, { signal }),
    refetchInterval: ({ state }) => (state.data && ENDED.includes(state.data.state) ? false : 1000),
  });

export async function beginDraft(pack: string): Promise<string> {
  const { id } = await ask<{ id: string }>("/api/steward/drafts", { method: "POST", json: { pack } });
  void queryClient.invalidateQueries({ queryKey: ["steward", "desk"] });
  return id;
}

export async function beginEmptyDraft(empty: {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly caseKinds: readonly string[];
}): Promise<string> {
  const { id } = await ask<{ id: string }>("/api/steward/drafts", { method: "POST", json: { empty } });
  void queryClient.invalidateQueries({ queryKey: ["steward", "desk"] });
  return id;
}

async function did(id: string, act: Promise<DraftView>): Promise<DraftView> {
  const draft = await act.catch((problem: unknown) => {
    void queryClient.invalidateQueries({ queryKey: stewardDraft(id).queryKey }); // refused: it may be another by now
    throw problem;
  });
  queryClient.setQueryData(stewardDraft(id).queryKey, draft);
  void queryClient.invalidateQueries({ queryKey: ["steward", "desk"] });
  if (draft.state === "published") {
    void queryClient.invalidateQueries({ queryKey: ["library"] });
    void queryClient.invalidateQueries({ queryKey: ["case"] });
  }
  return draft;
}

const post = (id: string, rest: string, json: object) =>
  did(id, ask<DraftView>(at(id, rest), { method: "POST", json }));

export const saveDraft = (id: string, version: number, content: DraftContent, words: string) =>
  did(id, ask<DraftView>(at(id), { method: "PUT", json: { version, content, words } }));
export const takeBackSaving = (id: string, version: number) => post(id, "/take-back", { version });
export const submitDraft = (id: string, version: number) => post(id, "/submit", { version });
export const publishDraft = (id: string, version: number) => post(id, "/publish", { version });
export const withdrawDraft = (id: string, words: string) => post(id, "/withdraw", { words });
export const reviewDraft = (
  id: string,
  given: { version: number; verdict: "approved" | "changes asked"; words: string; disclosure: string },
) => post(id, "/review", given);
