import { type DataSet, items, text } from "../data-set.ts";

/** Where an object that is referred to lies. */
export interface Place {
  readonly studyUid: string;
  readonly seriesUid: string;
}

const MOST = 50_000;

/**
 * Study and series of the objects that this one refers to, by SOP Instance UID: as its evidence (PS3.3 C.17.2), its
 * referenced series and other studies say. Objects named nowhere there are not in the map.
 */
export function placesOf(ds: DataSet): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  const own = text(ds, "StudyInstanceUID") ?? "";
  const series = (studyUid: string, list: readonly DataSet[]) => {
    for (const one of list) {
      const seriesUid = text(one, "SeriesInstanceUID") ?? "";
      for (const name of ["ReferencedSOPSequence", "ReferencedInstanceSequence", "ReferencedImageSequence"])
        for (const object of items(one, name)) {
          const sopUid = text(object, "ReferencedSOPInstanceUID");
          if (sopUid && found.size < MOST) found.set(sopUid, { studyUid, seriesUid });
        }
    }
  };
  series(own, items(ds, "ReferencedSeriesSequence"));
  const studies = [
    "CurrentRequestedProcedureEvidenceSequence",
    "PertinentOtherEvidenceSequence",
    "StudiesContainingOtherReferencedInstancesSequence",
  ];
  for (const name of studies)
    for (const study of items(ds, name))
      series(text(study, "StudyInstanceUID") ?? own, items(study, "ReferencedSeriesSequence"));
  return found;
}
