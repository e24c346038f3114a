import { queryOptions } from "@tanstack/react-query";
import type { StudyValues } from "../../cases/patient-change.ts";
import type { IdentityCheck, PatientValues } from "../../cases/two-identifiers.ts";
import type { HeaderDifference } from "../../dicom/header-difference.ts";
import { ask, Problem } from "./client.ts";
import { queryClient } from "./query-client.ts";

/** What the administration asks and does; the shapes are those of the routes of the same name. */

export interface PatientLine extends PatientValues {
  readonly id: string;
  readonly studies: number;
  readonly objects: number;
  readonly lastStudy: string | null;
  readonly changed: boolean;
  readonly toCheck: boolean;
}

export interface PatientStudy extends StudyValues {
  readonly studyUid: string;
  readonly modalities: readonly string[];
  readonly series: number;
  readonly objects: number;
  readonly claimed: PatientValues | null;
  readonly corrected: readonly (keyof StudyValues)[];
  readonly toCheck: boolean;
}

export interface IdentityChange {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly kind: "merge" | "move" | "correct-patient" | "correct-study" | "use-version";
  readonly summary: string;
  readonly reason: string;
  readonly confirmed: string;
  readonly undoneAt: string | null;
  readonly undoneBy: string | null;
}

export interface PatientDetail extends PatientValues {
  readonly id: string;
  readonly received: PatientValues | null;
  readonly alsoKnownAs: readonly (PatientValues & { readonly id: string })[];
  readonly studies: readonly PatientStudy[];
  readonly history: readonly IdentityChange[];
}

export interface Claim {
  readonly studyUid: string;
  readonly date: string | null;
  readonly description: string;
  readonly patientId: string;
  readonly patient: PatientValues;
  readonly claimed: PatientValues;
  readonly objects: number;
  readonly firstAt: string;
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

export interface Arrival {
  readonly studyUid: string;
  readonly patientRef: string;
  readonly patientName: string;
  readonly patientNumber: string;
  readonly description: string;
  readonly modalities: readonly string[];
  readonly objects: number;
  readonly bytes: number;
  readonly lastAt: string;
  readonly toCheck: boolean;
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
export const patient = (id: string) => of<PatientDetail>(["patient", id], `/api/patients/${encodeURIComponent(id)}`);
export const comparePatients = (one: string, other: string) =>
  of<IdentityCheck & { words: string }>(["compare", one, other], `/api/patients/${one}/compare/${other}`);
export const claims = of<{ claims: Claim[] }>(["claims"], "/api/patient-claims");
export const changes = of<{ changes: IdentityChange[] }>(["changes"], "/api/identity-changes");
export const versions = of<{ versions: Version[] }>(["versions"], "/api/versions");
export const version = (id: number) => of<ComparedVersion>(["version", id], `/api/versions/${id}`);
export const storage = of<Storage>(["storage"], "/api/storage");
export const issuers = of<{ issuers: DefaultIssuer[] }>(["issuers"], "/api/issuers");
export const arrivals = queryOptions({
  queryKey: ["admin", "arrivals"],
  queryFn: ({ signal }) => ask<{ arrivals: Arrival[] }>("/api/arrivals", { signal }),
  refetchInterval: 10_000,
});
export const quarantineHeader = (id: string) =>
  of<QuarantineHeader>(["quarantine-header", id], `/api/quarantine/${encodeURIComponent(id)}/header`);

/** Does it, then asks everything of the administration (and the lists of studies) again. */
export async function deed<T>(path: string, json: object, method: "POST" | "PUT" = "POST"): Promise<T> {
  const result = await ask<T>(path, { method, json });
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
