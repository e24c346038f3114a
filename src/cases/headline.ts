import type { FactValue } from "../core/index.ts";
import { fieldOf } from "../knowledge/dictionary.ts";
import { sourceWords } from "./facts.ts";
import type { CaseKind, FactGroup, HeadlineView } from "./views.ts";

/** What the header of a case shows, by kind, in this order: name of the fact and the short label it carries there. */
const HEADLINES: Readonly<Record<CaseKind, readonly (readonly [string, string])[]>> = {
  stroke: [
    ["nihss", "NIHSS"],
    ["aspects", "ASPECTS"],
    ["occlusion_site", "occlusion"],
    ["core_ml", "core"],
    ["mismatch_ratio", "mismatch"],
    ["prestroke_mrs", "pre-stroke mRS"],
  ],
  aneurysm: [
    ["aneurysm_size_mm", "size"],
    ["aneurysm_neck_mm", "neck"],
    ["aneurysm_status", "aneurysm"],
    ["growth_mm", "growth"],
    ["rupture_risk_5y_minus_treatment_risk", "5-year rupture risk less treatment risk"],
  ],
  haemorrhage: [
    ["wfns", "WFNS"],
    ["gcs", "GCS"],
    ["ich_volume_ml", "haematoma"],
    ["aneurysm_size_mm", "aneurysm size"],
    ["aneurysm_secured", "secured"],
  ],
  avm: [
    ["spetzler_martin", "Spetzler-Martin"],
    ["avm_status", "AVM"],
    ["nihss", "NIHSS"],
  ],
  subdural: [
    ["subdural_thickness_mm", "thickness"],
    ["midline_shift_mm", "midline shift"],
    ["gcs", "GCS"],
  ],
  carotid: [
    ["carotid_stenosis_pct", "stenosis, NASCET"],
    ["carotid_symptomatic_180d", "symptomatic"],
    ["days_since_event", "days since event"],
  ],
  other: [
    ["nihss", "NIHSS"],
    ["gcs", "GCS"],
    ["diagnosis", "diagnosis"],
  ],
};
/** A parenchymal haemorrhage (ICH stated, no SAH) is not graded like a bleeding aneurysm. */
const PARENCHYMAL: (typeof HEADLINES)["haemorrhage"] = [
  ["ich_volume_ml", "haematoma"],
  ["ich_location", "location"],
  ["gcs", "GCS"],
  ["nihss", "NIHSS"],
  ["sbp_mmHg", "systolic"],
];
const BASILAR = ["BA", "V4", "P1", "P2", "P3"];

/**
 * The numbers of a case header. A posterior occlusion shows pc-ASPECTS in the place of ASPECTS. What is not known is
 * there with the value null, never left out. The side of an occlusion is joined to its site ("M1 left"). A
 * parenchymal haemorrhage has its own list.
 */
export function headlineOf(kind: CaseKind, groups: readonly FactGroup[]): HeadlineView[] {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const posterior = BASILAR.includes(String(byName.get("occlusion_site")?.current?.value ?? ""));
  const stated = (name: string) => byName.get(name)?.current?.value;
  const parenchymal = kind === "haemorrhage" && stated("ich") === true && stated("sah") !== true;
  return (parenchymal ? PARENCHYMAL : HEADLINES[kind]).map(([wanted, short]) => {
    const swap = wanted === "aspects" && posterior;
    const name = swap ? "pc_aspects" : wanted;
    const label = swap ? "pc-ASPECTS" : short;
    const group = byName.get(name);
    const fact = group?.current ?? null;
    const stood = name === "occlusion_site" && fact ? stated("occlusion_side") : undefined;
    const side = stood === "midline" ? undefined : stood;
    const range = fact?.source.kind === "measured" ? fact.source.range : undefined;
    return {
      name,
      label,
      value: fact === null ? null : side === undefined ? fact.value : `${siteShort(fact.value)} ${side}`,
      unit: fieldOf(name)?.unit ?? fact?.unit ?? "",
      range: range ? `${short2(range.low)}-${short2(range.high)}` : null,
      source: fact ? sourceWords(fact) : "",
      at: fact?.observedAt ?? null,
      contradicted: group?.contradicted ?? false,
    };
  });
}

/** "M2" of "M2-dominant-proximal": beside the side, the vessel is enough in a header. */
function siteShort(site: FactValue): string {
  return String(site).split("-")[0]!;
}

function short2(value: number): string {
  return Math.abs(value) >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
