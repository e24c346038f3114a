import { Readable } from "node:stream";
import { WillisError } from "../../core/errors.ts";
import { TS } from "../../dicom/transfer-syntax.ts";
import { type InstanceFile, seriesInstances, seriesOfStudy } from "../db/archive/instances.ts";
import type { Context, Route } from "../http/route.ts";
import { objectOut } from "../retrieve/object-out.ts";
import { asBuffer, unchanging } from "./caching.ts";
import { instanceFile } from "./instance-files.ts";
import { accepted, type MediaType, notAcceptable } from "./media-type.ts";
import { multipart, type OutgoingPart } from "./multipart.ts";

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

/** One object as a part: as stored when that is wanted, else converted. Errors: those of `objectOut`. */
async function part(context: Context, file: InstanceFile, wanted: string): Promise<OutgoingPart> {
  const { transferSyntax, body } = await objectOut(context.services, file, wanted, context.signal);
  const location = `/dicom-web/studies/${file.studyUid}/series/${file.seriesUid}/instances/${file.sopUid}`;
  return { contentType: `${DICOM}; transfer-syntax=${transferSyntax}`, location, body };
}

async function oneObject(context: Context): Promise<unknown> {
  const file = await instanceFile(context);
  const offer = offerOf(context);
  if (unchanging(context, `"${file.blobKey.slice(0, 24)}-${offer.parts ? "p" : "d"}-${offer.transferSyntax}"`))
    return undefined;
  const { contentType, body } = await part(context, file, offer.transferSyntax);
  if (!offer.parts) {
    if (!(body instanceof Uint8Array)) context.reply.header("content-length", file.size);
    return context.reply.type(contentType).send(body instanceof Uint8Array ? asBuffer(body) : body);
  }
  const whole = multipart(DICOM, [{ contentType, body }]);
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
  async function* parts(): AsyncGenerator<OutgoingPart> {
    for (const id of seriesIds) {
      for (const file of await seriesInstances(services.pool, id)) {
        if (signal.aborted) return;
        yield await part(context, file, offer.transferSyntax).catch((error: unknown) => {
          if (error instanceof WillisError && error.code !== "unavailable") return part(context, file, "*");
          throw error;
        });
      }
    }
  }
  const { contentType, body } = multipart(DICOM, parts());
  return reply
    .type(contentType)
    .header("vary", "accept")
    .send(Readable.from(body, { objectMode: false }));
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
