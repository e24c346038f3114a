import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { WillisError } from "../core/errors.ts";
import { decodeJpeg } from "./codec-jpeg.ts";
import { decodeRle, encodeRle } from "./codec-rle.ts";
import { applyPalette, paletteOf } from "./colour.ts";
import { type DataSet, dataSet, put } from "./data-set.ts";
import { decodeFrame, decodePart, pixelFormat } from "./decode.ts";
import { automaticWindow, displayImage, windowed } from "./grey.ts";
import { parsePart10 } from "./parse.ts";
import { TS } from "./transfer-syntax.ts";
import { writePart10 } from "./write.ts";

function grey(rows: number, columns: number, bits: number, extra: Parameters<typeof dataSet>[0] = {}): DataSet {
  return dataSet({
    ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID: "1.2.3", Rows: rows, Columns: columns },
    ...{ SamplesPerPixel: 1, BitsAllocated: bits, BitsStored: bits, HighBit: bits - 1, PixelRepresentation: 0 },
    ...{ PhotometricInterpretation: "MONOCHROME2" },
    ...extra,
  });
}

test("RLE of any samples decodes to the same samples", () => {
  const shape = fc.tuple(fc.constantFrom(1, 3), fc.constantFrom(1, 2, 4), fc.integer({ min: 1, max: 300 }));
  const filled = shape.chain(([samples, bytes, pixels]) =>
    fc.tuple(
      fc.constant([samples, bytes, pixels] as const),
      fc.array(fc.integer({ min: 0, max: 3 }), {
        minLength: samples * bytes * pixels,
        maxLength: samples * bytes * pixels,
      }),
    ),
  );
  fc.assert(
    fc.property(filled, ([[samples, bytes, pixels], values]) => {
      const data = Uint8Array.from(values);
      assert.deepEqual(decodeRle(encodeRle(data, samples, bytes), pixels, samples, bytes), data);
    }),
    { numRuns: 60 },
  );
});

