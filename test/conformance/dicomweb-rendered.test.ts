/// <reference path="../../src/server/dicomweb/pngjs.d.ts" />
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PNG } from "pngjs";
import { dataSet, put } from "../../src/dicom/data-set.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, partsOf, RLE, rleRun, sopUidOf } from "./dicomweb-asking.ts";
import { ctStack, xaRun } from "./images.ts";

const ct = ctStack("Web-CT", 4, 256);
const xa = xaRun("Web-XA", 5, 64);
const rle = rleRun();
const PDF = Buffer.from("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"); // of odd length
const VIDEO = Buffer.from("00000018667479706d703432000000006d70343269736f6d", "hex");
const pdf = other("PDF", "1.2.840.10008.5.1.4.1.1.104.1", {
  MIMETypeOfEncapsulatedDocument: "application/pdf",
  EncapsulatedDocument: Buffer.concat([PDF, Buffer.alloc(1)]),
  EncapsulatedDocumentLength: PDF.length,
});
const report = other("SR", "1.2.840.10008.5.1.4.1.1.88.33", {
  PatientName: "Web-SR^<script>alert(1)</script>",
  ConceptNameCodeSequence: dataSet({ CodeValue: "1", CodeMeaning: "Findings & <b>more</b>" }),
  ContentSequence: [
    dataSet({
      RelationshipType: "CONTAINS",
      ValueType: "TEXT",
      TextValue: '<img src=x onerror="alert(1)">',
      ...concept("Text"),
    }),
    dataSet({
      ...{ RelationshipType: "CONTAINS", ValueType: "NUM", ...concept("Length") },
      MeasuredValueSequence: dataSet({
        NumericValue: "12.5",
        MeasurementUnitsCodeSequence: dataSet({ CodeValue: "mm", CodingSchemeDesignator: "UCUM" }),
      }),
    }),
    dataSet({
      ...{ RelationshipType: "CONTAINS", ValueType: "CONTAINER", ...concept("Group") },
      ContentSequence: dataSet({ ValueType: "CODE", ...concept("Side"), ConceptCodeSequence: code("Left") }),
    }),
  ],
});
const video = videoObject();
let willis: TestWillis;
const { get, stow } = asking(() => willis);

before(async () => {
  willis = await startWillis();
  const answer = await stow([...ct.files, ...xa.files, rle.file, pdf.file, report.file, video.file]);
  assert.equal(answer.status, 200);
});
after(() => willis?.stop());

function code(CodeMeaning: string) {
  return dataSet({ CodeValue: "1", CodingSchemeDesignator: "99TEST", CodeMeaning });
}
function concept(meaning: string) {
  return { ConceptNameCodeSequence: code(meaning) };
}

function other(name: string, sopClass: string, fields: Parameters<typeof dataSet>[0]) {
  const [studyUid, seriesUid] = [uidOf(`Web-${name} study`), uidOf(`Web-${name} series`)];
  const header = dataSet({
    ...{ SOPClassUID: sopClass, SOPInstanceUID: uidOf(`Web-${name}`), StudyInstanceUID: studyUid },
    ...{ SeriesInstanceUID: seriesUid, PatientID: `ID-${name}`, Modality: name === "SR" ? "SR" : "DOC", ...fields },
  });
  const path = `/studies/${studyUid}/series/${seriesUid}/instances/${uidOf(`Web-${name}`)}`;
  return { file: writePart10(header), path, header, studyUid, seriesUid, sopUid: uidOf(`Web-${name}`) };
}

/** A stream of three fragments that are not its forty frames. */
function videoObject() {
  const made = other("Video", "1.2.840.10008.5.1.4.1.1.77.1.4.1", {
    ...{ Rows: 16, Columns: 16, SamplesPerPixel: 3, PhotometricInterpretation: "YBR_PARTIAL_420", BitsAllocated: 8 },
    ...{ BitsStored: 8, HighBit: 7, PixelRepresentation: 0, PlanarConfiguration: 0, NumberOfFrames: 40, FrameTime: 40 },
  });
  const header = made.header;
  put(header, 0x7fe00010, "OB", encapsulate([VIDEO.subarray(0, 8), VIDEO.subarray(8, 16), VIDEO.subarray(16)]));
  return { ...made, file: writePart10(header, "1.2.840.10008.1.2.4.102") };
}

