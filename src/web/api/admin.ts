import { queryOptions } from "@tanstack/react-query";
import type {
  ArrivalView,
  ChangeView,
  ClaimView,
  PatientDetail,
  PatientLine,
  StrangerCall,
} from "../../cases/archive-views.ts";
import type { IdentityCheck } from "../../cases/two-identifiers.ts";
import type { HeaderDifference } from "../../dicom/header-difference.ts";
import { ask, Problem } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** What the administration asks and does; the shapes are those of the routes of the same name. */

/** A patient with what people changed. */
export interface PatientHistory extends PatientDetail {
  readonly history: readonly ChangeView[];
}

export interface Version {
  readonly id: number;
  readonly patientName: string;
  readonly patientNumber: string;
  readonly sopUid: string;
  readonly modality: string;
  readonly seriesDescription: string;
  readonly receivedAt: string;
  readonly size: number;
  readonly inUse: { readonly receivedAt: string; readonly size: number };
}

export interface ComparedVersion extends Version {
  readonly differences: readonly HeaderDifference[];
  readonly fits: boolean;
}

export interface Storage {
  readonly days: readonly { readonly day: string; readonly objects: number; readonly bytes: number }[];
  readonly own: { readonly objects: number; readonly bytes: number };
  readonly all: { readonly objects: number; readonly bytes: number };
  readonly databaseBytes: number;
  readonly perDay: number;
  readonly daysLeft: number | null;
  readonly store: {
    readonly writable: boolean;
    readonly readable: boolean;
    readonly text: string;
    readonly freeBytes: number;
    readonly waiting?: { readonly objects: number; readonly bytes: number };
  };
  readonly sweeps: readonly { readonly at: string; readonly setAside: number; readonly tookMs: number }[];
}

export interface DefaultIssuer {
  readonly aeTitle: string;
  readonly issuer: string;
}

/** A DICOM peer; where it is, is told to administrators. */
export interface Peer {
  readonly id: string;
  readonly aeTitle: string;
  readonly permissions: readonly string[];
  readonly note: string;
  readonly active: boolean;
  readonly lastCalledAt: string | null;
  readonly callable: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly tls?: boolean;
  readonly addressCheck?: boolean;
}

export type PeerTest =
  | {
      readonly ok: true;
      readonly calledAs: string;
      readonly connectMs: number;
      readonly associateMs: number;
      readonly echoMs: number;
      readonly implementation: string;
    }
  | { readonly ok: false; readonly calledAs: string; readonly reason: string };

export interface Transfer {
  readonly id: string;
  readonly aeTitle: string;
  readonly direction: "pull" | "push";
  readonly studyUid: string;
  readonly patientId: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly total: number | null;
  readonly completed: number;
  readonly failed: number;
  readonly message: string;
  readonly createdAt: string;
  readonly commitment?: {
    readonly state: string;
    readonly objects: number;
    readonly committed: number;
    readonly failed: number;
  } | null;
}

export interface QuarantineHeader {
  readonly readable: boolean;
  readonly reason?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly warnings?: readonly string[];
}

const of = <T>(key: readonly unknown[], path: string) =>
  queryOptions({ queryKey: ["admin", ...key], queryFn: ({ signal }) => ask<T>(path, { signal }) });

export const patients = (q: string) =>
  queryOptions({
    queryKey: ["admin", "patients", q],
    queryFn: ({ signal }) => ask<{ patients: PatientLine[] }>(`/api/patients?q=${encodeURIComponent(q)}`, { signal }),
    placeholderData: (before) => before,
  });
export const patient = (id: string) => of<PatientHistory>(["patient", id], `/api/patients/${encodeURIComponent(id)}`);
export const comparePatients = (one: string, other: string) =>
  of<IdentityCheck & { words: string }>(["compare", one, other], `/api/patients/${one}/compare/${other}`);
export const claims = of<{ claims: ClaimView[] }>(["claims"], "/api/patient-claims");
export const changes = of<{ changes: ChangeView[] }>(["changes"], "/api/identity-changes");
export const versions = of<{ versions: Version[] }>(["versions"], "/api/versions");
export const version = (id: number) => of<ComparedVersion>(["version", id], `/api/versions/${id}`);
export const storage = of<Storage>(["storage"], "/api/storage");
export const issuers = of<{ issuers: DefaultIssuer[] }>(["issuers"], "/api/issuers");
export const arrivals = queryOptions({
  queryKey: ["admin", "arrivals"],
  queryFn: ({ signal }) => ask<{ arrivals: ArrivalView[] }>("/api/arrivals", { signal }),
  refetchInterval: 10_000,
});
export const peers = of<{ peers: Peer[]; own: { aeTitle: string; tls: boolean } }>(["peers"], "/api/peers");
export const strangers = of<{ callers: StrangerCall[] }>(["strangers"], "/api/peer-strangers");
export const transfers = queryOptions({
  queryKey: ["admin", "transfers"],
  queryFn: ({ signal }) => ask<{ transfers: Transfer[] }>("/api/transfers", { signal }),
  refetchInterval: ({ state }) =>
    state.data?.transfers.some((one) => one.state === "queued" || one.state === "running") ? 2000 : 15_000,
});
export const quarantineHeader = (id: string) =>
  of<QuarantineHeader>(["quarantine-header", id], `/api/quarantine/${encodeURIComponent(id)}/header`);

/** Does it, then asks everything of the administration (and the lists of studies) again. */
export async function deed<T>(path: string, json: object, method: "POST" | "PUT" | "DELETE" = "POST"): Promise<T> {
  const result = await ask<T>(path, { method, ...(method === "DELETE" ? {} : { json }) });
  await Promise.all(
    [["admin"], ["quarantine"], ["studies"], ["cases"], ["case"]].map((queryKey) =>
      queryClient.invalidateQueries({ queryKey }),
    ),
  );
  return result;
}

export const undo = (changeId: string) => deed<unknown>(`/api/identity-changes/${changeId}/undo`, {});

/** The comparison in a refusal of the wrong-patient guard; null when it is another refusal. */
export function checkIn(error: unknown): IdentityCheck | null {
  if (!(error instanceof Problem)) return null;
  const more = error.detail.more as { check?: IdentityCheck } | undefined;
  return more?.check ?? null;
}
