import { WillisError } from "../../core/errors.ts";
import { listCommitments, retryCommitment } from "../db/workflow/commitments.ts";
import type { Route } from "../http/route.ts";

export const commitmentRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/commitments",
    access: { on: "list", of: "commitments" },
    summary: "Requests for storage commitment, asked of us and by us, newest first",
    handle: async ({ services, person }) => ({
      commitments: await listCommitments(services.pool, person.organisationId),
    }),
  },
  {
    method: "POST",
    url: "/api/commitments/:commitment/retry",
    access: { on: "commitment" },
    summary: "Checks, reports or asks again what failed or waits for its next try",
    handle: async ({ services, scope }) => {
      if (!(await retryCommitment(services.pool, scope.commitmentId!)))
        throw new WillisError("conflict", "Only one that failed or waits for its next try can begin again.");
      return { state: "queued" };
    },
  },
];
