import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { tagHex } from "../../src/dicom/dictionary.ts";
import { encodeJpeg } from "../../src/dicom/encode-jpeg.ts";
import { frameBytes } from "../../src/dicom/frames.ts";
import type { DicomJson } from "../../src/dicom/json.ts";
import { type Part10, parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { nativeXml } from "../../src/server/dicomweb/native-xml.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, type Json, RLE, rleRun, sopUidOf } from "./dicomweb-asking.ts";
import { ctStack, stowBody, xaRun } from "./images.ts";

const ct = ctStack("Web-CT", 4, 64);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
let willis: TestWillis;
const { json, stow } = asking(() => willis);

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file]);
  assert.equal(answer.status, 200);
});
after(() => willis.stop());

test("STOW-RS: what was stored is referenced; a second time the answer is the same", async () => {
  const answer = await stow(ct.files);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/dicom+json");
  const body = (await answer.json()) as Json;
  assert.equal(body["00081199"]?.Value?.length, 4);
  assert.ok(body["00081190"]?.Value?.[0].endsWith(`/dicom-web/studies/${ct.studyUid}`));
  assert.equal(body["00081198"], undefined);
});

test("STOW-RS: one bad part among good ones is 202, none good is 409, and each failure has its reason", async () => {
  const mixed = await stow([ct.files[0]!, Buffer.from("junk")]);
  assert.equal(mixed.status, 202);
  const body = (await mixed.json()) as Json;
  assert.equal(body["00081199"]?.Value?.length, 1);
  assert.equal(body["0008119A"]?.Value?.[0]["00081197"].Value[0], 0xc000);
  assert.equal((await stow([Buffer.from("junk")])).status, 409);
});

test("STOW-RS: an object of another study than the one addressed is refused", async () => {
  const other = ctStack("Web-Other", 1, 32);
  const answer = await stow(other.files, `/dicom-web/studies/${ct.studyUid}`);
  assert.equal(answer.status, 409);
  assert.deepEqual(await json(`/studies?StudyInstanceUID=${other.studyUid}`), []);
});

test("STOW-RS: bodies that are no DICOM, and broken multipart, are told apart from bad objects", async () => {
  const post = (body: string, type: string) =>
    willis.as("hub", "/dicom-web/studies", { method: "POST", body, headers: { "content-type": type } });
  assert.equal((await post("{}", "application/json")).status, 415);
  assert.equal((await post("--x\r\n\r\nhalf", 'multipart/related; type="application/dicom"; boundary=x')).status, 400);
  assert.equal((await post("--x--", 'multipart/related; type="application/dicom"; boundary=x')).status, 400);
});

test("a body in a coding that is not read is refused, and so is a NUL in a query", async () => {
  const headers = { "content-type": "application/dicom", "content-encoding": "gzip" };
  const coded = await willis.as("hub", "/dicom-web/studies", { method: "POST", headers, body: "x" });
  assert.equal(coded.status, 415);
  assert.equal((await willis.as("hub", "/dicom-web/studies?PatientName=%00")).status, 400);
});

interface Piece {
  readonly type: string;
  readonly location?: string;
  readonly body: string | Uint8Array;
}

/** A multipart/related request of any parts. */
function post(kind: "dicom" | "dicom+json" | "dicom+xml", pieces: readonly Piece[], study = ""): Promise<Response> {
  const body = Buffer.concat([
    ...pieces.flatMap(({ type, location, body }) => [
      Buffer.from(
        `\r\n--metadata\r\nContent-Type: ${type}\r\n${location ? `Content-Location: ${location}\r\n` : ""}\r\n`,
      ),
      Buffer.from(body),
    ]),
    Buffer.from("\r\n--metadata--\r\n"),
  ]);
  const headers = {
    "content-type": `multipart/related; type="application/${kind}"; boundary=metadata`,
    accept: "application/dicom+json",
  };
  return willis.as("hub", `/dicom-web/studies${study}`, { method: "POST", body, headers });
}

/** Metadata as a client makes it: the header of an image, its pixels named by a URI. */
function metadata(name: string, more: DicomJson = {}): DicomJson {
  const value = (vr: string, ...Value: (string | number)[]) => ({ vr, Value });
  return {
    "00080016": value("UI", "1.2.840.10008.5.1.4.1.1.7"),
    "00080018": value("UI", uidOf(`${name} object`)),
    "00080060": value("CS", "OT"),
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Grün^Zoë", Ideographic: "緑^ゾエ" }] },
    "00100020": value("LO", `ID-${name}`),
    "0020000D": value("UI", uidOf(`${name} study`)),
    "0020000E": value("UI", uidOf(`${name} series`)),
    "00280002": value("US", 1),
    "00280004": value("CS", "MONOCHROME2"),
    "00280010": value("US", 8),
    "00280011": value("US", 8),
    "00280100": value("US", 8),
    "00280101": value("US", 8),
    "00280102": value("US", 7),
    "00280103": value("US", 0),
    "7FE00010": { vr: "OB", BulkDataURI: "pixels" },
    ...more,
  };
}

