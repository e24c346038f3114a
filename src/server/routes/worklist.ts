import { type Static, Type } from "typebox";
import { dicomName } from "../../cases/procedure.ts";
import { WillisError } from "../../core/errors.ts";
import { addEvent } from "../db/cases/events.ts";
import { transaction } from "../db/pool.ts";
import { cancelForCase } from "../db/workflow/case-schedule.ts";
import { changeStep, createStep, listSteps, readStep } from "../db/workflow/scheduled-steps.ts";
import type { Context, Route } from "../http/route.ts";
import { Time } from "./case-bodies.ts";

const Line = (maxLength: number) => Type.String({ maxLength, pattern: "^[^\\\\\\u0000-\\u001f]*$" });
export const StepBody = {
  description: Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\\\\\u0000-\\u001f]*$" }),
  startsAt: Type.Optional(Time),
  station: Type.Optional(Line(16)),
  location: Type.Optional(Line(16)),
};
const NewBody = Type.Object(
  {
    ...StepBody,
    startsAt: Time,
    modality: Type.Optional(Type.String({ pattern: "^[A-Z0-9_]{1,16}$" })),
    patient: Type.Object(
      {
        name: Line(64),
        identifier: Line(64),
        birthDate: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })),
        sex: Type.Optional(Type.Union([Type.Literal("M"), Type.Literal("F"), Type.Literal("O"), Type.Literal("")])),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
const ChangeStepBody = Type.Object(
  { ...StepBody, description: Type.Optional(StepBody.description) },
  { additionalProperties: false },
);
const CancelBody = Type.Object({ reason: Type.String({ minLength: 3, maxLength: 200 }) });

async function create({ services, person, request, reply }: Context): Promise<unknown> {
  const { patient, startsAt, ...step } = request.body as Static<typeof NewBody>;
  const { name, identifier, birthDate, sex } = patient;
  if (!name.trim() || !identifier.trim())
    throw new WillisError("bad-request", "a step needs the name and the number of its patient", { field: "patient" });
  const made = await createStep(services.pool, {
    ...step,
    ...{ patientName: dicomName(name), patientId: identifier.trim(), sex: sex ?? "" },
    ...(birthDate ? { birthDate } : {}),
    ...{ organisationId: person.organisationId, startsAt: new Date(startsAt), byHand: true, createdBy: person.id },
  });
  return reply.code(201).send(made);
}

async function change({ services, person, request, scope }: Context): Promise<unknown> {
  const { startsAt, station, description } = request.body as Static<typeof ChangeStepBody>;
  const changed = await transaction(services.pool, async (sql) => {
    const step = await changeStep(sql, scope.stepId!, {
      ...(startsAt ? { startsAt: new Date(startsAt) } : {}),
      ...(station === undefined ? {} : { station }),
      ...(description ? { description } : {}),
    });
    if (!step) throw new WillisError("conflict", "Only a procedure that has not begun can be moved.");
    const { caseId, description: what, accession, station: where } = step;
    const event = { what, accession, station: where, startsAt: step.startsAt.toISOString() };
    if (caseId)
      await addEvent(sql, caseId, { kind: "procedure-scheduled", moved: true, ...event }, person.id, services.now());
    return step;
  });
  if (changed.caseId) await services.live.publish({ type: "case", caseId: changed.caseId, what: "status" });
  return changed;
}

async function cancel({ services, person, request, scope }: Context): Promise<unknown> {
  const { reason } = request.body as Static<typeof CancelBody>;
  const step = (await readStep(services.pool, scope.stepId!))!;
  const gone = await transaction(services.pool, (sql) => cancelForCase(sql, step, reason, person.id, services.now()));
  if (!gone) throw new WillisError("conflict", "Only a procedure that has not begun can be cancelled.");
  if (step.caseId) await services.live.publish({ type: "case", caseId: step.caseId, what: "status" });
  return { state: "cancelled" };
}

export const worklistRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/worklist",
    access: { on: "list", of: "worklist" },
    summary: "What devices are told to do: open steps, and those that ended in the last day",
    handle: async ({ services, person }) => ({ steps: await listSteps(services.pool, person.organisationId) }),
  },
  {
    method: "POST",
    url: "/api/worklist",
    access: { on: "role", roles: ["coordinator", "technologist", "administrator"], patientData: true },
    summary: "Schedules a procedure for a patient without a case",
    schema: { body: NewBody },
    handle: create,
  },
  {
    method: "PATCH",
    url: "/api/worklist/:step",
    access: { on: "step" },
    summary: "Moves a procedure that has not begun to another time or station",
    schema: { body: ChangeStepBody },
    handle: change,
  },
  {
    method: "POST",
    url: "/api/worklist/:step/cancel",
    access: { on: "step" },
    summary: "Takes a procedure that has not begun off the worklist",
    schema: { body: CancelBody },
    handle: cancel,
  },
];
