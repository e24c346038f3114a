import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { WillisError } from "../../src/core/errors.ts";
import { dataSet, put } from "../../src/dicom/data-set.ts";
import { decodePart } from "../../src/dicom/decode.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { transcode } from "../../src/dicom/transcode.ts";
import { ENCODABLE, TS, transferSyntaxOf } from "../../src/dicom/transfer-syntax.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { nodeEncoders } from "../../src/server/codecs/node-encoders.ts";
import { ctStack, REAL_FILES, xaRun } from "./images.ts";

const coders = { codecs: await nodeCodecs(), encoders: nodeEncoders };
const folder = mkdtempSync(join(tmpdir(), "transcode-"));
after(() => rmSync(folder, { recursive: true }));

function runs(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}
const tools = ["dcmdjpeg", "dcmdjpls", "dcmdrle", "gdcmconv"].filter((one) => !runs(one));
const skip = tools.length > 0 ? `absent: ${tools.join(", ")} (apt install dcmtk libgdcm-tools)` : false;

/** The program that turns each coding into native pixels; the others have none here and are decoded by us alone. */
const JUDGES: Readonly<Record<string, readonly string[]>> = {
  "jpeg-lossless": ["dcmdjpeg"],
  "jpeg-ls": ["dcmdjpls"],
  "jpeg-2000": ["gdcmconv", "--raw"],
  rle: ["dcmdrle"],
  native: ["dcmconv", "+te"],
};

/** JPEG 2000, as long as the younger ones with its padding. */
const KNOWN_UID = `${TS.Jpeg2000Lossless}\0`;

/** The digest of the samples of each frame. */
function samplesOf(bytes: Uint8Array): string[] {
  const part10 = parsePart10(bytes);
  return Array.from({ length: part10.pixels!.frames!.frames }, (_, i) => {
    const { samples } = decodePart(bytes, part10, i, coders.codecs);
    const bytesOf = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    return createHash("sha1").update(bytesOf).digest("hex");
  });
}

function complaints(file: string): string[] {
  const said = spawnSync("dciodvfy", ["-new", file], { encoding: "utf8" }).stderr;
  return said.split("\n").filter((line) => line.startsWith("Error"));
}

const MADE: Readonly<Record<string, Uint8Array>> = {
  "a CT slice": ctStack("Transcode-CT", 1, 64).files[0]!,
  "an XA run": xaRun("Transcode-XA", 3, 96).files[0]!,
};
const REAL = [
  "TS/pydicom/MR_small.dcm",
  "TS/pydicom/MR_small_expb.dcm",
  "TS/pydicom/MR_small_jp2klossless.dcm",
  "TS/pydicom/SC_rgb_small_odd.dcm",
  "TS/pydicom/SC_rgb_rle_2frame.dcm",
  "TS/pydicom/SC_rgb_rle_16bit.dcm",
  "TS/pydicom/SC_ybr_full_422_uncompressed.dcm",
  "TS/pydicom/SC_rgb_dcmtk_pebpcr.dcm",
  "US/pydicom/examples_palette.dcm",
  "TS/dcm4che/ovly_p01.dcm",
];

