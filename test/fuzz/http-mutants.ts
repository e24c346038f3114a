import { uidOf } from "../../src/dicom/uid.ts";
import { ctStack, stowBody } from "../conformance/images.ts";

export interface HttpMutant {
  readonly way: string;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

type Random = () => number;

function one<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}

const VALUES = [
  ..."*?\\%_'\"<>&;\u0000\u001b=^,.-|()[]{}$#@!~`",
  "",
  "*".repeat(3000),
  "a*".repeat(200),
  "%00",
  "1.2.3",
  "20260101-",
  "-20260101",
  "20261399-20260000",
  "00000000",
  "-",
  "1e309",
  "NaN",
  "-1",
  "99999999999999999999",
  "Müller^Jörg=山田",
  "\ud83d\ude00",
  "'; drop table study; --",
  "../../../etc/passwd",
  "\\\\\\\\",
  "x".repeat(7000),
  "CT,MR,XA",
  "all",
];
const KEYS = [
  ...["PatientName", "PatientID", "StudyDate", "StudyTime", "ModalitiesInStudy", "AccessionNumber", "StudyInstanceUID"],
  ...["SeriesInstanceUID", "SOPInstanceUID", "Modality", "NumberOfStudyRelatedInstances", "00100010", "0010,0020"],
  ...["00080020", "7FE00010", "FFFFFFFF", "NoSuchKey", "RequestAttributesSequence.ScheduledProcedureStepID"],
  ...[
    "00400275.00400009",
    "....",
    "includefield",
    "limit",
    "offset",
    "fuzzymatching",
    "emptyvaluematching",
    "after",
    "accept",
  ],
  ...["__proto__", "constructor", "toString", ""],
];
const PLACES = [
  "studies",
  "series",
  "instances",
  "studies/1.2/series",
  "studies/../series",
  "studies/%2e%2e/series/x/instances",
];

export function query(random: Random): HttpMutant {
  const pairs = Array.from({ length: 1 + Math.floor(random() * one(random, [1, 4, 60])) }, () => {
    const value = one(random, VALUES);
    return `${encodeURIComponent(one(random, KEYS))}=${random() < 0.1 ? "%zz%" : safe(value)}`;
  });
  const path = `/dicom-web/${one(random, PLACES)}?${pairs.join("&").slice(0, 14_000)}`;
  const accept = one(random, [
    "application/dicom+json",
    "*/*",
    "application/dicom+xml",
    "text/html",
    ",,;q=",
    "a/b;q=9",
  ]);
  return { way: "query", method: "GET", path, headers: { accept }, body: null };
}

function safe(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    return "%ff";
  }
}

function boundary(parts: readonly { head: string; body: Uint8Array }[], name = "b"): Buffer {
  const bytes = parts.flatMap(({ head, body }) => [Buffer.from(`\r\n--${name}\r\n${head}\r\n\r\n`), Buffer.from(body)]);
  return Buffer.concat([...bytes, Buffer.from(`\r\n--${name}--\r\n`)]);
}

function changed(random: Random, bytes: Uint8Array): Buffer {
  let out = Buffer.from(bytes);
  for (let n = 1 + Math.floor(random() * 6); n > 0; n--) {
    const at = Math.floor(random() * out.length);
    const run = out.subarray(at, at + Math.floor(random() * 60));
    const way = Math.floor(random() * 5);
    if (way === 0) out[at] = Math.floor(random() * 256);
    else if (way === 1) out = out.subarray(0, Math.max(1, at));
    else if (way === 2) out = Buffer.concat([out.subarray(0, at), run, out.subarray(at)]);
    else if (way === 3) out = Buffer.concat([out.subarray(0, at), out.subarray(at + run.length)]);
    else out = Buffer.concat([out.subarray(0, at), Buffer.from(one(random, VALUES)), out.subarray(at)]);
  }
  return out;
}

