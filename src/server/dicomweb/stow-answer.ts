import { type ErrorCode, WillisError } from "../../core/errors.ts";
import { entryOf, tagHex, tagOf } from "../../dicom/dictionary.ts";
import type { DicomJson, JsonElement } from "../../dicom/json.ts";
import type { Context } from "../http/route.ts";
import type { StoreResult } from "../ingest/store-object.ts";
import { accepted, matches, notAcceptable } from "./media-type.ts";
import { nativeXml } from "./native-xml.ts";
import type { Names } from "./stow-worker.ts";

/** Failure Reasons (PS3.18 table I.2-2, PS3.3 C.14.1.1). */
const FAILURE = {
  processing: 0x0110,
  sopClass: 0x0122,
  refused: 0x0124,
  resources: 0xa700,
  mismatch: 0xa900,
  unreadable: 0xc000,
  transferSyntax: 0xc122,
} as const;

const REASONS: Partial<Record<ErrorCode, number>> = {
  conflict: FAILURE.mismatch,
  forbidden: FAILURE.refused,
  "not-signed-in": FAILURE.refused,
  "too-large": FAILURE.resources,
  "too-many": FAILURE.resources,
  unavailable: FAILURE.resources,
  "no-space": FAILURE.resources,
  "not-dicom": FAILURE.unreadable,
  "too-deep": FAILURE.unreadable,
  "bad-request": FAILURE.unreadable,
  "cannot-decode": FAILURE.unreadable,
  "unsupported-media": FAILURE.transferSyntax,
};

/** Warning Reasons (PS3.18 table I.2-1). A second version is kept and not used: the nearest is "coercion". */
const KEPT_ASIDE = 0xb000;
const ODD_DATA_SET = 0xb007;

/** What became of the objects of a request, in their order. */
export interface Tally {
  readonly referenced: DicomJson[];
  /** Of those that say which object they are. */
  readonly failed: DicomJson[];
  readonly other: DicomJson[];
  readonly studies: Set<string>;
  warned: boolean;
  /** Failures that another try may mend: no room, no database. */
  passing: number;
  /** Those of them that had no room. */
  full: number;
}

export function emptyTally(): Tally {
  return { referenced: [], failed: [], other: [], studies: new Set(), warned: false, passing: 0, full: 0 };
}

export function addResult(tally: Tally, result: StoreResult, names: Names, base: string): void {
  if (result.state === "quarantined") {
    addFailure(tally, result.code, `${result.reason} Kept in quarantine as ${result.id}.`, names);
    return;
  }
  if (result.state === "ignored") {
    failure(tally, FAILURE.sopClass, `Not stored: ${result.reason}.`, names);
    return;
  }
  const { sopClass, sopUid, studyUid, seriesUid, state, warnings } = result;
  const url = `${base}/studies/${studyUid}/series/${seriesUid}/instances/${sopUid}`;
  const entry = attributes({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: sopUid, RetrieveURL: url });
  if (state === "version" || warnings.length > 0) {
    tally.warned = true;
    const reason = state === "version" ? KEPT_ASIDE : ODD_DATA_SET;
    Object.assign(entry, attributes({ WarningReason: reason }), comment(warnings.join(" ")));
  }
  tally.studies.add(studyUid);
  tally.referenced.push(entry);
}

export function addFailure(tally: Tally, code: string, why: string, names: Names): void {
  const reason = REASONS[code as ErrorCode] ?? FAILURE.processing;
  if (reason === FAILURE.resources && code !== "too-large") tally.passing++;
  if (code === "no-space") tally.full++;
  failure(tally, reason, why, names);
}

function failure(tally: Tally, reason: number, why: string, { sopClass, sopUid }: Names): void {
  const said = { ...attributes({ FailureReason: reason }), ...comment(why) };
  if (sopClass === undefined || sopUid === undefined) tally.other.push(said);
  else
    tally.failed.push({
      ...attributes({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: sopUid }),
      ...said,
    });
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

/** How the answer is written. Errors: `not-acceptable`, before anything is stored. */
export function answerType(context: Context): "application/dicom+json" | "application/dicom+xml" {
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

/**
 * 200 all stored, 202 with warnings or some failures, 409 none stored (PS3.18 table 10.5.3-1); 503 when none was, and
 * only because there was no database, 507 when there was no room: the same request can be sent again.
 */
export function sendTally(context: Context, wanted: string, tally: Tally, base: string): unknown {
  const { referenced, failed, other, studies } = tally;
  const failures = failed.length + other.length;
  if (referenced.length + failures === 0) {
    throw new WillisError("bad-request", "The request holds no object: send at least one part with an object.");
  }
  const [study] = studies;
  const body: DicomJson = {
    ...(study !== undefined && studies.size === 1 ? attributes({ RetrieveURL: `${base}/studies/${study}` }) : {}),
    ...(failed.length > 0 ? attributes({ FailedSOPSequence: failed }) : {}),
    ...(referenced.length > 0 ? attributes({ ReferencedSOPSequence: referenced }) : {}),
    ...(other.length > 0 ? attributes({ OtherFailuresSequence: other }) : {}),
  };
  const passing = tally.passing === failures;
  const away = tally.full > 0 ? 507 : 503;
  const code = referenced.length === 0 ? (passing ? away : 409) : failures > 0 || tally.warned ? 202 : 200;
  if (code === away) context.reply.header("retry-after", "5");
  const text = wanted === "application/dicom+xml" ? nativeXml(body) : JSON.stringify(body);
  return context.reply.code(code).type(wanted).serializer(String).send(text);
}
