import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { WillisError } from "../../src/core/errors.ts";
import { decodeFrame, decodePart, pixelFormat } from "../../src/dicom/decode.ts";
import { sampleBytes } from "../../src/dicom/encode.ts";
import { frameBitOffset, frameBytes } from "../../src/dicom/frames.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { pythonWith } from "../tools.ts";
import { REAL_FILES } from "./images.ts";

/** A row of the manifest of the real files. */
interface Row {
  readonly path: string;
  readonly transferSyntax: string;
  readonly decode: string;
}

function manifest(): Row[] {
  const [head = "", ...rows] = readFileSync(join(REAL_FILES!, "manifest.csv"), "utf8").trim().split(/\r?\n/);
  const names = head.split(",");
  return rows.map((row) => {
    const cells = row.split(",");
    const cell = (name: string): string => cells[names.indexOf(name)] ?? "";
    return { path: cell("path"), transferSyntax: cell("ts"), decode: cell("decode") };
  });
}

/** What GDCM says of a file. */
type Verdict =
  | { readonly path: string; readonly error: string }
  | { readonly path: string; readonly photometric: string; readonly frames: Readonly<Record<string, string>> };

const python = await pythonWith("gdcm, numpy, pydicom");
const skip = !REAL_FILES ? "the real files are not there" : python ? false : "no Python with gdcm, numpy and pydicom";

/** What GDCM says of each file; one on which it stops the process is given to pydicom. */
function judged(paths: readonly string[]): Verdict[] {
  const verdicts: Verdict[] = [];
  let left = [...paths];
  for (let rounds = 0; left.length > 0; rounds++) {
    assert.ok(rounds < 40, "GDCM stops again and again");
    const run = spawnSync(python!, [join(import.meta.dirname, "pixels-gdcm.py"), REAL_FILES!, "5"], {
      ...{ input: left.join("\n"), maxBuffer: 1 << 28, encoding: "utf8" },
    });
    const lines = run.stdout.trim().split("\n").filter(Boolean);
    verdicts.push(...lines.map((line) => JSON.parse(line) as Verdict));
    left = left.slice(lines.length);
    const stopped = left[0];
    assert.ok(lines.length > 0 || !stopped?.startsWith("!"), run.stderr);
    if (stopped !== undefined && !stopped.startsWith("!")) left[0] = `!${stopped}`;
  }
  return verdicts;
}

/**
 * GDCM 3.0 puts the bytes of RLE colour samples of more than 8 bits into the wrong places: a red area (65535, 0, 0) comes
 * out as 0, 65280, 255. Segments are one byte plane of one sample each, most significant first (PS3.5 G.2); pydicom,
 * dcmtk and we agree.
 */
const GDCM_IS_WRONG: readonly string[] = ["TS/pydicom/SC_rgb_rle_16bit.dcm", "TS/pydicom/SC_rgb_rle_32bit.dcm"];

/** Pixels that the file does not have: GDCM makes them up, we say that they are missing. */
const CUT_OFF: readonly string[] = ["MALFORMED/pydicom/MR_truncated.dcm"];

async function digest(path: string, index: number, photometric: string): Promise<string> {
  const bytes = new Uint8Array(readFileSync(join(REAL_FILES!, path)));
  const part10 = parsePart10(bytes, { cutOffPixels: true });
  const format = pixelFormat(part10.dataSet, part10.pixels);
  // GDCM leaves YBR as it is coded, chroma interpolated to full resolution.
  const ybr = part10.pixels?.encapsulated && photometric.startsWith("YBR_FULL") ? { photometric: "YBR_FULL" } : {};
  const keepColour = photometric.startsWith("YBR_FULL");
  const offset = frameBitOffset(part10.pixels!.frames!, index);
  const stored = frameBytes(bytes, part10, index);
  const wanted = { ...format, ...ybr, keepColour };
  const frame = decodeFrame(stored, wanted, part10.transferSyntax, await nodeCodecs(), offset);
  // GDCM gives a byte for each single bit; samples that leave here stay bits.
  const samples = format.bitsAllocated === 1 ? Uint8Array.from(frame.samples) : sampleBytes(frame, format);
  return createHash("sha1").update(samples).digest("hex");
}

test("every real file that GDCM decodes has the same pixels here, in frames spread over each", { skip }, async () => {
  const files = manifest().filter((row) => row.decode === "ok");
  const verdicts = judged(files.map(({ path }) => (GDCM_IS_WRONG.includes(path) ? `!${path}` : path)));
  const differ: string[] = [];
  let frames = 0;
  for (const verdict of verdicts) {
    const { path } = verdict;
    if ("error" in verdict) {
      differ.push(`${path}: GDCM: ${verdict.error}`);
      continue;
    }
    for (const [index, theirs] of Object.entries(verdict.frames)) {
      frames++;
      try {
        if ((await digest(path, Number(index), verdict.photometric)) !== theirs)
          differ.push(`${path}: frame ${index}, ${verdict.photometric}`);
      } catch (error) {
        const named = error instanceof WillisError && error.code === "cannot-decode" && CUT_OFF.includes(path);
        if (!named) differ.push(`${path}: frame ${index}: ${String(error)}`);
      }
    }
  }
  assert.deepEqual(differ, []);
  assert.equal(verdicts.length, files.length);
  assert.ok(frames > 300, `${frames} frames were compared`);
});

test("a real file that GDCM does not decode has pixels here, or a named reason", { skip: !REAL_FILES }, async () => {
  const told: Record<string, string> = {};
  for (const { path } of manifest().filter((row) => row.decode === "FAIL")) {
    try {
      const bytes = new Uint8Array(readFileSync(join(REAL_FILES!, path)));
      const frame = decodePart(bytes, parsePart10(bytes), 0, await nodeCodecs());
      told[path] = frame.samples.length === frame.rows * frame.columns * frame.samplesPerPixel ? "decoded" : "short";
    } catch (error) {
      told[path] = error instanceof WillisError ? `${error.code}: ${error.message}` : `foreign: ${String(error)}`;
    }
  }
  const decoded = Object.keys(told).filter((path) => told[path] === "decoded");
  assert.deepEqual(decoded, [
    "US/fo-dicom/DIRW0007",
    "TS/pydicom-data/HTJ2KLossless_08_RGB.dcm",
    "TS/pydicom/SC_rgb_rle_16bit_2frame.dcm",
    "TS/pydicom/SC_rgb_rle_32bit_2frame.dcm",
  ]);
  const reasons = Object.entries(told).filter(([path]) => !decoded.includes(path));
  assert.deepEqual(
    reasons.filter(([, reason]) => !/^(cannot-decode|not-dicom|not-found): .{20}/.test(reason)),
    [],
  );
});
