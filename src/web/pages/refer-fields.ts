import type { CaseKind, Urgency } from "../../cases/views.ts";

/** What a referral asks, by kind of case: names of the facts dictionary, at most seven questions in all. Pure. */
export interface ReferralForm {
  readonly kind: CaseKind;
  readonly label: string;
  readonly urgency: Urgency;
  /** An acute case has the clock: last known well, and who said so. */
  readonly clock: boolean;
  readonly facts: readonly string[];
  readonly question: string;
}

export const REFERRAL_FORMS: readonly ReferralForm[] = [
  {
    kind: "stroke",
    label: "Stroke",
    urgency: "critical",
    clock: true,
    facts: ["nihss", "prestroke_mrs", "anticoagulant", "ivt_given", "sbp_mmHg", "dbp_mmHg", "weight_kg"],
    question: "Thrombectomy?",
  },
  {
    kind: "haemorrhage",
    label: "Haemorrhage",
    urgency: "critical",
    clock: true,
    facts: ["gcs", "wfns", "anticoagulant", "sbp_mmHg", "dbp_mmHg"],
    question: "Angiography, securing?",
  },
  {
    kind: "aneurysm",
    label: "Aneurysm",
    urgency: "elective",
    clock: false,
    facts: [
      "aneurysm_status",
      "aneurysm_size_mm",
      "aneurysm_symptoms",
      "hypertension",
      "family_members_with_aneurysm_or_sah",
    ],
    question: "Treat or observe?",
  },
  {
    kind: "avm",
    label: "AVM",
    urgency: "elective",
    clock: false,
    facts: ["avm_status", "spetzler_martin", "nihss"],
    question: "Treat or observe?",
  },
  {
    kind: "subdural",
    label: "Subdural",
    urgency: "urgent",
    clock: false,
    facts: ["gcs", "subdural_thickness_mm", "midline_shift_mm", "anticoagulant"],
    question: "Embolisation of the middle meningeal artery?",
  },
  {
    kind: "carotid",
    label: "Carotid",
    urgency: "urgent",
    clock: false,
    facts: ["carotid_stenosis_pct", "carotid_symptomatic_180d", "days_since_event", "anticoagulant"],
    question: "Stent, surgery or drugs?",
  },
  { kind: "other", label: "Other", urgency: "urgent", clock: false, facts: ["gcs", "nihss"], question: "" },
];

export function formOf(kind: CaseKind): ReferralForm {
  return REFERRAL_FORMS.find((form) => form.kind === kind) ?? REFERRAL_FORMS.at(-1)!;
}
