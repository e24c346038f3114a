import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { TS } from "../../dicom/transfer-syntax.ts";
import { type InstanceFile, seriesInstances, seriesOfStudy } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { type Piece, sendPieces } from "../http/send-pieces.ts";
import { leavesAsStored, type ObjectOut, objectOut } from "../retrieve/object-out.ts";
import { revalidated } from "./caching.ts";
import { freshInstanceFile } from "./instance-files.ts";
import { accepted, type MediaType, notAcceptable } from "./media-type.ts";
import { multipart, multipartPieces, type OutgoingPart } from "./multipart.ts";

const DICOM = "application/dicom";

interface DicomOffer {
  readonly parts: boolean;
  /** "*": as stored; else the one transfer syntax that is wanted. */
  readonly transferSyntax: string;
}

/**
 * PS3.18 8.7.3.5.2: objects come in Explicit VR Little Endian unless another transfer syntax, or any (`*`), is accepted.
 * A client that accepts just everything gets them as stored.
 */
function dicomOffer(asked: readonly MediaType[]): DicomOffer {
  for (const { type, params } of asked) {
    const parts = type === "multipart/related" || type === "multipart/*" || type === "*/*";
    const inner = parts ? (params.type ?? (type === "*/*" ? "*/*" : DICOM)).toLowerCase() : type;
    const otherwise = inner === "*/*" ? "*" : TS.ExplicitLittle;
    if ([DICOM, "application/*", "*/*"].includes(inner))
      return { parts, transferSyntax: params["transfer-syntax"] ?? otherwise };
  }
  throw notAcceptable(asked, [DICOM, `multipart/related; type="${DICOM}"`]);
}

function offerOf(context: Context): DicomOffer {
  const { accept } = context.request.query as { accept?: string };
  return dicomOffer(accepted(context.request.headers.accept, accept));
}

function headOf(file: InstanceFile, { transferSyntax }: ObjectOut): Omit<OutgoingPart, "body"> {
  const location = `/dicom-web/studies/${file.studyUid}/series/${file.seriesUid}/instances/${file.sopUid}`;
  return { contentType: `${DICOM}; transfer-syntax=${transferSyntax}`, location };
}

/** The bytes of an object without making a stream of them; null when they come as one. */
function piecesOf(out: ObjectOut): readonly Piece[] | null {
  if (out.blobKey !== undefined) return [{ key: out.blobKey, offset: 0, length: out.size }];
  return out.body instanceof Uint8Array ? [out.body] : null;
}

async function oneObject(context: Context): Promise<unknown> {
  const file = await freshInstanceFile(context);
  const offer = offerOf(context);
  const form = `${file.revision}-${offer.parts ? "p" : "d"}-${offer.transferSyntax}`;
  if (revalidated(context, `"${file.blobKey.slice(0, 24)}-${form}"`)) return undefined;
  const out = await objectOut(context.services, file, offer.transferSyntax, context.signal);
  const head = headOf(file, out);
  const pieces = piecesOf(out);
  if (pieces && !offer.parts) return sendPieces(context, head.contentType, pieces);
  if (pieces) {
    const whole = multipartPieces(DICOM, [{ contentType: head.contentType, pieces }]);
    return sendPieces(context, whole.contentType, whole.pieces);
  }
  const { body } = out;
  if (!offer.parts) return context.reply.type(head.contentType).header("content-length", out.size).send(body);
  const whole = multipart(DICOM, [{ contentType: head.contentType, body: body as Readable }]);
  return context.reply.type(whole.contentType).send(Readable.from(whole.body, { objectMode: false }));
}

/**
 * Many objects: one after the other, as the client takes them. One that has no decoder comes as stored and its part says
 * so: a whole study is not refused for it.
 */
async function manyObjects(context: Context, seriesIds: readonly number[]): Promise<unknown> {
  const { services, signal, reply } = context;
  const offer = offerOf(context);
  if (!offer.parts)
    throw new WillisError("not-acceptable", 'Several objects come as multipart/related; type="application/dicom".');
  const { transferSyntax } = offer;
  const files: InstanceFile[] = [];
  for (const id of seriesIds) files.push(...(await seriesInstances(services.pool, id)));
  reply.header("vary", "accept");
  if (files.every((file) => leavesAsStored(file, transferSyntax))) {
    const ready = files.map(async (file) => {
      const out = await objectOut(services, file, transferSyntax, signal);
      return { ...headOf(file, out), pieces: piecesOf(out)! };
    });
    const { contentType, pieces } = multipartPieces(DICOM, await Promise.all(ready));
    return sendPieces(context, contentType, pieces);
  }
  const part = async (file: InstanceFile, wanted: string): Promise<OutgoingPart> => {
    const out = await objectOut(services, file, wanted, signal);
    return { ...headOf(file, out), body: out.body };
  };
  async function* parts(): AsyncGenerator<OutgoingPart> {
    for (const file of files) {
      if (signal.aborted) return;
      yield await part(file, transferSyntax).catch((error: unknown) => {
        if (error instanceof WillisError && error.code !== "unavailable") return part(file, "*");
        throw error;
      });
    }
  }
  const { contentType, body } = multipart(DICOM, parts());
  return reply.type(contentType).send(Readable.from(body, { objectMode: false }));
}

export const retrieveRoutes: readonly Route[] = [
  {
    method: "GET",
    url: "/dicom-web/studies/:study",
    access: { on: "study", act: "read" },
    summary: "All objects of a study (WADO-RS)",
    handle: async (context) => manyObjects(context, await seriesOfStudy(context.services.pool, context.scope.studyId!)),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series",
    access: { on: "series", act: "read" },
    summary: "All objects of a series (WADO-RS)",
    handle: (context) => manyObjects(context, [context.scope.seriesId!]),
  },
  {
    method: "GET",
    url: "/dicom-web/studies/:study/series/:series/instances/:instance",
    access: { on: "series", act: "read" },
    summary: "One object (WADO-RS)",
    handle: oneObject,
  },
];
