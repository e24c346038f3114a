import { queryOptions } from "@tanstack/react-query";
import type { PerformedFigures } from "../../dicom/performed-step.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** What is planned and done in the angio suite, and what is asked of archives; the shapes are those of the routes. */

export interface ScheduledStep {
  readonly id: string;
  readonly caseId: string | null;
  readonly accession: string;
  readonly patientName: string;
  readonly patientId: string;
  readonly description: string;
  readonly station: string;
  readonly priority: string;
  readonly startsAt: string;
  readonly state: "scheduled" | "in-progress" | "completed" | "discontinued" | "cancelled";
  readonly byHand: boolean;
  readonly cancelledReason: string;
}

interface Moment {
  readonly date: string;
  readonly time: string;
}

export interface PerformedStep extends PerformedFigures {
  readonly id: string;
  readonly aeTitle: string;
  readonly status: "IN PROGRESS" | "COMPLETED" | "DISCONTINUED";
  readonly description: string;
  readonly start: Moment | null;
  readonly end: Moment | null;
}

export interface PriorStudy {
  readonly studyUid: string;
  readonly aeTitle: string;
  readonly about: {
    readonly date?: string;
    readonly description?: string;
    readonly modalities?: readonly string[];
    readonly why?: string;
  };
  readonly attachedAt: string | null;
  readonly refused: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled" | "here";
  readonly total: number | null;
  readonly completed: number | null;
  readonly message: string | null;
}

export interface PriorSearch {
  readonly id: string;
  readonly aeTitle: string;
  readonly state: "queued" | "done" | "failed";
  readonly found: number;
  readonly chosen: number;
  readonly message: string;
}

export interface Procedure {
  readonly scheduled: readonly ScheduledStep[];
  readonly performed: readonly PerformedStep[];
  readonly priors: { readonly searches: readonly PriorSearch[]; readonly studies: readonly PriorStudy[] };
  readonly may: { readonly schedule: boolean };
}

export interface Commitment {
  readonly id: string;
  readonly role: "provider" | "user";
  readonly aeTitle: string;
  readonly state: "queued" | "checked" | "asked" | "done" | "failed";
  readonly objects: number;
  readonly committed: number;
  readonly failed: number;
  readonly message: string;
  readonly attempts: number;
  readonly createdAt: string;
}

/** Below the key of the case, so that the live channel has it asked again with the case. */
export const procedure = (caseId: string) =>
  queryOptions({
    queryKey: ["case", caseId, "procedure"],
    queryFn: ({ signal }) => ask<Procedure>(`/api/cases/${encodeURIComponent(caseId)}/procedure`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.priors.studies.some((one) => one.state === "queued" || one.state === "running") ? 2000 : 30_000,
  });

export const worklist = queryOptions({
  queryKey: ["admin", "worklist"],
  queryFn: ({ signal }) => ask<{ steps: ScheduledStep[] }>("/api/worklist", { signal }),
  refetchInterval: 15_000,
});

export const commitments = queryOptions({
  queryKey: ["admin", "commitments"],
  queryFn: ({ signal }) => ask<{ commitments: Commitment[] }>("/api/commitments", { signal }),
  refetchInterval: 15_000,
});

/** Does it, then asks for the worklist and the cases again. */
export async function schedule(path: string, json: object, method: "POST" | "PATCH" = "POST"): Promise<void> {
  await ask(path, { method, json });
  await Promise.all([["admin"], ["case"], ["cases"]].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
