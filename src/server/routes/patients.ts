import { type Static, type TObject, Type } from "typebox";
import { patientChange, studyChange } from "../../cases/patient-change.ts";
import { compareIdentities, identityWords, type PatientValues } from "../../cases/two-identifiers.ts";
import { WillisError } from "../../core/errors.ts";
import { type Deed, listChanges } from "../db/patients/changes.ts";
import { settleClaims } from "../db/patients/claims.ts";
import { correctPatient, correctStudy } from "../db/patients/correct.ts";
import { listPatients, patientValues, readPatient } from "../db/patients/list-patients.ts";
import { type Done, mergePatients } from "../db/patients/merge.ts";
import { moveStudies } from "../db/patients/move.ts";
import { type Sql, transaction } from "../db/pool.ts";
import type { Context, Route } from "../http/route.ts";
import { tellOfIdentity } from "../patients/tell.ts";

const strict = { additionalProperties: false };
const Id = Type.String({ pattern: "^[0-9a-fA-F-]{36}$" });
const Text = Type.Optional(Type.Union([Type.Null(), Type.String({ maxLength: 400 })]));
const why = {
  reason: Type.String({ minLength: 3, maxLength: 500 }),
  /** Why it is right although two identifiers disagree. */
  confirmed: Type.Optional(Type.String({ minLength: 3, maxLength: 500 })),
};
const PatientFields = Type.Object({ issuer: Text, patientId: Text, name: Text, birthDate: Text, sex: Text }, strict);
const StudyFields = Type.Object(
  { accession: Text, description: Text, studyId: Text, date: Text, time: Text, referringPhysician: Text },
  strict,
);
const MergeBody = Type.Object({ other: Id, ...why }, strict);
const MoveBody = Type.Object(
  {
    studies: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 500 }),
    to: Type.Union([Type.Object({ patient: Id }, strict), Type.Object({ values: PatientFields }, strict)]),
    ...why,
  },
  strict,
);
const CorrectPatientBody = Type.Object({ change: PatientFields, ...why }, strict);
const CorrectStudyBody = Type.Object({ change: StudyFields, ...why }, strict);
const ReasonBody = Type.Object({ reason: why.reason }, strict);

const today = ({ services }: Context) => services.now().toISOString().slice(0, 10);

function deedOf({ person, services, request }: Context): Deed {
  const { reason, confirmed } = request.body as { reason: string; confirmed?: string };
  const by = { organisationId: person.organisationId, personId: person.id, at: services.now() };
  return { ...by, reason: reason.trim(), ...(confirmed === undefined ? {} : { confirmed: confirmed.trim() }) };
}

/** Does it in one transaction, tells cases and pages, and answers with the patient as it is now. */
async function act(context: Context, patientId: string, work: (sql: Sql, deed: Deed) => Promise<Done>) {
  const { services, person } = context;
  const deed = deedOf(context);
  const done = await transaction(services.pool, (sql) => work(sql, deed));
  await tellOfIdentity(services, done.studies, person.id, deed.at);
  const patient = await readPatient(services.pool, person.organisationId, patientId);
  return { change: done.changeId, studies: done.studies.length, patient: patient ?? null };
}

function post<T extends TObject>(
  url: string,
  summary: string,
  body: T,
  handle: (context: Context, patientId: string, body: Static<T>) => unknown,
): Route {
  return {
    ...{ method: "POST", url, summary, access: { on: "patient", act: "write" }, schema: { body } },
    handle: (context) => handle(context, context.scope.patientId!, context.request.body as Static<T>),
  };
}

export const patientRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/patients",
    access: { on: "list", of: "patients" },
    summary: "Patients of the own organisation; each word of q in name, number or birth date",
    schema: { querystring: Type.Object({ q: Type.Optional(Type.String({ maxLength: 200 })) }) },
    handle: async ({ services, person, request }) => {
      const { q } = request.query as { q?: string };
      return { patients: await listPatients(services.pool, person.organisationId, q ?? "", 100) };
    },
  },
  {
    method: "GET",
    url: "/api/patients/:patient",
    access: { on: "patient", act: "read" },
    summary: "A patient with studies, other numbers and the history of what people changed",
    handle: async ({ services, person, scope }) => {
      const patient = await readPatient(services.pool, person.organisationId, scope.patientId!);
      if (!patient) throw new WillisError("not-found", "This patient was merged into another: search again.");
      return { ...patient, history: await listChanges(services.pool, person.organisationId, patient.id) };
    },
  },
  {
    method: "GET",
    url: "/api/patients/:patient/compare/:with",
    access: { on: "patient", act: "read" },
    summary: "Two identifiers of two patients compared: what agrees, what differs",
    schema: { params: Type.Object({ patient: Type.String(), with: Id }) },
    handle: async ({ services, person, scope, request }) => {
      const ids = [scope.patientId!, (request.params as { with: string }).with];
      const [one, other] = await Promise.all(ids.map((id) => patientValues(services.pool, person.organisationId, id)));
      if (!one || !other) throw new WillisError("not-found", "There is no such patient in your organisation.");
      const check = compareIdentities(one, other);
      return { ...check, words: identityWords(check) };
    },
  },
  post(
    "/api/patients/:patient/merge",
    "Merges another patient into this one, which survives",
    MergeBody,
    (context, id, body) => act(context, id, (sql, deed) => mergePatients(sql, id, body.other.toLowerCase(), deed)),
  ),
  post("/api/patients/:patient/move", "Moves studies to another or a new patient", MoveBody, (context, id, body) => {
    const { to, studies } = body;
    const target =
      "patient" in to
        ? { patientId: to.patient.toLowerCase() }
        : { values: { ...NOBODY, ...patientChange(to.values, today(context)) } };
    return act(context, id, (sql, deed) => moveStudies(sql, id, studies, target, deed));
  }),
  post("/api/patients/:patient/correct", "Corrects values of a patient", CorrectPatientBody, (context, id, body) =>
    act(context, id, (sql, deed) => correctPatient(sql, id, patientChange(body.change, today(context)), deed)),
  ),
  post(
    "/api/patients/:patient/studies/:study/correct",
    "Corrects values of a study",
    CorrectStudyBody,
    (context, id, body) =>
      act(context, id, (sql, deed) => correctStudy(sql, id, studyOf(context), studyChange(body.change), deed)),
  ),
  post(
    "/api/patients/:patient/studies/:study/checked",
    "Says why objects that claim another patient are right",
    ReasonBody,
    async (context) => {
      const { services } = context;
      if (!(await settleClaims(services.pool, studyOf(context), deedOf(context))))
        throw new WillisError("conflict", "Nothing is open for this study: somebody else has looked already.");
      return { checked: true };
    },
  ),
];

const NOBODY: PatientValues = { issuer: "", patientId: "", name: "", birthDate: null, sex: "" };

const studyOf = ({ request }: Context) => (request.params as { study: string }).study;
