import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { WillisError } from "../../core/errors.ts";
import { seriesOfStudy } from "../db/archive/instances.ts";
import { oneMetadata } from "../db/archive/series-metadata.ts";
import { seriesOverlay } from "../db/patients/overlays.ts";
import type { Context, Route } from "../http/route.ts";
import { correctedHeader, type ReadyMetadata, seriesMetadata } from "../ingest/series-metadata.ts";
import { revalidated } from "./caching.ts";
import { dataSetFormat, sendDataSets } from "./data-sets.ts";

const unzip = promisify(gunzip);

/** Whether the client has this already; JSON and XML of the same headers have entity tags of their own. */
function known(context: Context, etag: string): boolean {
  const format = dataSetFormat(context);
  return revalidated(context, format === "json" ? etag : etag.replace(/"$/, `-${format}"`));
}

/** Prepared JSON goes out as it lies in the database; XML is made from it. */
async function send(context: Context, ready: ReadyMetadata): Promise<unknown> {
  const { request, reply } = context;
  if (dataSetFormat(context) !== "json") return sendDataSets(context, JSON.parse((await ready.plain()).toString()));
  reply.type("application/dicom+json").serializer(String);
  if (/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? "")))
    return reply.header("content-encoding", "gzip").send(ready.body);
  return reply.send(await ready.plain());
}

async function ofSeries(context: Context): Promise<unknown> {
  const ready = await seriesMetadata(context.services.pool, context.scope.seriesId!);
  return known(context, ready.etag) ? undefined : send(context, ready);
}

async function ofStudy(context: Context): Promise<unknown> {
  const { pool } = context.services;
  const series = await Promise.all(
    (await seriesOfStudy(pool, context.scope.studyId!)).map((id) => seriesMetadata(pool, id)),
  );
  const etag = `"${createHash("sha256")
    .update(series.map((one) => one.etag).join())
    .digest("base64url")
    .slice(0, 27)}"`;
  if (known(context, etag)) return undefined;
  if (series.length === 1) return send(context, series[0]!);
  const texts = await Promise.all(series.map((one) => one.plain()));
  const inner = texts.map((text) => text.subarray(1, -1)).filter((text) => text.length > 0);
  const whole = Buffer.concat([
    Buffer.from("["),
    ...inner.flatMap((text, i) => (i === 0 ? [text] : [Buffer.from(","), text])),
    Buffer.from("]"),
  ]);
  if (dataSetFormat(context) !== "json") return sendDataSets(context, JSON.parse(whole.toString()));
  return context.reply.type("application/dicom+json").serializer(String).send(whole);
}

async function ofInstance(context: Context): Promise<unknown> {
  const { instance = "" } = context.request.params as { instance?: string };
  const { pool } = context.services;
  const header = await oneMetadata(pool, context.scope.seriesId!, instance);
  if (!header) throw new WillisError("not-found", `There is no object ${instance.slice(0, 80)} in this series.`);
  const { overlay, revision } = await seriesOverlay(pool, context.scope.seriesId!);
  const digest = createHash("sha256").update(header).digest("base64url").slice(0, 24);
  if (known(context, `"m-${digest}-${revision}"`)) return undefined;
  const received = await unzip(header);
  const text = (overlay ? correctedHeader(received, overlay) : received).toString();
  if (dataSetFormat(context) !== "json") return sendDataSets(context, [JSON.parse(text)]);
  return context.reply.type("application/dicom+json").serializer(String).send(`[${text}]`);
}

export const metadataRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/dicom-web/studies/:study/metadata",
    access: { on: "study", act: "read" },
    summary: "Headers of all objects of a study (WADO-RS)",
    handle: ofStudy,
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/metadata",
    access: { on: "series", act: "read" },
    summary: "Headers of all objects of a series (WADO-RS)",
    handle: ofSeries,
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/instances/:instance/metadata",
    access: { on: "series", act: "read" },
    summary: "Header of one object (WADO-RS)",
    handle: ofInstance,
  },
];
