import { type Static, Type } from "typebox";
import { WillisError } from "../../core/errors.ts";
import { text } from "../../dicom/data-set.ts";
import { fromDicomJson } from "../../dicom/json.ts";
import { performedFigures } from "../../dicom/performed-step.ts";
import { caseForOrganisation } from "../db/cases/visible.ts";
import { transaction } from "../db/pool.ts";
import { scheduleForCase } from "../db/workflow/case-schedule.ts";
import { type PerformedStep, performedOfCase } from "../db/workflow/performed-steps.ts";
import { priorsOfCase, searchAgain } from "../db/workflow/priors.ts";
import { stepsOfCase } from "../db/workflow/scheduled-steps.ts";
import { SCHEDULING_ROLES } from "../http/authorise.ts";
import type { Context, Route } from "../http/route.ts";
import { StepBody } from "./worklist.ts";

const ScheduleBody = Type.Object(StepBody, { additionalProperties: false });

function performedView({ id, sopUid, aeTitle, status, studyUids, attributes, createdAt, updatedAt }: PerformedStep) {
  const whole = fromDicomJson(attributes);
  const moment = (which: "Start" | "End"): { date: string; time: string } | null => {
    const date = text(whole, `PerformedProcedureStep${which}Date`);
    return date ? { date, time: text(whole, `PerformedProcedureStep${which}Time`) ?? "" } : null;
  };
  return {
    ...{ id, sopUid, aeTitle, status, studyUids, createdAt, updatedAt, ...performedFigures(whole) },
    ...{
      description: text(whole, "PerformedProcedureStepDescription") ?? "",
      start: moment("Start"),
      end: moment("End"),
    },
    attributes,
  };
}

/** What is planned, what was done, and which earlier studies are on their way, for one case. */
async function view({ services, person, scope }: Context): Promise<object> {
  const { pool } = services;
  const caseId = scope.caseId!;
  const [scheduled, performed, priors, seen] = await Promise.all([
    stepsOfCase(pool, caseId),
    performedOfCase(pool, caseId),
    priorsOfCase(pool, caseId, person.organisationId),
    caseForOrganisation(pool, caseId, person.organisationId),
  ]);
  const may = { schedule: (seen?.isTo ?? false) && SCHEDULING_ROLES.includes(person.role) };
  return { scheduled, performed: performed.map(performedView), priors, may };
}

async function schedule(context: Context): Promise<unknown> {
  const { services, person, request, reply, scope } = context;
  const caseId = scope.caseId!;
  const seen = await caseForOrganisation(services.pool, caseId, person.organisationId);
  if (!seen?.isTo || !SCHEDULING_ROLES.includes(person.role))
    throw new WillisError("forbidden", `${SCHEDULING_ROLES.join(", ")} of the organisation that was asked schedule it`);
  const { startsAt, ...wanted } = request.body as Static<typeof ScheduleBody>;
  await transaction(services.pool, (sql) =>
    scheduleForCase(
      ...([sql, caseId, { ...wanted, ...(startsAt ? { startsAt: new Date(startsAt) } : {}), byHand: true }] as const),
      ...([person, services.now()] as const),
    ),
  );
  await services.live.publish({ type: "case", caseId, what: "status" });
  reply.code(201);
  return view(context);
}

export const caseProcedureRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/cases/:case/procedure",
    access: { on: "case", act: "read" },
    summary: "What is planned and what was done in the angio suite, and which earlier studies are fetched",
    handle: view,
  },
  {
    method: "POST",
    url: "/api/cases/:case/procedure",
    access: { on: "case", act: "write" },
    summary: "Puts a procedure of the case on the worklist, by those who schedule at the organisation that was asked",
    schema: { body: ScheduleBody },
    handle: schedule,
  },
  {
    method: "POST",
    url: "/api/cases/:case/priors",
    access: { on: "case", act: "write" },
    summary: "Looks again for earlier studies at the peers of the own organisation, and fetches again what failed",
    handle: async (context) => {
      const { services, person, scope } = context;
      await searchAgain(services.pool, scope.caseId!, person.organisationId);
      return view(context);
    },
  },
];
