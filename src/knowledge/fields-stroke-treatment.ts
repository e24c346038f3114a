import { type FieldDefinition, numberField, wordField, yesNoField } from "./field.ts";

const decided = { supplier: "treating team", effort: 4 } as const;
const onTable = { supplier: "angiography", effort: 4 } as const;

/** Facts about the way, the orders and the treatment of a stroke: admission, pressure, lysis, thrombectomy, reperfusion. */
export const STROKE_TREATMENT_FIELDS: readonly FieldDefinition[] = [
  wordField(
    "admission",
    "Way of admission",
    ["mothership", "drip-and-ship"],
    "ask whether the patient came straight to the thrombectomy centre or by transfer",
    { effort: 1 },
  ),
  yesNoField(
    "msu_available",
    "Mobile stroke unit available",
    ["a mobile stroke unit is available", "no mobile stroke unit is available"],
    "ask the ambulance service whether a mobile stroke unit can go",
    { effort: 1 },
  ),
  numberField("sbp_mmHg", "Systolic blood pressure", "mmHg", [0, 400], "ask the referrer for the blood pressure", {
    effort: 1,
    synonyms: ["SBP", "systolic"],
  }),
  numberField("dbp_mmHg", "Diastolic blood pressure", "mmHg", [0, 300], "ask the referrer for the diastolic pressure", {
    effort: 1,
    synonyms: ["DBP", "diastolic"],
  }),
  numberField(
    "sbp_target_mmHg",
    "Upper systolic target being ordered",
    "mmHg",
    [0, 400],
    "say which upper systolic target you are ordering",
    decided,
  ),
  numberField(
    "glucose_target_mg_dl",
    "Glucose target being ordered",
    "mg/dL",
    [0, 2000],
    "say which glucose target you are ordering",
    decided,
  ),
  yesNoField(
    "bp_comorbid_indication",
    "Other reason to lower blood pressure",
    ["another illness calls for lower blood pressure", "no other illness calls for lower blood pressure"],
    "ask for heart failure, dissection or another reason to lower blood pressure",
    { effort: 1 },
  ),
  yesNoField(
    "ivt_contraindication",
    "Contraindication to thrombolysis",
    ["thrombolysis is contraindicated", "no contraindication to thrombolysis"],
    "ask the referrer for anticoagulants, recent surgery, bleeding and the other contraindications",
    { effort: 1, synonyms: ["lysis contraindication"] },
  ),
  yesNoField(
    "ivt_eligible",
    "Eligible for thrombolysis",
    ["eligible for thrombolysis", "not eligible for thrombolysis"],
    "decide whether the patient is eligible for thrombolysis",
    { supplier: "treating team", effort: 2 },
  ),
  yesNoField(
    "ivt_planned",
    "Thrombolysis planned",
    ["thrombolysis is planned", "thrombolysis is not planned"],
    "say whether thrombolysis is planned",
    decided,
  ),
  yesNoField(
    "ivt_given",
    "Thrombolysis given before thrombectomy",
    ["thrombolysis was given", "thrombolysis was not given"],
    "ask whether the bolus has been given",
    { effort: 1, synonyms: ["lysis given"] },
  ),
  yesNoField(
    "ivt_done",
    "Thrombolysis done",
    ["thrombolysis was done", "thrombolysis was not done"],
    "ask whether thrombolysis was done",
    { effort: 1 },
  ),
  numberField(
    "tenecteplase_dose_mg_kg",
    "Tenecteplase dose being ordered",
    "mg/kg",
    [0, 5],
    "say which tenecteplase dose you are ordering",
    decided,
  ),
  yesNoField(
    "evt_eligible",
    "Eligible for thrombectomy",
    ["eligible for thrombectomy", "not eligible for thrombectomy"],
    "decide whether the patient is eligible for thrombectomy",
    { supplier: "treating team", effort: 2 },
  ),
  yesNoField(
    "evt_accessible",
    "Thrombectomy within reach",
    ["thrombectomy can be given", "thrombectomy cannot be given"],
    "ask whether the patient can reach a thrombectomy centre",
    { effort: 1 },
  ),
  yesNoField(
    "evt_planned",
    "Thrombectomy planned",
    ["thrombectomy is planned", "thrombectomy is not planned"],
    "say whether thrombectomy is planned",
    decided,
  ),
  yesNoField(
    "evt_done",
    "Thrombectomy done",
    ["thrombectomy was done", "thrombectomy was not done"],
    "say whether thrombectomy was done",
    { supplier: "treating team", effort: 1 },
  ),
  yesNoField(
    "pre_evt_tirofiban",
    "Tirofiban before thrombectomy intended",
    ["tirofiban before thrombectomy is intended", "no tirofiban before thrombectomy"],
    "say whether you intend tirofiban before thrombectomy",
    decided,
  ),
  wordField(
    "etici",
    "eTICI",
    ["0", "1", "2a", "2b50", "2b67", "2c", "3"],
    "grade the reperfusion (eTICI) on the last run",
    {
      ...onTable,
      ordered: true,
      parents: { "2b": ["2b50", "2b67", "2c"] },
      synonyms: ["TICI", "mTICI", "reperfusion grade"],
    },
  ),
  numberField("hours_since_reperfusion", "Time since reperfusion", "h", [0, 8760], "say when reperfusion was reached", {
    supplier: "angiography",
    effort: 2,
  }),
  numberField("hours_since_evt", "Time since thrombectomy", "h", [0, 8760], "say when the thrombectomy ended", {
    supplier: "angiography",
    effort: 2,
  }),
];
