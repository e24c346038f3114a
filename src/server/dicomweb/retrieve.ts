import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { ENCODABLE, TS } from "../../dicom/transfer-syntax.ts";
import { type InstanceFile, seriesOfStudy } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { type Piece, sendPieces } from "../http/send-pieces.ts";
import { varyBy } from "../http/vary.ts";
import { leavesInPieces, type ObjectOut, objectOut } from "../retrieve/object-out.ts";
import { filesOf, sendBulk } from "./bulkdata.ts";
import { revalidated } from "./caching.ts";
import { freshInstanceFile } from "./instance-files.ts";
import { accepted, notAcceptable } from "./media-type.ts";
import { multipart, multipartPieces, type OutgoingPart } from "./multipart.ts";
import { sendRanged } from "./ranged.ts";

const DICOM = "application/dicom";

/** How the client takes whole objects, or that it takes their bulk data instead. */
type Offer =
  | {
      readonly kind: "dicom";
      readonly parts: boolean;
      /** "*": as stored; else the one transfer syntax that is wanted. */
      readonly transferSyntax: string;
    }
  | { readonly kind: "bulk" };

/**
 * PS3.18 8.7.3.5.2: objects come in Explicit VR Little Endian unless another transfer syntax, or any (`*`), is accepted; of
 * several accepted ones the first that can be had counts. A client that accepts just everything gets them as stored; one
 * that accepts parts of other types gets their bulk data (10.4.1). Errors: `not-acceptable`.
 */
function offerOf({ request }: Context, canBeHad: (transferSyntax: string) => boolean): Offer {
  const { accept } = request.query as { accept?: string };
  const asked = accepted(request.headers.accept, accept);
  let refused: string | undefined;
  for (const { type, params } of asked) {
    const parts = type === "multipart/related" || type === "multipart/*" || type === "*/*";
    const inner = parts ? (params.type ?? (type === "*/*" ? "*/*" : DICOM)).toLowerCase() : type;
    if (![DICOM, "application/*", "*/*"].includes(inner)) {
      if (parts) return { kind: "bulk" };
      continue;
    }
    const transferSyntax = params["transfer-syntax"] ?? (inner === "*/*" ? "*" : TS.ExplicitLittle);
    if (transferSyntax === "*" || canBeHad(transferSyntax)) return { kind: "dicom", parts, transferSyntax };
    refused ??= transferSyntax;
  }
  if (refused === undefined) throw notAcceptable(asked, [DICOM, `multipart/related; type="${DICOM}"`]);
  throw new WillisError(
    "not-acceptable",
    `Transfer syntax ${refused.slice(0, 70)} cannot be had: accept ${TS.ExplicitLittle}, or "*" for as stored.`,
  );
}

function headOf(file: InstanceFile, { transferSyntax }: ObjectOut): Omit<OutgoingPart, "body"> {
  const location = `/dicom-web/studies/${file.studyUid}/series/${file.seriesUid}/instances/${file.sopUid}`;
  return { contentType: `${DICOM}; transfer-syntax=${transferSyntax}`, location };
}

/** The bytes of an object without making a stream of them; null when they come as one. */
function piecesOf(out: ObjectOut): readonly Piece[] | null {
  return out.pieces ?? (out.body instanceof Uint8Array ? [out.body] : null);
}

async function oneObject(context: Context): Promise<unknown> {
  const file = await freshInstanceFile(context);
  const offer = offerOf(context, (wanted) => wanted === file.transferSyntax || ENCODABLE.includes(wanted));
  if (offer.kind === "bulk") return sendBulk(context, [file]);
  const form = `${file.revision}-${offer.parts ? "p" : "d"}-${offer.transferSyntax}`;
  const etag = `"${file.blobKey.slice(0, 24)}-${form}"`;
  if (revalidated(context, etag)) return undefined;
  const out = await objectOut(context.services, file, offer.transferSyntax, context.signal);
  const head = headOf(file, out);
  const pieces = piecesOf(out);
  if (pieces && !offer.parts) return sendRanged(context, head.contentType, pieces, etag);
  if (pieces) {
    const whole = multipartPieces(DICOM, [{ contentType: head.contentType, pieces }]);
    return sendPieces(context, whole.contentType, whole.pieces);
  }
  const { body } = out;
  if (!offer.parts) return context.reply.type(head.contentType).header("content-length", out.size).send(body);
  const whole = multipart(DICOM, [{ contentType: head.contentType, body: body as Readable }]);
  return context.reply.type(whole.contentType).send(Readable.from(whole.body, { objectMode: false }));
}

const MOST_HEADS = 1000;

/** How many heads must be written anew before the length of the whole is known. */
function correctedIn(files: readonly InstanceFile[]): number {
  return files.filter((file) => file.overlay !== null).length;
}

/**
 * Many objects: one after the other, as the client takes them. One that has no decoder comes as stored and its part says
 * so: a whole study is not refused for it.
 */
async function manyObjects(context: Context, seriesIds: readonly number[]): Promise<unknown> {
  const { services, signal, reply } = context;
  const files = await filesOf(context, seriesIds);
  const offer = offerOf(context, (wanted) => {
    return ENCODABLE.includes(wanted) || (files.length > 0 && files.every((file) => file.transferSyntax === wanted));
  });
  if (offer.kind === "bulk") return sendBulk(context, files);
  if (!offer.parts)
    throw new WillisError("not-acceptable", 'Several objects come as multipart/related; type="application/dicom".');
  const { transferSyntax } = offer;
  varyBy(reply, "accept");
  if (files.every((file) => leavesInPieces(file, transferSyntax)) && correctedIn(files) <= MOST_HEADS) {
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
