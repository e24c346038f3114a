/** Scores that are computed, not added. Each takes the answers by key; sources stand with the scale in its pack. */
export const FORMULAS: Readonly<Record<string, (x: Readonly<Record<string, number>>) => number | string>> = {
  /** Ellipsoid volume by ABC/2, cm x cm x cm -> mL (Kothari 1996). */
  "abc/2": (x) => (x.a_cm! * x.b_cm! * x.c_cm!) / 2,
  /** Per cent stenosis against the normal distal ICA (NASCET 1991). NaN when the reference is zero. */
  nascet: (x) => (1 - x.lumen_mm! / x.reference_mm!) * 100,
  /** Per cent stenosis against the normal proximal segment (Samuels 2000). */
  wasid: (x) => (1 - x.lumen_mm! / x.reference_mm!) * 100,
  /** Modified radiosurgery-based AVM score: 0.1 volume + 0.02 age + 0.5 when deep (Wegner 2011). */
  "modified-rbas": (x) => 0.1 * x.volume_ml! + 0.02 * x.age_years! + 0.5 * x.deep!,
  /** Arm weakness together with a visual disturbance, aphasia or neglect (Teleb 2017). */
  van: (x) => (x.weak! > 0 && x.visual! + x.aphasia! + x.neglect! > 0 ? "positive" : "negative"),
};
