import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { frameBitOffset, frameSpans } from "../../dicom/frames.ts";
import { transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import type { InstanceFile } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { type BlobRange, sendPieces } from "../http/send-pieces.ts";
import { asBuffer, unchanging } from "./caching.ts";
import { instanceFile } from "./instance-files.ts";
import { accepted } from "./media-type.ts";
import { multipart, multipartPieces } from "./multipart.ts";
import { frameAs, frameAsSamples, storedFrame } from "./pixels.ts";
import { type PixelOffer, pixelOffer } from "./transfer-media.ts";

/** "1,3,5" as 0-based frame indices. Errors: `bad-request`, `not-found` beyond the last frame. */
export function frameList(text: string, frames: number): number[] {
  const list = text.split(",").map((one) => one.trim());
  return list.map((one) => {
    if (!/^[1-9]\d{0,8}$/.test(one))
      throw new WillisError("bad-request", `"${one.slice(0, 20)}" is no frame number: they count from 1.`);
    if (Number(one) > frames)
      throw new WillisError("not-found", `There is no frame ${one}: this object has ${frames}.`);
    return Number(one) - 1;
  });
}

/** The form in which the client takes pixels of this object. */
export function offerFor(context: Context, file: InstanceFile): PixelOffer {
  const { accept } = context.request.query as { accept?: string };
  const asked = accepted(context.request.headers.accept, accept);
  return pixelOffer(asked, file.transferSyntax, transferSyntaxOf(file.transferSyntax).bigEndian);
}

/** The form as part of an entity tag. */
export function formOf({ as, parts, transferSyntax }: PixelOffer): string {
  return `${as === "made" ? transferSyntax : as}${parts ? "-p" : ""}`;
}

/** Content-Type of one part, with its transfer syntax said. */
export function pixelContentType(offer: PixelOffer): string {
  return `${offer.mediaType}; transfer-syntax=${offer.transferSyntax}`;
}

export function readFrame(context: Context, file: InstanceFile, offer: PixelOffer, frame: number): Promise<Uint8Array> {
  const { services, signal } = context;
  if (offer.as === "stored") return storedFrame(services.blobs, file, frame, signal);
  if (offer.as === "made") return frameAs(services.blobs, file, frame, offer.transferSyntax, signal);
  return frameAsSamples(services.blobs, file, frame, signal);
}

/**
 * Where the bytes of a frame lie in the blob, when they go out as they are: then they are sent from there without being
 * looked at. Undefined when they must be made.
 */
function lyingReady(file: InstanceFile, offer: PixelOffer, frame: number): BlobRange[] | undefined {
  const { encapsulated, bigEndian } = transferSyntaxOf(file.transferSyntax);
  const asTheyAre = offer.as === "stored" || (offer.as === "samples" && !encapsulated && !bigEndian);
  const table = file.pixels?.frames;
  if (!asTheyAre || !table || file.pixels?.deflatedAt !== null || frameBitOffset(table, frame) !== 0) return undefined;
  return frameSpans(table, frame, file.pixels.offset + file.pixels.length).map((span) => ({
    key: file.blobKey,
    ...span,
  }));
}

async function frames(context: Context): Promise<unknown> {
  const { request, reply, signal } = context;
  const file = await instanceFile(context);
  const list = frameList((request.params as { frames: string }).frames, file.frames);
  const offer = offerFor(context, file);
  const etag = `"${file.blobKey.slice(0, 24)}-${list.join(".").slice(0, 60)}-${list.length}-${formOf(offer)}"`;
  if (unchanging(context, etag)) return undefined;
  if (!offer.parts) {
    if (list.length !== 1)
      throw new WillisError("not-acceptable", "Several frames come as multipart/related: accept that.");
    const ready = lyingReady(file, offer, list[0]!);
    if (ready) return sendPieces(context, pixelContentType(offer), ready);
    return reply.type(pixelContentType(offer)).send(asBuffer(await readFrame(context, file, offer, list[0]!)));
  }
  const at = `/dicom-web/studies/${file.studyUid}/series/${file.seriesUid}/instances/${file.sopUid}/frames/`;
  const head = (frame: number) => ({ contentType: pixelContentType(offer), location: `${at}${frame + 1}` });
  const typeParams = `; transfer-syntax=${offer.transferSyntax}`;
  const ready = list.map((frame) => lyingReady(file, offer, frame));
  if (ready.every((pieces) => pieces !== undefined)) {
    const parts = list.map((frame, i) => ({ ...head(frame), pieces: ready[i]! }));
    const { contentType, pieces } = multipartPieces(offer.mediaType, parts, typeParams);
    return sendPieces(context, contentType, pieces);
  }
  const part = async (frame: number) => ({
    ...head(frame),
    body: await readFrame(context, file, offer, frame),
  });
  if (list.length === 1) {
    const { body, ...made } = await part(list[0]!);
    const { contentType, pieces } = multipartPieces(offer.mediaType, [{ ...made, pieces: [body] }], typeParams);
    return sendPieces(context, contentType, pieces);
  }
  async function* parts() {
    for (const frame of list) {
      if (signal.aborted) return;
      yield await part(frame);
    }
  }
  const { contentType, body } = multipart(offer.mediaType, parts(), typeParams);
  return reply.type(contentType).send(Readable.from(body, { objectMode: false }));
}

export const frameRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/instances/:instance/frames/:frames",
    access: { on: "series", act: "read" },
    summary: "Pixels of one or several frames (WADO-RS)",
    handle: frames,
  },
];
