/// <reference path="../../src/server/dicomweb/pngjs.d.ts" />
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { PNG } from "pngjs";
import { dataSet, put } from "../../src/dicom/data-set.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { splitMultipart } from "../../src/server/dicomweb/multipart.ts";
import { type Login, startWillis, type TestWillis } from "../harness.ts";
import { ctStack, stowBody, xaRun } from "./images.ts";

// biome-ignore lint/suspicious/noExplicitAny: JSON of another program's making, looked into attribute by attribute
type Json = Record<string, { vr: string; Value?: any[]; BulkDataURI?: string }>;

const RLE = "1.2.840.10008.1.2.5";
const EXPLICIT = "1.2.840.10008.1.2.1";
const ct = ctStack("Web-CT", 4, 64);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
let willis: TestWillis;

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file]);
  assert.equal(answer.status, 200);
});
after(() => willis.stop());

/** Three frames of 8 x 8, RLE: each row of a frame is one value. */
function rleRun() {
  const studyUid = uidOf("Web-RLE study");
  const seriesUid = uidOf("Web-RLE series");
  const samples = [0, 1, 2].map((f) => Uint8Array.from({ length: 64 }, (_, i) => 10 * f + (i >> 3)));
  const frames = samples.map((frame) => {
    const segment: number[] = [];
    for (let row = 0; row < 8; row++) segment.push(257 - 8, frame[8 * row]!); // eight times the same byte
    const head = new Uint8Array(64 + segment.length);
    const view = new DataView(head.buffer);
    view.setUint32(0, 1, true);
    view.setUint32(4, 64, true);
    head.set(segment, 64);
    return head;
  });
  const header = dataSet({
    ...{
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.7.2",
      SOPInstanceUID: uidOf("Web-RLE object"),
      StudyInstanceUID: studyUid,
    },
    ...{
      SeriesInstanceUID: seriesUid,
      PatientName: "Web-RLE^Test",
      PatientID: "ID-RLE",
      Modality: "US",
      StudyDate: "20250101",
    },
    ...{
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: 8,
      Columns: 8,
      BitsAllocated: 8,
      BitsStored: 8,
    },
    ...{ HighBit: 7, PixelRepresentation: 0, NumberOfFrames: 3, ImageComments: "x".repeat(2000) },
  });
  put(header, 0x7fe00010, "OB", encapsulate(frames));
  put(header, 0x00420011, "OB", new Uint8Array(5000).fill(7));
  return { studyUid, seriesUid, sopUid: uidOf("Web-RLE object"), samples, frames, file: writePart10(header, RLE) };
}

function stow(files: readonly Uint8Array[], path = "/dicom-web/studies", login: Login = "hub"): Promise<Response> {
  const { body, headers } = stowBody(files);
  return willis.as(login, path, { method: "POST", body, headers });
}
const get = (path: string, accept?: string, more: Record<string, string> = {}, login: Login | null = "hub") =>
  willis.as(login, `/dicom-web${path}`, { headers: { ...(accept ? { accept } : {}), ...more } });
