import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { decodePart } from "../../src/dicom/decode.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { dicomwebRoutes } from "../../src/server/dicomweb/index.ts";
import { xmlTokens } from "../../src/server/dicomweb/xml-tokens.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, EXPLICIT, type Json, partsOf, RLE, rleRun, sopUidOf } from "./dicomweb-asking.ts";
import { ctStack, xaRun } from "./images.ts";

const ct = ctStack("Web-CT", 4, 64);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
const deflated = deflatedImage();
let willis: TestWillis;
const { get, json, stow } = asking(() => willis);

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file, deflated.file]);
  assert.equal(answer.status, 200);
});
after(() => willis?.stop());

/** A slice in Deflated Explicit VR Little Endian. */
function deflatedImage() {
  const [slice] = ctStack("Web-Deflated", 1, 32).files;
  const { dataSet, pixels } = parsePart10(slice!);
  const whole = new Map(dataSet).set(0x7fe00010, {
    vr: "OW",
    value: slice!.subarray(pixels!.offset, pixels!.offset + pixels!.length),
  });
  return { file: writePart10(whole, TS.DeflatedLittle), sopUid: sopUidOf(slice!) };
}

const SERIES = `/studies/${ct.studyUid}/series/${ct.seriesUid}`;
const DEFLATED = `/studies/${uidOf("Web-Deflated study")}/series/${uidOf("Web-Deflated series")}/instances/${deflated.sopUid}`;
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
  const json = await get(`${SERIES}/metadata`, undefined, { "if-none-match": answer.headers.get("etag") ?? "" });
  assert.equal(json.status, 200); // who has the XML has not the JSON
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
  assert.match(answer.headers.get("cache-control") ?? "", /^private, max-age=60$/);
  assert.equal(
    (await get(`${RUN}/frames/1`, "application/octet-stream", { "if-none-match": answer.headers.get("etag") ?? "" }))
      .status,
    304,
  );
});

test("frames: what is not there, is no number or cannot be had is told apart", async () => {
  assert.equal((await get(`${RUN}/frames/4`)).status, 404);
  assert.equal((await get(`${RUN}/frames/0`)).status, 400);
  assert.equal((await get(`${RUN}/frames/1`, 'multipart/related; type="image/webp"')).status, 406);
  assert.equal((await get(`${SERIES}/instances/1.2.3/frames/1`)).status, 404);
});

