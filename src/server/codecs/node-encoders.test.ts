import assert from "node:assert/strict";
import test from "node:test";
import { WillisError } from "../../core/errors.ts";
import { uniform } from "../../core/random.ts";
import { codestreamSize, usesColourTransform } from "../../dicom/codestream-size.ts";
import { dataSet } from "../../dicom/data-set.ts";
import { decodeFrame, pixelFormat } from "../../dicom/decode.ts";
import { encodeFrame } from "../../dicom/encode.ts";
import { TS } from "../../dicom/transfer-syntax.ts";
import { nodeCodecs } from "./node-codecs.ts";
import { nodeEncoders } from "./node-encoders.ts";

const UIDS = [TS.JpegLsLossless, TS.Jpeg2000Lossless, TS.Htj2kLossless, TS.Htj2kLosslessRpcl, TS.JpegXlLossless];
const SIZES = [
  [1, 1],
  [3, 2],
  [17, 40],
  [200, 130],
] as const;

test("every lossless encoder gives back the same samples, or refuses with words: any size, bits, sign, colour", async () => {
  const codecs = await nodeCodecs();
  const random = uniform(7);
  let done = 0;
  for (const uid of UIDS) {
    for (const [columns, rows] of SIZES) {
      for (const [samples, allocated, stored, signed] of [
        ...([
          [1, 8, 8, 0],
          [1, 16, 8, 0],
          [1, 16, 10, 0],
          [1, 16, 12, 1],
          [1, 16, 16, 0],
          [1, 16, 16, 1],
        ] as const),
        ...([
          [1, 8, 8, 1],
          [3, 8, 8, 0],
          [3, 16, 16, 0],
        ] as const),
      ]) {
        const format = pixelFormat(
          dataSet({
            ...{ Rows: rows, Columns: columns, SamplesPerPixel: samples, BitsAllocated: allocated },
            ...{ BitsStored: stored, HighBit: stored - 1, PixelRepresentation: signed },
            ...{ PhotometricInterpretation: samples === 1 ? "MONOCHROME2" : "RGB" },
          }),
        );
        const native = new Uint8Array((rows * columns * samples * allocated) / 8);
        for (let i = 0; i < native.length; i++) native[i] = random() < 0.7 ? i >> 3 : random() * 256;
        const frame = decodeFrame(native, format, TS.ExplicitLittle);
        const what = `${uid}: ${columns} x ${rows} x ${samples}, ${stored} of ${allocated} bits, signed ${signed}`;
        const wavelet = uid === TS.Jpeg2000Lossless || uid.startsWith("1.2.840.10008.1.2.4.20");
        if (wavelet && samples === 3 && allocated === 16) {
          assert.throws(() => encodeFrame(frame, format, uid, nodeEncoders), { code: "not-acceptable" }, what);
          continue;
        }
        if (uid === TS.Jpeg2000Lossless && allocated === 8 && signed) {
          assert.throws(() => encodeFrame(frame, format, uid, nodeEncoders), { code: "not-acceptable" }, what);
          continue;
        }
        const stream = encodeFrame(frame, format, uid, nodeEncoders);
        const size = codestreamSize(stream);
        assert.deepEqual([size?.width, size?.height], [columns, rows], what);
        const after = { ...format, photometric: usesColourTransform(stream) ? "YBR_RCT" : format.photometric };
        const back = decodeFrame(stream, after, uid, codecs).samples;
        assert.deepEqual([...back], [...frame.samples], what);
        done++;
      }
    }
  }
  assert.equal(done, UIDS.length * SIZES.length * 9 - 4 * SIZES.length);
});

test("an HTJ2K stream with RPCL has that order, and its smallest resolution is at most 64 pixels", () => {
  const format = pixelFormat(dataSet({ Rows: 1000, Columns: 3000, BitsAllocated: 8, BitsStored: 8 }));
  const frame = decodeFrame(new Uint8Array(3_000_000), format, TS.ExplicitLittle);
  const stream = encodeFrame(frame, format, TS.Htj2kLosslessRpcl, nodeEncoders);
  const view = new DataView(stream.buffer);
  const markers = new Map<number, number>();
  for (let at = 2; view.getUint16(at) !== 0xff90; at += 2 + view.getUint16(at + 2)) markers.set(view.getUint16(at), at);
  const cod = markers.get(0xff52)!;
  assert.equal(stream[cod + 5], 2, "progression order RPCL");
  assert.ok(3000 / 2 ** stream[cod + 9]! <= 64);
  assert.ok(markers.has(0xff55), "a TLM marker");
  assert.ok(markers.has(0xff50), "a CAP marker: high throughput");
});

test("mutated streams of every coding end in an error or an image of the right size, soon, and harm nothing after", async () => {
  const codecs = await nodeCodecs();
  const format = pixelFormat(dataSet({ Rows: 48, Columns: 64, BitsAllocated: 16, BitsStored: 12, HighBit: 11 }));
  const native = new Uint8Array(Uint16Array.from({ length: 48 * 64 }, (_, i) => (i * 5 + (i >> 6) * 3) & 0xfff).buffer);
  const frame = decodeFrame(native, format, TS.ExplicitLittle);
  for (const uid of UIDS) {
    const stream = encodeFrame(frame, format, uid, nodeEncoders);
    const random = uniform(5);
    let refused = 0;
    for (let round = 0; round < 60; round++) {
      const damaged = Uint8Array.from(stream);
      for (let i = 0; i < 6; i++) damaged[Math.floor(random() ** 2 * stream.length)] = random() * 256;
      const cut = damaged.subarray(0, round % 3 === 0 ? Math.floor(random() * stream.length) : stream.length);
      const start = performance.now();
      try {
        assert.equal(decodeFrame(cut, format, uid, codecs).samples.length, 48 * 64, uid);
      } catch (error) {
        assert.ok(error instanceof WillisError && error.code === "cannot-decode", `${uid}: ${String(error)}`);
        refused++;
      }
      assert.ok(performance.now() - start < 5000, `${uid}: mutant ${round} took too long`);
    }
    assert.ok(refused > 5, `${uid}: ${refused} refused`);
    assert.deepEqual(decodeFrame(stream, format, uid, codecs).samples, frame.samples, uid);
  }
});
