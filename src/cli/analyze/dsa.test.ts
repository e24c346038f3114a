import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { REAL_FILES } from "../../../test/conformance/images.ts";
import { MOVING, MOVING_PIXELS, movingRun } from "../../../test/moving-run.ts";
import { dataSet, type FieldValue, number } from "../../dicom/data-set.ts";
import { parsePart10 } from "../../dicom/parse.ts";

const INDEX = fileURLToPath(new URL("../index.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "willis-analyze-dsa-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const cli = (...args: string[]) => spawnSync(process.execPath, [INDEX, ...args], { encoding: "utf8", maxBuffer: 1e8 });

const { size: SIZE, frames: FRAMES } = MOVING;

function file(name: string, fields: Readonly<Record<string, FieldValue>> = {}, part?: Uint16Array): string {
  const path = join(folder, `${name}.dcm`);
  writeFileSync(path, movingRun(name, fields, part));
  return path;
}

interface Result {
  readonly mask_frames: number[];
  readonly shifts_px: [number, number][];
  readonly residual_to_noise: number | null;
  readonly residual_to_noise_before: number | null;
  readonly arrival_frame: number | null;
  readonly phases: { readonly name: string }[];
  readonly frame_times_s: number[] | null;
  readonly limitations: { readonly code: string; readonly message: string }[];
  readonly steps_s: Record<string, number>;
}

function analysed(...args: string[]): Result {
  const run = cli("analyze", "dsa", ...args, "--json");
  assert.equal(run.status, 0, run.stderr);
  return JSON.parse(run.stdout);
}

const codes = (result: Result): string[] => result.limitations.map(({ code }) => code);

test("a run comes back with mask, shifts, residual, arrival, phases and times, and its maps as NIfTI and DICOM", () => {
  const out = join(folder, "out");
  const result = analysed(file("whole"), "--out", out, "--mask", "auto");
  assert.ok(
    result.mask_frames.every((frame) => frame >= 1 && frame <= 5),
    `${result.mask_frames}`,
  );
  assert.equal(result.shifts_px.length, FRAMES);
  assert.ok(result.residual_to_noise! < 1.15 && result.residual_to_noise_before! > 1.5, JSON.stringify(result));
  assert.ok(result.arrival_frame! >= 6 && result.arrival_frame! <= 8, `${result.arrival_frame}`);
  assert.ok(result.phases.length >= 2 && result.steps_s.total! > 0);
  assert.deepEqual(result.frame_times_s?.slice(0, 3), [0, 0.25, 0.5]);
  const masked = analysed(file("whole"), "--mask", "1,2,3");
  assert.deepEqual(masked.mask_frames, [1, 2, 3]);
  const [x, y] = masked.shifts_px[10]!;
  assert.ok(Math.hypot(x - 1.5, y + 1) < 0.15, `shift ${x}, ${y}`);
  for (const name of ["ttp", "arrival", "peak", "auc", "mtt", "fwhm"]) {
    assert.equal(readFileSync(join(out, `${name}.nii`)).length, 352 + 4 * SIZE * SIZE, name);
    assert.ok(existsSync(join(out, "dicom", `${name}.dcm`)), name);
  }
  assert.equal(readFileSync(join(out, "subtracted.nii")).length, 352 + 4 * SIZE * SIZE * FRAMES);
  const stored = parsePart10(readFileSync(join(out, "dicom", "subtracted.dcm"))).dataSet;
  assert.equal(number(stored, "NumberOfFrames"), FRAMES);
  assert.ok(readdirSync(out).includes("result.json"));
});

test("without motion correction nothing is moved and no residual is said", () => {
  const result = analysed(file("still"), "--no-motion", "--mask", "1,2");
  assert.ok(result.shifts_px.every(([x, y]) => x === 0 && y === 0));
  assert.equal(result.residual_to_noise, null);
});

test("what a run lacks is a stated limitation, never a wrong number", () => {
  const timeless = analysed(file("timeless", { FrameTime: 0 }));
  assert.ok(codes(timeless).includes("frame-time-missing") && codes(timeless).includes("no-maps"));
  assert.equal(timeless.frame_times_s, null);
  const one = analysed(file("one", {}, MOVING_PIXELS.slice(0, SIZE * SIZE)));
  assert.ok(codes(one).includes("one-frame"));
  assert.deepEqual([one.arrival_frame, one.residual_to_noise], [null, null]);
  const wrong = file("wrong", {
    MaskSubtractionSequence: [dataSet({ MaskOperation: "AVG_SUB", MaskFrameNumbers: [99] })],
  });
  assert.ok(codes(analysed(wrong)).includes("mask-frames-wrong"));
  const saturated = analysed(file("saturated", {}, new Uint16Array(FRAMES * SIZE * SIZE).fill(4095)));
  assert.ok(codes(saturated).includes("saturated") && codes(saturated).includes("no-contrast"));
  assert.ok(saturated.shifts_px.every(([x, y]) => Math.hypot(x, y) < 0.01));
  const display = analysed(file("display", { PixelIntensityRelationship: "DISP" }));
  assert.ok(codes(display).includes("display-values"));
});

test("wrong words are exit 2 and what is no run is exit 3, each with what to do", () => {
  const path = file("words");
  assert.equal(cli("analyze", "dsa", path, "--mask", "zero").status, 2);
  const gone = cli("analyze", "dsa", path, "--mask", "99");
  assert.equal(gone.status, 2);
  assert.match(gone.stderr, /choose from 1 to 14/);
  assert.equal(cli("analyze", "dsa", join(folder, "absent.dcm")).status, 2);
  writeFileSync(join(folder, "text.dcm"), "no DICOM");
  assert.equal(cli("analyze", "dsa", join(folder, "text.dcm")).status, 3);
});

const REAL = REAL_FILES ? join(REAL_FILES, "XA") : "";

test("real angiographic files end in a result with its limitations", {
  skip: !existsSync(REAL) && "REAL_FILES are not here",
}, () => {
  const single = analysed(join(REAL, "dicom-test-files", "XA1_RLE"));
  assert.ok(codes(single).includes("one-frame"));
  const heart = analysed(join(REAL, "dbdicom", "XRayAngio-dicom_viewer_0002compressed", "0002.DCM"));
  assert.ok(codes(heart).includes("eight-bit"));
  assert.equal(heart.shifts_px.length, 96);
});
