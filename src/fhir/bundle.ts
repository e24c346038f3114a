import { leavesOf } from "../knowledge/criteria.ts";
import { fieldOf } from "../knowledge/dictionary.ts";
import type { Pack } from "../knowledge/pack.ts";
import { citationOf, type Recommendation, verificationWords } from "../knowledge/recommendation.ts";
import { sentence } from "../knowledge/sentence.ts";
import { type Trial, trialCitation } from "../knowledge/trial.ts";
import { ucumOf } from "../knowledge/unit.ts";
import { cqlLibrary } from "./cql.ts";
import { type Definition, elmLibrary, typeOf } from "./elm.ts";

/** A FHIR R4 resource as plain JSON. */
export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [key: string]: unknown;
}

/** A FHIR R4 Bundle of type "collection". */
export interface Bundle {
  readonly resourceType: "Bundle";
  readonly type: "collection";
  readonly entry: readonly { readonly fullUrl: string; readonly resource: Resource }[];
}

/** Where our own names live; a name, not an address that answers. */
const BASE = "urn:willis:knowledge";
/** The media type of a file of a pack inside a Library. */
export const FILES_TYPE = "application/vnd.willis.pack+json";
const GRADE = `${BASE}:grade`;

const url = (kind: string, id: string) => `${BASE}:${kind}:${id}`;

function encoded(text: string): string {
  // In pieces of three: what one call may take is limited, and pieces of three join without padding.
  const bytes = new TextEncoder().encode(text);
  let out = "";
  for (let at = 0; at < bytes.length; at += 3 * 4096)
    out += btoa(String.fromCharCode(...bytes.subarray(at, at + 12288)));
  return out;
}

/** The definitions of a pack: each recommendation by its id, the entry box of each trial as "trial ID". */
export function definitionsOf(pack: Pack): readonly Definition[] {
  return [
    ...pack.recommendations.map(({ id, criteria }) => ({ name: id, criterion: criteria })),
    ...pack.trials.map(({ id, entry }) => ({ name: `trial ${id}`, criterion: entry })),
  ];
}

/** The fields that the definitions compare, each once, sorted. */
export function fieldsOf(definitions: readonly Definition[]): readonly string[] {
  return [...new Set(definitions.flatMap(({ criterion }) => leavesOf(criterion).map((leaf) => leaf.field)))].sort();
}

function shared(pack: Pack) {
  return {
    version: pack.version,
    status: pack.supersededBy === null ? "active" : "retired",
    experimental: false,
    date: pack.released,
    publisher: "Willis",
    copyright: pack.licence,
    jurisdiction: [{ text: pack.jurisdiction }],
    effectivePeriod: { start: pack.released, end: pack.expires },
    ...(pack.lastReviewed ? { lastReviewDate: pack.lastReviewed } : {}),
  };
}

/** The name of a pack's library, the same in FHIR, CQL and ELM: an upper-case letter first, as R4 wants it. */
export function libraryName(packId: string): string {
  const name = packId.replaceAll(/[^A-Za-z0-9]/g, "_");
  return /^[a-z]/.test(name) ? name[0]!.toUpperCase() + name.slice(1) : `Pack_${name}`;
}

/** What a parameter is, with its unit: the number that is given has none. */
function parameterWords(name: string): string {
  const field = fieldOf(name);
  const ucum = field && ucumOf(field);
  return `${field?.label ?? name}${ucum && ucum !== "1" ? `, in ${ucum} (UCUM)` : ""}; null when not known`;
}

function libraryOf(pack: Pack, files: Readonly<Record<string, string>>): Resource {
  const definitions = definitionsOf(pack);
  const fields = fieldsOf(definitions);
  const name = libraryName(pack.id);
  const elm = JSON.stringify(elmLibrary(name, pack.version, definitions, fields));
  return {
    resourceType: "Library",
    id: pack.id,
    url: url("library", pack.id),
    name,
    title: pack.title,
    ...shared(pack),
    type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/library-type", code: "logic-library" }] },
    parameter: fields.map((field) => ({
      name: field,
      use: "in",
      min: 0,
      max: "1",
      documentation: parameterWords(field),
      type: typeOf(field).toLowerCase(),
    })),
    content: [
      { contentType: "text/cql", data: encoded(cqlLibrary(name, pack.version, definitions, fields)) },
      { contentType: "application/elm+json", data: encoded(elm) },
      ...Object.entries(files).map(([title, text]) => ({ contentType: FILES_TYPE, title, data: encoded(text) })),
    ],
  };
}

