import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { uniform } from "../core/random.ts";
import { decodeJpeg } from "./codec-jpeg.ts";
import { dataSet } from "./data-set.ts";
import { decodeFrame, type Frame, type PixelFormat, pixelFormat } from "./decode.ts";
import { encodeFrame, statedBytes } from "./encode.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { huffmanCode } from "./huffman-code.ts";
import { ENCODABLE, TS, transferSyntaxOf } from "./transfer-syntax.ts";

const CODECS = { "jpeg-lossless": decodeJpeg, "jpeg-baseline": decodeJpeg };

/** An image of any shape that the codings of this room hold, with its native bytes. */
const images = fc
  .record({
    rows: fc.integer({ min: 1, max: 20 }),
    columns: fc.integer({ min: 1, max: 20 }),
    samples: fc.constantFrom(1, 3),
    allocated: fc.constantFrom(8, 16),
    unused: fc.nat(7),
    signed: fc.boolean(),
    seed: fc.nat(),
    smooth: fc.boolean(),
  })
  .map(({ rows, columns, samples, allocated, unused, signed, seed, smooth }) => {
    const stored = allocated - unused;
    const format = pixelFormat(
      dataSet({
        ...{ Rows: rows, Columns: columns, SamplesPerPixel: samples, BitsAllocated: allocated, BitsStored: stored },
        ...{ HighBit: stored - 1, PixelRepresentation: samples === 1 && signed ? 1 : 0, PlanarConfiguration: 0 },
        ...{ PhotometricInterpretation: samples === 1 ? "MONOCHROME2" : "RGB" },
      }),
    );
    const random = uniform(seed);
    const bytes = new Uint8Array((rows * columns * samples * allocated) / 8);
    for (let i = 0; i < bytes.length; i++) bytes[i] = smooth ? (i >> 2) & 255 : Math.floor(random() * 256);
    return { format, bytes };
  });

test("lossless JPEG and RLE of any image decode to the same samples", () => {
  fc.assert(
    fc.property(
      images,
      fc.constantFrom(TS.JpegLossless, TS.JpegLosslessSv1, TS.RleLossless),
      ({ format, bytes }, ts) => {
        const frame = decodeFrame(bytes, format, TS.ExplicitLittle);
        const coded = encodeFrame(frame, format, ts);
        assert.deepEqual(decodeFrame(coded, format, ts, CODECS).samples, frame.samples);
      },
    ),
    { numRuns: 300 },
  );
});

test("a Huffman code of any counts is complete enough to decode, at most 16 bits long, and never all ones", () => {
  const counts = fc.array(fc.oneof(fc.constant(0), fc.nat(5), fc.nat(1_000_000), fc.nat(2 ** 40)), {
    minLength: 1,
    maxLength: 256,
  });
  const fibonacci = Array.from({ length: 40 }, (_, i) => Math.round(1.618 ** i));
  fc.assert(
    fc.property(counts, (list) => {
      const { lengths, symbols, codes } = huffmanCode(list);
      assert.equal(lengths.length, 16);
      assert.equal(
        lengths.reduce((a, b) => a + b, 0),
        symbols.length,
      );
      const used = lengths.reduce((sum, n, i) => sum + n / 2 ** (i + 1), 0);
      assert.ok(used < 1, "one code of the longest length is left: that of ones");
      list.forEach((count, symbol) => {
        assert.equal(codes[symbol]! > 0, count > 0);
        const length = codes[symbol]! & 31;
        assert.ok(length <= 16 && codes[symbol]! >> 5 < 2 ** length - (count > 0 ? 1 : -1));
      });
    }),
    { examples: [[fibonacci], [[7]], [[0, 0]]] },
  );
});

