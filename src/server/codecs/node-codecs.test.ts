import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { uniform } from "../../core/random.ts";
import { dataSet } from "../../dicom/data-set.ts";
import { decodePart, pixelFormat } from "../../dicom/decode.ts";
import { frameBytes } from "../../dicom/frames.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import { transferSyntaxOf } from "../../dicom/transfer-syntax.ts";
import { writePart10 } from "../../dicom/write.ts";
import { nodeCodecs } from "./node-codecs.ts";

const data = new URL("../../../../shared/data/", import.meta.url);
const skip = existsSync(new URL("manifest.csv", data)) ? false : "the sample data are not there";
const path = (name: string): string => fileURLToPath(new URL(name, data));

/** Files with compressed pixels of the manifest that decode elsewhere, but only the first ones of long series. */
function compressed(): { name: string; uid: string }[] {
  const rows = readFileSync(path("manifest.csv"), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((row) => row.split(","));
  return rows
    .filter((r) => r.at(-1) === "ok" && transferSyntaxOf(r[4]!).encapsulated && !/DICOM\/I[1-9]\d+$/.test(r[0]!))
    .map((r) => ({ name: r[0]!, uid: r[4]! }));
}

test("every compressed sample that decodes elsewhere decodes here", { skip }, async () => {
  const codecs = await nodeCodecs();
  const failed: string[] = [];
  for (const { name } of compressed()) {
    const bytes = new Uint8Array(readFileSync(path(name)));
    try {
      const frame = decodePart(bytes, parsePart10(bytes), 0, codecs);
      assert.equal(frame.samples.length, frame.rows * frame.columns * frame.samplesPerPixel);
    } catch (error) {
      failed.push(`${name}: ${String(error)}`);
    }
  }
  assert.ok(compressed().length > 60);
  assert.deepEqual(failed, []);
});

/** The program that is the judge of each coding; its output is native. */
const JUDGES: Readonly<Record<string, readonly string[]>> = {
  "jpeg-baseline": ["dcmdjpeg"],
  "jpeg-extended": ["dcmdjpeg"],
  "jpeg-lossless": ["dcmdjpeg"],
  "jpeg-ls": ["dcmdjpls"],
  "jpeg-2000": ["gdcmconv", "--raw"],
  rle: ["dcmdrle"],
};
const judge = spawnSync("dcmdjpeg", ["--version"]).error || spawnSync("gdcmconv", ["--version"]).error;

test("decoded pixels equal those of dcmtk and gdcm", {
  skip: skip || (judge ? "no dcmtk or gdcm" : false),
}, async () => {
  const codecs = await nodeCodecs();
  const dir = mkdtempSync(join(tmpdir(), "codec-"));
  const out = join(dir, "native.dcm");
  const differ: string[] = [];
  let equal = 0;
  try {
    for (const { name, uid } of compressed().filter((f) => /^(TS|XA|US\/pydicom)/.test(f.name))) {
      const [program, ...options] = JUDGES[transferSyntaxOf(uid).coding] ?? [];
      if (!program) continue;
      rmSync(out, { force: true });
      if (spawnSync(program, [...options, path(name), out]).status !== 0) continue;
      const [ours, theirs] = [path(name), out].map((file) => {
        const bytes = new Uint8Array(readFileSync(file));
        return decodePart(bytes, parsePart10(bytes), 0, codecs).samples;
      });
      if (Buffer.compare(bufferOf(ours!), bufferOf(theirs!)) === 0) equal++;
      else differ.push(name);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
  assert.deepEqual(differ, []);
  assert.ok(equal > 35, `${equal} files were compared`);
});

function bufferOf(samples: ArrayBufferView): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

test("pixels that GDCM codes as JPEG 2000, JPEG-LS and lossless JPEG come back: wide colour, signed bytes, odd bits", {
  skip: spawnSync("gdcmconv", ["--version"]).error ? "no gdcm" : false,
}, async () => {
  const codecs = await nodeCodecs();
  const dir = mkdtempSync(join(tmpdir(), "gdcm-"));
  const [from, to] = [join(dir, "from.dcm"), join(dir, "to.dcm")];
  try {
    for (const [samples, allocated, stored, signed] of [
      ...([
        [3, 16, 16, 0],
        [3, 16, 12, 0],
        [1, 8, 8, 1],
        [1, 16, 12, 1],
        [1, 16, 16, 0],
        [3, 8, 8, 0],
      ] as const),
    ]) {
      const random = uniform(stored);
      const values = Array.from({ length: 40 * 30 * samples }, (_, i) => (i * 7 + random() * 9) % 2 ** stored);
      const pixels = allocated === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
      if (signed && stored < allocated)
        // the sign goes through all bits
        for (let i = 0; i < pixels.length; i++) pixels[i] = (pixels[i]! << (32 - stored)) >> (32 - stored);
      const native = writePart10(
        dataSet({
          ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.7", SOPInstanceUID: "2.25.1", StudyInstanceUID: "2.25.2" },
          ...{ SeriesInstanceUID: "2.25.3", Rows: 30, Columns: 40, SamplesPerPixel: samples, BitsAllocated: allocated },
          ...{ BitsStored: stored, HighBit: stored - 1, PixelRepresentation: signed, PixelData: pixels },
          ...(samples === 3
            ? { PhotometricInterpretation: "RGB", PlanarConfiguration: 0 }
            : { PhotometricInterpretation: "MONOCHROME2" }),
        }),
      );
      writeFileSync(from, native);
      for (const coding of ["--j2k", "--jpegls", "--jpeg"]) {
        const what = `${coding} ${samples} x ${stored} of ${allocated}, signed ${signed}`;
        assert.equal(spawnSync("gdcmconv", [coding, from, to]).status, 0, what);
        const coded = new Uint8Array(readFileSync(to));
        const [ours, theirs] = [native, coded].map((bytes) => decodePart(bytes, parsePart10(bytes), 0, codecs).samples);
        assert.equal(Buffer.compare(bufferOf(ours!), bufferOf(theirs!)), 0, what);
      }
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("OpenJPH and OpenJPEG agree on an HTJ2K image", { skip }, async () => {
  const codecs = await nodeCodecs();
  const bytes = new Uint8Array(readFileSync(path("TS/pydicom-data/HTJ2KLossless_08_RGB.dcm")));
  const part10 = parsePart10(bytes);
  const format = pixelFormat(part10.dataSet, part10.pixels);
  const [a, b] = [codecs.htj2k!, codecs["jpeg-2000"]!].map((codec) => codec(frameBytes(bytes, part10, 0), format));
  assert.deepEqual([a!.width, a!.height, a!.components], [format.columns, format.rows, 3]);
  assert.equal(Buffer.compare(bufferOf(a!.samples), bufferOf(b!.samples)), 0);
});

test("damaged code streams end in an error or an image and do not harm the next decode", { skip }, async () => {
  const codecs = await nodeCodecs();
  const random = uniform(1);
  for (const name of [
    "TS/pydicom/MR_small_jpeg_ls_lossless.dcm",
    "TS/pydicom/MR_small_jp2klossless.dcm",
    "TS/pydicom-data/HTJ2KLossless_08_RGB.dcm",
    "TS/pydicom/JPGExtended.dcm",
  ]) {
    const bytes = new Uint8Array(readFileSync(path(name)));
    const part10 = parsePart10(bytes);
    const format = pixelFormat(part10.dataSet, part10.pixels);
    const codec = codecs[transferSyntaxOf(part10.transferSyntax).coding]!;
    const stream = frameBytes(bytes, part10, 0);
    const before = bufferOf(codec(stream, format).samples);
    for (let round = 0; round < 20; round++) {
      const damaged = new Uint8Array(stream);
      for (let i = 0; i < 8; i++) damaged[Math.floor(random() ** 3 * stream.length)] = Math.floor(random() * 256);
      try {
        codec(damaged, format);
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    }
    assert.equal(Buffer.compare(bufferOf(codec(stream, format).samples), before), 0, name);
  }
});