const SERIES = `/studies/${ct.studyUid}/series/${ct.seriesUid}`;
const SLICE = `${SERIES}/instances/${sopUidOf(ct.files[0]!)}`;
const RUN = `/studies/${rle.studyUid}/series/${rle.seriesUid}/instances/${rle.sopUid}`;
const JPEGS = 'multipart/related; type="image/jpeg"';
const pixels = async (answer: Response) => PNG.sync.read(Buffer.from(await answer.arrayBuffer()));

test("rendered and thumbnail: pictures of the right size, windowed as asked", async () => {
  const picture = await pixels(await get(`${SLICE}/rendered?window=0,100,linear&viewport=32,32`, "image/png"));
  assert.deepEqual([picture.width, picture.height], [32, 32]);
  assert.equal(picture.data[0], 0); // air at the corner
  assert.ok(picture.data[4 * (16 * 32 + 16)]! > 200); // the disc, 40 HU of 0 +- 50
  const jpeg = await get(`${SLICE}/rendered`, "image/jpeg");
  assert.equal(jpeg.headers.get("content-type"), "image/jpeg");
  assert.deepEqual([...new Uint8Array(await jpeg.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8]);
  for (const place of [SLICE, SERIES, `/studies/${ct.studyUid}`, `${RUN}/frames/2`])
    assert.equal((await get(`${place}/thumbnail`)).status, 200, place);
  const crop = await pixels(await get(`${SLICE}/rendered?viewport=64,64,112,112,32,32&window=40,10`, "image/png"));
  assert.deepEqual([crop.width, crop.height, crop.data[0]], [64, 64, 142]); // inside the disc alone
  const small = await pixels(await get(`${SLICE}/thumbnail?viewport=40,40`, "image/png"));
  assert.deepEqual([small.width, small.height], [40, 40]);
  const [coarse, fine] = await Promise.all(
    [5, 95].map(
      async (quality) => (await (await get(`${SLICE}/rendered?quality=${quality}`)).arrayBuffer()).byteLength,
    ),
  );
  assert.ok(coarse! < fine!);
});

test("rendered: parameters that make no sense are refused with words, forms that are not made are 406", async () => {
  for (const query of [
    ...["window=1,2,3,4", "window=1", "window=1,0", "window=1,2,cubic", "viewport=0,5", "viewport=1,2,3", "quality=0"],
    ...["quality=best", "annotation=everything", "iccprofile=srgb", "viewport=9999,9999", "viewport=9,9,900,900,9,9"],
  ]) {
    const answer = await get(`${SLICE}/rendered?${query}`);
    assert.equal(answer.status, 400, query);
    assert.ok(((await answer.json()) as { detail: string }).detail.length > 15);
  }
  assert.equal((await get(`${SLICE}/rendered?iccprofile=no`)).status, 200);
  assert.equal((await get(`${SLICE}/rendered`, "image/gif")).status, 406);
  assert.equal((await get(`${RUN}/frames/9/rendered`)).status, 404);
  assert.equal((await get(`${RUN}/frames/1,2/rendered`, "image/jpeg")).status, 406);
});

test("rendered: every frame of frames, objects, series and studies as pictures in parts", async () => {
  const places = async (path: string) => (await partsOf(await get(path, JPEGS))).map((part) => part.location);
  const frames = (base: string, list: readonly number[]) => list.map((n) => `/dicom-web${base}/frames/${n}/rendered`);
  assert.deepEqual(await places(`${RUN}/frames/1,3/rendered`), frames(RUN, [1, 3]));
  const anything = await partsOf(await get(`${RUN}/frames/1,3/rendered`, "*/*"));
  assert.deepEqual(
    anything.map((part) => part.location),
    frames(RUN, [1, 3]),
  );
  assert.deepEqual(await places(`${RUN}/rendered`), frames(RUN, [1, 2, 3]));
  const slices = ct.files.map((file) => `${SERIES}/instances/${sopUidOf(file)}`);
  const expected = slices.flatMap((slice) => frames(slice, [1]));
  assert.deepEqual(await places(`${SERIES}/rendered`), expected);
  const study = await partsOf(await get(`/studies/${ct.studyUid}/rendered?viewport=16,16`, JPEGS));
  assert.deepEqual(
    study.map((part) => [part.location, part.type, part.bytes.readUInt16BE(0)]),
    expected.map((location) => [location, "image/jpeg", 0xffd8]),
  );
  const one = await get(`/studies/${ct.studyUid}/rendered`, "image/png"); // who takes one gets the middle one
  assert.equal((await pixels(one)).width, 256);
  const document = await partsOf(await get(`/studies/${pdf.studyUid}/rendered`, "multipart/related"));
  assert.deepEqual(
    document.map((part) => [part.type, part.bytes.equals(PDF)]),
    [["application/pdf", true]],
  );
});

test("rendered: annotation burns in the patient above and the technique below, and nothing else changes", async () => {
  const ask = async (query: string) => pixels(await get(`${SLICE}/rendered?window=40,400${query}`, "image/png"));
  const [bare, patient, both] = [
    await ask(""),
    await ask("&annotation=patient"),
    await ask("&annotation=patient,technique"),
  ];
  const white = (image: PNG, from: number, to: number) => {
    let count = 0;
    for (let y = from; y < to; y++) for (let x = 0; x < 256; x++) if (image.data[4 * (256 * y + x)] === 255) count++;
    return count;
  };
  assert.equal(white(bare, 0, 256), 0);
  assert.ok(white(patient, 0, 40) > 100);
  assert.equal(white(patient, 40, 256), 0);
  assert.ok(white(both, 200, 256) > 100);
  const middle = 4 * 256 * 128;
  assert.ok(both.data.subarray(middle, middle + 1024).equals(bare.data.subarray(middle, middle + 1024)));
});

test("rendered: a PDF is a PDF, without its padding; ranges of it too", async () => {
  const answer = await get(`${pdf.path}/rendered`);
  assert.equal(answer.headers.get("content-type"), "application/pdf");
  // Browsers open no PDF in a sandbox: their reader runs apart, nothing else is read as a PDF, only pages of ours hold it.
  assert.equal(
    answer.headers.get("content-security-policy"),
    "default-src 'none'; object-src 'self'; frame-ancestors 'self'",
  );
  assert.deepEqual(
    ["x-content-type-options", "x-frame-options"].map((name) => answer.headers.get(name)),
    ["nosniff", "SAMEORIGIN"],
  );
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), PDF);
  const part = await get(`${pdf.path}/rendered`, "application/pdf", { range: "bytes=0-4" });
  assert.deepEqual([part.status, await part.text()], [206, "%PDF-"]);
  assert.equal((await get(`${pdf.path}/rendered`, "image/jpeg")).status, 406);
  assert.equal((await get(`${pdf.path}/thumbnail`)).status, 404);
});

