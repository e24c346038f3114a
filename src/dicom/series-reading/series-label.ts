import type { SeriesQualifiers } from "../../core/series-reading.ts";
import type { SeriesRole } from "../series-role.ts";

const NAMES: Readonly<Partial<Record<SeriesRole, string>>> = {
  ...{ CTP: "CT perfusion", PMAP: "Map", XA: "Run", RF: "Fluoroscopy", DSC: "MR perfusion", US: "Ultrasound" },
  ...{ SR: "Report", RDSR: "Dose report", PDF: "Document", SEG: "Segmentation", OTHER: "Other" },
};

/**
 * A series in a few words, most telling first: "ICA right, AP", "CTA head and neck, arterial", "NCCT bone". Runs of a known
 * vessel go by it; the plane is named where it is not the axial one that is expected.
 */
export function labelOf(role: SeriesRole, qualifiers: SeriesQualifiers): string {
  const { region, phase, vessel, side, projection, plane, kernel, derived } = qualifiers;
  const name = NAMES[role] ?? role;
  const where = [vessel, side].filter(Boolean).join(" ");
  if (role === "DSA" || role === "XA" || role === "RF") {
    const run = [where, projection].filter(Boolean).join(", ");
    if (role === "DSA") return run === "" ? "DSA" : vessel ? run : `DSA ${run}`;
    return [name, run].filter(Boolean).join(" ");
  }
  if (role === "US")
    return vessel === "carotid" || vessel === "ICA" || vessel === "CCA"
      ? `Duplex ${where}`
      : [name, where].filter(Boolean).join(" ");
  if (role === "3DRA" || role === "CBCT") return [name, where].filter(Boolean).join(" ");
  const isPlain = role === "NCCT" || role === "CTP" || role === "DWI" || role === "ADC" || role === "FLAIR";
  const place = region && !(isPlain && region === "head") ? region : "";
  const first = [name, place, kernel, derived].filter(Boolean).join(" ");
  const turned = plane && plane !== "axial" ? plane : "";
  return [first, [phase, turned].filter(Boolean).join(", ")].filter(Boolean).join(", ");
}
