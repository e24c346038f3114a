import { useMemo } from "react";
import type { SeriesView } from "../../../cases/views.ts";
import { placesOf } from "../../../dicom/objects/places.ts";
import { referencedSeries } from "../../../dicom/objects/presentation.ts";
import { isObject } from "../hanging/hang.ts";
import type { Room } from "../pane/pane-content.ts";
import type { ObjectFile } from "./series-objects.ts";

/** The image series that an object refers to, if it is among those of the room. */
export function useReferenced(object: ObjectFile, room: Room): SeriesView | undefined {
  const wanted = useMemo(() => {
    const named = referencedSeries(object.header).map(({ seriesUid }) => seriesUid);
    const places = [...placesOf(object.header).values()].map(({ seriesUid }) => seriesUid);
    return [...new Set([...named, ...places])];
  }, [object]);
  for (const uid of wanted) {
    const found = room.series.find((one) => one.seriesUid === uid && !isObject(one));
    if (found) return found;
  }
  return undefined;
}
