import { queryOptions } from "@tanstack/react-query";
import type { ScaleEntryView } from "../../cases/scale-entries.ts";
import type { ScaleAnswers } from "../../knowledge/scales.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

const at = (caseId: string) => `/api/cases/${encodeURIComponent(caseId)}/scales`;

/** The scores of a case, latest first; asked again whenever the case changes. */
export const scaleEntries = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "scales"],
    queryFn: ({ signal }) =>
      ask<{ entries: ScaleEntryView[] }>(at(caseId), { signal }).then((answer) => answer.entries),
  });

/** A scale as one line of a list, with the pack that holds it. */
export interface ScaleLine {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** The field of the facts dictionary that it fills, or null; with moments, each has its own. */
  readonly field: string | null;
  readonly occasions?: readonly { readonly word: string; readonly field: string | null }[];
  readonly pack: { readonly id: string; readonly caseKinds: readonly string[] };
}

export const scaleLines = queryOptions({
  queryKey: ["library", "scales"],
  queryFn: ({ signal }) =>
    ask<{ scales: ScaleLine[] }>("/api/knowledge/scales", { signal }).then((answer) => answer.scales),
  staleTime: 5 * 60_000,
});

/** A score to keep. `total` is what the form showed: the server refuses when the answers give another. */
export interface ScoreToKeep {
  readonly id: string;
  readonly scale: string;
  readonly packHash: string;
  readonly answers: ScaleAnswers;
  readonly total: number | string | null;
  readonly occasion?: string;
  readonly side?: "left" | "right";
  readonly prefilled: Readonly<Record<string, readonly string[]>>;
  readonly note?: string;
  readonly observedAt?: string;
  readonly supersedes?: string;
  readonly correction?: string;
}

export async function keepScore(caseId: string, score: ScoreToKeep): Promise<void> {
  await ask<unknown>(at(caseId), { method: "POST", json: score });
  void queryClient.invalidateQueries({ queryKey: ["case", caseId] });
  void queryClient.invalidateQueries({ queryKey: ["cases"] });
}
