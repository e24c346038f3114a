import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { addClient } from "../../src/server/db/cds/clients.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { checkAnswer } from "./cds-shape.ts";

export const AUDIENCE = "https://willis.example/cds-services";
export const ISSUER = "https://ehr.example";

/** What a test changes in a token. */
interface Token {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly key?: CryptoKey;
  readonly leave?: string;
}

/** A Willis and an EHR of the Hub that may call it. */
export interface Ehr {
  readonly willis: TestWillis;
  /** A token as the EHR signs it, with what a test changes. */
  token(changes?: Token): Promise<string>;
  /** A call with a fresh token, or with this one; GET where there is no body. */
  call(path: string, body?: unknown, bearer?: string): Promise<Response>;
  /** The answer of a service, checked against the shape of CDS Hooks 2.0. */
  cardsOf(body: object, service?: string): Promise<Answer>;
}

export async function startEhr(): Promise<Ehr> {
  const willis = await startWillis();
  const keys = await generateKeyPair("ES384", { extractable: true });
  await addClient(willis.services.pool, {
    organisationId: willis.organisations.Hub,
    name: "Test EHR",
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: null,
    jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "ES384", use: "sig" }] },
  });
  const token: Ehr["token"] = async ({ claims = {}, header = {}, key = keys.privateKey, leave } = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const all: JWTPayload = { iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + 300, jti: randomUUID(), ...claims };
    if (leave) delete all[leave];
    return new SignJWT(all).setProtectedHeader({ alg: "ES384", typ: "JWT", kid: "k1", ...header }).sign(key);
  };
  const call: Ehr["call"] = async (path, body, bearer) =>
    fetch(willis.url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${bearer ?? (await token())}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const cardsOf: Ehr["cardsOf"] = async (body, service = "willis-patient-view") => {
    const answer = await call(`/cds-services/${service}`, body);
    const value = (await answer.json()) as Answer;
    assert.equal(answer.status, 200, JSON.stringify(value));
    checkAnswer(value);
    return value;
  };
  return { willis, token, call, cardsOf };
}

const HOUR = 3_600_000;
export const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();
export const patient = { resourceType: "Patient", id: "p1", birthDate: `${new Date().getUTCFullYear() - 71}-01-01` };
export const bundle = (...resources: object[]) => ({
  resourceType: "Bundle",
  type: "searchset",
  entry: resources.map((resource) => ({ resource })),
});
let ids = 0;
export const observation = (system: string, code: string, value: object, at = ago(0.5)) => ({
  resourceType: "Observation",
  id: `o${ids++}`,
  status: "final",
  subject: { reference: "Patient/p1" },
  effectiveDateTime: at,
  code: { coding: [{ system, code }] },
  ...value,
});
export const own = (field: string, value: object) => observation("urn:willis:field", field, value);
export const condition = (code: string) => ({
  resourceType: "Condition",
  id: "c1",
  clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }] },
  verificationStatus: {
    coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-ver-status", code: "confirmed" }],
  },
  subject: { reference: "Patient/p1" },
  onsetDateTime: ago(3),
  code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code }] },
});
export const strokeFacts = [
  observation("http://loinc.org", "72089-6", { valueInteger: 15 }),
  own("occlusion_site", { valueString: "M1" }),
  own("time_lkw_h", { valueDateTime: ago(3) }),
  own("aspects", { valueInteger: 9 }),
  own("prestroke_mrs", { valueInteger: 0 }),
];
export const whole = (observations: object[], conditions: object[] = [condition("I63.511")]) => ({
  patient,
  conditions: bundle(...conditions),
  observations: bundle(...observations),
  medicationRequests: bundle(),
  medicationStatements: null,
});
export const asked = (prefetch: object, rest: object = {}, context: object = {}) => ({
  hook: "patient-view",
  hookInstance: randomUUID(),
  fhirServer: "http://169.254.169.254/never-called",
  context: { userId: "Practitioner/1", patientId: "p1", ...context },
  prefetch,
  ...rest,
});

export interface Card {
  readonly uuid: string;
  readonly summary: string;
  readonly detail: string;
  readonly indicator: string;
  readonly source: { label: string; url: string; topic: { code: string } };
  readonly links: { url: string }[];
  readonly overrideReasons?: { code: string; system: string; display: string }[];
}
export interface Answer {
  readonly cards: Card[];
  readonly extension: Record<string, { field: string; why: string }[]>;
}
