import { FIELD_SYSTEM, LOINC, OBSERVATIONS, PRESSURE_PANEL } from "../../fhir/prefetch/codes.ts";

/** One service of the discovery document, as CDS Hooks 2.0 wants it. */
export interface CdsService {
  readonly id: string;
  readonly hook: "patient-view" | "order-select" | "order-sign";
  readonly title: string;
  readonly description: string;
  readonly usageRequirements: string;
  readonly prefetch: Readonly<Record<string, string>>;
}

const OF_PATIENT = "patient={{context.patientId}}";
const CODES = [
  ...OBSERVATIONS.flatMap(({ loinc }) => loinc).map((code) => `${LOINC}|${code}`),
  `${LOINC}|${PRESSURE_PANEL}`,
  `${FIELD_SYSTEM}|`,
].join(",");

const PREFETCH = {
  patient: "Patient/{{context.patientId}}",
  conditions: `Condition?${OF_PATIENT}&clinical-status=active,recurrence,relapse`,
  observations: `Observation?${OF_PATIENT}&code=${CODES}&_sort=-date&_count=200`,
  medicationRequests: `MedicationRequest?${OF_PATIENT}&status=active&_include=MedicationRequest:medication`,
  medicationStatements: `MedicationStatement?${OF_PATIENT}&status=active&_include=MedicationStatement:medication`,
} as const;

const SHARED = {
  usageRequirements:
    "FHIR R4 by prefetch alone: Willis never calls the FHIR server. What is not sent is said as missing. Not a medical device.",
  prefetch: PREFETCH,
};

/** The services of this server. */
export const CDS_SERVICES: readonly CdsService[] = [
  {
    id: "willis-patient-view",
    hook: "patient-view",
    title: "Willis: guidance for this patient",
    description:
      "What guidelines of interventional neuroradiology say about a patient with stroke, haemorrhage, aneurysm, AVM or carotid stenosis, and which facts are missing to say it.",
    ...SHARED,
  },
  {
    id: "willis-order-select",
    hook: "order-select",
    title: "Willis: guidance on a selected order",
    description: "What guidelines say about thrombolysis, thrombectomy or seizure prophylaxis when it is selected.",
    ...SHARED,
  },
  {
    id: "willis-order-sign",
    hook: "order-sign",
    title: "Willis: guidance on orders before they are signed",
    description: "What guidelines say about thrombolysis, thrombectomy or seizure prophylaxis before it is signed.",
    ...SHARED,
  },
];

/** Why a card was not followed, offered to the reader with each advice card. */
export const OVERRIDE_SYSTEM = "urn:willis:cds-override-reason";
export const OVERRIDE_REASONS: readonly { readonly code: string; readonly system: string; readonly display: string }[] =
  [
    ["patient-declines", "The patient does not want it"],
    ["facts-differ", "A fact in the record is wrong or out of date"],
    ["other-illness", "Another illness of this patient speaks against it"],
    ["local-protocol", "The protocol of this hospital differs"],
    ["other-guidance", "Another guideline is followed"],
    ["not-available", "It cannot be done here in time"],
    ["done-already", "It is done or decided already"],
  ].map(([code, display]) => ({ code: code!, system: OVERRIDE_SYSTEM, display: display! }));
