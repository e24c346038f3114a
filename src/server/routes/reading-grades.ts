import { Type } from "typebox";
import { GRADE_SCALES, type GradeDraft, gradeScale, type MachineReading } from "../../cases/grades.ts";
import { WillisError } from "../../core/index.ts";
import { addGrade, addMachineReading, gradesOf } from "../db/kept/reading-grades.ts";
import { transaction } from "../db/pool.ts";
import type { Route } from "../http/route.ts";

const strict = { additionalProperties: false };
const Uid = Type.String({ maxLength: 64, pattern: "^[0-9.]+$" });
const Uuid = Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" });
const OrNull = Type.Union([Type.Number(), Type.Null()]);

const Grade = Type.Object(
  {
    scale: Type.Union(GRADE_SCALES.map(({ id }) => Type.Literal(id))),
    grade: Type.String({ minLength: 1, maxLength: 8 }),
    seriesUid: Uid,
    firstSeriesUid: Type.Optional(Uid),
    outline: Type.Optional(
      Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }), { minItems: 3, maxItems: 2000 }),
    ),
    moment: Type.String({ maxLength: 100 }),
  },
  strict,
);
const Reading = Type.Object(
  {
    grade: Type.Union([Type.String({ minLength: 1, maxLength: 8 }), Type.Null()]),
    ...{ value: OrNull, low: OrNull, high: OrNull },
    unit: Type.String({ maxLength: 20 }),
    reason: Type.Optional(Type.String({ maxLength: 300 })),
    method: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 200 }), version: Type.String({ maxLength: 60 }) },
      strict,
    ),
  },
  strict,
);
const params = Type.Object({ study: Type.String(), grade: Uuid });

export const readingGradeRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/studies/:study/grades",
    access: { on: "study", act: "read" },
    summary: "Grades of the runs of a study; what a machine read is hidden from who has not graded the run",
    handle: ({ services, scope, person }) => gradesOf(services.pool, scope.studyId!, person.id),
  },
  {
    method: "PUT",
    url: "/api/studies/:study/grades/:grade",
    access: { on: "study", act: "write" },
    summary: "Records a person's own grade of a run, before anything computed is shown",
    schema: { params, body: Grade },
    handle: async ({ request, reply, services, scope, person }) => {
      const { grade: id } = request.params as { grade: string };
      const draft = { ...(request.body as Omit<GradeDraft, "id">), id };
      const scale = gradeScale(draft.scale)!;
      if (!scale.steps.some(({ grade }) => grade === draft.grade)) {
        const steps = scale.steps.map(({ grade }) => grade).join(", ");
        throw new WillisError("bad-request", `"${draft.grade}" is no grade of ${scale.name}; choose from ${steps}.`);
      }
      const studyId = scope.studyId!;
      await transaction(services.pool, (sql) => addGrade(sql, studyId, draft, person.id, services.now()));
      await services.live.publish({ type: "study", studyId, instances: 0 });
      reply.code(201);
      return gradesOf(services.pool, studyId, person.id);
    },
  },
  {
    method: "PUT",
    url: "/api/studies/:study/grades/:grade/machine",
    access: { on: "study", act: "write" },
    summary: "Adds what was computed to a grade of one's own, once and only afterwards",
    schema: { params, body: Reading },
    handle: async ({ request, services, scope, person }) => {
      const { grade } = request.params as { grade: string };
      const reading = request.body as MachineReading;
      const studyId = scope.studyId!;
      await transaction(services.pool, (sql) =>
        addMachineReading(sql, studyId, grade, reading, person.id, services.now()),
      );
      return gradesOf(services.pool, studyId, person.id);
    },
  },
];
