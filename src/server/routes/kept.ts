import { type Static, Type } from "typebox";
import { KEY_REASONS, type KeptChange, type KeyReason, type SavedView } from "../../cases/kept.ts";
import { WillisError } from "../../core/index.ts";
import { caseRecord } from "../db/cases/case-record.ts";
import { keyImagesOf, removeKeyImage } from "../db/kept/key-images.ts";
import { masksOf } from "../db/kept/masks.ts";
import { measurementsOf } from "../db/kept/measurements.ts";
import type { Route } from "../http/route.ts";
import { withBody } from "../ingest/request-body.ts";
import { keyImagePictures } from "../kept/key-image-pictures.ts";
import { saveKeyImage } from "../kept/save-key-image.ts";
import { saveMeasurements } from "../kept/save-measurements.ts";
import { saveView } from "../kept/save-view.ts";
import { keyImagesPdf } from "../reports/key-images-pdf.ts";

const strict = { additionalProperties: false };
const Uid = Type.String({ maxLength: 64, pattern: "^[0-9.]+$" });
const Uuid = Type.String({ pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" });
const Words = (maxLength: number) => Type.String({ maxLength });
const Kind = Type.Union(
  (
    "length angle cobb bidirectional ellipse circle rectangle freehand probe arrow calliper stenosis path volume".split(
      " ",
    ) as readonly string[]
  ).map((kind) => Type.Literal(kind)),
);
const Place = Type.Object(
  {
    studyUid: Uid,
    seriesUid: Uid,
    sopClass: Type.Optional(Uid),
    sopUid: Type.Optional(Uid),
    frame: Type.Optional(Type.Integer({ minimum: 1 })),
    frameOfReference: Type.Optional(Uid),
  },
  strict,
);
const Value = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 64 }),
    label: Words(64),
    value: Type.Union([Type.Number(), Type.Null()]),
    unit: Words(20),
    reason: Type.Optional(Words(300)),
    uncertainty: Type.Optional(Type.Object({ low: Type.Number(), high: Type.Number(), basis: Words(300) }, strict)),
  },
  strict,
);
const Draft = Type.Object(
  {
    id: Uuid,
    kind: Kind,
    label: Words(500),
    place: Place,
    shape: Type.Object(
      {
        space: Type.Union([Type.Literal("image"), Type.Literal("patient")]),
        points: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 3 }), { maxItems: 5000 }),
      },
      strict,
    ),
    values: Type.Array(Value, { maxItems: 40 }),
    method: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }), version: Words(60) }, strict),
    calibration: Words(300),
  },
  strict,
);
const Base = Type.Integer({ minimum: 0 });
const Change = Type.Union([
  Type.Object({ act: Type.Literal("put"), base: Base, measurement: Draft }, strict),
  Type.Object({ act: Type.Literal("delete"), base: Base, id: Uuid }, strict),
]);
const Side = Type.Integer({ minimum: 16, maximum: 4096 });
const KeyQuery = Type.Object(
  {
    series: Uid,
    object: Uid,
    frame: Type.Optional(Type.Integer({ minimum: 1 })),
    reason: Type.Union(Object.keys(KEY_REASONS).map((reason) => Type.Literal(reason))),
    caption: Type.Optional(Words(400)),
    words: Type.Optional(Words(2000)),
    laterality: Type.Optional(Type.Union(["R", "L", "B", ""].map((side) => Type.Literal(side)))),
    columns: Side,
    rows: Side,
  },
  strict,
);
const Pixel = Type.Integer({ minimum: -100_000, maximum: 100_000 });
const Corner = Type.Tuple([Pixel, Pixel]);
const Point = Type.Tuple([Type.Number(), Type.Number()]);
const Shape = Type.Union(["POINT", "POLYLINE", "CIRCLE", "ELLIPSE"].map((shape) => Type.Literal(shape)));
const ViewBody = Type.Object(
  {
    label: Words(64),
    place: Place,
    window: Type.Optional(Type.Object({ centre: Type.Number(), width: Type.Number({ exclusiveMinimum: 0 }) }, strict)),
    inverted: Type.Boolean(),
    area: Type.Optional(Type.Object({ from: Corner, to: Corner }, strict)),
    graphics: Type.Array(
      Type.Union([
        Type.Object(
          {
            kind: Type.Literal("line"),
            shape: Shape,
            points: Type.Array(Point, { minItems: 1, maxItems: 1000 }),
          },
          strict,
        ),
        Type.Object({ kind: Type.Literal("text"), text: Words(400), at: Point }, strict),
      ]),
      { maxItems: 200 },
    ),
  },
  strict,
);
const MOST_BYTES = 50 * 1024 * 1024;

