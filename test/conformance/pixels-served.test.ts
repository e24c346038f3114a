/// <reference path="../../src/server/dicomweb/pngjs.d.ts" />
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PNG } from "pngjs";
import { dataSet, put } from "../../src/dicom/data-set.ts";
import { decodeFrame, decodePart, pixelFormat } from "../../src/dicom/decode.ts";
import { encodeFrame } from "../../src/dicom/encode.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { ENCODABLE, TS, transferSyntaxOf } from "../../src/dicom/transfer-syntax.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { asking, partsOf, sopUidOf } from "./dicomweb-asking.ts";
import { xaRun } from "./images.ts";

const codecs = await nodeCodecs();
const run = xaRun("Served-XA", 4, 64);
const header = parsePart10(run.files[0]!);
const { studyUid, seriesUid } = run;

/** An object of the same series with other pixels. */
function made(sop: string, fields: Parameters<typeof dataSet>[0], transferSyntax: string): Uint8Array {
  const ds = new Map([...header.dataSet, ...dataSet({ SOPInstanceUID: sop, ...fields })]);
  return writePart10(ds, transferSyntax);
}

const COLOUR = { SamplesPerPixel: 3, BitsAllocated: 8, BitsStored: 8, HighBit: 7, PlanarConfiguration: 0 };
const ybr = { ...COLOUR, Rows: 8, Columns: 8, NumberOfFrames: 1, PhotometricInterpretation: "YBR_FULL" };
const ybrFormat = pixelFormat(dataSet(ybr));
const ybrBytes = new Uint8Array(192).map((_, i) => (i * 5) & 255);
const ybrStream = encodeFrame(
  decodeFrame(ybrBytes, { ...ybrFormat, keepColour: true }, TS.ExplicitLittle),
  ybrFormat,
  TS.RleLossless,
);
const video = { ...COLOUR, Rows: 64, Columns: 64, NumberOfFrames: 30, PhotometricInterpretation: "YBR_PARTIAL_420" };
// A JPEG 2000 head that claims 60000 x 60000 pixels, and nothing behind it; the data set agrees with it.
const siz = new DataView(new ArrayBuffer(60));
siz.setUint32(0, 0xff4fff51);
siz.setUint16(4, 41);
for (const at of [8, 12, 24, 28]) siz.setUint32(at, 30000);
siz.setUint16(40, 1);
siz.setUint8(42, 7);
const bomb = { Rows: 30000, Columns: 30000, BitsAllocated: 8, BitsStored: 8, HighBit: 7, NumberOfFrames: 1 };
/** The run with an overlay of its lower half in bit 15 of its pixels, which nothing else uses. */
function embedded(): Uint8Array {
  const { offset, length } = header.pixels!;
  const words = new Uint16Array(run.files[0]!.slice(offset, offset + length).buffer);
  for (let i = 0; i < words.length; i++) if (i % 4096 >= 2048) words[i]! |= 0x8000;
  const ds = new Map([...header.dataSet, ...dataSet({ SOPInstanceUID: "2.25.904", PixelData: words })]);
  put(ds, 0x60000010, "US", 64);
  put(ds, 0x60000011, "US", 64);
  put(ds, 0x60000040, "CS", "G");
  put(ds, 0x60000050, "SS", [1, 1]);
  put(ds, 0x60000100, "US", 16);
  put(ds, 0x60000102, "US", 15);
  return writePart10(ds);
}
const files: Readonly<Record<string, Uint8Array>> = {
  "2.25.901": made("2.25.901", { ...ybr, PixelData: encapsulate([ybrStream]) }, TS.RleLossless),
  "2.25.902": made("2.25.902", { ...video, PixelData: encapsulate([new Uint8Array(4000)]) }, "1.2.840.10008.1.2.4.102"),
  "2.25.904": embedded(),
  "2.25.903": made("2.25.903", { ...bomb, PixelData: encapsulate([new Uint8Array(siz.buffer)]) }, TS.Jpeg2000),
};

let willis: TestWillis;
const { get, stow } = asking(() => willis);
before(async () => {
  willis = await startWillis();
  assert.equal((await stow([...run.files, ...Object.values(files)])).status, 200);
});
after(() => willis.stop());

const at = (sop: string): string => `/studies/${studyUid}/series/${seriesUid}/instances/${sop}`;
const xa = sopUidOf(run.files[0]!);

function samplesOf(bytes: Uint8Array, frame: number): number[] {
  return [...decodePart(bytes, parsePart10(bytes), frame, codecs).samples];
}