const SAMPLES = Uint8Array.from({ length: 64 }, (_, i) => 3 * i);

async function storedPart(name: string): Promise<Part10 & { readonly file: Uint8Array }> {
  const path = `/studies/${uidOf(`${name} study`)}/series/${uidOf(`${name} series`)}/instances/${uidOf(`${name} object`)}`;
  const answer = await willis.as("hub", `/dicom-web${path}`, {
    headers: { accept: "application/dicom; transfer-syntax=*" },
  });
  assert.equal(answer.status, 200);
  const file = new Uint8Array(await answer.arrayBuffer());
  return { ...parsePart10(file), file };
}

test("STOW-RS: metadata as JSON with its pixels in a part of their own becomes an object", async () => {
  const json = JSON.stringify([metadata("Meta-JSON", { "00189314": { vr: "FD", BulkDataURI: "long" } })]);
  const answer = await post("dicom+json", [
    { type: "application/dicom+json", body: json },
    { type: "application/octet-stream", location: "pixels", body: SAMPLES },
    { type: "application/octet-stream", location: "long", body: new Uint8Array(Float64Array.of(1.5, -2).buffer) },
  ]);
  assert.equal(answer.status, 200, await answer.clone().text());
  const { dataSet, pixels, transferSyntax, file } = await storedPart("Meta-JSON");
  assert.equal(transferSyntax, "1.2.840.10008.1.2.1");
  assert.deepEqual(file.subarray(pixels!.offset, pixels!.offset + 64), SAMPLES);
  assert.deepEqual(dataSet.get(0x00100010)?.value, ["Grün^Zoë=緑^ゾエ"]);
  assert.deepEqual(dataSet.get(0x00189314)?.value, [1.5, -2]);
});

test("STOW-RS: metadata as XML, one part an object; the bulk data after or before it", async () => {
  const parts = ["Meta-XML-1", "Meta-XML-2"].map((name) => ({
    type: "application/dicom+xml",
    body: nativeXml(metadata(name, { "7FE00010": { vr: "OW", BulkDataURI: `of/${name}` } })),
  }));
  const bulk = (name: string) => ({ type: "application/octet-stream", location: `of/${name}`, body: SAMPLES });
  const answer = await post("dicom+xml", [parts[0]!, bulk("Meta-XML-2"), parts[1]!, bulk("Meta-XML-1")]);
  assert.equal(answer.status, 200, await answer.clone().text());
  const { dataSet, pixels } = await storedPart("Meta-XML-2");
  assert.equal(pixels?.length, 64);
  assert.deepEqual(dataSet.get(0x00100010)?.value, ["Grün^Zoë=緑^ゾエ"]);
});

test("STOW-RS: compressed frames are stored as they came, in their transfer syntax", async () => {
  const three = { "00280008": { vr: "IS", Value: [3] } };
  const json = { type: "application/dicom+json", body: JSON.stringify([metadata("Meta-RLE", three)]) };
  const frames = rle.frames.map((body, i) => ({ type: "image/dicom-rle", location: `pixels/frames/${i + 1}`, body }));
  assert.equal((await post("dicom+json", [json, ...frames])).status, 200);
  const kept = await storedPart("Meta-RLE");
  assert.equal(kept.transferSyntax, "1.2.840.10008.1.2.5");
  assert.deepEqual(frameBytes(kept.file, kept, 1), rle.frames[1]);

  const grey = Uint8Array.from({ length: 64 }, (_, i) => 4 * i);
  const jpeg = encodeJpeg({ width: 8, height: 8, channels: 1, data: grey }, 90);
  const bare = metadata("Meta-JPEG");
  for (const tag of ["00280002", "00280004", "00280010", "00280011", "00280100", "00280101", "00280102", "00280103"])
    delete bare[tag]; // may be left out: they stand in the code stream (table 10.5.2-1)
  const one = await post("dicom+json", [
    { type: "application/dicom+json", body: JSON.stringify([bare]) },
    { type: "image/jpeg", location: "pixels", body: jpeg },
  ]);
  assert.equal(one.status, 200, await one.clone().text());
  const made = await storedPart("Meta-JPEG");
  assert.equal(made.transferSyntax, "1.2.840.10008.1.2.4.50");
  assert.deepEqual([made.dataSet.get(0x00280010)?.value, made.dataSet.get(0x00280101)?.value], [[8], [8]]);
});

