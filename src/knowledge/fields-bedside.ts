import { type FieldDefinition, numberField, wordField } from "./field.ts";

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
];
