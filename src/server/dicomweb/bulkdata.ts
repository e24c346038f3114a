import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { tagHex } from "../../dicom/dictionary.ts";
import { transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { type InstanceFile, seriesInstances, seriesOfStudy } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { varyBy } from "../http/vary.ts";
import { asBuffer, unchanging } from "./caching.ts";
import { formOf, offerFor, pixelContentType, readFrame } from "./frames.ts";
import { freshInstanceFile, instanceFile } from "./instance-files.ts";
import { bulkPaths, instanceHeader } from "./instance-header.ts";
import { accepted, matches, notAcceptable } from "./media-type.ts";
import { multipart, type OutgoingPart } from "./multipart.ts";
import { bulkBytes } from "./pixels.ts";
import { sendRanged } from "./ranged.ts";
import { mediaTypeOf, type PixelOffer } from "./transfer-media.ts";
import { streamPieces } from "./whole-stream.ts";

const BYTES = "application/octet-stream";
const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
const DOCUMENT = "00420011";

/** The address of an element in bulk, as metadata names it. */
function addressOf({ studyUid, seriesUid, sopUid }: InstanceFile, path: string): string {
  return `/dicom-web/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}/bulkdata/${path}`;
}

async function bulkdata(context: Context): Promise<unknown> {
  const { request, reply, services, signal } = context;
  const file = await instanceFile(context);
  const path = String((request.params as Record<string, string>)["*"] ?? "").toUpperCase();
  if (!/^[0-9A-F]{8}(\/\d{1,6}\/[0-9A-F]{8})*$/.test(path)) {
    throw new WillisError(
      "bad-request",
      `"${path.slice(0, 60)}" is no place in an object: give tags, as 00420011 or 00480105/1/00282000.`,
    );
  }
  if (file.pixels && path === tagHex(file.pixels.tag)) return allFrames(context, file);
  const { parts, mediaType } = form(context, file, path);
  const etag = `"${file.blobKey.slice(0, 24)}-b-${path}${parts ? "-p" : ""}"`;
  if (unchanging(context, etag)) return undefined;
  const bytes = await bulkBytes(services.blobs, file, path, signal);
  if (!parts) return sendRanged(context, mediaType, [bytes], etag);
  const part = { contentType: mediaType, location: addressOf(file, path), body: bytes };
  const { contentType, body } = multipart(mediaType, [part]);
  return reply.type(contentType).send(Readable.from(body, { objectMode: false }));
}

/** A PDF is called one, so that a browser can show it; all else is bytes. */
function form(context: Context, file: InstanceFile, path: string): { parts: boolean; mediaType: string } {
  const own = file.sopClass === ENCAPSULATED_PDF && path === DOCUMENT ? "application/pdf" : BYTES;
  const { accept } = context.request.query as { accept?: string };
  const asked = accepted(context.request.headers.accept, accept);
  for (const { type, params } of asked) {
    const parts = type === "multipart/related" || type === "multipart/*";
    const inner = parts ? (params.type ?? "*/*").toLowerCase() : type;
    const hit = [own, BYTES].find((offer) => matches(inner, offer));
    if (hit) return { parts, mediaType: hit };
  }
  throw notAcceptable(asked, [own, BYTES]);
}

/** Pixel Data as bulk data: every frame, in parts; native pixels and video also in one piece, or a range of it. */
async function allFrames(context: Context, file: InstanceFile): Promise<unknown> {
  const { reply, services } = context;
  const offer = inOnePiece(context, file) ? { ...offerFor(context, file), parts: false } : offerFor(context, file);
  const etag = `"${file.blobKey.slice(0, 24)}-b-pixels-${formOf(offer)}"`;
  if (unchanging(context, etag)) return undefined;
  const { offset, length, encapsulated, deflatedAt } = file.pixels!;
  const { bigEndian, coding } = transferSyntaxOf(file.transferSyntax);
  if (
    !offer.parts &&
    !encapsulated &&
    deflatedAt === null &&
    (offer.as === "stored" || !bigEndian) &&
    offer.as !== "made"
  )
    return sendRanged(context, BYTES, [{ key: file.blobKey, offset, length }], etag);
  if (!offer.parts && coding === "video")
    return sendRanged(context, pixelContentType(offer), await streamPieces(services.blobs, file), etag);
  if (!offer.parts && file.frames > 1)
    throw new WillisError("not-acceptable", "Several frames come as multipart/related: accept that.");
  if (!offer.parts) {
    const only = await readFrame(context, file, offer, 0);
    return sendRanged(context, pixelContentType(offer), [asBuffer(only)], etag);
  }
  const parts = pixelParts(context, file, offer);
  const { contentType, body } = multipart(offer.mediaType, parts, `; transfer-syntax=${offer.transferSyntax}`);
  return reply.type(contentType).send(Readable.from(body, { objectMode: false }));
}

/** Who takes anything and asks for a range gets a range, which parts do not have. */
function inOnePiece({ request }: Context, file: InstanceFile): boolean {
  if (request.headers.range === undefined) return false;
  const { accept } = request.query as { accept?: string };
  const anything = accepted(request.headers.accept, accept)[0]?.type === "*/*";
  const { coding } = transferSyntaxOf(file.transferSyntax);
  return anything && (file.frames === 1 || !file.pixels!.encapsulated || coding === "video");
}

/** Each frame in a part; a video is one stream and comes in one. */
async function* pixelParts(context: Context, file: InstanceFile, offer: PixelOffer): AsyncGenerator<OutgoingPart> {
  const { services, signal } = context;
  const at = addressOf(file, tagHex(file.pixels!.tag));
  const contentType = pixelContentType(offer);
  if (transferSyntaxOf(file.transferSyntax).coding === "video") {
    for (const { key, offset, length } of await streamPieces(services.blobs, file))
      yield { contentType, location: at, body: services.blobs.stream(key, { offset, length }) };
    return;
  }
  for (let frame = 0; frame < file.frames && !signal.aborted; frame++) {
    const location = file.frames === 1 ? at : `${at}/frames/${frame + 1}`;
    yield { contentType, location, body: await readFrame(context, file, offer, frame) };
  }
}

/**
 * All bulk data of objects, each in a part of its own that names its place (PS3.18 10.4.3.3.5): pixels in the form that is
 * accepted, an object at a time. Pixels that cannot be had in that form are left out, as the standard allows; when none
 * of it can be had, `not-acceptable`.
 */
export async function sendBulk(context: Context, files: readonly InstanceFile[]): Promise<unknown> {
  const { services, reply, signal } = context;
  const { accept } = context.request.query as { accept?: string };
  const asked = accepted(context.request.headers.accept, accept);
  const inParts = asked.filter(({ type }) => ["multipart/related", "multipart/*", "*/*"].includes(type));
  if (inParts.length === 0) throw notAcceptable(asked, [`multipart/related; type="${BYTES}"`]);
  const takesBytes = inParts.some(({ params }) => [undefined, "*/*", BYTES].includes(params.type?.toLowerCase()));
  const offers = new Map<InstanceFile, PixelOffer>();
  for (const file of files) {
    const offer = file.pixels && tryOffer(context, file);
    if (offer) offers.set(file, offer);
  }
  if (offers.size === 0 && !takesBytes)
    throw notAcceptable(asked, [...new Set([BYTES, ...files.map((file) => mediaTypeOf(file.transferSyntax))])]);
  async function* parts(): AsyncGenerator<OutgoingPart> {
    for (const file of files) {
      const pixels = file.pixels && tagHex(file.pixels.tag);
      for (const path of bulkPaths(await instanceHeader(services.pool, file))) {
        if (signal.aborted) return;
        const offer = path === pixels ? offers.get(file) : undefined;
        if (offer) yield* pixelParts(context, file, offer);
        else if (takesBytes && path !== pixels) {
          const body = await bulkBytes(services.blobs, file, path, signal);
          yield { contentType: BYTES, location: addressOf(file, path), body };
        }
      }
    }
  }
  const [first] = offers.values();
  const { contentType, body } = multipart(takesBytes || !first ? BYTES : first.mediaType, parts());
  return varyBy(reply, "accept")
    .type(contentType)
    .send(Readable.from(body, { objectMode: false }));
}

function tryOffer(context: Context, file: InstanceFile): PixelOffer | undefined {
  try {
    const offer = offerFor(context, file);
    return offer.parts ? offer : undefined;
  } catch (error) {
    if (error instanceof WillisError && error.code === "not-acceptable") return undefined;
    throw error;
  }
}

/** The objects of some series, in their order. */
export async function filesOf({ services }: Context, seriesIds: readonly number[]): Promise<InstanceFile[]> {
  const files: InstanceFile[] = [];
  for (const id of seriesIds) files.push(...(await seriesInstances(services.pool, id)));
  return files;
}

const INSTANCE = "/dicom-web/studies/:study/series/:series/instances/:instance";

export const bulkdataRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/dicom-web/studies/:study/bulkdata",
    access: { on: "study", act: "read" },
    summary: "All bulk data of a study (WADO-RS)",
    handle: async (context) => {
      const series = await seriesOfStudy(context.services.pool, context.scope.studyId!);
      return sendBulk(context, await filesOf(context, series));
    },
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/bulkdata",
    access: { on: "series", act: "read" },
    summary: "All bulk data of a series (WADO-RS)",
    handle: async (context) => sendBulk(context, await filesOf(context, [context.scope.seriesId!])),
  },
  {
    method: "GET",
    url: `${INSTANCE}/bulkdata`,
    access: { on: "series", act: "read" },
    summary: "All bulk data of an object (WADO-RS)",
    handle: async (context) => sendBulk(context, [await freshInstanceFile(context)]),
  },
  {
    method: "GET",
    url: `${INSTANCE}/bulkdata/*`,
    access: { on: "series", act: "read" },
    summary: "Bytes that metadata names by a BulkDataURI (WADO-RS)",
    handle: bulkdata,
  },
];