test("rendered: a report is a page in which nothing acts", async () => {
  const answer = await get(`${report.path}/rendered`, "text/html");
  assert.equal(answer.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(answer.headers.get("content-security-policy") ?? "", /sandbox; default-src 'none'/);
  const page = await answer.text();
  assert.ok(!/<script|<img|<b>more|onerror="/.test(page), page);
  assert.match(page, /<h1>Findings &#38; &#60;b&#62;more/);
  assert.match(page, /<b>Length<\/b>: 12.5 mm/);
  assert.match(page, /<b>Group<\/b><ul><li><b>Side<\/b>: Left<\/li><\/ul><\/li><\/ul>/);
  assert.equal(page.match(/<li>/g)?.length, page.match(/<\/li>/g)?.length);
});

test("rendered: a video comes as its stream, whole or in ranges; as bulk data too", async () => {
  const answer = await get(`${video.path}/rendered`, "video/*");
  assert.equal(answer.headers.get("content-type"), "video/mp4");
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), VIDEO);
  const part = await get(`${video.path}/rendered`, "video/mp4", { range: "bytes=6-18" });
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), VIDEO.subarray(6, 19));
  const bulk = await get(`${video.path}/bulkdata/7FE00010`, "video/mp4");
  assert.match(bulk.headers.get("content-type") ?? "", /^video\/mp4; transfer-syntax=1\.2\.840\.10008\.1\.2\.4\.102/);
  assert.deepEqual(Buffer.from(await bulk.arrayBuffer()), VIDEO);
  assert.equal((await get(`${video.path}/frames/1`, 'multipart/related; type="application/octet-stream"')).status, 406);
  assert.equal((await get(`${video.path}/rendered`, "image/jpeg")).status, 406);
});

const uri = (of: { studyUid: string; seriesUid: string }, sopUid: string, more = "") =>
  `/wado?requestType=WADO&studyUID=${of.studyUid}&seriesUID=${of.seriesUid}&objectUID=${sopUid}${more}`;