export const keptRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/api/studies/:study/kept",
    access: { on: "study", act: "read" },
    summary: "What readers keep of a study: measurements, key images and masks",
    handle: async ({ services, scope }) => ({
      measurements: await measurementsOf(services.pool, scope.studyId!),
      keys: await keyImagesOf(services.pool, scope.studyId!),
      masks: await masksOf(services.pool, scope.studyId!),
    }),
  },
  {
    method: "GET",
    url: "/api/cases/:case/key-images.pdf",
    access: { on: "case", act: "read" },
    summary: "The key images of a case with captions, sides, measurements and calibration, as PDF",
    handle: async ({ reply, services, scope, person, signal }) => {
      const at = services.now();
      const about = (await caseRecord(services.pool, scope.caseId!, at))!;
      const keys = await keyImagePictures(services, scope.caseId!, signal);
      const { patient, question } = about;
      const pdf = await keyImagesPdf({ patient, question, at, by: person.name }, keys);
      reply.type("application/pdf").header("content-disposition", 'inline; filename="key-images.pdf"');
      return reply.send(pdf);
    },
  },
  {
    method: "PUT",
    url: "/api/studies/:study/measurements",
    access: { on: "study", act: "write" },
    summary: "Keeps, changes and deletes measurements; answers when rows and report (DICOM SR) are durable",
    schema: { body: Type.Object({ changes: Type.Array(Change, { minItems: 1, maxItems: 200 }) }, strict) },
    handle: ({ request, services, scope, person }) => {
      const { changes } = request.body as { changes: readonly KeptChange[] };
      return saveMeasurements(services, scope.studyId!, changes, person);
    },
  },
  {
    method: "POST",
    url: "/api/studies/:study/views",
    access: { on: "study", act: "write" },
    summary: "Keeps how an image is looked at as a presentation state (GSPS) in its study",
    schema: { body: ViewBody },
    handle: async ({ request, reply, services, scope, person }) => {
      reply.code(201);
      return saveView(services, scope.studyId!, request.body as SavedView, person);
    },
  },
  {
    method: "PUT",
    url: "/api/studies/:study/keys/:key",
    access: { on: "study", act: "write" },
    summary: "Marks a key image: the picture as deflated RGB; kept as Secondary Capture and Key Object Selection",
    schema: { params: Type.Object({ study: Type.String(), key: Uuid }), querystring: KeyQuery },
    rawBody: true,
    handle: async ({ request, reply, services, scope, person }) => {
      const { study, key } = request.params as { study: string; key: string };
      const asked = request.query as Static<typeof KeyQuery>;
      const picture = await withBody(request.raw, bodyBytes);
      const kept = await saveKeyImage(
        services,
        scope.studyId!,
        {
          id: key,
          place: {
            studyUid: study,
            seriesUid: asked.series,
            sopUid: asked.object,
            ...(asked.frame === undefined ? {} : { frame: asked.frame }),
          },
          reason: asked.reason as KeyReason,
          caption: asked.caption ?? "",
          words: (asked.words ?? "").split("\n").filter(Boolean),
          laterality: asked.laterality ?? "",
          columns: asked.columns,
          rows: asked.rows,
          picture,
        },
        person,
      );
      reply.code(201);
      return kept;
    },
  },
  {
    method: "DELETE",
    url: "/api/studies/:study/keys/:key",
    access: { on: "study", act: "write" },
    summary: "Takes a key image back; its objects stay in the archive, and who took it back is written down",
    handle: async ({ request, reply, services, scope, person }) => {
      const { key } = request.params as { key: string };
      await removeKeyImage(services.pool, scope.studyId!, key, person.id, services.now());
      await services.live.publish({ type: "study", studyId: scope.studyId!, instances: 0 });
      reply.code(204);
    },
  },
];

async function bodyBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new WillisError("too-large", `a key image is at most ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