function metadata(random: Random): Record<string, unknown> {
  const name = `json-${Math.floor(random() * 1e6)}`;
  const element = (vr: string, ...Value: unknown[]) => ({ vr, Value });
  return {
    "00080016": element("UI", "1.2.840.10008.5.1.4.1.1.7"),
    "00080018": element("UI", uidOf(`${name} object`)),
    "0020000D": element("UI", uidOf(`${name} study`)),
    "0020000E": element("UI", uidOf(`${name} series`)),
    "00100010": element("PN", { Alphabetic: "Fuzz^Json" }),
    "00100020": element("LO", name),
    "00080060": element("CS", "OT"),
    "00280010": element("US", 4),
    "00280011": element("US", 4),
    "00280002": element("US", 1),
    "00280004": element("CS", "MONOCHROME2"),
    "00280100": element("US", 8),
    "00280101": element("US", 8),
    "00280102": element("US", 7),
    "00280103": element("US", 0),
    "7FE00010": { vr: "OB", BulkDataURI: "pixels" },
  };
}

/** JSON whose arrays, or sequences, lie in one another `depth` times. */
function deep(depth: number, sequence: boolean): string {
  if (!sequence) return "[".repeat(depth) + "]".repeat(depth);
  return `[${'{"00081115":{"vr":"SQ","Value":['.repeat(depth)}${"]}}".repeat(depth)}]`;
}

function odd(random: Random, object: Record<string, unknown>): Record<string, unknown> {
  const out = { ...object };
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const key = one(random, [...Object.keys(object), "00091010", "xyz", "__proto__", "00080005", "00020010"]);
    out[key] = one(random, [
      ...[
        null,
        1,
        "text",
        [],
        {},
        { vr: "ZZ", Value: [1] },
        { vr: "SQ", Value: ["no item"] },
        { vr: "US", Value: [1e99, -1, "x", null] },
      ],
      ...[
        { vr: "PN", Value: [7, null, { Alphabetic: 3 }] },
        { vr: "OB", InlineBinary: "!!!!" },
        { vr: "OB", InlineBinary: "A".repeat(99_999) },
      ],
      ...[
        { vr: "OB", BulkDataURI: "http://127.0.0.1:1/x" },
        { vr: "OB", BulkDataURI: "file:///etc/passwd" },
        { vr: "UI", Value: ["x".repeat(5000)] },
      ],
      ...[
        { vr: "DS", Value: Array.from({ length: 20_000 }, () => 1.5) },
        { vr: "LO", Value: ["a\u0000b", "\ud800"] },
        { vr: "SQ", Value: [{}, null] },
      ],
    ]);
  }
  return out;
}

function withBulk(type: string, body: Uint8Array): HttpMutant["body"] {
  return boundary([
    { head: `Content-Type: ${type}`, body },
    { head: "Content-Type: application/octet-stream\r\nContent-Location: pixels", body: new Uint8Array(16) },
  ]);
}

function post(way: string, type: string, body: Uint8Array | null, name = "b"): HttpMutant {
  const headers = {
    "content-type": `multipart/related; type="${type}"; boundary=${name}`,
    accept: "application/dicom+json",
  };
  return { way, method: "POST", path: "/dicom-web/studies", headers, body };
}