test("damaged RLE and JPEG streams end in an error or an image, never in a hang or a foreign exception", () => {
  const rle = encodeRle(
    new Uint8Array(64).map((_, i) => i & 7),
    1,
    1,
  );
  const format = pixelFormat(grey(8, 8, 8));
  // A grey 8 x 8 JPEG of one block: SOI, DQT, SOF0, DHT (one DC, one AC code each), SOS, data, EOI.
  const jpeg = Uint8Array.of(
    ...[
      0xff,
      0xd8,
      0xff,
      0xdb,
      0,
      67,
      0,
      ...new Array<number>(64).fill(1),
      0xff,
      0xc0,
      0,
      11,
      8,
      0,
      8,
      0,
      8,
      1,
      1,
      0x11,
      0,
    ],
    ...[
      0xff,
      0xc4,
      0,
      20,
      0x00,
      1,
      ...new Array<number>(15).fill(0),
      0x04,
      0xff,
      0xc4,
      0,
      20,
      0x10,
      1,
      ...new Array<number>(15).fill(0),
      0x00,
    ],
    ...[0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 63, 0, 0x5f, 0xff, 0xd9],
  );
  const clean = decodeFrame(jpeg, format, TS.JpegBaseline, { "jpeg-baseline": decodeJpeg });
  assert.ok(clean.samples.every((v) => v === clean.samples[0]) && clean.samples[0] === 129);
  for (const [stream, uid] of [
    [rle, TS.RleLossless],
    [jpeg, TS.JpegBaseline],
    [jpeg, TS.JpegLossless],
  ] as const) {
    const codecs = { "jpeg-baseline": decodeJpeg, "jpeg-lossless": decodeJpeg };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(stream.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 5 }),
        fc.nat(stream.length),
        (edits, n) => {
          const bytes = stream.slice();
          for (const [at, value] of edits) bytes[at] = value;
          for (const cut of [bytes, bytes.subarray(0, n)]) {
            try {
              decodeFrame(cut, format, uid, codecs);
            } catch (error) {
              assert.ok(error instanceof WillisError && error.code === "cannot-decode", String(error));
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  }
});

test("unused high bits are cut off and the sign is extended from the stored bits", () => {
  const format = pixelFormat(grey(1, 3, 16, { BitsStored: 12, HighBit: 11, PixelRepresentation: 1 }));
  const { samples } = decodeFrame(
    new Uint8Array(Uint16Array.of(0x0fff, 0xf001, 0x0800).buffer),
    format,
    TS.ExplicitLittle,
  );
  assert.deepEqual([...samples], [-1, 1, -2048]);
  const high = pixelFormat(grey(1, 1, 16, { BitsStored: 12, HighBit: 15 }));
  assert.deepEqual([...decodeFrame(Uint8Array.of(0xf0, 0xab), high, TS.ExplicitLittle).samples], [0xabf]);
});

test("1-bit frames that begin inside a byte come out whole", () => {
  const ds = grey(3, 3, 1, {
    NumberOfFrames: 2,
    BitsStored: 1,
    HighBit: 0,
    PixelData: Uint8Array.of(0b10101010, 0b01010101, 0b00000011, 0),
  });
  const bytes = writePart10(ds);
  const part10 = parsePart10(bytes);
  assert.deepEqual([...decodePart(bytes, part10, 0).samples], [0, 1, 0, 1, 0, 1, 0, 1, 1]);
  assert.deepEqual([...decodePart(bytes, part10, 1).samples], [0, 1, 0, 1, 0, 1, 0, 1, 1]);
});

test("YBR_FULL_422 and planar RGB come out as interleaved RGB", () => {
  const ybr = pixelFormat(grey(1, 2, 8, { SamplesPerPixel: 3, PhotometricInterpretation: "YBR_FULL_422" }));
  assert.deepEqual(
    [...decodeFrame(Uint8Array.of(76, 150, 85, 255), ybr, TS.ExplicitLittle).samples],
    [254, 0, 0, 255, 74, 74],
  );
  const planar = pixelFormat(
    grey(1, 2, 8, { SamplesPerPixel: 3, PhotometricInterpretation: "RGB", PlanarConfiguration: 1 }),
  );
  assert.deepEqual(
    [...decodeFrame(Uint8Array.of(1, 4, 2, 5, 3, 6), planar, TS.ExplicitLittle).samples],
    [1, 2, 3, 4, 5, 6],
  );
});

test("palettes are read plain and segmented; indices outside take the nearest entry", () => {
  const ds = grey(1, 1, 8);
  for (const [i, name] of ["Red", "Green", "Blue"].entries()) {
    put(ds, 0x00281101 + i, "US", [4, 10, 16]);
    const plain = Uint16Array.of(0, 0x5500, 0xaa00, 0xff00);
    const segments = Uint16Array.of(0, 1, 0, 1, 3, 0xff00);
    if (name === "Blue") put(ds, 0x00281223, "OW", new Uint8Array(segments.buffer));
    else put(ds, 0x00281201 + i, "OW", new Uint8Array(plain.buffer));
  }
  const palette = paletteOf(ds);
  assert.deepEqual(
    [...applyPalette([9, 10, 11, 13, 200], palette)],
    [0, 0, 0, 0, 0, 0, 85, 85, 85, 255, 255, 255, 255, 255, 255],
  );
});

test("windows follow the formulas of PS3.3 C.11.2.1", () => {
  const linear = { centre: 2048, width: 4096, shape: "LINEAR" } as const;
  assert.deepEqual(
    [0, 2047.5, 4095, 5000, -5].map((v) => windowed(v, linear)),
    [0, 127.5, 255, 255, 0],
  );
  const exact = { centre: 127, width: 254, shape: "LINEAR_EXACT" } as const;
  assert.deepEqual(
    [0, 127, 254].map((v) => windowed(v, exact)),
    [0, 127.5, 255],
  );
  const sigmoid = { centre: 50, width: 100, shape: "SIGMOID" } as const;
  assert.equal(windowed(50, sigmoid), 127.5);
  assert.ok(windowed(150, sigmoid) > 250);
});

test("MONOCHROME1 is shown inverted, with rescale and the window of the image", () => {
  const fields = {
    PhotometricInterpretation: "MONOCHROME1",
    RescaleSlope: 2,
    RescaleIntercept: -10,
    WindowCenter: 0.5,
    WindowWidth: 11,
  };
  const ds = grey(1, 3, 8, fields);
  const frame = decodeFrame(Uint8Array.of(0, 5, 10), pixelFormat(ds), TS.ExplicitLittle);
  assert.deepEqual([...displayImage(frame, ds).data], [255, 127, 0]);
});

test("an image without a window gets one that shows the middle of its values", () => {
  const samples = Uint16Array.from({ length: 1000 }, (_, i) => i);
  const window = automaticWindow(samples, 1, -1000);
  assert.ok(Math.abs(window.centre + 500) < 5 && Math.abs(window.width - 980) < 10);
});

test("a Node Buffer at an odd offset, whose slice does not copy, decodes like a plain array", () => {
  const ds = grey(1, 2, 16, { PixelData: Uint16Array.of(258, 772) });
  const file = writePart10(ds);
  const odd = Buffer.concat([Buffer.alloc(1), file]).subarray(1);
  const part10 = parsePart10(odd);
  const { samples } = decodePart(odd, part10, 0);
  assert.deepEqual([...samples], [258, 772]);
  const colour = grey(1, 1, 8, {
    SamplesPerPixel: 3,
    PhotometricInterpretation: "YBR_FULL",
    PixelData: Uint8Array.of(76, 85, 255, 0),
  });
  const bytes = Buffer.from(writePart10(colour));
  const before = Buffer.from(bytes);
  decodePart(bytes, parsePart10(bytes), 0);
  assert.equal(Buffer.compare(bytes, before), 0, "the file in memory is not changed");
});