/** What is refused, and why: see `encodeFrame`, `transcode` and the encoders. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  "TS/pydicom/SC_rgb_rle_16bit.dcm": /(90|201|202)$/,
  "TS/pydicom/SC_ybr_full_422_uncompressed.dcm": /90$/,
};

function inputs(): [string, Uint8Array][] {
  const real = REAL_FILES
    ? REAL.map((name): [string, Uint8Array] => [name, new Uint8Array(readFileSync(join(REAL_FILES!, name)))])
    : [];
  return [...Object.entries(MADE), ...real];
}

test("an object in any lossless transfer syntax has the same pixels for dcmtk and GDCM, and nothing new to complain of", {
  skip,
}, () => {
  const from = join(folder, "coded.dcm");
  const to = join(folder, "native.dcm");
  const source = join(folder, "source.dcm");
  const verify = runs("dciodvfy");
  const checked = new Map<string, number>();
  for (const [name, bytes] of inputs()) {
    const before = samplesOf(bytes);
    writeFileSync(source, bytes);
    const known = verify ? complaints(source).length : 0;
    for (const uid of ENCODABLE) {
      const what = `${name} as ${transferSyntaxOf(uid).name}`;
      if (REFUSED[name]?.test(uid)) {
        assert.throws(
          () => transcode(bytes, uid, coders),
          (error) => error instanceof WillisError && error.code === "not-acceptable",
          what,
        );
        continue;
      }
      const out = transcode(bytes, uid, coders);
      const part10 = parsePart10(out);
      assert.equal(part10.transferSyntax, uid, what);
      assert.deepEqual(part10.warnings, [], what);
      assert.deepEqual(samplesOf(out), before, what);
      writeFileSync(from, out);
      // dciodvfy does not inflate, and does not know what came after it: such a header is shown to it as JPEG 2000.
      const young = ["htj2k", "jpeg-xl"].includes(transferSyntaxOf(uid).coding);
      if (young)
        writeFileSync(from, Buffer.from(Buffer.from(out).toString("latin1").replace(uid, KNOWN_UID), "latin1"));
      if (verify && !transferSyntaxOf(uid).deflated)
        assert.ok(complaints(from).length <= known, `${what}: ${complaints(from).join("\n")}`);
      const [program, ...options] = JUDGES[transferSyntaxOf(uid).coding] ?? [];
      if (!program) continue;
      rmSync(to, { force: true });
      const run = spawnSync(program, [...options, from, to], { encoding: "utf8" });
      assert.equal(run.status, 0, `${what}: ${program}: ${run.stderr}`);
      assert.deepEqual(samplesOf(new Uint8Array(readFileSync(to))), before, `${what}, read by ${program}`);
      checked.set(program, (checked.get(program) ?? 0) + 1);
    }
  }
  for (const program of ["dcmdjpeg", "dcmdjpls", "gdcmconv", "dcmdrle", "dcmconv"])
    assert.ok((checked.get(program) ?? 0) >= 2, `${program} has judged`);
});

test("frames of single bits and of odd bytes come out of big-endian words as they went in", { skip }, () => {
  const [from, to] = [join(folder, "bits.dcm"), join(folder, "big.dcm")];
  for (const [allocated, rows, columns] of [
    [1, 3, 7],
    [1, 5, 5],
    [8, 3, 3],
  ] as const) {
    const size = Math.ceil((4 * rows * columns * allocated) / 16) * 2;
    const ds = dataSet({
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.66.4", SOPInstanceUID: "2.25.77", StudyInstanceUID: "2.25.78" },
      ...{ SeriesInstanceUID: "2.25.79", Rows: rows, Columns: columns, NumberOfFrames: 4, SamplesPerPixel: 1 },
      ...{ BitsAllocated: allocated, BitsStored: allocated, HighBit: allocated - 1, PixelRepresentation: 0 },
      PhotometricInterpretation: "MONOCHROME2",
    });
    const pixels = new Uint8Array(size).map((_, i) => 37 * i + 11);
    const unused = size * 8 - 4 * rows * columns * allocated;
    for (let i = 0; i < unused; i++) pixels[size - 1 - (i >> 3)]! &= ~(0x80 >> (i & 7));
    put(ds, 0x7fe00010, "OW", pixels);
    writeFileSync(from, writePart10(ds));
    assert.equal(spawnSync(JUDGES.native![0]!, ["+tb", from, to]).status, 0);
    const big = new Uint8Array(readFileSync(to));
    const little = transcode(big, TS.ExplicitLittle, coders);
    assert.deepEqual(samplesOf(little), samplesOf(writePart10(ds)));
    const { pixels: place } = parsePart10(little);
    assert.deepEqual(little.slice(place!.offset, place!.offset + place!.length), pixels);
  }
});
