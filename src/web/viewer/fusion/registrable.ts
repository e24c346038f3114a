import type { SeriesView } from "../../../cases/views.ts";

const VOLUMES = new Set(["NCCT", "CTA", "CTP", "3DRA", "CBCT", "T1", "T2", "FLAIR", "DWI", "ADC", "TOF", "DSC", "SWI"]);

/** The series that can be laid on each other: volumes of a head. */
export function registrable(series: readonly SeriesView[]): readonly SeriesView[] {
  return series.filter(({ role, frames }) => VOLUMES.has(role) && frames >= 4);
}
