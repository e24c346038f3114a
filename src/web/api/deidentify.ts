import { queryOptions } from "@tanstack/react-query";
import type { ExportView, ReidentifiedView } from "../../cases/archive-views.ts";
import type { Change } from "../../dicom/deidentify/changes.ts";
import type { Flag } from "../../dicom/deidentify/pixel-risk.ts";
import { ask } from "./client.ts";
import { queryClient } from "./query-client.ts";

export interface ProjectView {
  readonly id: string;
  readonly name: string;
  readonly options: readonly string[];
  readonly patients: number;
  readonly exports: number;
}

export interface PreviewView {
  readonly objects: number;
  readonly series: number;
  readonly kinds: number;
  readonly looked: number;
  readonly names: "final" | "examples";
  readonly changes: readonly Change[];
  readonly flags: readonly (Flag & { readonly series: string; readonly objects: number })[];
  readonly withheld: readonly { readonly series: string; readonly objects: number; readonly reason: string }[];
  readonly removedWords: readonly string[];
}

/** What is chosen: which studies, what stays, for which project. */
export interface Chosen {
  readonly studies: readonly string[];
  readonly options: readonly string[];
  readonly project: string;
}

/** Who may take de-identified objects out; the server decides, this only hides what would be refused. */
export const mayExport = (role: string | undefined): boolean =>
  role === "administrator" || role === "researcher" || role === "quality-lead";

export const deidentified = queryOptions({
  queryKey: ["deidentify"],
  queryFn: ({ signal }) => ask<{ projects: ProjectView[]; exports: ExportView[] }>("/api/deidentify", { signal }),
  refetchInterval: ({ state }) => (state.data?.exports.some((one) => one.state === "running") ? 1000 : false),
});

export const previewExport = (chosen: Chosen, signal?: AbortSignal) =>
  ask<PreviewView>("/api/deidentify/preview", {
    method: "POST",
    json: {
      ...{ studies: chosen.studies, options: chosen.options },
      ...(chosen.project.trim().length >= 2 ? { project: chosen.project.trim() } : {}),
    },
    ...(signal ? { signal } : {}),
  });

const again = () => queryClient.invalidateQueries({ queryKey: deidentified.queryKey });

/** Makes the export and hands its file to the browser, which shows how the download goes. */
export async function startExport(chosen: Chosen): Promise<ExportView> {
  const made = await ask<ExportView>("/api/deidentify/exports", {
    method: "POST",
    json: { ...chosen, project: chosen.project.trim() },
  });
  download(made.id);
  return made;
}

export function download(id: string): void {
  const link = document.createElement("a");
  link.href = `/api/deidentify/exports/${encodeURIComponent(id)}/file`;
  link.download = "";
  link.click();
  setTimeout(() => void again(), 500);
}

export async function cancelExport(id: string): Promise<void> {
  await ask(`/api/deidentify/exports/${encodeURIComponent(id)}`, { method: "DELETE" });
  await again();
}

export const lookUp = (asked: { readonly project: string; readonly find: string; readonly reason: string }) =>
  ask<ReidentifiedView>("/api/deidentify/lookup", { method: "POST", json: asked });
