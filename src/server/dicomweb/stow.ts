import { problem, WillisError } from "../../core/errors.ts";
import type { Context, Route } from "../http/route.ts";
import { withBody } from "../ingest/request-body.ts";
import { type Origin, type Received, receiveObject } from "../ingest/store-object.ts";
import { outage } from "../outage.ts";
import { contentType, type MediaType } from "./media-type.ts";
import { splitMultipart } from "./multipart.ts";
import { addFailure, addResult, answerType, emptyTally, sendTally, type Tally } from "./stow-answer.ts";
import { builtObjects, metadataRequest, namesOf, release, takeBody, takePart } from "./stow-metadata.ts";
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

const AT_ONCE = 8;

/** Whole objects as they come: while some are made durable, the next is received. Answers keep the order of the parts. */
async function storeParts(storing: Storing, sent: MediaType, body: AsyncIterable<Uint8Array>): Promise<void> {
  if (sent.type !== "multipart/related") return note((await receive(storing, body)).kept);
  const kept: Promise<() => void>[] = [];
  try {
    for await (const part of splitMultipart(body, sent.params.boundary ?? "")) {
      await kept.at(-AT_ONCE);
      const type = (part.headers.get("content-type") ?? DICOM).split(";")[0]?.trim().toLowerCase();
      if (type === DICOM) {
        const { kept: one } = await receive(storing, part.body, part.headers.get("content-location"));
        one.catch(() => {}); // heard of when its turn comes
        kept.push(one);
      } else {
        const why = `A part of type ${type}: only ${DICOM} is stored here.`;
        kept.push(Promise.resolve(() => addFailure(storing.tally, "unsupported-media", why, {})));
      }
    }
  } finally {
    for (const one of kept) await note(one);
  }
}

async function note(kept: Promise<() => void>): Promise<void> {
  (await kept)();
}

/** Metadata and bulk data: all parts first, then the objects that are made of them. */
async function storeMetadata(
  storing: Storing,
  sent: MediaType,
  kind: "json" | "xml",
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const request = metadataRequest(kind);
  try {
    if (sent.type !== "multipart/related") await takeBody(request, body);
    else for await (const part of splitMultipart(body, sent.params.boundary ?? "")) await takePart(request, part);
    for (const built of await builtObjects(request)) {
      if ("error" in built) addFailure(storing.tally, built.error.code, built.error.message, built);
      else await note((await receive(storing, [built.bytes], undefined, built)).kept);
    }
  } finally {
    release(request);
  }
}

const HEAD = 1 << 13; // bytes: which object it is stands at the beginning

/**
 * Receives one object and begins to keep it; `kept` gives what is to be noted of it. When storing fails (no room, no
 * database) that is a refusal, and the next is tried. Rejects only when the request itself broke off.
 */
async function receive(
  { context, origin, tally, base }: Storing,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name?: string,
  names?: Names,
): Promise<{ readonly kept: Promise<() => void> }> {
  const head: Uint8Array[] = [];
  let size = 0;
  let broken: { readonly error: unknown } | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of bytes) {
        if (size < HEAD) head.push(Buffer.from(chunk.subarray(0, HEAD - size)));
        size += chunk.length;
        yield chunk;
      }
    } catch (error) {
      broken = { error };
      throw error;
    }
  }
  const named = async () => names ?? (await namesOf(new Uint8Array(Buffer.concat(head)), size));
  const refused = async (error: unknown): Promise<() => void> => {
    const { code, detail } = problem(outage(error) ?? error);
    if (code === "internal") console.error("an object of a STOW request could not be stored:", error);
    const given = await named();
    return () => addFailure(tally, code === "internal" ? "unavailable" : code, detail, given);
  };
  const kept = async (received: Received): Promise<() => void> => {
    try {
      const result = await received.keep();
      const failed = result.state === "quarantined" || result.state === "ignored";
      const given = failed ? await named() : {};
      return () => addResult(tally, result, given, base);
    } catch (error) {
      return refused(error);
    }
  };
  try {
    const given = names === undefined; // as it comes from the socket
    const received = await receiveObject(context.services, watched(), name ? { ...origin, name } : origin, { given });
    return { kept: kept(received) };
  } catch (error) {
    if (broken) throw broken.error;
    return { kept: refused(error) };
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
