import type { KeptDraft } from "../../../cases/kept.ts";
import { keptOf } from "./kept-store.ts";

/**
 * Keeps a measurement that was not drawn with the tools of a pane (a stenosis, a diameter, an aneurysm's neck): saved at
 * once, seen by other readers, undone by Ctrl+Z, and part of the study's measurement report. Returns its id; with the id
 * of one that is kept already it becomes its next version.
 */
export function keepMeasurement(draft: Omit<KeptDraft, "id"> & { readonly id?: string }): string {
  const id = draft.id ?? crypto.randomUUID();
  keptOf(draft.place.studyUid).put({ ...draft, id });
  return id;
}