export function jsonBody(random: Random): HttpMutant {
  const type = "application/dicom+json";
  const whole = JSON.stringify([metadata(random)]);
  return one<() => HttpMutant>(random, [
    () => post("bytes changed", type, withBulk(type, changed(random, Buffer.from(whole)))),
    () => post("odd values", type, withBulk(type, Buffer.from(JSON.stringify([odd(random, metadata(random))])))),
    () =>
      post(
        "not a list",
        type,
        withBulk(type, Buffer.from(one(random, ["{}", "null", "[]", "[null]", "[[]]", "1", '"x"', ""]))),
      ),
    () => post("deep", type, withBulk(type, Buffer.from(deep(one(random, [70, 5000, 100_000]), random() < 0.5)))),
    () =>
      post(
        "many",
        type,
        withBulk(type, Buffer.from(`[${Array.from({ length: 20 }, () => JSON.stringify(metadata(random))).join()}]`)),
      ),
    () => post("whole body changed", type, changed(random, withBulk(type, Buffer.from(whole))!)),
    () => post("nothing wrong", type, withBulk(type, Buffer.from(whole))),
  ])();
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>';

function xmlOf(object: Record<string, unknown>): string {
  const attributes = Object.entries(object).map(([tag, element]) => {
    const { vr, Value = [] } = element as { vr: string; Value?: unknown[] };
    if (tag === "7FE00010") return `<DicomAttribute tag="${tag}" vr="OB"><BulkData uri="pixels"/></DicomAttribute>`;
    const values = Value.map((value, i) =>
      vr === "PN"
        ? `<PersonName number="${i + 1}"><Alphabetic><FamilyName>Fuzz</FamilyName></Alphabetic></PersonName>`
        : `<Value number="${i + 1}">${value}</Value>`,
    );
    return `<DicomAttribute tag="${tag}" vr="${vr}">${values.join("")}</DicomAttribute>`;
  });
  return `${XML}<NativeDicomModel>${attributes.join("")}</NativeDicomModel>`;
}

/** An entity that stands for ten of the one before: a billion of the first. */
function bomb(): string {
  const entities = Array.from(
    { length: 10 },
    (_, k) => `<!ENTITY e${k} "${k === 0 ? "ha" : `&e${k - 1};`.repeat(10)}">`,
  );
  return `${XML}<!DOCTYPE x [${entities.join("")}]><NativeDicomModel>&e9;</NativeDicomModel>`;
}

export function xmlBody(random: Random): HttpMutant {
  const type = "application/dicom+xml";
  const whole = xmlOf(metadata(random));
  const outside = `${XML}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><NativeDicomModel>&f;</NativeDicomModel>`;
  const nested = (n: number) =>
    `${XML}<NativeDicomModel>${'<DicomAttribute tag="00081115" vr="SQ"><Item number="1">'.repeat(n)}${"</Item></DicomAttribute>".repeat(n)}</NativeDicomModel>`;
  const text = one<() => [string, Uint8Array]>(random, [
    () => ["bytes changed", changed(random, Buffer.from(whole))],
    () => ["an entity that grows", Buffer.from(bomb())],
    () => ["an entity from outside", Buffer.from(outside)],
    () => ["deep", Buffer.from(nested(one(random, [70, 5000, 100_000])))],
    () => ["elements that never end", Buffer.from(`${XML}${"<a>".repeat(50_000)}`)],
    () => ["attributes without end", Buffer.from(`${XML}<NativeDicomModel ${'a="b" '.repeat(50_000)}/>`)],
    () => [
      "not XML",
      Buffer.from(one(random, ["", "<", "<!--", "<![CDATA[", "{}", "\u0000", `${XML}<NativeDicomModel>&#x110000;`])),
    ],
    () => ["nothing wrong", Buffer.from(whole)],
  ])();
  return post(text[0], type, withBulk(type, text[1]));
}

export function multipartBody(random: Random): HttpMutant {
  const { body } = stowBody(ctStack("http-fuzz-part", 2, 16).files);
  const type = "application/dicom";
  const name = "conformance-boundary";
  return one<() => HttpMutant>(random, [
    () => post("bytes changed", type, changed(random, body), name),
    () =>
      post("another boundary", type, body, one(random, ["x", "conformance", "conformance-boundary-", "a".repeat(190)])),
    () => post("cut off", type, body.subarray(0, Math.floor(random() * body.length)), name),
    () =>
      post(
        "a head that never ends",
        type,
        Buffer.concat([Buffer.from(`--${name}\r\nX: ${"y".repeat(200_000)}`)]),
        name,
      ),
    () =>
      post(
        "many empty parts",
        type,
        Buffer.from(`--${name}\r\n\r\n\r\n`.repeat(one(random, [10, 50])) + `--${name}--`),
        name,
      ),
    () => post("only boundaries", type, Buffer.from(`--${name}`.repeat(20_000)), name),
    () =>
      post(
        "other types in it",
        type,
        boundary(
          [{ head: `Content-Type: ${one(random, ["text/html", "", ";;;", "a/b; c"])}`, body: Buffer.from("x") }],
          name,
        ),
        name,
      ),
    () => ({
      ...post(
        "another type",
        one(random, ["text/plain", "application/dicom+json", "", "multipart/related"]),
        body,
        name,
      ),
    }),
    () => ({
      ...post("no multipart", type, body, name),
      headers: { "content-type": one(random, ["application/dicom", "multipart/related", "text/plain", "x"]) },
    }),
    () => ({
      ...post("a study that it is not of", type, body, name),
      path: `/dicom-web/studies/${one(random, ["1.2.3", "x", "%00", "1".repeat(500)])}`,
    }),
    () => ({
      ...post("accept", type, body, name),
      headers: {
        ...post("", type, body, name).headers,
        accept: one(random, ["text/html", "", "application/dicom+xml", ";;"]),
      },
    }),
  ])();
}