const json = async (path: string): Promise<Json[]> => (await get(path)).json() as Promise<Json[]>;
const parts = async (answer: Response): Promise<{ type: string; bytes: Buffer }[]> => {
  const boundary = /boundary=([^;]+)/.exec(answer.headers.get("content-type") ?? "")?.[1] ?? "";
  const whole = new Uint8Array(await answer.arrayBuffer());
  const out: { type: string; bytes: Buffer }[] = [];
  for await (const part of splitMultipart(Readable(whole), boundary)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.body) chunks.push(Uint8Array.from(chunk));
    out.push({ type: part.headers.get("content-type") ?? "", bytes: Buffer.concat(chunks) });
  }
  return out;
};
async function* Readable(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
const sopUidOf = (file: Uint8Array) => String(parsePart10(file).dataSet.get(0x00080018)?.value[0]);
const SERIES = `/studies/${ct.studyUid}/series/${ct.seriesUid}`;
const RUN = `/studies/${rle.studyUid}/series/${rle.seriesUid}/instances/${rle.sopUid}`;

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

test("QIDO-RS: every required study attribute is there, even when it is empty (PS3.18 table 10.6.3-3)", async () => {
  const [study, ...rest] = await json(`/studies?StudyInstanceUID=${ct.studyUid}`);
  assert.equal(rest.length, 0);
  const required =
    "00080020 00080030 00080050 00080056 00080061 00080090 00081190 00100010 00100020 00100030 00100040 0020000D 00200010 00201206 00201208";
  for (const tag of required.split(" ")) assert.ok(study?.[tag]?.vr, `${tag} is missing`);
  assert.deepEqual(study?.["00080061"]?.Value, ["CT"]);
  assert.deepEqual(study?.["00201208"]?.Value, [4]);
  assert.deepEqual(study?.["00100010"]?.Value, [{ Alphabetic: "Web-CT^Test" }]);
});

test("QIDO-RS: series and instances carry theirs (tables 10.6.3-4 and -5)", async () => {
  const [series] = await json(`/studies/${ct.studyUid}/series`);
  for (const tag of "00080060 0008103E 0020000E 00200011 00201209 00081190".split(" ")) assert.ok(series?.[tag], tag);
  const instances = await json(`${SERIES}/instances`);
  assert.equal(instances.length, 4);
  for (const tag of "00080016 00080018 00200013 00280010 00280011 00280100 00083002".split(" "))
    assert.ok(instances[0]?.[tag], tag);
  assert.deepEqual(
    instances.map((i) => i["00200013"]?.Value?.[0]),
    [1, 2, 3, 4],
  );
});

test("QIDO-RS: matching by wildcard, range, list, name and modality", async () => {
  const found = async (query: string) => (await json(`/studies?${query}`)).length;
  assert.equal(await found("PatientName=web-*"), 3);
  assert.equal(await found("PatientName=Web-CT"), 0);
  assert.equal(await found("PatientName=web&fuzzymatching=true"), 3);
  assert.equal(await found("PatientName=test+rle&fuzzymatching=true"), 1);
  assert.equal(await found("PatientName=est&fuzzymatching=true"), 0);
  assert.equal(await found("00100020=ID-???"), 1);
  assert.equal(await found("StudyDate=20260101-20260131"), 2);
  assert.equal(await found("StudyDate=-20251231"), 1);
  assert.equal(await found("ModalitiesInStudy=XA"), 1);
  assert.equal(await found(`StudyInstanceUID=${ct.studyUid},${xa.studyUid}`), 2);
  assert.equal(await found("AccessionNumber=A-Web-CT"), 1);
  assert.equal((await json("/series?Modality=US")).length, 1);
  assert.equal((await json(`/instances?SOPInstanceUID=${rle.sopUid}`)).length, 1);
});

test("QIDO-RS: an answer that was cut says so, and the rest can be had", async () => {
  const first = await get("/studies?limit=2");
  assert.match(first.headers.get("warning") ?? "", /additional results/);
  const both = [...((await first.json()) as Json[]), ...(await json("/studies?limit=2&offset=2"))];
  assert.equal(new Set(both.map((s) => s["0020000D"]?.Value?.[0])).size, 3);
  assert.equal((await get("/studies?limit=3")).headers.get("warning"), null);
  assert.match((await get("/studies?NoSuchKey=1")).headers.get("warning") ?? "", /NoSuchKey/);
  assert.equal((await get("/studies?limit=many")).status, 400);
});

test("QIDO-RS: includefield gives attributes of the header", async () => {
  const [instance] = await json(`/instances?SOPInstanceUID=${rle.sopUid}&includefield=ImageComments`);
  assert.equal(instance?.["00204000"]?.Value?.[0].length, 2000);
});

test("metadata: the header of every object, long bytes by a URI that can be fetched", async () => {
  const [header] = await json(`/studies/${rle.studyUid}/metadata`);
  const uri = header?.["00420011"]?.BulkDataURI ?? "";
  const bulk = await willis.as("hub", uri, { headers: { accept: "application/octet-stream" } });
  assert.deepEqual(Buffer.from(await bulk.arrayBuffer()), Buffer.alloc(5000, 7));
  assert.ok(header?.["7FE00010"]?.BulkDataURI);
  assert.deepEqual(header?.["00083002"]?.Value, [RLE]);
  assert.equal((await json(`${SERIES}/metadata`)).length, 4);
  const one = await json(`${SERIES}/instances/${sopUidOf(ct.files[2]!)}/metadata`);
  assert.deepEqual(
    one.map((i) => i["00200013"]?.Value),
    [[3]],
  );
});

test("metadata: compressed as it lies there, and not sent again to who has it", async () => {
  const answer = await get(`${SERIES}/metadata`, "application/dicom+json", { "accept-encoding": "gzip" });
  assert.equal(answer.headers.get("content-encoding"), "gzip");
  assert.equal(((await answer.json()) as Json[]).length, 4);
  const again = await get(`${SERIES}/metadata`, undefined, { "if-none-match": answer.headers.get("etag") ?? "" });
  assert.equal(again.status, 304);
});

test("metadata: XML in the Native DICOM Model", async () => {
  const answer = await get(`${SERIES}/metadata`, 'multipart/related; type="application/dicom+xml"');
  const xml = await parts(answer);
  assert.equal(xml.length, 4);
  assert.match(
    xml[0]!.bytes.toString(),
    /<DicomAttribute tag="00100010" vr="PN" keyword="PatientName"><PersonName number="1">/,
  );
});

test("metadata of a series grows with the series", async () => {
  const growing = ctStack("Web-Growing", 3, 32);
  const path = `/studies/${growing.studyUid}/series/${growing.seriesUid}/metadata`;
  await stow(growing.files.slice(0, 1));
  assert.equal((await json(path)).length, 1);
  await stow(growing.files.slice(1));
  assert.equal((await json(path)).length, 3);
});

test("frames: native samples come as they are stored", async () => {
  const { pixels } = parsePart10(ct.files[1]!);
  const [frame, ...rest] = await parts(
    await get(
      `${SERIES}/instances/${sopUidOf(ct.files[1]!)}/frames/1`,
      'multipart/related; type="application/octet-stream"',
    ),
  );
  assert.equal(rest.length, 0);
  assert.ok(frame!.bytes.equals(Buffer.from(ct.files[1]!.subarray(pixels!.offset, pixels!.offset + pixels!.length))));
  assert.match(frame!.type, /^application\/octet-stream; transfer-syntax=1\.2\.840\.10008\.1\.2\.1$/);
});

test("frames: compressed ones are decoded by default, and sent as stored to who takes any transfer syntax", async () => {
  const samples = await parts(await get(`${RUN}/frames/2,3`, 'multipart/related; type="application/octet-stream"'));
  assert.deepEqual(
    samples.map((p) => [...p.bytes]),
    [[...rle.samples[1]!], [...rle.samples[2]!]],
  );
  const any = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
  const [stored] = await parts(await get(`${RUN}/frames/2`, any));
  assert.equal(stored!.type, `image/dicom-rle; transfer-syntax=${RLE}`);
  assert.ok(stored!.bytes.equals(Buffer.from(rle.frames[1]!)));
});

test("frames: alone, when that is asked for; kept by the browser for good, for this person", async () => {
  const answer = await get(`${RUN}/frames/1`, "application/octet-stream");
  assert.deepEqual([...new Uint8Array(await answer.arrayBuffer())], [...rle.samples[0]!]);
  assert.match(answer.headers.get("cache-control") ?? "", /private.*immutable/);
  assert.equal(
    (await get(`${RUN}/frames/1`, "application/octet-stream", { "if-none-match": answer.headers.get("etag") ?? "" }))
      .status,
    304,
  );
});

test("frames: what is not there, is no number or cannot be had is told apart", async () => {
  assert.equal((await get(`${RUN}/frames/4`)).status, 404);
  assert.equal((await get(`${RUN}/frames/0`)).status, 400);
  assert.equal((await get(`${RUN}/frames/1`, 'multipart/related; type="image/jp2"')).status, 406);
  assert.equal((await get(`${SERIES}/instances/1.2.3/frames/1`)).status, 404);
});

test("instances: as stored for any transfer syntax, Explicit VR Little Endian by default (PS3.18 8.7.3.5.2)", async () => {
  const stored = await get(RUN, "application/dicom; transfer-syntax=*");
  assert.ok(Buffer.from(await stored.arrayBuffer()).equals(Buffer.from(rle.file)));
  const plain = parsePart10(new Uint8Array(await (await get(RUN, "application/dicom")).arrayBuffer()));
  assert.equal(plain.transferSyntax, EXPLICIT);
  assert.equal(plain.pixels?.length, 3 * 64);
  assert.equal((await get(RUN, "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90")).status, 406);
});

test("studies and series come whole, byte for byte", async () => {
  const any = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  const all = await parts(await get(`/studies/${ct.studyUid}`, any));
  assert.deepEqual(
    all.map((p) => p.bytes.toString("base64").length),
    ct.files.map((f) => Buffer.from(f).toString("base64").length),
  );
  assert.ok(all.every((p, i) => p.bytes.equals(Buffer.from(ct.files[i]!))));
  assert.equal((await parts(await get(SERIES, any))).length, 4);
});

test("rendered and thumbnail: pictures of the right size, windowed as asked", async () => {
  const path = `${SERIES}/instances/${sopUidOf(ct.files[0]!)}`;
  const png = await get(`${path}/rendered?window=0,100,linear&viewport=32,32`, "image/png");
  const picture = PNG.sync.read(Buffer.from(await png.arrayBuffer()));
  assert.deepEqual([picture.width, picture.height], [32, 32]);
  assert.equal(picture.data[0], 0); // air at the corner
  assert.ok(picture.data[4 * (16 * 32 + 16)]! > 200); // the disc, 40 HU of 0 +- 50
  const jpeg = await get(`${path}/rendered`, "image/jpeg");
  assert.equal(jpeg.headers.get("content-type"), "image/jpeg");
  assert.deepEqual([...new Uint8Array(await jpeg.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8]);
  for (const place of [path, SERIES, `/studies/${ct.studyUid}`, `${RUN}/frames/2`])
    assert.equal((await get(`${place}/thumbnail`)).status, 200, place);
  assert.equal((await get(`${path}/rendered?window=1,2,3,4`)).status, 400);
  assert.equal((await get(`${path}/rendered`, "image/gif")).status, 406);
});

test("nothing is answered to the anonymous, and nothing of it is seen by a stranger", async () => {
  for (const path of [
    "/studies",
    "/instances",
    `${SERIES}/metadata`,
    `${RUN}/frames/1`,
    `${RUN}/thumbnail`,
    RUN,
    `/studies/${ct.studyUid}`,
  ]) {
    assert.equal((await get(path, undefined, {}, null)).status, 401, path);
  }
  for (const list of ["/studies", "/series", "/instances"])
    assert.deepEqual(await (await get(list, undefined, {}, "stranger")).json(), []);
  for (const path of [`${SERIES}/metadata`, `${RUN}/frames/1`, `${RUN}/thumbnail`, `${RUN}/bulkdata/00420011`, RUN]) {
    assert.equal((await get(path, undefined, {}, "stranger")).status, 404, path);
  }
});

test("a body in a coding that is not read is refused, and so is a NUL in a query", async () => {
  const headers = { "content-type": "application/dicom", "content-encoding": "gzip" };
  const coded = await willis.as("hub", "/dicom-web/studies", { method: "POST", headers, body: "x" });
  assert.equal(coded.status, 415);
  assert.equal((await willis.as("hub", "/dicom-web/studies?PatientName=%00")).status, 400);
});

test("the header kept of an object is gzip of one JSON object", async () => {
  const { rows } = await willis.services.pool.query("select metadata from instance where sop_uid = $1", [rle.sopUid]);
  assert.equal(JSON.parse(gunzipSync(rows[0].metadata).toString())["00080018"].Value[0], rle.sopUid);
});
