import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { type InstanceFile, middleInstance, seriesOfStudy } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { varyBy } from "../http/vary.ts";
import { annotationOf } from "./annotation.ts";
import { filesOf } from "./bulkdata.ts";
import { asBuffer, revalidated, unchanging } from "./caching.ts";
import { frameList } from "./frames.ts";
import { instanceFile } from "./instance-files.ts";
import { instanceHeader } from "./instance-header.ts";
import { accepted, matches, notAcceptable } from "./media-type.ts";
import { multipart, type OutgoingPart } from "./multipart.ts";
import { frameAsPicture } from "./pixels.ts";
import { sendRanged } from "./ranged.ts";
import type { RenderOptions } from "./render.ts";
import { caged, documentPieces, documentType } from "./rendered-documents.ts";
import { annotationKinds, type RenderQuery, renderOptions } from "./rendered-options.ts";

const PICTURES = ["image/jpeg", "image/png"] as const;
type PictureType = (typeof PICTURES)[number];

/** In which form the client takes what is rendered: one picture (or document) alone, or all in parts. */
interface Form {
  readonly parts: boolean;
  readonly type: string;
}

/** The best form among what there is. A client that accepts just everything gets one alone. Errors: `not-acceptable`. */
function formFor({ request }: Context, offers: readonly string[]): Form {
  const { accept } = request.query as RenderQuery;
  const asked = accepted(request.headers.accept, accept);
  for (const { type, params } of asked) {
    const parts = type === "multipart/related" || type === "multipart/*";
    const inner = parts ? (params.type ?? "*/*").toLowerCase() : type;
    const hit = offers.find((offer) => matches(inner, offer));
    if (hit) return { parts, type: hit };
  }
  throw notAcceptable(asked, offers);
}

interface Shot {
  readonly file: InstanceFile;
  readonly frame: number;
}

async function pictureOf(context: Context, shot: Shot, format: PictureType, thumbnail: boolean): Promise<Uint8Array> {
  const { services, signal } = context;
  const query = context.request.query as RenderQuery;
  const kinds = thumbnail ? [] : annotationKinds(query);
  const { file, frame } = shot;
  const options: RenderOptions = {
    format,
    ...renderOptions(query, thumbnail),
    ...(kinds.length > 0
      ? { annotation: annotationOf(await instanceHeader(services.pool, file), kinds, frame, file.frames) }
      : {}),
  };
  return frameAsPicture(services.blobs, file, frame, options, signal);
}

/** Entity tag of a picture: the object, its corrections, the frame, and all that was asked of the rendering. */
function tagOfShot({ request }: Context, { file, frame }: Shot, { type, parts }: Form): string {
  const { quality, window, viewport, annotation } = request.query as RenderQuery;
  const asked = [type, parts, quality, window, viewport, annotation].join("_").replace(/[^\w.-]/g, "_");
  return `"${file.blobKey.slice(0, 24)}-${file.revision}-r${frame}-${asked.slice(0, 200)}"`;
}

async function one(context: Context, shot: Shot, thumbnail: boolean, mark = unchanging): Promise<unknown> {
  const { reply } = context;
  if (!shot.file.pixels) throw nothingToShow();
  checked(context, thumbnail);
  const form = formFor(context, PICTURES);
  if (form.parts) return several(context, [shot.file], [shot], form);
  const { annotation } = context.request.query as RenderQuery; // a name may be corrected
  if ((annotation ? revalidated : mark)(context, tagOfShot(context, shot, form))) return undefined;
  const bytes = await pictureOf(context, shot, form.type as PictureType, thumbnail);
  return reply.type(form.type).send(asBuffer(bytes));
}

/** What is wrong with the parameters is said before anything is read. */
function checked({ request }: Context, thumbnail: boolean): void {
  renderOptions(request.query as RenderQuery, thumbnail);
  annotationKinds(request.query as RenderQuery);
}

function nothingToShow(): WillisError {
  return new WillisError("not-found", "There is no image here of which a picture could be made.");
}

/** Every picture in a part that names its place; documents and videos too, for those who take any type of part. */
function several(context: Context, files: readonly InstanceFile[], shots: readonly Shot[], form: Form): unknown {
  const { signal, services, reply } = context;
  async function* parts(): AsyncGenerator<OutgoingPart> {
    for (const shot of shots) {
      if (signal.aborted) return;
      const at = addressOf(shot.file);
      const location = `${at}/frames/${shot.frame + 1}/rendered`;
      const body = await pictureOf(context, shot, form.type as PictureType, false);
      yield { contentType: form.type, location, body };
    }
    for (const file of files) {
      const contentType = documentType(file);
      if (contentType === undefined || !takesParts(context, contentType) || signal.aborted) continue;
      for (const piece of await documentPieces(context, file)) {
        const body = piece instanceof Uint8Array ? piece : services.blobs.stream(piece.key, piece);
        yield { contentType, location: `${addressOf(file)}/rendered`, body };
      }
    }
  }
  const { contentType, body } = multipart(form.type, parts());
  return varyBy(reply, "accept")
    .type(contentType)
    .send(Readable.from(body, { objectMode: false }));
}

