import { queryOptions } from "@tanstack/react-query";
import type { AlternativeTable } from "../../knowledge/alternatives.ts";
import type { CardMarks } from "../../knowledge/card-marks.ts";
import type { CaseOptions } from "../../knowledge/options.ts";
import { ask } from "./client.ts";

export interface OptionsAnswer extends CaseOptions {
  readonly evaluatedAt?: string;
  /** What stands beside the cards, by recommendation; not there in a frozen decision. */
  readonly marks?: Readonly<Record<string, CardMarks>>;
}

export const options = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "options"],
    queryFn: ({ signal }) => ask<OptionsAnswer>(`/api/cases/${encodeURIComponent(caseId)}/options`, { signal }),
  });

export const alternatives = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "alternatives"],
    queryFn: ({ signal }) =>
      ask<{ readonly tables: readonly AlternativeTable[] }>(`/api/cases/${encodeURIComponent(caseId)}/alternatives`, {
        signal,
      }).then((answer) => answer.tables),
  });