function citation(words: string, doi: string | null) {
  return { type: "citation", citation: words, ...(doi ? { url: `https://doi.org/${doi}` } : {}) };
}

function actionOf(item: Recommendation) {
  const care = verificationWords(item);
  return {
    id: item.id,
    title: item.subject,
    description: item.action,
    textEquivalent: sentence(item.criteria),
    extension: [{ url: GRADE, valueString: `${item.gradeSystem}: ${item.strength}, certainty ${item.certainty}` }],
    documentation: [
      citation(citationOf(item), item.doi),
      ...(item.rationale ? [{ type: "justification", display: `Why: ${item.rationale}` }] : []),
      ...(item.owner
        ? [{ type: "justification", display: `Kept by ${item.owner}; interests: ${item.disclosure ?? "not stated"}` }]
        : []),
      ...(care ? [{ type: "justification", display: `How it was checked: ${care}` }] : []),
    ],
    condition: [{ kind: "applicability", expression: { language: "text/cql-identifier", expression: item.id } }],
    definitionCanonical: url("activity", item.id),
  };
}

function planOf(pack: Pack): Resource {
  return {
    resourceType: "PlanDefinition",
    id: pack.id,
    url: url("plan", pack.id),
    title: pack.title,
    ...shared(pack),
    type: {
      coding: [{ system: "http://terminology.hl7.org/CodeSystem/plan-definition-type", code: "clinical-protocol" }],
    },
    description: `${pack.body}. ${pack.verification.words} Disclosures: ${pack.disclosures}. Not a medical device.`,
    author: pack.authors.map((name) => ({ name })),
    library: [url("library", pack.id)],
    action: pack.recommendations.filter((item) => item.status === "current").map(actionOf),
  };
}

function activityOf(pack: Pack, item: Recommendation): Resource {
  return {
    resourceType: "ActivityDefinition",
    id: item.id,
    url: url("activity", item.id),
    title: item.subject,
    ...shared(pack),
    effectivePeriod: { start: pack.released, end: item.expires },
    description: item.action,
    kind: "ServiceRequest",
    intent: "proposal",
    code: { text: item.subject },
    doNotPerform: item.direction === "against",
    relatedArtifact: [citation(citationOf(item), item.doi)],
  };
}

/** Evidence of R4 needs a population; the trial's entry box is that. Citation is a resource of R5 only. */
function evidenceOf(pack: Pack, trial: Trial): Resource {
  return {
    resourceType: "Evidence",
    id: `trial-${trial.id}`,
    url: url("evidence", trial.id),
    title: trial.acronym,
    version: pack.version,
    status: "active",
    date: pack.released,
    description: trial.conclusion,
    relatedArtifact: [citation(trialCitation(trial), trial.doi)],
    contained: [
      {
        resourceType: "EvidenceVariable",
        id: "population",
        status: "active",
        characteristic: [
          {
            description: sentence(trial.entry),
            definitionExpression: { language: "text/cql-identifier", expression: `trial ${trial.id}` },
          },
        ],
      },
    ],
    exposureBackground: { reference: "#population" },
  };
}

/**
 * A pack as FHIR R4: a PlanDefinition with an action for each current recommendation, their ActivityDefinitions, a Library with
 * CQL, ELM and the `files` of the pack byte for byte (name to text, so that the import gives back the same digest), and
 * Evidence for its trials. Grades stay in the body's own words, in an extension.
 */
export function packBundle(pack: Pack, files: Readonly<Record<string, string>>): Bundle {
  const resources = [
    planOf(pack),
    libraryOf(pack, files),
    ...pack.recommendations.filter((item) => item.status === "current").map((item) => activityOf(pack, item)),
    ...pack.trials.map((trial) => evidenceOf(pack, trial)),
  ];
  const entry = resources.map((resource) => ({
    fullUrl: `${BASE}:${resource.resourceType}:${resource.id}`,
    resource,
  }));
  return { resourceType: "Bundle", type: "collection", entry };
}
