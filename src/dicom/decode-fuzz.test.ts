import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { WillisError } from "../core/errors.ts";
import { uniform } from "../core/random.ts";
import { decodeJpeg } from "./codec-jpeg.ts";
import { codestreamSize, usesColourTransform } from "./codestream-size.ts";
import { dataSet } from "./data-set.ts";
import { decodeFrame, type PixelFormat, pixelFormat } from "./decode.ts";
import { encodeFrame } from "./encode.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { TS } from "./transfer-syntax.ts";

const CODECS = { "jpeg-baseline": decodeJpeg, "jpeg-extended": decodeJpeg, "jpeg-lossless": decodeJpeg };
const MUTANTS = 1500;
/** Far above what any of these small images takes, also on a busy machine. */
const SLOW_MS = 2000;

function formatOf(samples: 1 | 3, bits: 8 | 16): PixelFormat {
  return pixelFormat(
    dataSet({
      ...{ Rows: 24, Columns: 40, SamplesPerPixel: samples, BitsAllocated: bits, BitsStored: bits },
      ...{ PhotometricInterpretation: samples === 1 ? "MONOCHROME2" : "YBR_FULL" },
    }),
  );
}

interface Seed {
  readonly name: string;
  readonly stream: Uint8Array;
  readonly format: PixelFormat;
  readonly uid: string;
}

function seeds(): Seed[] {
  const out: Seed[] = [];
  for (const [samples, bits] of [
    [1, 8],
    [1, 16],
    [3, 8],
  ] as const) {
    const format = formatOf(samples, bits);
    const bytes = new Uint8Array((24 * 40 * samples * bits) / 8).map((_, i) => 90 + 60 * Math.sin(i / 17));
    const frame = decodeFrame(bytes, { ...format, keepColour: true }, TS.ExplicitLittle);
    for (const uid of [TS.RleLossless, TS.JpegLosslessSv1])
      out.push({ name: `${uid} ${samples} x ${bits}`, stream: encodeFrame(frame, format, uid), format, uid });
    if (bits === 8) {
      const stream = encodeJpeg({ data: bytes, width: 40, height: 24, channels: samples }, 80);
      out.push({ name: `baseline ${samples}`, stream, format, uid: TS.JpegBaseline });
      // The same stream as a progressive one: its scan means something else, its tables fit.
      const progressive = stream.slice();
      progressive[progressive.findIndex((b, i) => b === 0xff && progressive[i + 1] === 0xc0) + 1] = 0xc2;
      out.push({ name: `progressive ${samples}`, stream: progressive, format, uid: TS.JpegExtended });
    }
  }
  return out;
}

/** Bytes set, runs left out or doubled, the end cut off; markers are hit more often than data. */
function mutant(stream: Uint8Array, random: () => number): Uint8Array {
  let bytes = Uint8Array.from(stream);
  const n = 1 + Math.floor(random() * 6);
  for (let i = 0; i < n; i++) {
    const at = Math.floor(random() ** 3 * bytes.length);
    const kind = random();
    if (kind < 0.7) bytes[at] = [0, 0xff, 0x7f, Math.floor(random() * 256)][Math.floor(random() * 4)]!;
    else if (kind < 0.8) bytes = bytes.slice(0, at);
    else {
      const run = bytes.subarray(at, at + Math.floor(random() * 40));
      const rest = bytes.subarray(kind < 0.9 ? at + run.length : at);
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...(kind < 0.9 ? [] : run), ...rest]);
    }
  }
  return bytes;
}

test("mutated RLE, baseline, progressive and lossless streams end in a named error or an image, at once", () => {
  for (const { name, stream, format, uid } of seeds()) {
    const random = uniform(11);
    let refused = 0;
    for (let i = 0; i < MUTANTS; i++) {
      const bytes = mutant(stream, random);
      const start = performance.now();
      try {
        const frame = decodeFrame(bytes, format, uid, CODECS);
        assert.equal(frame.samples.length, 24 * 40 * format.samplesPerPixel, name);
      } catch (error) {
        assert.ok(error instanceof WillisError && error.code === "cannot-decode", `${name}: ${String(error)}`);
        refused++;
      }
      assert.ok(performance.now() - start < SLOW_MS, `${name}: mutant ${i} took too long`);
    }
    assert.ok(refused > MUTANTS / 20 && refused < MUTANTS, `${name}: ${refused} of ${MUTANTS} refused`);
  }
});

test("a stream of thousands of scans is given up", () => {
  const format = formatOf(1, 8);
  const one = encodeJpeg({ data: new Uint8Array(24 * 40), width: 40, height: 24, channels: 1 }, 80);
  const sos = one.findIndex((b, i) => b === 0xff && one[i + 1] === 0xda);
  const scan = one.slice(sos, one.length - 2);
  const many = new Uint8Array(sos + scan.length * 5000);
  many.set(one.subarray(0, sos));
  for (let i = 0; i < 5000; i++) many.set(scan, sos + i * scan.length);
  assert.throws(() => decodeFrame(many, format, TS.JpegBaseline, CODECS), /more than 200 scans/);
});

test("what a code stream says of its size is read from any bytes without an exception", () => {
  const starts = [
    [0xff, 0x0a],
    [0xff, 0x4f, 0xff, 0x51],
    [0xff, 0xd8, 0xff, 0xf7],
    [0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20],
  ];
  fc.assert(
    fc.property(fc.constantFrom(...starts, []), fc.uint8Array({ maxLength: 80 }), (start, rest) => {
      const bytes = Uint8Array.from([...start, ...rest]);
      const size = codestreamSize(bytes);
      assert.ok(size === null || (Number.isFinite(size.width) && Number.isFinite(size.height)));
      assert.equal(typeof usesColourTransform(bytes), "boolean");
    }),
    { numRuns: 2000 },
  );
});