test("STOW-RS: metadata that comes back from the server with its bulk data is the same object", async () => {
  const path = `/studies/${rle.studyUid}/series/${rle.seriesUid}`;
  const [header] = (await json(`${path}/metadata`)) as unknown as DicomJson[];
  const fetched = async (uri: string, accept: string) => {
    const answer = await willis.as("hub", uri, { headers: { accept } });
    return new Uint8Array(await answer.arrayBuffer());
  };
  const document = header!["00420011"]!.BulkDataURI!;
  const pixels = header!["7FE00010"]!.BulkDataURI!;
  const again: DicomJson = { ...header!, "00080018": { vr: "UI", Value: [uidOf("RLE again object")] } };
  again["0020000D"] = { vr: "UI", Value: [uidOf("RLE again study")] };
  again["0020000E"] = { vr: "UI", Value: [uidOf("RLE again series")] };
  const frames = rle.frames.map((body, i) => ({
    type: `application/octet-stream; transfer-syntax=${RLE}`,
    location: `${pixels}/frames/${i + 1}`,
    body,
  }));
  const answer = await post("dicom+json", [
    { type: "application/dicom+json", body: JSON.stringify([again]) },
    { type: "application/octet-stream", location: document, body: await fetched(document, "application/octet-stream") },
    ...frames,
  ]);
  assert.equal(answer.status, 200, await answer.clone().text());
  const made = await storedPart("RLE again");
  const before = parsePart10(rle.file);
  assert.equal(made.transferSyntax, before.transferSyntax);
  for (const [tag, element] of before.dataSet)
    if (![0x00080018, 0x0020000d, 0x0020000e].includes(tag))
      assert.deepEqual(made.dataSet.get(tag), element, tagHex(tag));
});

test("STOW-RS: each failure has its reason, and names the object where it can (PS3.18 table I.2-2)", async () => {
  const reasonOf = async (answer: Response) => {
    assert.equal(answer.status, 409);
    const body = (await answer.json()) as Json;
    const [one] = body["00081198"]?.Value ?? body["0008119A"]?.Value ?? [];
    const uid = one["00081155"]?.Value[0] as string | undefined;
    return [one["00081197"].Value[0].toString(16), uid];
  };
  const meta = (name: string, more: DicomJson = {}) => ({
    type: "application/dicom+json",
    body: JSON.stringify([metadata(name, more)]),
  });
  const bytes = (type: string) => ({ type, location: "pixels", body: SAMPLES });
  const uid = (name: string) => uidOf(`${name} object`);
  assert.deepEqual(await reasonOf(await post("dicom+json", [meta("Lost")])), ["c000", uid("Lost")]);
  const wrong = { "00280010": { vr: "US", Value: [70_000] } };
  assert.deepEqual(await reasonOf(await post("dicom+json", [meta("Big", wrong), bytes("application/octet-stream")])), [
    "c000",
    uid("Big"),
  ]);
  assert.deepEqual(await reasonOf(await post("dicom+json", [meta("Odd"), bytes("image/webp")])), ["c122", uid("Odd")]);
  const elsewhere = [meta("Else"), bytes("application/octet-stream")];
  assert.deepEqual(await reasonOf(await post("dicom+json", elsewhere, "/1.2.3")), ["a900", uid("Else")]);
  assert.deepEqual(await reasonOf(await post("dicom", [{ type: "text/plain", body: "x" }])), ["c122", undefined]);
  assert.deepEqual(await reasonOf(await post("dicom", [{ type: "application/dicom", body: "x" }])), [
    "c000",
    undefined,
  ]);
  const other = ctStack("Web-Other-2", 1, 16).files[0]!;
  const [reason, named] = await reasonOf(await stow([other], `/dicom-web/studies/${ct.studyUid}`));
  assert.deepEqual([reason, named], ["a900", sopUidOf(other)]);
});

