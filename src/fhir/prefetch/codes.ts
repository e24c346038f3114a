import type { FactValue } from "../../core/index.ts";

/** Our own code system: an Observation whose code is a field of the facts dictionary, e.g. `urn:willis:field|aspects`. */
export const FIELD_SYSTEM = "urn:willis:field";
export const LOINC = "http://loinc.org";

/** A quantity of the record that is one field of the dictionary. */
export interface ObservationCode {
  readonly field: string;
  /** LOINC codes, each of which names this quantity and nothing else. */
  readonly loinc: readonly string[];
  /** Hours for which the quantity still describes the patient; older ones are named and not used. */
  readonly hours: number;
}

/**
 * LOINC codes that are certain. 72089-6 is the total of the NIHSS, 70182-1 its panel (a number on the panel is the total);
 * 9269-2 the total of the GCS; 8480-6 and 8462-4 the pressures, alone or as components of the panel 85354-9. Not here: the mRS
 * of today (75859-9 is not the mRS before the stroke), glucose, platelets and INR (no rule compares them), ASPECTS, occlusion
 * site and last known well (no code that is certain): those come under `urn:willis:field`.
 */
export const OBSERVATIONS: readonly ObservationCode[] = [
  { field: "nihss", loinc: ["72089-6", "70182-1"], hours: 24 },
  { field: "gcs", loinc: ["9269-2"], hours: 24 },
  { field: "sbp_mmHg", loinc: ["8480-6"], hours: 6 },
  { field: "dbp_mmHg", loinc: ["8462-4"], hours: 6 },
];

/** The panel whose components are blood pressures. */
export const PRESSURE_PANEL = "85354-9";

/** Code systems that a coding of the record may use, by our word for them. */
export const SYSTEMS = {
  icd10: [
    "http://hl7.org/fhir/sid/icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
  ],
  snomed: ["http://snomed.info/sct"],
  rxnorm: ["http://www.nlm.nih.gov/research/umls/rxnorm"],
  atc: ["http://www.whocc.no/atc"],
  icd10pcs: ["http://www.cms.gov/Medicare/Coding/ICD10", "http://hl7.org/fhir/sid/icd-10-pcs"],
} as const;

/** Codes of one concept, by system. ICD-10 codes stand for all that begin with them. */
export type Codes = Partial<Readonly<Record<keyof typeof SYSTEMS, readonly string[]>>>;

/** A diagnosis of the problem list that says something about the patient. */
export interface ConditionCode {
  readonly name: string;
  readonly codes: Codes;
  /** Which guidance it calls up, a kind of case; null: none by itself. */
  readonly caseKind: string | null;
  readonly facts: Readonly<Record<string, FactValue>>;
  /** Only when it began, or was written down, in the last two weeks: an old stroke is not this one. */
  readonly acute?: true;
  /** A suspicion is enough: the fact itself says "suspected". */
  readonly suspicion?: true;
}

/**
 * The working diagnosis comes from the acute illness alone: a carotid stenosis beside a stroke is no other diagnosis.
 * ICD-10 by the longest code that fits: I63.6 is venous thrombosis and not the I63 of an arterial stroke.
 */
export const CONDITIONS: readonly ConditionCode[] = [
  {
    name: "ischaemic stroke",
    codes: { icd10: ["I63"], snomed: ["422504002"] },
    caseKind: "stroke",
    facts: { diagnosis: "suspected_ais" },
    acute: true,
    suspicion: true,
  },
  {
    name: "subarachnoid haemorrhage",
    codes: { icd10: ["I60"], snomed: ["21454007"] },
    caseKind: "aneurysm",
    facts: { diagnosis: "subarachnoid_haemorrhage", sah: true },
    acute: true,
  },
  {
    name: "intracerebral haemorrhage",
    codes: { icd10: ["I61"], snomed: ["274100004"] },
    caseKind: "haemorrhage",
    facts: { diagnosis: "intracerebral_haemorrhage", ich: true },
    acute: true,
  },
  {
    name: "unruptured aneurysm",
    codes: { icd10: ["I67.1"] },
    caseKind: "aneurysm",
    facts: { aneurysm_status: "unruptured" },
  },
  {
    name: "carotid stenosis",
    codes: { icd10: ["I65.2"], snomed: ["64586002"] },
    caseKind: "carotid",
    facts: {},
  },
  { name: "brain AVM", codes: { icd10: ["Q28.2"] }, caseKind: "avm", facts: {} },
  {
    name: "chronic subdural haematoma",
    codes: { icd10: ["I62.03"] },
    caseKind: "subdural",
    facts: {},
    acute: true,
  },
  {
    name: "cerebral venous thrombosis",
    codes: { icd10: ["I67.6", "I63.6"] },
    caseKind: "other",
    facts: { cvt: true },
    acute: true,
  },
  {
    name: "idiopathic intracranial hypertension",
    codes: { icd10: ["G93.2"], snomed: ["68267002"] },
    caseKind: "other",
    facts: { iih: true },
  },
  {
    name: "epistaxis",
    codes: { icd10: ["R04.0"], snomed: ["249366005"] },
    caseKind: "other",
    facts: { epistaxis: true },
    acute: true,
  },
  { name: "polycystic kidney disease", codes: { icd10: ["Q61.2"] }, caseKind: null, facts: { adpkd: true } },
  {
    name: "hypertension",
    codes: { icd10: ["I10"], snomed: ["38341003"] },
    caseKind: null,
    facts: { hypertension: true },
  },
];

/** Anticoagulants by ingredient: RxNorm ingredient or ATC substance. A product code of RxNorm is not here and not guessed. */
export const ANTICOAGULANTS: readonly { readonly word: string; readonly codes: Codes }[] = [
  { word: "vitamin K antagonist", codes: { rxnorm: ["11289"], atc: ["B01AA03", "B01AA04", "B01AA07"] } },
  { word: "apixaban", codes: { rxnorm: ["1364430"], atc: ["B01AF02"] } },
  { word: "rivaroxaban", codes: { rxnorm: ["1114195"], atc: ["B01AF01"] } },
  { word: "edoxaban", codes: { rxnorm: ["1599538"], atc: ["B01AF03"] } },
  { word: "dabigatran", codes: { rxnorm: ["1037042"], atc: ["B01AE07"] } },
  { word: "heparin", codes: { rxnorm: ["5224"], atc: ["B01AB01"] } },
];

/** An order that is being written, the fact it makes true, and the topics that speak about it. */
export interface OrderCode {
  readonly name: string;
  readonly codes: Codes;
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly topics: readonly string[];
}

export const ORDERS: readonly OrderCode[] = [
  {
    name: "thrombolysis",
    codes: { rxnorm: ["8410", "259280"], atc: ["B01AD02", "B01AD11"] },
    facts: { ivt_planned: true },
    topics: ["thrombolysis", "bridging"],
  },
  {
    name: "thrombectomy",
    codes: { icd10pcs: ["03CG3Z7", "03CG3ZZ"] },
    facts: { evt_planned: true },
    topics: [
      "evt-anterior",
      "evt-m2",
      "evt-mevo",
      "evt-basilar",
      "evt-technique",
      "evt-adjunct",
      "anaesthesia",
      "bridging",
      "ia-lysis",
    ],
  },
  {
    name: "phenytoin",
    codes: { rxnorm: ["8183"], atc: ["N03AB02"] },
    facts: { drug: "phenytoin" },
    topics: ["sah-supportive"],
  },
  {
    name: "levetiracetam",
    codes: { rxnorm: ["114477"], atc: ["N03AX14"] },
    facts: { drug: "levetiracetam" },
    topics: ["sah-supportive"],
  },
];
