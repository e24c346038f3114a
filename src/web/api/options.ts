import { queryOptions } from "@tanstack/react-query";
import type { CaseOptions } from "../../knowledge/options.ts";
import { ask } from "./client.ts";

export interface OptionsAnswer extends CaseOptions {
  readonly evaluatedAt?: string;
}

export const options = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "options"],
    queryFn: ({ signal }) => ask<OptionsAnswer>(`/api/cases/${encodeURIComponent(caseId)}/options`, { signal }),
  });
