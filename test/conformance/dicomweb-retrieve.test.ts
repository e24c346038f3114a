import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, EXPLICIT, type Json, partsOf, RLE, rleRun, sopUidOf } from "./dicomweb-asking.ts";
import { ctStack, xaRun } from "./images.ts";

const ct = ctStack("Web-CT", 4, 64);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
let willis: TestWillis;
const { get, json, stow } = asking(() => willis);

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file]);
  assert.equal(answer.status, 200);
});
after(() => willis.stop());

const SERIES = `/studies/${ct.studyUid}/series/${ct.seriesUid}`;
const RUN = `/studies/${rle.studyUid}/series/${rle.seriesUid}/instances/${rle.sopUid}`;

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
  const xml = await partsOf(answer);
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
  const [frame, ...rest] = await partsOf(
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
  const samples = await partsOf(await get(`${RUN}/frames/2,3`, 'multipart/related; type="application/octet-stream"'));
  assert.deepEqual(
    samples.map((p) => [...p.bytes]),
    [[...rle.samples[1]!], [...rle.samples[2]!]],
  );
  const any = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
  const [stored] = await partsOf(await get(`${RUN}/frames/2`, any));
  assert.equal(stored!.type, `image/dicom-rle; transfer-syntax=${RLE}`);
  assert.ok(stored!.bytes.equals(Buffer.from(rle.frames[1]!)));
});

test("frames: alone, when that is asked for; kept by the browser of this person for an hour", async () => {
  const answer = await get(`${RUN}/frames/1`, "application/octet-stream");
  assert.deepEqual([...new Uint8Array(await answer.arrayBuffer())], [...rle.samples[0]!]);
  assert.match(answer.headers.get("cache-control") ?? "", /^private, max-age=3600$/);
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
  const all = await partsOf(await get(`/studies/${ct.studyUid}`, any));
  assert.deepEqual(
    all.map((p) => p.bytes.toString("base64").length),
    ct.files.map((f) => Buffer.from(f).toString("base64").length),
  );
  assert.ok(all.every((p, i) => p.bytes.equals(Buffer.from(ct.files[i]!))));
  assert.equal((await partsOf(await get(SERIES, any))).length, 4);
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
    assert.equal((await get(list, undefined, {}, "stranger")).status, 204, list);
  for (const path of [`${SERIES}/metadata`, `${RUN}/frames/1`, `${RUN}/thumbnail`, `${RUN}/bulkdata/00420011`, RUN]) {
    assert.equal((await get(path, undefined, {}, "stranger")).status, 404, path);
  }
});

test("the header kept of an object is gzip of one JSON object", async () => {
  const { rows } = await willis.services.pool.query("select metadata from instance where sop_uid = $1", [rle.sopUid]);
  assert.equal(JSON.parse(gunzipSync(rows[0].metadata).toString())["00080018"].Value[0], rle.sopUid);
});
