import type { FastifyReply, FastifyRequest } from "fastify";
import type { TSchema } from "typebox";
import type { CdsClient } from "../db/cds/clients.ts";
import type { Services } from "./services.ts";

export type Role =
  | "emergency-physician"
  | "interventionalist"
  | "neurosurgeon"
  | "neurologist"
  | "coordinator"
  | "technologist"
  | "fellow"
  | "quality-lead"
  | "steward"
  | "researcher"
  | "clinic"
  | "administrator";

/** The person a request acts for. */
export interface Person {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly organisationKind: "spoke" | "hub";
  /** How they proved it: a browser session, or an API token. */
  readonly by: "session" | "token";
}

/**
 * What a route asks before it answers. Decided in one place (`authorise.ts`), for every route, before the handler runs.
 * The named objects come from the path: `:case` `:study` `:series` `:analysis` `:decision` `:quarantine`
 * `:patient` `:change` `:version` `:peer` `:transfer` `:commitment` `:step` `:draft` `:impact`.
 * `list` routes answer only with rows that the person may see; their query takes the person.
 */
export type Access =
  | { readonly on: "nothing"; readonly why: string }
  | { readonly on: "person"; readonly patientData: boolean }
  | { readonly on: "role"; readonly roles: readonly Role[]; readonly patientData: boolean }
  | { readonly on: "list"; readonly of: string }
  | { readonly on: "case"; readonly act: "read" | "write" | "answer" }
  | { readonly on: "study"; readonly act: "read" | "write" }
  /** `from: "query"`: study and series are named by the query, as WADO-URI does (`studyUID`, `seriesUID`). */
  | { readonly on: "series"; readonly act: "read" | "write"; readonly from?: "query" }
  | { readonly on: "analysis"; readonly act: "read" | "write" }
  | { readonly on: "decision" }
  | { readonly on: "quarantine"; readonly act: "read" | "write" }
  | { readonly on: "patient"; readonly act: "read" | "write" }
  | { readonly on: "change" }
  | { readonly on: "version"; readonly act: "read" | "write" }
  | { readonly on: "peer"; readonly act: "query" | "administer" }
  | { readonly on: "transfer" }
  | { readonly on: "commitment" }
  /** A scheduled procedure step of the worklist. */
  | { readonly on: "step" }
  /** A draft of a knowledge pack: stewards of its organisation write it, they and those who treat review it. */
  | { readonly on: "draft"; readonly act: "read" | "write" | "review" }
  /** A count of the cases that a change of packs judges otherwise. */
  | { readonly on: "impact"; readonly act: "read" | "write" }
  /** An EHR that calls CDS Hooks: no person, a client by its own signed token. */
  | { readonly on: "cds-client" };

/** What authorisation found out on the way, so that the handler need not ask again. */
export interface Scope {
  readonly caseId?: string;
  readonly studyId?: number;
  readonly seriesId?: number;
  /** Revision of the study of a series: what is remembered of its objects holds for it alone. */
  readonly revision?: number;
  readonly analysisId?: string;
  readonly decisionId?: string;
  readonly quarantineId?: string;
  readonly patientId?: string;
  readonly changeId?: string;
  readonly versionId?: number;
  readonly peerId?: string;
  readonly transferId?: string;
  readonly commitmentId?: string;
  readonly stepId?: string;
  readonly draftId?: string;
  readonly impactId?: string;
  readonly cdsClient?: CdsClient;
}

export interface Context {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly services: Services;
  /** Present on every route but those on `nothing` and `cds-client`. */
  readonly person: Person;
  readonly scope: Scope;
  /** Aborted when the client goes away: hand it to long work. */
  readonly signal: AbortSignal;
}

/** One route: about 25 lines. It is added by one line to the list in `routes/index.ts`. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  readonly url: string;
  readonly access: Access;
  readonly summary: string;
  readonly schema?: {
    readonly params?: TSchema;
    readonly querystring?: TSchema;
    readonly body?: TSchema;
    readonly response?: TSchema;
  };
  /** The body reaches the handler as `request.raw`, unread. */
  readonly rawBody?: boolean;
  /** Most bytes of a body that is read; 1 MiB when it is left out. */
  readonly bodyLimit?: number;
  readonly handle: (context: Context) => unknown;
}
