import { Type } from "typebox";
import { listChanges } from "../db/patients/changes.ts";
import { openClaims } from "../db/patients/claims.ts";
import { forgetIssuers, listIssuers, setIssuer } from "../db/patients/issuers.ts";
import { undoChange } from "../db/patients/undo.ts";
import { transaction } from "../db/pool.ts";
import { IDENTIFYING_ROLES } from "../http/authorise.ts";
import type { Route } from "../http/route.ts";
import { tellOfIdentity } from "../patients/tell.ts";

const IssuerBody = Type.Object(
  {
    aeTitle: Type.String({ maxLength: 16 }),
    issuer: Type.String({ maxLength: 64, pattern: "^[^\\\\|\\x00-\\x1f]*$" }),
  },
  { additionalProperties: false },
);

export const identityChangeRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/identity-changes",
    access: { on: "list", of: "identity-changes" },
    summary: "What people changed about patients and studies, newest first",
    handle: async ({ services, person }) => ({ changes: await listChanges(services.pool, person.organisationId) }),
  },
  {
    method: "POST",
    url: "/api/identity-changes/:change/undo",
    access: { on: "change" },
    summary: "Takes a change back: everything is as it was before",
    handle: async ({ services, person, scope }) => {
      const by = { organisationId: person.organisationId, personId: person.id, at: services.now() };
      const done = await transaction(services.pool, (sql) => undoChange(sql, scope.changeId!, by));
      await tellOfIdentity(services, done.studies, person.id, by.at);
      return { change: done.changeId, studies: done.studies.length };
    },
  },
  {
    method: "GET",
    url: "/api/patient-claims",
    access: { on: "list", of: "patient-claims" },
    summary: "Studies in which objects claim another patient: check the patient",
    handle: async ({ services, person }) => ({ claims: await openClaims(services.pool, person.organisationId) }),
  },
  {
    method: "GET",
    url: "/api/issuers",
    access: { on: "list", of: "issuers" },
    summary: "Issuers of patient ids of senders that state none",
    handle: async ({ services, person }) => ({ issuers: await listIssuers(services.pool, person.organisationId) }),
  },
  {
    method: "PUT",
    url: "/api/issuers",
    access: { on: "role", roles: IDENTIFYING_ROLES, patientData: true },
    summary: "Sets the issuer of the organisation (aeTitle empty) or of one peer; an empty issuer removes it",
    schema: { body: IssuerBody },
    handle: async ({ services, person, request }) => {
      const { aeTitle, issuer } = request.body as { aeTitle: string; issuer: string };
      const given = { aeTitle: aeTitle.trim(), issuer: issuer.trim() };
      const by = { organisationId: person.organisationId, personId: person.id, at: services.now() };
      const result = await transaction(services.pool, (sql) => setIssuer(sql, given, by));
      forgetIssuers(services.pool, person.organisationId);
      return { ...result, issuers: await listIssuers(services.pool, person.organisationId) };
    },
  },
];