test("STOW-RS: metadata that cannot be read is 400, too much of it 413, an answer in XML can be had", async () => {
  const bad = async (kind: "dicom+json" | "dicom+xml", body: string) =>
    (await post(kind, [{ type: `application/${kind}`, body }])).status;
  for (const body of ["", "{", "[1]", "null", '"x"', "[[]]"]) assert.equal(await bad("dicom+json", body), 400, body);
  for (const body of [
    "",
    "<a/>",
    "<NativeDicomModel>",
    "<!DOCTYPE x><NativeDicomModel/>",
    "<NativeDicomModel>&x;</NativeDicomModel>",
  ])
    assert.equal(await bad("dicom+xml", body), 400, body);
  assert.equal(await bad("dicom+json", `[${"[".repeat(200_000)}`), 400);
  assert.equal(await bad("dicom+xml", "<NativeDicomModel>".repeat(50_000)), 400);
  assert.equal(await bad("dicom+json", "["), 400);
  const huge = `"${"x".repeat(65 * 2 ** 20)}"`;
  assert.equal(await bad("dicom+json", huge), 413);
  const { body, headers } = stowBody(ct.files.slice(0, 1));
  const xml = await willis.as("hub", "/dicom-web/studies", {
    method: "POST",
    body,
    headers: { ...headers, accept: "application/dicom+xml" },
  });
  assert.equal(xml.status, 200);
  assert.match(await xml.text(), /<DicomAttribute tag="00081199" vr="SQ" keyword="ReferencedSOPSequence">/);
  assert.equal(
    (
      await willis.as("hub", "/dicom-web/studies", {
        method: "POST",
        body,
        headers: { ...headers, accept: "image/png" },
      })
    ).status,
    406,
  );
});

test("STOW-RS: one object alone, as a file or as metadata, without multipart", async () => {
  const send = (type: string, body: string | Uint8Array<ArrayBuffer>) =>
    willis.as("hub", "/dicom-web/studies", { method: "POST", body, headers: { "content-type": type } });
  assert.equal((await send("application/dicom", Uint8Array.from(ct.files[0]!))).status, 200);
  const inline = { "7FE00010": { vr: "OB", InlineBinary: Buffer.from(SAMPLES).toString("base64") } };
  assert.equal((await send("application/dicom+json", JSON.stringify([metadata("Alone", inline)]))).status, 200);
  assert.equal((await storedPart("Alone")).pixels?.length, 64);
  assert.equal((await send("application/dicom+xml", nativeXml(metadata("Alone-XML", inline)))).status, 200);
});

test("STOW-RS: what is kept with a remark is 202 and says why (table I.2-1)", async () => {
  const warningOf = async (answer: Response) => {
    assert.equal(answer.status, 202);
    const [one] = ((await answer.json()) as Json)["00081199"]?.Value ?? [];
    return [one["00081196"].Value[0].toString(16), one["00000902"].Value[0]];
  };
  const other = Uint8Array.from(ct.files[0]!);
  other[other.length - 1] = 1; // another pixel under the same SOP Instance UID
  const [version, kept] = await warningOf(await stow([other]));
  assert.equal(version, "b000");
  assert.match(kept, /kept beside it/);
  const short = Uint8Array.from(ctStack("Web-Odd", 1, 16).files[0]!);
  const { pixels } = parsePart10(short);
  new DataView(short.buffer).setUint32(pixels!.offset - 4, pixels!.length - 2, true); // a pixel too few
  const [odd, why] = await warningOf(await stow([short.subarray(0, short.length - 2)]));
  assert.equal(odd, "b007");
  assert.match(why, /510 bytes/);
});

test("STOW-RS: an object that is known in another study makes no study there, and is referenced where it lies", async () => {
  const studyUid = xa.studyUid.replace(/.$/, (digit) => (digit === "1" ? "2" : "1"));
  const moved = Buffer.from(xa.files[0]!);
  moved.write(studyUid, moved.indexOf(xa.studyUid));
  const answer = await stow([moved]);
  assert.equal(answer.status, 202);
  const [one] = ((await answer.json()) as Json)["00081199"]?.Value ?? [];
  assert.equal(one["00081196"].Value[0], 0xb000);
  assert.match(one["00000902"].Value[0], new RegExp(`known already, in series .* of study ${xa.studyUid}`));
  const url = new URL(one["00081190"].Value[0]);
  assert.equal((await willis.as("hub", `${url.pathname}/metadata`)).status, 200);
  assert.deepEqual(await json(`/studies?StudyInstanceUID=${studyUid}`), []);
});

test("STOW-RS: when nothing can be stored for now, the answer is 503 and the same request works later", async () => {
  const { pool } = willis.services;
  const { files } = ctStack("Web-Later", 2, 16);
  await pool.query("alter table instance rename to instance_away");
  try {
    const answer = await stow(files);
    assert.equal(answer.status, 503);
    assert.ok(answer.headers.get("retry-after"));
    const failed = ((await answer.json()) as Json)["00081198"]?.Value ?? [];
    assert.deepEqual(
      failed.map((one) => [one["00081155"].Value[0], one["00081197"].Value[0]]),
      files.map((file) => [sopUidOf(file), 0xa700]),
    );
  } finally {
    await pool.query("alter table instance_away rename to instance");
  }
  assert.equal((await stow(files)).status, 200);
});