test("an object and a frame of it are given out in every lossless transfer syntax, with the same pixels", async () => {
  const format = pixelFormat(header.dataSet);
  for (const uid of ENCODABLE) {
    const whole = await get(at(xa), `application/dicom; transfer-syntax=${uid}`);
    assert.equal(whole.status, 200, uid);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    assert.equal(parsePart10(bytes).transferSyntax, uid);
    for (let i = 0; i < 4; i++)
      assert.deepEqual(samplesOf(bytes, i), samplesOf(run.files[0]!, i), `${uid}, frame ${i}`);
    if (!transferSyntaxOf(uid).encapsulated) continue;
    const accept = `multipart/related; type="application/octet-stream"; transfer-syntax=${uid}`;
    const answer = await get(`${at(xa)}/frames/2`, accept);
    assert.equal(answer.status, 200, uid);
    const [part] = await partsOf(answer);
    const frame = decodeFrame(new Uint8Array(part!.bytes), format, uid, codecs);
    assert.deepEqual([...frame.samples], samplesOf(run.files[0]!, 1), `${uid}, frame alone`);
  }
});

test("samples are in the colour space that the metadata say", async () => {
  const answer = await get(`${at("2.25.901")}/frames/1`, "application/octet-stream");
  assert.deepEqual([...new Uint8Array(await answer.arrayBuffer())], [...ybrBytes]);
});

test("video is kept, has no frames and says why", async () => {
  const stored = await get(at("2.25.902"), "application/dicom; transfer-syntax=*");
  assert.deepEqual(new Uint8Array(await stored.arrayBuffer()), files["2.25.902"]);
  for (const [path, accept] of [
    ["/frames/1", "application/octet-stream"],
    ["/rendered", "image/jpeg"],
  ] as const) {
    const answer = await get(`${at("2.25.902")}${path}`, accept);
    assert.ok([406, 415, 422].includes(answer.status), `${path}: ${answer.status}`);
  }
});

test("a code stream that claims more than it can hold is refused at once, and the next picture is made", async () => {
  const start = performance.now();
  const refused = await get(`${at("2.25.903")}/rendered`, "image/jpeg");
  assert.ok(refused.status >= 400 && refused.status < 500, `${refused.status}`);
  assert.match(await refused.text(), /not decoded/);
  assert.ok(performance.now() - start < 5000);
  const picture = await get(`${at(xa)}/frames/1/rendered`, "image/jpeg");
  assert.deepEqual([...new Uint8Array(await picture.arrayBuffer()).subarray(0, 2)], [0xff, 0xd8]);
});

test("an overlay in the unused bits of the pixels is drawn, and is an overlay of its own in a coded object", async () => {
  const grey = async (sop: string): Promise<number[]> => {
    const answer = await get(`${at(sop)}/frames/2/rendered`, "image/png");
    const { data } = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
    return Array.from({ length: 4096 }, (_, i) => data[4 * i]!);
  };
  const [plain, drawn] = [await grey(xa), await grey("2.25.904")];
  assert.deepEqual(drawn.slice(0, 2048), plain.slice(0, 2048));
  assert.ok(drawn.slice(2048).every((level) => level === 255) && !plain.slice(2048).every((level) => level === 255));
  const coded = await get(at("2.25.904"), `application/dicom; transfer-syntax=${TS.Htj2kLossless}`);
  const { dataSet: ds } = parsePart10(new Uint8Array(await coded.arrayBuffer()));
  const bits = ds.get(0x60003000)?.value as Uint8Array;
  assert.equal(bits.length, (4 * 4096) / 8);
  assert.deepEqual([bits[0], bits[255], bits[256], bits[511]], [0, 0, 255, 255]);
});

test("one cine asked for by many at once: every frame is its own picture, whatever the window", async () => {
  const url = (i: number): string =>
    `${at(xa)}/frames/${1 + (i % 4)}/rendered${i % 3 === 0 ? "?window=1500,3000,linear" : ""}`;
  const pictures = await Promise.all(
    Array.from({ length: 48 }, async (_, i) => {
      const answer = await get(url(i), "image/png");
      assert.equal(answer.status, 200);
      return [url(i), Buffer.from(await answer.arrayBuffer()).toString("base64")] as const;
    }),
  );
  const seen = new Map<string, string>();
  for (const [path, picture] of pictures) {
    assert.equal(seen.get(path) ?? picture, picture, path);
    seen.set(path, picture);
  }
  assert.equal(new Set(seen.values()).size, seen.size);
});
