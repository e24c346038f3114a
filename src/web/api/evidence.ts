import { queryOptions } from "@tanstack/react-query";
import type { DeviationReason, DeviationView } from "../../cases/deviation.ts";
import type { ScreeningCount, ScreeningOutcome, ScreeningView } from "../../cases/screening.ts";
import type { Enough } from "../../knowledge/enough.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** What was not followed, which trials a case was screened for, and what would be enough to decide. */

const id = encodeURIComponent;

export const deviations = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "deviations"],
    queryFn: ({ signal }) =>
      ask<{ deviations: DeviationView[] }>(`/api/cases/${id(caseId)}/deviations`, { signal }).then(
        (answer) => answer.deviations,
      ),
  });

export const screenings = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "screenings"],
    queryFn: ({ signal }) =>
      ask<{ screenings: ScreeningView[] }>(`/api/cases/${id(caseId)}/screenings`, { signal }).then(
        (answer) => answer.screenings,
      ),
  });

export const enough = (caseId: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ["case", caseId, "enough", ids],
    queryFn: ({ signal }) =>
      ask<{ enough: Enough[] }>(`/api/cases/${id(caseId)}/enough?ids=${id(ids.join(","))}`, { signal }).then(
        (answer) => answer.enough,
      ),
    enabled: ids.length > 0,
  });

async function then<T>(caseId: string, act: Promise<T>): Promise<T> {
  const result = await act;
  await queryClient.invalidateQueries({ queryKey: ["case", caseId] });
  return result;
}

/** With a decision, what was met when it was made counts; else what is met now. */
export const noteDeviation = (
  caseId: string,
  given: { readonly recommendation: string; readonly reason: DeviationReason; readonly words?: string },
  decisionId?: string,
) => {
  const where = decisionId ? `/api/decisions/${id(decisionId)}` : `/api/cases/${id(caseId)}`;
  return then(caseId, ask<DeviationView>(`${where}/deviations`, { method: "POST", json: given }));
};

export const withdrawDeviation = (caseId: string, deviationId: string) =>
  then(
    caseId,
    ask<unknown>(`/api/cases/${id(caseId)}/deviations/${id(deviationId)}/withdraw`, { method: "POST", json: {} }),
  );

export const sayOutcome = (
  caseId: string,
  trial: string,
  given: { readonly outcome: ScreeningOutcome | null; readonly reason?: string },
) =>
  then(caseId, ask<ScreeningView>(`/api/cases/${id(caseId)}/screenings/${id(trial)}`, { method: "POST", json: given }));

/** How often a recommendation was not followed for one reason. */
export interface DeviationCount {
  readonly recommendation: string;
  readonly subject: string;
  readonly body: string;
  readonly reason: string;
  readonly times: number;
}

const after = (before: number | null) => (before === null ? "" : `&before=${before}`);

export const deviationLog = (before: number | null) =>
  queryOptions({
    queryKey: ["quality", "deviations", before],
    queryFn: ({ signal }) =>
      ask<{ deviations: DeviationView[]; next: number | null }>(`/api/deviations?limit=50${after(before)}`, { signal }),
  });

export const deviationTotals = queryOptions({
  queryKey: ["quality", "deviations", "counts"],
  queryFn: ({ signal }) => ask<{ since: string; counts: DeviationCount[] }>("/api/deviations/counts", { signal }),
});

export const screeningLog = (before: number | null, trial: string, open: boolean) =>
  queryOptions({
    queryKey: ["quality", "screening", before, trial, open],
    queryFn: ({ signal }) =>
      ask<{ screenings: ScreeningView[]; next: number | null }>(
        `/api/screening?limit=50${after(before)}${trial ? `&trial=${id(trial)}` : ""}${open ? "&open=true" : ""}`,
        { signal },
      ),
  });

export const screeningTotals = queryOptions({
  queryKey: ["quality", "screening", "counts"],
  queryFn: ({ signal }) => ask<{ since: string; counts: ScreeningCount[] }>("/api/screening/counts", { signal }),
});