test("instances: as stored for any transfer syntax, Explicit VR Little Endian by default (PS3.18 8.7.3.5.2)", async () => {
  const stored = await get(RUN, "application/dicom; transfer-syntax=*");
  assert.ok(Buffer.from(await stored.arrayBuffer()).equals(Buffer.from(rle.file)));
  const plain = parsePart10(new Uint8Array(await (await get(RUN, "application/dicom")).arrayBuffer()));
  assert.equal(plain.transferSyntax, EXPLICIT);
  assert.equal(plain.pixels?.length, 3 * 64);
  assert.equal((await get(RUN, "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.91")).status, 406);
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

const OCTETS = 'multipart/related; type="application/octet-stream"';

test("bulk data: whole, or the range of it that is asked for (RFC 9110 14)", async () => {
  const path = `${RUN}/bulkdata/00420011`;
  const plain = "application/octet-stream";
  const whole = await get(path, plain);
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  assert.equal(Number(whole.headers.get("content-length")), 5000);
  const part = async (range: string, more: Record<string, string> = {}) => {
    const answer = await get(path, plain, { range, ...more });
    return [answer.status, answer.headers.get("content-range"), (await answer.arrayBuffer()).byteLength] as const;
  };
  assert.deepEqual(await part("bytes=0-99"), [206, "bytes 0-99/5000", 100]);
  assert.deepEqual(await part("bytes=4990-"), [206, "bytes 4990-4999/5000", 10]);
  assert.deepEqual(await part("bytes=-10"), [206, "bytes 4990-4999/5000", 10]);
  assert.deepEqual(await part("bytes=4990-9999"), [206, "bytes 4990-4999/5000", 10]);
  const [status, range] = await part("bytes=5000-");
  assert.deepEqual([status, range], [416, "bytes */5000"]);
  assert.equal((await part("bytes=0-1,5-6"))[0], 200); // several ranges: the whole
  assert.equal((await part("lines=1-2"))[0], 200);
  const etag = whole.headers.get("etag") ?? "";
  assert.equal((await part("bytes=0-9", { "if-range": etag }))[0], 206);
  assert.equal((await part("bytes=0-9", { "if-range": '"other"' }))[0], 200);
  assert.equal((await get(path, "image/png")).status, 406);
  assert.equal((await get(`${RUN}/bulkdata/00420012`, plain)).status, 404);
  assert.equal((await get(`${RUN}/bulkdata/nonsense`, plain)).status, 400);
});

test("bulk data: ranges of native pixels, and of a file as it is stored", async () => {
  const object = `${SERIES}/instances/${sopUidOf(ct.files[1]!)}`;
  const { pixels } = parsePart10(ct.files[1]!);
  const samples = await get(`${object}/bulkdata/7FE00010`, "application/octet-stream", { range: "bytes=100-299" });
  assert.equal(samples.status, 206);
  const expected = ct.files[1]!.subarray(pixels!.offset + 100, pixels!.offset + 300);
  assert.deepEqual(new Uint8Array(await samples.arrayBuffer()), Uint8Array.from(expected));
  const anything = await get(`${object}/bulkdata/7FE00010`, "*/*", { range: "bytes=100-299" }); // as fetch() asks
  assert.equal(anything.status, 206);
  assert.deepEqual(new Uint8Array(await anything.arrayBuffer()), Uint8Array.from(expected));
  const file = await get(object, "application/dicom; transfer-syntax=*", { range: "bytes=128-131" });
  assert.deepEqual([file.status, await file.text()], [206, "DICM"]);
});

test("bulk data of an object, series and study: each element in a part that names its place (10.4.3.3.5)", async () => {
  const uris = async (path: string) => {
    const headers = await json(`${path}/metadata`);
    return headers.flatMap((one) => Object.values(one).flatMap((element) => element.BulkDataURI ?? [])).sort();
  };
  for (const path of [RUN, `/studies/${rle.studyUid}`, `/studies/${rle.studyUid}/series/${rle.seriesUid}`]) {
    const all = await partsOf(await get(`${path}/bulkdata`, OCTETS));
    const frames = all.filter((part) => part.location.includes("7FE00010/frames/"));
    assert.deepEqual(
      frames.map((part) => [...part.bytes]),
      rle.samples.map((one) => [...one]),
    );
    const places = new Set(all.map((part) => part.location.replace(/\/frames\/\d+$/, "")));
    assert.deepEqual([...places].sort(), await uris(path), path);
    assert.equal(all.find((part) => part.location.endsWith("00420011"))?.bytes.length, 5000);
  }
  // the same, when the objects themselves are asked for in such a type (10.4.1)
  assert.equal((await partsOf(await get(`/studies/${rle.studyUid}`, OCTETS))).length, 4);
  const study = await partsOf(await get(`/studies/${ct.studyUid}`, OCTETS));
  assert.equal(study.length, 4);
  assert.match(study[0]!.location, /\/bulkdata\/7FE00010$/);
  const stored = await partsOf(await get(`${RUN}/bulkdata`, 'multipart/related; type="image/dicom-rle"'));
  assert.deepEqual(
    stored.map((part) => part.bytes.equals(Buffer.from(rle.frames[Number(part.location.at(-1)) - 1]!))),
    [true, true, true],
  );
  assert.equal((await get(`${RUN}/bulkdata`, "application/octet-stream")).status, 406);
  assert.equal((await get(`${SERIES}/bulkdata`, 'multipart/related; type="video/mp4"')).status, 406);
});

test("frames and objects are coded anew without loss in the transfer syntax that is accepted", async () => {
  for (const [type, syntax] of [
    ["image/jphc", "1.2.840.10008.1.2.4.201"],
    ["image/jls", "1.2.840.10008.1.2.4.80"],
    ["image/jp2", "1.2.840.10008.1.2.4.90"],
    ["image/jpeg", "1.2.840.10008.1.2.4.70"],
    ["image/dicom-rle", RLE],
  ]) {
    const object = `${SERIES}/instances/${sopUidOf(ct.files[2]!)}`;
    const [frame] = await partsOf(await get(`${object}/frames/1`, `multipart/related; type="${type}"`));
    assert.equal(frame?.type, `${type}; transfer-syntax=${syntax}`);
    const whole = await get(object, `application/dicom; transfer-syntax=${syntax}`);
    assert.equal(whole.status, 200, syntax);
    const file = new Uint8Array(await whole.arrayBuffer());
    const part10 = parsePart10(file);
    assert.equal(part10.transferSyntax, syntax);
    const back = decodePart(file, part10, 0, await nodeCodecs());
    assert.deepEqual(back.samples, decodePart(ct.files[2]!, parsePart10(ct.files[2]!), 0).samples, syntax);
  }
  const multi = await partsOf(
    await get(SERIES, 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.201'),
  );
  assert.ok(multi.every((part) => part.type.endsWith("1.2.840.10008.1.2.4.201")));
});

test("what is accepted: by quality, by the query before the header, the next best when the best cannot be had", async () => {
  const type = async (path: string, accept: string) => (await get(path, accept)).headers.get("content-type") ?? "";
  const frame = `${RUN}/frames/1`;
  assert.match(await type(frame, `image/dicom-rle; q=0.5, application/octet-stream`), /^application\/octet-stream/);
  assert.match(await type(frame, `image/dicom-rle, application/octet-stream; q=0.9`), /^image\/dicom-rle/);
  assert.match(
    await type(frame, `video/mp4, image/webp, application/octet-stream; q=0.1`),
    /^application\/octet-stream/,
  );
  assert.equal((await get(frame, "application/octet-stream; q=0")).status, 406);
  const query = encodeURIComponent('multipart/related; type="image/dicom-rle"');
  assert.match(await type(`${frame}?accept=${query}`, "image/png"), /image\/dicom-rle/);
  const any = "application/dicom; transfer-syntax=1.2.3.4, application/dicom; transfer-syntax=*; q=0.1";
  assert.equal(await type(RUN, any), `application/dicom; transfer-syntax=${RLE}`);
  assert.equal((await get(RUN, "application/dicom; transfer-syntax=1.2.3.4")).status, 406);
  assert.equal((await get(SERIES, "application/dicom")).status, 406); // several objects do not go into one part
});

test("a deflated object is read like any other", async () => {
  const frames = await partsOf(await get(`${DEFLATED}/frames/1`, OCTETS));
  const { pixels, inflated } = parsePart10(deflated.file);
  assert.ok(frames[0]!.bytes.equals(Buffer.from(inflated!.subarray(pixels!.offset, pixels!.offset + pixels!.length))));
  const bulk = await get(`${DEFLATED}/bulkdata/7FE00010`, "application/octet-stream", { range: "bytes=0-9" });
  assert.deepEqual([bulk.status, (await bulk.arrayBuffer()).byteLength], [206, 10]);
  const plain = parsePart10(new Uint8Array(await (await get(DEFLATED, "application/dicom")).arrayBuffer()));
  assert.equal(plain.transferSyntax, EXPLICIT);
});

test("a wrong method is 405 and says which are right; what is not there is 404", async () => {
  for (const [method, path, allow] of [
    ["DELETE", "/dicom-web/studies", /GET.*|POST/],
    ["PUT", `/dicom-web${SERIES}`, /GET, HEAD/],
    ["POST", `/dicom-web${SERIES}/metadata`, /GET, HEAD/],
    ["POST", "/wado", /GET, HEAD/],
  ] as const) {
    const answer = await willis.as("hub", path, { method });
    assert.equal(answer.status, 405, path);
    assert.match(answer.headers.get("allow") ?? "", allow);
  }
  assert.equal((await get("/nothing")).status, 404);
  assert.equal((await get("/studies/1.2.3/metadata")).status, 404);
});

test("capabilities: WADL and JSON name every resource (PS3.18 8.9)", async () => {
  const ask = (method: string, path: string, accept: string) => willis.as("hub", path, { method, headers: { accept } });
  const wadl = await ask("OPTIONS", "/dicom-web", "application/vnd.sun.wadl+xml");
  assert.equal(wadl.headers.get("content-type"), "application/vnd.sun.wadl+xml");
  const xml = await wadl.text();
  const elements = [...xmlTokens(xml)].filter((token) => token.kind === "open");
  const ids = elements.filter(({ name }) => name === "method").map(({ attributes }) => attributes.id);
  for (const id of ["StoreInstances", "SearchForStudies", "SearchForInstances", "RetrieveStudy", "RetrieveFrames"])
    assert.ok(ids.includes(id), id);
  const body = (await (await ask("GET", "/dicom-web/capabilities", "application/json")).json()) as {
    resources: { path: string; methods: { name: string }[] }[];
  };
  const paths = new Set(body.resources.map((one) => one.path));
  for (const route of dicomwebRoutes.filter((one) => /^\/dicom-web\/(studies|series|instances)/.test(one.url)))
    assert.ok(
      paths.has(
        route.url
          .slice("/dicom-web/".length)
          .replace(/:(\w+)/g, "{$1}")
          .replace("*", "{bulkdata}"),
      ),
    );
  assert.equal((await ask("OPTIONS", "/dicom-web", "image/png")).status, 406);
  assert.equal((await willis.as(null, "/dicom-web", { method: "OPTIONS" })).status, 401);
});
