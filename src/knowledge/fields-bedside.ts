import { type FieldDefinition, numberField, wholeField, wordField } from "./field.ts";

/** What a referrer is asked at the bedside and no recommendation compares yet: it informs drugs, doses and the team. */
export const BEDSIDE_FIELDS: readonly FieldDefinition[] = [
  wordField(
    "anticoagulant",
    "Anticoagulant",
    ["none", "vitamin K antagonist", "apixaban", "rivaroxaban", "edoxaban", "dabigatran", "heparin", "other"],
    "ask the referrer which anticoagulant the patient takes, and when the last dose was",
    { effort: 1, synonyms: ["anticoagulation", "DOAC", "blood thinner"] },
  ),
  numberField("weight_kg", "Body weight", "kg", [0.3, 400], "ask the referrer for the body weight", {
    effort: 1,
    synonyms: ["weight"],
  }),
  numberField("glucose_mg_dl", "Blood glucose", "mg/dL", [5, 2000], "ask for the blood glucose", {
    ...{ supplier: "laboratory", effort: 1, synonyms: ["glucose", "blood sugar"] },
  }),
  numberField("inr", "INR", "", [0.5, 20], "ask for the INR, when the patient may take a vitamin K antagonist", {
    ...{
      supplier: "laboratory",
      effort: 2,
      synonyms: ["international normalised ratio", "international normalized ratio"],
    },
  }),
  wholeField("platelets_per_nl", "Platelets", "10^9/L", [0, 3000], "ask for the platelet count", {
    ...{ supplier: "laboratory", effort: 2, synonyms: ["platelet count", "thrombocytes"] },
  }),
];
