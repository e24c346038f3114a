import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { tagHex } from "../../dicom/dictionary.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { asBuffer, unchanging } from "./caching.ts";
import { offerFor, pixelContentType, readFrame } from "./frames.ts";
import { instanceFile } from "./instance-files.ts";
import { accepted, matches, notAcceptable } from "./media-type.ts";
import { multipart } from "./multipart.ts";
import { bulkBytes } from "./pixels.ts";

const BYTES = "application/octet-stream";
const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
const DOCUMENT = "00420011";

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
  if (unchanging(context, `"${file.blobKey.slice(0, 24)}-b-${path}${parts ? "-p" : ""}"`)) return undefined;
  const bytes = await bulkBytes(services.blobs, file, path, signal);
  if (!parts) return reply.type(mediaType).send(asBuffer(bytes));
  const { contentType, body } = multipart(mediaType, [{ contentType: mediaType, body: bytes }]);
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

/** Pixel Data as bulk data: every frame, in parts; native pixels also in one piece. */
async function allFrames(context: Context, file: InstanceFile): Promise<unknown> {
  const { reply, services, signal } = context;
  const offer = offerFor(context, file);
  if (unchanging(context, `"${file.blobKey.slice(0, 24)}-b-pixels-${offer.as}${offer.parts ? "-p" : ""}"`))
    return undefined;
  const { offset, length, encapsulated, deflatedAt } = file.pixels!;
  if (!offer.parts && !encapsulated && deflatedAt === null && offer.as === "samples") {
    return reply
      .type(BYTES)
      .header("content-length", length)
      .send(services.blobs.stream(file.blobKey, { offset, length }));
  }
  if (!offer.parts && file.frames > 1)
    throw new WillisError("not-acceptable", "Several frames come as multipart/related: accept that.");
  async function* parts() {
    for (let frame = 0; frame < file.frames && !signal.aborted; frame++) {
      yield { contentType: pixelContentType(offer), body: await readFrame(context, file, offer, frame) };
    }
  }
  if (!offer.parts) return reply.type(pixelContentType(offer)).send(asBuffer(await readFrame(context, file, offer, 0)));
  const { contentType, body } = multipart(offer.mediaType, parts(), `; transfer-syntax=${offer.transferSyntax}`);
  return reply.type(contentType).send(Readable.from(body, { objectMode: false }));
}

export const bulkdataRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/instances/:instance/bulkdata/*",
    access: { on: "series", act: "read" },
    summary: "Bytes that metadata names by a BulkDataURI (WADO-RS)",
    handle: bulkdata,
  },
];