function takesParts({ request }: Context, type: string): boolean {
  const { accept } = request.query as RenderQuery;
  return accepted(request.headers.accept, accept).some(
    (one) => one.type.startsWith("multipart/") && matches((one.params.type ?? "*/*").toLowerCase(), type),
  );
}

function takesAnything({ request }: Context): boolean {
  const { accept } = request.query as RenderQuery;
  return accepted(request.headers.accept, accept).some(({ type }) => type === "*/*");
}

function addressOf({ studyUid, seriesUid, sopUid }: InstanceFile): string {
  return `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`;
}

/** What stands for a whole object: the frame in the middle. */
function middleFrame(file: InstanceFile): number {
  return Math.max(0, Math.floor((file.frames - 1) / 2));
}

function shotsOf(files: readonly InstanceFile[]): Shot[] {
  return files
    .filter((file) => file.pixels && documentType(file) === undefined)
    .flatMap((file) => Array.from({ length: file.frames }, (_, frame) => ({ file, frame })));
}

/** Many objects: every frame in parts, or for those who take one picture the one in the middle. */
async function ofSeries(context: Context, seriesIds: readonly number[], thumbnail: boolean): Promise<unknown> {
  const { pool } = context.services;
  checked(context, thumbnail);
  const form = formFor(context, PICTURES);
  if (form.parts && !thumbnail) {
    const files = await filesOf(context, seriesIds);
    const shots = shotsOf(files);
    if (shots.length === 0 && !files.some((file) => documentType(file) !== undefined)) throw nothingToShow();
    return several(context, files, shots, form);
  }
  for (const id of seriesIds) {
    const file = await middleInstance(pool, id);
    if (file?.pixels && documentType(file) === undefined)
      return one(context, { file, frame: middleFrame(file) }, thumbnail, revalidated); // the middle moves while it grows
  }
  throw nothingToShow();
}

async function ofInstance(context: Context): Promise<unknown> {
  const file = await instanceFile(context);
  const type = documentType(file);
  if (type === undefined) {
    const asked = formFor(context, PICTURES);
    checked(context, false);
    if (asked.parts && file.pixels) return several(context, [file], shotsOf([file]), asked);
    return one(context, { file, frame: middleFrame(file) }, false);
  }
  const form = formFor(context, [type]);
  const shot = { file, frame: 0 };
  const etag = tagOfShot(context, shot, form);
  if (form.parts) return several(context, [file], [], form);
  if (revalidated(context, etag)) return undefined;
  const pieces = await documentPieces(context, file);
  caged(context, type);
  return sendRanged(context, type.startsWith("text/") ? `${type}; charset=utf-8` : type, pieces, etag);
}

function ofFrames(thumbnail: boolean) {
  return async (context: Context): Promise<unknown> => {
    const file = await instanceFile(context);
    if (!file.pixels) throw nothingToShow();
    const { frames } = context.request.params as { frames: string };
    const list = frameList(frames, file.frames);
    checked(context, thumbnail);
    const form = formFor(context, PICTURES);
    const shots = list.map((frame) => ({ file, frame }));
    if ((form.parts || (shots.length > 1 && takesAnything(context))) && !thumbnail)
      return several(context, [], shots, form);
    if (shots.length > 1)
      throw new WillisError("not-acceptable", 'Several pictures come as multipart/related; type="image/jpeg".');
    return one(context, shots[0]!, thumbnail);
  };
}

async function thumbnailOfInstance(context: Context): Promise<unknown> {
  const file = await instanceFile(context);
  return one(context, { file, frame: middleFrame(file) }, true);
}

const STUDY = "/dicom-web/studies/:study";
const SERIES = `${STUDY}/series/:series`;
const INSTANCE = `${SERIES}/instances/:instance`;
const access = { on: "series", act: "read" } as const;
const ofStudy = (thumbnail: boolean) => async (context: Context) =>
  ofSeries(context, await seriesOfStudy(context.services.pool, context.scope.studyId!), thumbnail);
const rendered = (url: string, summary: string, handle: Route["handle"]): Route => ({
  ...{ method: "GET", url, summary, handle },
  access: url.startsWith(SERIES) ? access : { on: "study", act: "read" },
});

export const renderedRoutes: readonly Route[] = [
  rendered(`${STUDY}/rendered`, "Every image of a study as a picture (WADO-RS)", ofStudy(false)),
  rendered(`${SERIES}/rendered`, "Every image of a series as a picture (WADO-RS)", (context) =>
    ofSeries(context, [context.scope.seriesId!], false),
  ),
  rendered(`${INSTANCE}/rendered`, "An object as a picture, page, document or video (WADO-RS)", ofInstance),
  rendered(`${INSTANCE}/frames/:frames/rendered`, "Frames as pictures (WADO-RS)", ofFrames(false)),
  rendered(`${STUDY}/thumbnail`, "A small picture of a study (WADO-RS)", ofStudy(true)),
  rendered(`${SERIES}/thumbnail`, "A small picture of a series (WADO-RS)", (context) =>
    ofSeries(context, [context.scope.seriesId!], true),
  ),
  rendered(`${INSTANCE}/thumbnail`, "A small picture of an object (WADO-RS)", thumbnailOfInstance),
  rendered(`${INSTANCE}/frames/:frames/thumbnail`, "A small picture of a frame (WADO-RS)", ofFrames(true)),
];
