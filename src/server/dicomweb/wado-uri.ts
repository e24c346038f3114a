import { randomBytes } from "node:crypto";
import { WillisError } from "../../core/errors.ts";
import { ENCODABLE, TS } from "../../dicom/transfer-syntax.ts";
import { findInstance, type InstanceFile } from "../db/archive/instances.ts";
import { treatObject } from "../deidentify/treat-object.ts";
import type { Context, Route } from "../http/route.ts";
import { objectOut } from "../retrieve/object-out.ts";
import { annotationOf } from "./annotation.ts";
import { asBuffer, revalidated } from "./caching.ts";
import { frameList } from "./frames.ts";
import { instanceHeader } from "./instance-header.ts";
import { matches, mediaTypes, notAcceptable } from "./media-type.ts";
import { frameAsPicture } from "./pixels.ts";
import { sendRanged } from "./ranged.ts";
import type { RenderOptions } from "./render.ts";
import { caged, documentPieces, documentType } from "./rendered-documents.ts";
import { annotationKinds } from "./rendered-options.ts";
import { pictureOptions, type WadoQuery, wadoQuery } from "./wado-query.ts";

const DICOM = "application/dicom";
const PICTURES: readonly string[] = ["image/jpeg", "image/png"];

/** One object for clients of the URI service (PS3.18 chapter 9): as a file, a picture, a page, a document, a video. */
async function wado(context: Context): Promise<unknown> {
  const { request, services, scope } = context;
  const query = wadoQuery(request.query as Readonly<Record<string, unknown>>);
  const file = await findInstance(services.pool, scope.seriesId!, query.objectUID ?? "");
  if (!file) throw new WillisError("not-found", `There is no object ${query.objectUID?.slice(0, 80)} in this series.`);
  const own = documentType(file);
  const type = typeFor(query, file, own);
  if (type === DICOM) return query.anonymize === "yes" ? anonymous(context, file, query) : whole(context, file, query);
  if (query.anonymize === "yes")
    throw new WillisError(
      "not-acceptable",
      "Names may be burned into pictures and written in documents: with anonymize=yes give contentType=application/dicom.",
    );
  return type === own ? ownForm(context, file, type) : picture(context, file, query, type);
}

/** What is asked for, else a picture of an image, a page of a report, and the file of all else (table 9.1.2-2). */
function typeFor(query: WadoQuery, file: InstanceFile, own: string | undefined): string {
  const offers = [...(own ? [own] : file.pixels ? PICTURES : []), DICOM];
  const ofFrame = query.frameNumber !== undefined && own === undefined; // a frame of many is a picture
  if (query.contentType === undefined)
    return own?.startsWith("video/") || (file.frames > 1 && !ofFrame) ? DICOM : offers[0]!;
  const asked = mediaTypes(query.contentType);
  for (const { type } of asked) {
    const hit = offers.find((offer) => matches(type, offer));
    if (hit) return hit;
  }
  throw notAcceptable(asked, offers);
}

const OF_PICTURES = ["rows", "columns", "region", "windowCenter", "windowWidth", "imageQuality", "annotation"] as const;

function fileAlone(query: WadoQuery): void {
  const wrong = [...OF_PICTURES, "frameNumber" as const].find((name) => query[name] !== undefined);
  if (wrong) throw new WillisError("bad-request", `${wrong} is for pictures: leave it out with contentType=${DICOM}.`);
}

async function whole(context: Context, file: InstanceFile, query: WadoQuery): Promise<unknown> {
  fileAlone(query);
  const wanted = query.transferSyntax ?? TS.ExplicitLittle;
  const etag = `"${file.blobKey.slice(0, 24)}-${file.revision}-u-${wanted.slice(0, 70).replace(/[^\d.]/g, "_")}"`;
  if (revalidated(context, etag)) return undefined;
  const passed = !ENCODABLE.includes(wanted) && wanted !== file.transferSyntax;
  if (passed) throw new WillisError("not-acceptable", `Transfer syntax ${wanted.slice(0, 70)} cannot be had.`);
  const out = await objectOut(context.services, file, wanted, context.signal);
  if (out.blobKey !== undefined)
    return sendRanged(context, DICOM, [{ key: out.blobKey, offset: 0, length: out.size }], etag);
  if (out.body instanceof Uint8Array) return sendRanged(context, DICOM, [out.body], etag);
  return context.reply.type(DICOM).header("content-length", out.size).send(out.body);
}

/** De-identified by the basic profile, with pseudonyms that nobody can undo and that are others each time. */
async function anonymous(context: Context, file: InstanceFile, query: WadoQuery): Promise<unknown> {
  fileAlone(query);
  if (query.transferSyntax !== undefined && query.transferSyntax !== file.transferSyntax)
    throw new WillisError(
      "not-acceptable",
      "A de-identified object comes in the transfer syntax that it is stored in.",
    );
  const how = { options: [], secret: randomBytes(32), looks: false };
  const done = await treatObject(context.services, file, how, context.signal);
  if (done.state !== "done")
    throw new WillisError("not-acceptable", `This object cannot be given out de-identified: ${done.reason}`);
  const risk = done.flags.find((flag) => flag.risk !== "possible");
  if (risk)
    throw new WillisError(
      "not-acceptable",
      `Somebody must look at this object before it leaves de-identified: ${risk.why}. Use the export page.`,
    );
  return context.reply.type(DICOM).header("cache-control", "no-store").send(asBuffer(done.bytes));
}

async function ownForm(context: Context, file: InstanceFile, type: string): Promise<unknown> {
  const etag = `"${file.blobKey.slice(0, 24)}-${file.revision}-u-own"`;
  if (revalidated(context, etag)) return undefined;
  const pieces = await documentPieces(context, file);
  caged(context, type);
  return sendRanged(context, type.startsWith("text/") ? `${type}; charset=utf-8` : type, pieces, etag);
}

async function picture(context: Context, file: InstanceFile, query: WadoQuery, type: string): Promise<unknown> {
  const { services, signal, reply } = context;
  if (query.transferSyntax !== undefined)
    throw new WillisError("bad-request", `transferSyntax is for contentType=${DICOM}: leave it out for pictures.`);
  const [frame = 0, ...others] = frameList(query.frameNumber ?? "1", file.frames);
  if (others.length > 0) throw new WillisError("bad-request", "frameNumber is a list: give one frame.");
  const kinds = annotationKinds({ annotation: query.annotation });
  const header = await instanceHeader(services.pool, file);
  const options: RenderOptions = {
    format: type as RenderOptions["format"],
    ...pictureOptions(query, header),
    ...(kinds.length > 0 ? { annotation: annotationOf(header, kinds, frame, file.frames) } : {}),
  };
  const asked = [type, ...OF_PICTURES.map((name) => query[name])].join("_").replace(/[^\w.-]/g, "_");
  if (revalidated(context, `"${file.blobKey.slice(0, 24)}-${file.revision}-u${frame}-${asked.slice(0, 200)}"`))
    return undefined;
  return reply.type(type).send(asBuffer(await frameAsPicture(services.blobs, file, frame, options, signal)));
}

export const wadoUriRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/wado",
    access: { on: "series", act: "read", from: "query" },
    summary: "One object by the URI service (WADO-URI)",
    handle: wado,
  },
];
