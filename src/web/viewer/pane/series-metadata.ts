import type { SeriesView } from "../../../cases/views.ts";
import { type JsonInstance, number, TAG } from "./dicom-json.ts";
import type { FrameRef } from "./stack-order.ts";

/** Kept for who asks first; a series that grew meanwhile is asked for anew. */
const KEPT_MS = 30_000;
const ahead = new Map<string, Promise<readonly JsonInstance[]>>();

/** The address of a series in DICOMweb. */
export function seriesRoot({ studyUid, seriesUid }: Pick<SeriesView, "studyUid" | "seriesUid">): string {
  return `/dicom-web/studies/${studyUid}/series/${seriesUid}`;
}

/** The address of a frame: what its image ids consist of after the first colon. */
export function frameAddress(root: string, { sopUid, frame }: Pick<FrameRef, "sopUid" | "frame">): string {
  return `${root}/instances/${sopUid}/frames/${frame + 1}`;
}

/**
 * The images of a series by one WADO-RS request. Rejects with a sentence that says what to do when the server refuses,
 * cannot be reached, or the series holds no image.
 */
export async function seriesMetadata(view: SeriesView, signal?: AbortSignal): Promise<readonly JsonInstance[]> {
  const key = keyOf(view);
  const found = await ahead.get(key)?.catch(() => undefined);
  ahead.delete(key);
  return found ?? fetched(view, signal);
}

/** Begins to fetch them before the viewer is there to ask; what it asks for then is on its way, or here. */
export function metadataAhead(view: SeriesView): Promise<readonly JsonInstance[]> {
  const begun = fetched(view);
  ahead.set(keyOf(view), begun);
  setTimeout(() => ahead.delete(keyOf(view)), KEPT_MS);
  return begun;
}

function keyOf({ seriesUid, instances }: SeriesView): string {
  return `${seriesUid} ${instances}`;
}

async function fetched(view: SeriesView, signal?: AbortSignal): Promise<readonly JsonInstance[]> {
  const answer = await fetch(`${seriesRoot(view)}/metadata`, {
    headers: { Accept: "application/dicom+json" },
    credentials: "same-origin",
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Error("The server cannot be reached. Check the network, then open the series again.");
  });
  if (!answer.ok) throw new Error(refusal(answer.status));
  const instances = ((await answer.json()) as JsonInstance[]).filter((instance) => number(instance, TAG.Rows));
  if (instances.length === 0) throw new Error("This series holds no image.");
  return instances;
}

function refusal(status: number): string {
  if (status === 401) return "You are signed out. Sign in again, then open the series.";
  if (status === 403 || status === 404) return "This series is not here, or not shared with you. Ask the sender.";
  return `The server could not give this series (status ${status}). Try again; if it stays, tell your administrator.`;
}
