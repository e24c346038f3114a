import type { FieldDefinition } from "./field.ts";

type Times = Pick<FieldDefinition, "maxAge" | "clock" | "loinc">;

const HOUSE = "house rule of Willis; no body states one";

const AGES: readonly { readonly hours: number; readonly fields: readonly string[] }[] = [
  // what a nurse takes again within the hour
  { hours: 2, fields: ["sbp_mmHg", "dbp_mmHg"] },
  // a deficit that comes and goes, and images of brain that is dying
  {
    hours: 6,
    fields: [
      ...["nihss", "gcs", "race", "deficit_disabling", "aspects", "pc_aspects", "pons_midbrain_index", "core_ml"],
      ...["mismatch_ml", "mismatch_ratio", "dwi_lesion_fraction_mca", "collateral_tan", "perfusion_mismatch"],
      ...["dwi_flair_mismatch", "flair_marked_change", "perfusion_available_now", "msu_available", "glucose_mg_dl"],
    ],
  },
  { hours: 24, fields: ["inr", "ich_volume_ml", "mass_effect"] },
  { hours: 72, fields: ["platelets_per_nl", "midline_shift_mm"] },
];

/** Fields that grow by themselves: hours a unit of the field. A value is carried on from when it was observed. */
const CLOCKS: Readonly<Record<string, number>> = {
  time_lkw_h: 1,
  time_from_recognition_h: 1,
  time_from_sleep_midpoint_h: 1,
  hours_since_reperfusion: 1,
  hours_since_evt: 1,
  hours_from_ictus: 1,
  days_since_event: 24,
};

/** Codes that name this quantity and nothing else. Only those that are certain are here; all other fields have none. */
const LOINC: Readonly<Record<string, readonly string[]>> = {
  age_years: ["30525-0"],
  nihss: ["72089-6", "70182-1"],
  gcs: ["9269-2"],
  sbp_mmHg: ["8480-6"],
  dbp_mmHg: ["8462-4"],
  weight_kg: ["29463-7"],
  glucose_mg_dl: ["2339-0", "2345-7"],
  inr: ["6301-6"],
  platelets_per_nl: ["777-3", "26515-7"],
};

/**
 * How long a fact of a field describes the patient (hours, with the source of that rule), whether it runs like a clock
 * (hours a unit), and its LOINC codes. Empty for a field of which nothing is said: it does not age and has no code.
 */
export function timesOf(name: string): Times {
  const age = AGES.find(({ fields }) => fields.includes(name));
  return {
    ...(age ? { maxAge: { hours: age.hours, source: HOUSE } } : {}),
    ...(CLOCKS[name] ? { clock: CLOCKS[name] } : {}),
    ...(LOINC[name] ? { loinc: LOINC[name] } : {}),
  };
}
