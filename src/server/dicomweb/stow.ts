import { problem, WillisError } from "../../core/errors.ts";
import type { Context, Route } from "../http/route.ts";
import { withBody } from "../ingest/request-body.ts";
import { type Origin, storeObject } from "../ingest/store-object.ts";
import { contentType, type MediaType } from "./media-type.ts";
import { splitMultipart } from "./multipart.ts";
import { addFailure, addResult, answerType, emptyTally, sendTally, type Tally } from "./stow-answer.ts";
import { builtObjects, metadataRequest, namesOf, takeBody, takePart } from "./stow-metadata.ts";
import type { Names } from "./stow-worker.ts";
import { baseUrl } from "./urls.ts";

const DICOM = "application/dicom";
const METADATA: Readonly<Record<string, "json" | "xml">> = {
  "application/dicom+json": "json",
  "application/dicom+xml": "xml",
};

/** What storing needs of the request, and where it writes down how it went. */
interface Storing {
  readonly context: Context;
  readonly origin: Origin;
  readonly tally: Tally;
  readonly base: string;
}

/** Stores what comes; the answer says of each object what became of it (PS3.18 10.5). */
async function stow(context: Context): Promise<unknown> {
  const { request, person } = context;
  const sent = contentType(request.headers["content-type"]);
  const inside = sent.type === "multipart/related" ? (sent.params.type ?? DICOM).toLowerCase() : sent.type;
  const wanted = answerType(context);
  if (inside !== DICOM && !METADATA[inside]) {
    const what = `${sent.type}${sent.params.type ? ` of ${sent.params.type}` : ""}`;
    const takes = [DICOM, ...Object.keys(METADATA)].join(", ");
    throw new WillisError("unsupported-media", `${what}: send ${takes}, alone or as multipart/related.`);
  }
  const { study } = request.params as { study?: string };
  const origin: Origin = {
    organisationId: person.organisationId,
    via: "stow",
    who: person.id,
    ...(study === undefined ? {} : { studyUid: study }),
  };
  const storing: Storing = { context, origin, tally: emptyTally(), base: baseUrl(request) };
  await withBody(request.raw, (body) => {
    const kind = METADATA[inside];
    return kind ? storeMetadata(storing, sent, kind, body) : storeParts(storing, sent, body);
  });
  return sendTally(context, wanted, storing.tally, storing.base);
}

/** Whole objects, one after the other as they come. */
async function storeParts(storing: Storing, sent: MediaType, body: AsyncIterable<Uint8Array>): Promise<void> {
  if (sent.type !== "multipart/related") return keep(storing, body);
  for await (const part of splitMultipart(body, sent.params.boundary ?? "")) {
    const type = (part.headers.get("content-type") ?? DICOM).split(";")[0]?.trim().toLowerCase();
    if (type === DICOM) await keep(storing, part.body, part.headers.get("content-location"));
    else addFailure(storing.tally, "unsupported-media", `A part of type ${type}: only ${DICOM} is stored here.`, {});
  }
}

/** Metadata and bulk data: all parts first, then the objects that are made of them. */
async function storeMetadata(
  storing: Storing,
  sent: MediaType,
  kind: "json" | "xml",
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const request = metadataRequest(kind);
  if (sent.type !== "multipart/related") await takeBody(request, body);
  else for await (const part of splitMultipart(body, sent.params.boundary ?? "")) await takePart(request, part);
  for (const built of await builtObjects(request)) {
    if ("error" in built) addFailure(storing.tally, built.error.code, built.error.message, built);
    else await keep(storing, [built.bytes], undefined, built);
  }
}

const HEAD = 1 << 16;

/**
 * Stores one object and notes how it went. When storing fails (no room, no database) the object is noted as refused and
 * the next is tried. Rejects only when the request itself broke off.
 */
async function keep(
  { context, origin, tally, base }: Storing,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name?: string,
  names?: Names,
): Promise<void> {
  const head: Uint8Array[] = [];
  let size = 0;
  let broken: { readonly error: unknown } | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        if (size < HEAD) head.push(Uint8Array.from(chunk.subarray(0, HEAD - size)));
        size += chunk.length;
        yield chunk;
      }
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const named = async () => names ?? (await namesOf(Uint8Array.from(Buffer.concat(head)), size));
  try {
    const result = await storeObject(context.services, watched(), name ? { ...origin, name } : origin);
    const failed = result.state === "quarantined" || result.state === "ignored";
    addResult(tally, result, failed ? await named() : {}, base);
  } catch (error) {
    if (broken) throw broken.error;
    const { code, detail } = problem(error);
    if (code === "internal") console.error("an object of a STOW request could not be stored:", error);
    addFailure(tally, code === "internal" ? "unavailable" : code, detail, await named());
  }
}

export const stowRoutes: readonly Route[] = [
  {
    method: "POST",
    url: "/dicom-web/studies",
    access: { on: "person", patientData: true },
    summary: "Store objects (STOW-RS)",
    rawBody: true,
    handle: stow,
  },
  {
    method: "POST",
    url: "/dicom-web/studies/:study",
    access: { on: "person", patientData: true },
    summary: "Store objects of one study (STOW-RS)",
    rawBody: true,
    handle: stow,
  },
];
