import { ERRORS, WillisError } from "../../core/errors.ts";
import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import type { DicomJson, JsonElement } from "../../dicom/json.ts";
import type { Context, Route } from "../http/route.ts";
import { withBody } from "../ingest/request-body.ts";
import { type Origin, type StoreResult, storeObject } from "../ingest/store-object.ts";
import { accepted, contentType, matches, notAcceptable } from "./media-type.ts";
import { splitMultipart } from "./multipart.ts";
import { nativeXml } from "./native-xml.ts";
import { baseUrl } from "./urls.ts";

const DICOM = "application/dicom";
const ELEMENTS_COERCED_OR_DISCARDED = 0xb000; // the warnings of PS3.18 table I.2-1 that fit "kept, but look at it"
const SOP_CLASS_NOT_SUPPORTED = 0x0122;
const MISMATCH = 0xa900;

/** What a STOW request has brought so far. */
interface Tally {
  readonly referenced: DicomJson[];
  readonly failed: DicomJson[];
  readonly other: DicomJson[];
  studies: Set<string>;
  warned: boolean;
}

/** Stores what comes, object by object, as it comes; the answer says of each what became of it (PS3.18 10.5). */
async function stow(context: Context): Promise<unknown> {
  const { request, services, person } = context;
  const { type, params } = contentType(request.headers["content-type"]);
  const wanted = answerType(context);
  const { study } = request.params as { study?: string };
  const origin: Origin = {
    organisationId: person.organisationId,
    via: "stow",
    who: person.id,
    ...(study === undefined ? {} : { studyUid: study }),
  };
  const tally: Tally = { referenced: [], failed: [], other: [], studies: new Set(), warned: false };
  const base = baseUrl(request);
  const multipart = type === "multipart/related" && (params.type ?? DICOM).toLowerCase() === DICOM;
  if (type !== DICOM && !multipart) {
    const what = `${type}${params.type ? ` of ${params.type}` : ""}`;
    throw new WillisError("unsupported-media", `${what}: send ${DICOM}, alone or as multipart/related.`);
  }
  await withBody(request.raw, async (body) => {
    if (!multipart) return one(body);
    for await (const part of splitMultipart(body, params.boundary ?? "")) {
      const partType = (part.headers.get("content-type") ?? DICOM).split(";")[0]?.trim().toLowerCase();
      if (partType === DICOM) await one(part.body, part.headers.get("content-location"));
      else tally.other.push(failure(0xa900, `a part of type ${partType}: only ${DICOM} is stored`));
    }
  });
  return send(context, wanted, tally, base);

  async function one(body: AsyncIterable<Uint8Array>, name?: string): Promise<void> {
    add(tally, await storeObject(services, body, name ? { ...origin, name } : origin), base);
  }
}

function add(tally: Tally, result: StoreResult, base: string): void {
  if (result.state === "quarantined") {
    const code = result.code in ERRORS ? ERRORS[result.code as keyof typeof ERRORS].dimse : 0xc000;
    tally.other.push(
      failure(result.code === "conflict" ? MISMATCH : code, `${result.reason} Kept in quarantine as ${result.id}.`),
    );
    return;
  }
  if (result.state === "ignored") {
    tally.other.push(failure(SOP_CLASS_NOT_SUPPORTED, `Not stored: ${result.reason}.`));
    return;
  }
  const { sopClass, sopUid, studyUid, seriesUid, state, warnings } = result;
  const url = `${base}/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`;
  const entry = attributes({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: sopUid, RetrieveURL: url });
  if (state === "version" || warnings.length > 0) {
    tally.warned = true;
    Object.assign(entry, attributes({ WarningReason: ELEMENTS_COERCED_OR_DISCARDED }), comment(warnings.join(" ")));
  }
  tally.studies.add(studyUid);
  tally.referenced.push(entry);
}

function failure(reason: number, why: string): DicomJson {
  return { ...attributes({ FailureReason: reason }), ...comment(why) };
}

function comment(text: string): DicomJson {
  return text ? { "00000902": { vr: "LO", Value: [text.slice(0, 500)] } } : {};
}

function attributes(fields: Readonly<Record<string, string | number | DicomJson[]>>): DicomJson {
  return Object.fromEntries(
    Object.entries(fields).map(([keyword, value]) => {
      const tag = tagOf(keyword);
      return [
        tagHex(tag),
        { vr: entryOf(tag)?.vr ?? "UN", Value: Array.isArray(value) ? value : [value] } as JsonElement,
      ];
    }),
  );
}

function answerType(context: Context): "application/dicom+json" | "application/dicom+xml" {
  const { accept } = context.request.query as { accept?: string };
  const asked = accepted(context.request.headers.accept, accept);
  const offers = ["application/dicom+json", "application/dicom+xml"] as const;
  for (const { type } of asked) {
    if (type === "application/json") return "application/dicom+json";
    const hit = offers.find((offer) => matches(type, offer));
    if (hit) return hit;
  }
  throw notAcceptable(asked, offers);
}

/** 200 all stored, 202 with warnings or some failures, 409 none stored (PS3.18 table 10.5.3-1). */
function send(context: Context, wanted: string, tally: Tally, base: string): unknown {
  const { referenced, failed, other, studies } = tally;
  if (referenced.length + failed.length + other.length === 0) {
    throw new WillisError(
      "bad-request",
      "The request holds no object: send at least one part of type application/dicom.",
    );
  }
  const [study] = studies;
  const body: DicomJson = {
    ...(study !== undefined && studies.size === 1 ? attributes({ RetrieveURL: `${base}/studies/${study}` }) : {}),
    ...(failed.length > 0 ? attributes({ FailedSOPSequence: failed }) : {}),
    ...(referenced.length > 0 ? attributes({ ReferencedSOPSequence: referenced }) : {}),
    ...(other.length > 0 ? attributes({ OtherFailuresSequence: other }) : {}),
  };
  const troubled = failed.length + other.length > 0;
  const code = referenced.length === 0 ? 409 : troubled || tally.warned ? 202 : 200;
  const text = wanted === "application/dicom+xml" ? nativeXml(body) : JSON.stringify(body);
  return context.reply.code(code).type(wanted).serializer(String).send(text);
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
