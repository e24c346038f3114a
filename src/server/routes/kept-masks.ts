import { type Static, Type } from "typebox";
import { MASK_KINDS, type MaskDraft, type MaskKind, type MaskSpace } from "../../cases/kept.ts";
import { cross, dot, type Vec3, WillisError } from "../../core/index.ts";
import { deleteMask } from "../db/kept/masks.ts";
import type { Route } from "../http/route.ts";
import { withBody } from "../ingest/request-body.ts";
import { saveMask } from "../kept/save-mask.ts";

const strict = { additionalProperties: false };
const Uid = Type.String({ maxLength: 64, pattern: "^[0-9.]+$" });
const Uuid = Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" });
const Side = Type.Integer({ minimum: 1, maximum: 8192 });
const Params = Type.Object({ study: Type.String(), mask: Uuid });
const Query = Type.Object(
  {
    series: Uid,
    base: Type.Integer({ minimum: 0 }),
    kind: Type.Union(Object.keys(MASK_KINDS).map((kind) => Type.Literal(kind))),
    label: Type.String({ minLength: 1, maxLength: 64 }),
    made: Type.Union(["MANUAL", "SEMIAUTOMATIC", "AUTOMATIC"].map((made) => Type.Literal(made))),
    method: Type.String({ minLength: 1, maxLength: 200 }),
    version: Type.String({ maxLength: 60 }),
    /** A grid: columns,rows,slices; mm; mm LPS; nine numbers. */
    shape: Type.Optional(Type.String({ maxLength: 30 })),
    spacing: Type.Optional(Type.String({ maxLength: 100 })),
    origin: Type.Optional(Type.String({ maxLength: 100 })),
    direction: Type.Optional(Type.String({ maxLength: 300 })),
    /** Or a frame of an object. */
    object: Type.Optional(Uid),
    frame: Type.Optional(Type.Integer({ minimum: 1 })),
    rows: Type.Optional(Side),
    columns: Type.Optional(Side),
  },
  strict,
);
/** 512 x 512 x 1144: a whole body of thin slices. */
const MOST_VOXELS = 300e6;
const MOST_SIDE = 8192;

export const keptMaskRoutes: readonly Route[] = [
  {
    method: "PUT",
    url: "/api/studies/:study/masks/:mask",
    access: { on: "study", act: "write" },
    summary:
      "Keeps a mask (one bit a voxel, deflated) as a DICOM Segmentation; answers when it and the row are durable",
    schema: { params: Params, querystring: Query },
    rawBody: true,
    handle: async ({ request, reply, services, scope, person }) => {
      const { study, mask } = request.params as Static<typeof Params>;
      const asked = request.query as Static<typeof Query>;
      const saved = await withBody(request.raw, (body) =>
        saveMask(services, scope.studyId!, draftOf(study, mask, asked), asked.base, body, person),
      );
      reply.code(201);
      return saved;
    },
  },
  {
    method: "DELETE",
    url: "/api/studies/:study/masks/:mask",
    access: { on: "study", act: "write" },
    summary: "Deletes a mask; its Segmentations stay in the archive, and who deleted it is written down",
    handle: async ({ request, reply, services, scope, person }) => {
      const { mask } = request.params as { mask: string };
      await deleteMask(services.pool, scope.studyId!, mask, person.id, services.now());
      await services.live.publish({ type: "study", studyId: scope.studyId!, instances: 0 });
      reply.code(204);
    },
  },
];

function draftOf(studyUid: string, id: string, asked: Static<typeof Query>): MaskDraft {
  return {
    ...{ id, kind: asked.kind as MaskKind, label: asked.label, studyUid, seriesUid: asked.series },
    space: asked.object === undefined ? gridOf(asked) : frameOf(asked),
    made: asked.made as MaskDraft["made"],
    method: { name: asked.method, version: asked.version },
  };
}

function frameOf({ object, frame, rows, columns }: Static<typeof Query>): MaskSpace {
  if (object === undefined || rows === undefined || columns === undefined)
    throw new WillisError("bad-request", "a mask on a frame needs object, rows and columns");
  return { kind: "frame", sopUid: object, frame: frame ?? 1, rows, columns };
}

function gridOf(asked: Static<typeof Query>): MaskSpace {
  const shape = numbersOf("shape", asked.shape, 3);
  const spacing = numbersOf("spacing", asked.spacing, 3);
  const origin = numbersOf("origin", asked.origin, 3);
  const direction = numbersOf("direction", asked.direction, 9);
  if (!shape.every((side) => Number.isInteger(side) && side >= 1 && side <= MOST_SIDE))
    throw new WillisError("bad-request", `shape ${asked.shape} is not three whole numbers from 1 to ${MOST_SIDE}`);
  const voxels = shape[0] * shape[1] * shape[2];
  if (voxels > MOST_VOXELS)
    throw new WillisError("too-large", `a mask has at most ${MOST_VOXELS} voxels, this one ${voxels}`);
  if (!spacing.every((mm) => mm > 0 && mm <= 100))
    throw new WillisError("bad-request", `spacing ${asked.spacing} is not three lengths of at most 100 mm`);
  if (!origin.every((mm) => Math.abs(mm) <= 1e5))
    throw new WillisError("bad-request", `origin ${asked.origin} lies more than 100 m away`);
  const [i, j, k] = [0, 3, 6].map((at) => direction.slice(at, at + 3)) as unknown as [Vec3, Vec3, Vec3];
  const right = [i, j, k].every((one) => Math.abs(dot(one, one) - 1) < 1e-3) && Math.abs(dot(i, j)) < 1e-3;
  if (!right || Math.abs(Math.abs(dot(cross(i, j), k)) - 1) > 2e-3)
    throw new WillisError("bad-request", `direction ${asked.direction} is not three unit vectors at right angles`);
  return { kind: "grid", shape, spacing, origin, direction };
}

type Numbers<N> = N extends 3 ? [number, number, number] : number[];

function numbersOf<N extends number>(name: string, said: string | undefined, count: N): Numbers<N> {
  const numbers = (said ?? "").split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  if (numbers.length !== count || !numbers.every(Number.isFinite))
    throw new WillisError(
      "bad-request",
      `a mask needs an object with rows and columns, or a grid: ${name} "${said ?? ""}" is not ${count} numbers`,
    );
  return numbers as Numbers<N>;
}
