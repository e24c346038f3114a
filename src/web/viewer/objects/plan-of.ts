import type { Reference } from "../../../dicom/objects/content-tree.ts";
import type { Place } from "../../../dicom/objects/places.ts";
import { openingMode, type PanePlan } from "../hanging/hang.ts";
import type { Room } from "../pane/pane-content.ts";

/** How to open what an object refers to in this pane; undefined when its series is not among those of the room. */
export function planOf(reference: Reference, places: ReadonlyMap<string, Place>, room: Room): PanePlan | undefined {
  const place = places.get(reference.sopUid);
  const series = room.series.find(({ seriesUid }) => seriesUid === place?.seriesUid);
  if (!series) return undefined;
  const mode = openingMode(series, room.analyses);
  const at = { sopUid: reference.sopUid, frame: Math.max(0, (reference.frames[0] ?? 1) - 1) };
  return { seriesUid: series.seriesUid, mode: mode === "mip" ? "slices" : mode, at };
}