test("a picture as JPEG looks like it was, grey as one component, colour as it is", () => {
  for (const channels of [1, 3] as const) {
    for (const [width, height] of [
      [64, 48],
      [13, 7],
      [1, 1],
    ] as const) {
      const data = new Uint8Array(width * height * channels).map((_, i) => 128 + 100 * Math.sin(i / channels / 9));
      if (channels === 3) for (let i = 0; i < data.length; i += 3) data[i] = 255 - data[i]!;
      const stream = encodeJpeg({ data, width, height, channels }, 95);
      const ds = dataSet({ Rows: height, Columns: width, SamplesPerPixel: channels, BitsAllocated: 8 });
      const frame = decodeFrame(stream, { ...pixelFormat(ds), photometric: "RGB" }, TS.JpegBaseline, CODECS);
      const squares = data.reduce((sum, v, i) => sum + (v - frame.samples[i]!) ** 2, 0);
      const error = Math.sqrt(squares / data.length);
      assert.ok(error < 3, `${width} x ${height} x ${channels}: ${error}`);
    }
  }
});

test("lower quality makes smaller pictures, and any quality an image", () => {
  const random = uniform(3);
  const data = new Uint8Array(40 * 40).map(() => random() * 256);
  const sizes = [1, 30, 60, 90, 100].map((q) => {
    const stream = encodeJpeg({ data, width: 40, height: 40, channels: 1 }, q);
    const ds = dataSet({ Rows: 40, Columns: 40, BitsAllocated: 8 });
    assert.equal(decodeFrame(stream, pixelFormat(ds), TS.JpegBaseline, CODECS).samples.length, 1600);
    return stream.length;
  });
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  );
  assert.throws(() => encodeJpeg({ data, width: 70000, height: 1, channels: 1 }, 90), { code: "bad-request" });
});

test("frames are laid out as their data set says: shared chroma, planes apart", () => {
  const colour = (photometric: string, planar: number): PixelFormat =>
    pixelFormat(
      dataSet({
        ...{ Rows: 1, Columns: 2, SamplesPerPixel: 3, BitsAllocated: 8 },
        ...{ PhotometricInterpretation: photometric, PlanarConfiguration: planar },
      }),
    );
  const native = Uint8Array.of(76, 150, 85, 255);
  const shared = { ...colour("YBR_FULL_422", 0), keepColour: true };
  const frame = decodeFrame(native, shared, TS.ExplicitLittle);
  assert.equal(frame.photometric, "YBR_FULL");
  assert.deepEqual([...statedBytes(frame, shared)], [...native]);
  const planar = colour("RGB", 1);
  const planes = Uint8Array.of(1, 4, 2, 5, 3, 6);
  assert.deepEqual([...statedBytes(decodeFrame(planes, planar, TS.ExplicitLittle), planar)], [...planes]);
});

test("frames of single bits stay bits, and begin at the first", () => {
  const format = pixelFormat(dataSet({ Rows: 3, Columns: 5, BitsAllocated: 1, BitsStored: 1, HighBit: 0 }));
  const frame = decodeFrame(Uint8Array.of(0b10110100, 0b01011010), format, TS.ExplicitLittle, {}, 1);
  assert.deepEqual([...statedBytes(frame, format)], [0b01011010, 0b00101101]);
});

test("what a coding cannot hold is refused with words", () => {
  const format = pixelFormat(dataSet({ Rows: 1, Columns: 1, BitsAllocated: 32 }));
  const frame: Frame = {
    ...{ samples: Uint32Array.of(7), rows: 1, columns: 1, samplesPerPixel: 1, bitsStored: 32, signed: false },
    photometric: "MONOCHROME2",
  };
  for (const uid of ENCODABLE.filter((one) => transferSyntaxOf(one).encapsulated && one !== TS.RleLossless))
    assert.throws(() => encodeFrame(frame, format, uid), { code: "not-acceptable" }, uid);
  assert.throws(() => encodeFrame(frame, { ...format, bitsAllocated: 8 }, TS.JpegBaseline), { code: "not-acceptable" });
});
