import { type Codes, SYSTEMS } from "./codes.ts";

/** A JSON object of others: nothing in it is believed before it was looked at. */
export type Json = Readonly<Record<string, unknown>>;

/** What came for one key of a prefetch. `incomplete`: a page of more; `failed`: the sender could not read it. */
export interface Sent {
  readonly state: "sent" | "not sent" | "failed" | "incomplete";
  readonly resources: readonly Json[];
}

/** More resources under one key are not read; the answer says so. */
export const MOST_RESOURCES = 2000;

/** A value as a JSON object; empty when it is none, so that a broken resource has no members rather than an error. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** A value as a list of JSON objects; one object counts as a list of itself, anything else as empty. */
export function listOf(value: unknown): readonly Json[] {
  if (Array.isArray(value)) return value.map(objectOf);
  return typeof value === "object" && value !== null ? [value as Json] : [];
}

/** A value as text; empty when it is none. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The resources of a prefetched value: a Bundle, one resource, null for "there is none", or nothing that was sent. */
export function sentOf(value: unknown): Sent {
  if (value === undefined) return { state: "not sent", resources: [] };
  if (value === null) return { state: "sent", resources: [] };
  const whole = objectOf(value);
  const type = textOf(whole.resourceType);
  if (type === "" || type === "OperationOutcome") return { state: "failed", resources: [] };
  if (type !== "Bundle") return { state: "sent", resources: [whole] };
  const entries = listOf(whole.entry).map((entry) => objectOf(entry.resource));
  const failed = entries.some((one) => one.resourceType === "OperationOutcome" && holdsError(one));
  const resources = entries.filter((one) => textOf(one.resourceType) !== "" && one.resourceType !== "OperationOutcome");
  const more = listOf(whole.link).some((link) => link.relation === "next") || resources.length > MOST_RESOURCES;
  if (failed && resources.length === 0) return { state: "failed", resources };
  return { state: more || failed ? "incomplete" : "sent", resources: resources.slice(0, MOST_RESOURCES) };
}

function holdsError(outcome: Json): boolean {
  return listOf(outcome.issue).some((issue) => issue.severity === "error" || issue.severity === "fatal");
}

/** "Observation/1" of a resource; its type alone when it has no id. */
export function nameOf(resource: Json): string {
  const id = textOf(resource.id);
  const type = textOf(resource.resourceType).slice(0, 40);
  return /^[A-Za-z0-9\-.]{1,64}$/.test(id) ? `${type}/${id}` : type;
}

/** The patient of a call: the id, and the server on which it is that patient's; empty when the caller names none. */
export interface Subject {
  readonly id: string;
  readonly server: string;
}

/**
 * Whether a resource is about this patient: its subject or patient is `Patient/ID`, or that on the caller's own server. The
 * same id on another server is another person; one that names nobody is about nobody.
 */
export function isAbout(resource: Json, { id, server }: Subject): boolean {
  const whole = textOf(objectOf(resource.subject ?? resource.patient).reference);
  const reference = whole.replace(/\/_history\/[A-Za-z0-9\-.]{1,64}$/, "");
  return (
    reference === `Patient/${id}` || (server !== "" && reference === `${server.replace(/\/+$/, "")}/Patient/${id}`)
  );
}

/** The codes of one of our systems in a CodeableConcept; ICD-10 in capitals. */
export function codesOf(concept: unknown, system: keyof typeof SYSTEMS): readonly string[] {
  const uris: readonly string[] = SYSTEMS[system];
  return listOf(objectOf(concept).coding)
    .filter((coding) => uris.includes(textOf(coding.system)))
    .map((coding) => textOf(coding.code).trim().toUpperCase())
    .filter((code) => code !== "");
}

/** The codes of a CodeableConcept under one system, by its address, as they are. */
export function codesUnder(concept: unknown, uri: string): readonly string[] {
  return listOf(objectOf(concept).coding)
    .filter((coding) => coding.system === uri)
    .map((coding) => textOf(coding.code));
}

/**
 * How well a CodeableConcept fits a set of codes: 0 not at all, else the length of the longest ICD-10 code that it begins
 * with, and 100 for a code of another system that is equal.
 */
export function fitOf(concept: unknown, codes: Codes): number {
  let best = 0;
  for (const system of Object.keys(codes) as (keyof typeof SYSTEMS)[]) {
    for (const given of codesOf(concept, system)) {
      for (const wanted of codes[system]!) {
        if (system !== "icd10") best = Math.max(best, given === wanted ? 100 : 0);
        else if (given.replaceAll(".", "").startsWith(wanted.replaceAll(".", ""))) best = Math.max(best, wanted.length);
      }
    }
  }
  return best;
}

/** Milliseconds of a FHIR dateTime or instant that says at least the day; null for a year, a month or no date. */
export function timeOf(value: unknown): number | null {
  const text = textOf(value);
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
