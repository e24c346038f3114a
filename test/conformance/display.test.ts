import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { has, text } from "../../src/dicom/data-set.ts";
import { decodePart } from "../../src/dicom/decode.ts";
import { displayImage } from "../../src/dicom/grey.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { pythonWith } from "../tools.ts";
import { filesBelow, REAL_FILES } from "./images.ts";

const STEP = 97;
const python = await pythonWith("pydicom");
const skip = !REAL_FILES ? "the real files are not there" : python ? false : "no Python with pydicom";

/** A file that says by itself how it is to be shown, in a way that pydicom knows: no padding, no enhanced groups. */
function comparable(path: string): boolean {
  try {
    const { dataSet: ds, pixels } = parsePart10(new Uint8Array(readFileSync(path)));
    const photometric = text(ds, "PhotometricInterpretation") ?? "";
    if (!pixels || has(ds, "PixelPaddingValue") || has(ds, "PerFrameFunctionalGroupsSequence")) return false;
    if (photometric === "PALETTE COLOR") return true;
    return photometric.startsWith("MONOCHROME") && (has(ds, "WindowCenter") || has(ds, "VOILUTSequence"));
  } catch {
    return false;
  }
}

test("real images are shown with the levels and colours that pydicom computes", { skip }, async () => {
  const files = await filesBelow(REAL_FILES!);
  const paths = files.filter((path) => !/DICOM\/I\d\d|MALFORMED/.test(path) && comparable(path));
  const run = spawnSync(python!, [join(import.meta.dirname, "display-pydicom.py"), "/"], {
    ...{ input: paths.join("\n"), encoding: "utf8", maxBuffer: 1 << 28 },
  });
  const differ: string[] = [];
  const kinds: Record<string, number> = {};
  for (const line of run.stdout.trim().split("\n")) {
    const said = JSON.parse(line) as { path: string; levels?: number[]; error?: string };
    if (!said.levels) continue; // pydicom has no decoder here, or no window to apply
    const bytes = new Uint8Array(readFileSync(said.path));
    const part10 = parsePart10(bytes);
    const frame = decodePart(bytes, part10, 0, await nodeCodecs());
    const { data, channels } = displayImage(frame, part10.dataSet);
    const inverted = frame.photometric === "MONOCHROME1" || text(part10.dataSet, "PresentationLUTShape") === "INVERSE";
    const worst = said.levels.reduce((most, level, i) => {
      const ours = data[channels === 1 ? i * STEP : Math.floor(i / 3) * STEP * 3 + (i % 3)]!;
      return Math.max(most, Math.abs((inverted ? 255 - ours : ours) - level));
    }, 0);
    // A level is the fraction rounded, so never further away than a half.
    if (worst > 0.502) differ.push(`${said.path.slice(REAL_FILES!.length)}: ${worst}`);
    kinds[frame.photometric] = (kinds[frame.photometric] ?? 0) + 1;
  }
  assert.deepEqual(differ, []);
  assert.ok((kinds.MONOCHROME2 ?? 0) > 20 && (kinds["PALETTE COLOR"] ?? 0) > 1, JSON.stringify(kinds));
});