test("WADO-URI: pictures, files, frames and documents for clients of old (PS3.18 chapter 9)", async () => {
  const slice = sopUidOf(ct.files[0]!);
  const type = async (path: string) => (await get(path)).headers.get("content-type");
  assert.equal(await type(uri(ct, slice)), "image/jpeg");
  assert.equal(await type(uri(rle, rle.sopUid)), "application/dicom"); // several frames
  assert.equal(await type(uri(pdf, pdf.sopUid)), "application/pdf");
  assert.equal(await type(uri(report, report.sopUid)), "text/html; charset=utf-8");
  assert.equal(await type(uri(video, video.sopUid, "&contentType=video/mp4")), "video/mp4");
  const file = await get(uri(ct, slice, "&contentType=application%2Fdicom"));
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), Buffer.from(ct.files[0]!));
  const stored = await get(uri(rle, rle.sopUid, `&contentType=application/dicom&transferSyntax=${RLE}`));
  assert.deepEqual(Buffer.from(await stored.arrayBuffer()), Buffer.from(rle.file));
  const plain = parsePart10(new Uint8Array(await (await get(uri(rle, rle.sopUid))).arrayBuffer()));
  assert.equal(plain.transferSyntax, "1.2.840.10008.1.2.1");
  const picture = "&contentType=image/png&windowCenter=40&windowWidth=10";
  const half = await pixels(await get(uri(ct, slice, `${picture}&region=0.45,0.45,0.55,0.55&rows=40&columns=40`)));
  assert.deepEqual([half.width, half.height, half.data[0]], [40, 40, 142]);
  const frame = await pixels(await get(uri(rle, rle.sopUid, "&contentType=image/png&frameNumber=2")));
  assert.deepEqual([frame.width, frame.height], [8, 8]);
  const named = await get(uri(ct, slice, "&annotation=patient&imageQuality=50"));
  assert.equal(named.status, 200);
});

test("WADO-URI: anonymize=yes gives a file without names, or says why not", async () => {
  const slice = sopUidOf(ct.files[0]!);
  const answer = await get(uri(ct, slice, "&contentType=application/dicom&anonymize=yes"));
  assert.equal(answer.status, 200, await answer.clone().text());
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.ok(!bytes.includes("Web-CT") && !bytes.includes(ct.studyUid));
  assert.equal(parsePart10(bytes).pixels?.length, 256 * 256 * 2);
  assert.equal((await get(uri(ct, slice, "&anonymize=yes"))).status, 406);
  assert.equal((await get(uri(pdf, pdf.sopUid, "&contentType=application/dicom&anonymize=yes"))).status, 406);
});

test("WADO-URI: what is missing or makes no sense is 400, what is not there 404, what is not made 406", async () => {
  const slice = sopUidOf(ct.files[0]!);
  const status = async (path: string, login: "hub" | "stranger" | null = "hub") =>
    (await get(path, undefined, {}, login)).status;
  for (const more of [
    "&windowCenter=1",
    "&rows=0",
    "&region=1,2,3,4",
    "&imageQuality=200",
    "&anonymize=no",
    "&frameNumber=x",
  ])
    assert.equal(await status(uri(ct, slice, more)), 400, more);
  assert.equal(await status(uri(ct, slice, "&contentType=application/dicom&rows=9")), 400);
  assert.equal(await status(uri(ct, slice).replace("WADO", "QIDO")), 400);
  assert.equal(await status(uri(ct, "")), 400);
  assert.equal(await status(uri(ct, slice, `&studyUID=${rle.studyUid}`)), 404); // named twice: none is meant
  assert.equal(await status("/wado?requestType=WADO"), 400);
  assert.equal(await status(uri(ct, "1.2.3")), 404);
  assert.equal(await status(uri(ct, slice, "&frameNumber=2")), 404);
  assert.equal(await status(uri(ct, slice, "&contentType=image/gif")), 406);
  assert.equal(await status(uri(ct, slice, "&presentationUID=1.2&presentationSeriesUID=1.3")), 406);
  assert.equal(await status(uri(ct, slice), null), 401);
  assert.equal(await status(uri(ct, slice), "stranger"), 404);
  const { rows } = await willis.services.pool.query(
    "select outcome from audit where action = 'GET /wado' and object_id = $1 and person_id = $2",
    [ct.seriesUid, willis.people.stranger],
  );
  assert.ok(rows.length === 0 || rows.every((row) => row.outcome === "refused"));
});
