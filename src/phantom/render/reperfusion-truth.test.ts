import assert from "node:assert/strict";
import { test } from "node:test";
import { items, text, texts } from "../../dicom/data-set.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import { densityCurves, runPhases } from "../../imaging/angiography/bolus-phases.ts";
import type { DensityRun } from "../../imaging/angiography/density-run.ts";
import { eticiOfShare, opacifiedShare } from "../../imaging/angiography/reperfusion.ts";
import { runShift } from "../../imaging/angiography/run-comparison.ts";
import { logMask, subtract } from "../../imaging/angiography/subtract.ts";
import { findCase } from "../demo/cases.ts";
import { renderCase } from "../render-case.ts";
import { RUN } from "./dsa.ts";

const SIZE = RUN.size;
const BLOCK = 16;

interface PassRun {
  readonly run: DensityRun;
  readonly mask: Float32Array;
  readonly bytes: Uint8Array;
}

const rendered = renderCase({ ...findCase("late-window-m1"), runMotionMm: 0 }, 3, () => {}, { modalities: ["dsa"] });
const headers = new Map<string, Uint8Array>();
const runs = new Map<string, PassRun>();
for (const file of rendered) {
  headers.set(file.path, file.bytes.slice(0, file.bytes.length - 2 * SIZE * SIZE * RUN.frames));
  if (file.path.includes("-ap-")) runs.set(/pass-\d/.exec(file.path)?.[0] ?? "first", subtracted(file.bytes));
}

/** A run of the left internal carotid from the front, subtracted, without motion. */
function subtracted(bytes: Uint8Array): PassRun {
  const all = new Uint16Array(bytes.slice(bytes.length - 2 * SIZE * SIZE * RUN.frames).buffer);
  const frames = Array.from({ length: RUN.frames }, (_, t) => all.subarray(t * SIZE * SIZE, (t + 1) * SIZE * SIZE));
  const times = frames.map((_, t) => (t * RUN.frameTimeMs) / 1000);
  const mask = logMask({ frames, rows: SIZE, columns: SIZE, times, bitsStored: 12, relationship: "LIN" }, [0, 1]);
  const densities = frames.map((frame) => subtract(mask, frame));
  return { run: { densities, rows: SIZE, columns: SIZE, times, calm: [0, 1] }, mask: mask.values, bytes };
}

function phasesOf(run: DensityRun) {
  const across = SIZE / BLOCK;
  const blocks = run.densities.map((frame) => {
    const means = new Float32Array(across * across);
    for (let p = 0; p < SIZE * SIZE; p++) {
      const [r, c] = [Math.floor(p / SIZE / BLOCK), Math.floor((p % SIZE) / BLOCK)];
      means[r * across + c]! -= frame[p]! / BLOCK ** 2;
    }
    return means;
  });
  return runPhases(densityCurves(blocks, run.calm)!, run.times);
}

/** The convexity of the left middle cerebral artery, seen from the front. */
const TERRITORY = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => {
  const [x, y] = [(p % SIZE) / SIZE, Math.floor(p / SIZE) / SIZE];
  return x > 0.64 && x < 0.74 && y > 0.28 && y < 0.48 ? 1 : 0;
});

function share({ run }: PassRun, late = false) {
  const phases = phasesOf(run);
  const from = phases.find(({ name }) => name !== "mask")!.fromFrame;
  const to = (phases.find(({ name }) => name === "capillary") ?? phases.at(-1)!).toFrame;
  return opacifiedShare(run, TERRITORY, from, late ? run.times.length - 1 : to, { late });
}

test("behind an occluded M1 hardly anything fills, though collaterals come later; with the artery open nearly all of it does", () => {
  const first = share(runs.get("first")!);
  const collateral = share(runs.get("first")!, true);
  const after = share(runs.get("pass-2")!);
  assert.ok(first.percent! < 10 && first.low === 0 && first.high < 25, `occluded ${first.low} to ${first.high} %`);
  assert.ok(collateral.percent! > 80, `by collaterals ${collateral.percent} %`);
  assert.ok(after.percent! > 95 && after.low > 90, `open ${after.percent} %`);
  assert.match(eticiOfShare(after.percent!), /^(2c|3)$/);
});

// in projection what lies before and behind a hole covers part of it: between the passes the share reads high
test("what is measured rises pass by pass as the truth does", () => {
  const truth = (rendered.truth.reperfusion as { runs: { moment: string; percent: number; etici: string }[] }).runs;
  assert.deepEqual(
    truth.map(({ moment, etici }) => [moment, etici]),
    [
      ["first run", "0"],
      ["after pass 1", "2b50"],
      ["after pass 2", "3"],
    ],
  );
  const measured = ["first", "pass-1", "pass-2"].map((name) => share(runs.get(name)!).percent!);
  assert.ok(measured[0]! + 15 < measured[1]! && measured[1]! + 15 < measured[2]!, `${measured} %`);
});

test("the head lies elsewhere in the later runs, by what the truth says", () => {
  const truth = (rendered.truth.reperfusion as { runs: { movedPx: [number, number] }[] }).runs;
  for (const [k, name] of ["first", "pass-1", "pass-2"].entries()) {
    const found = runShift(runs.get("first")!.mask, runs.get(name)!.mask, SIZE, SIZE);
    const [x, y] = truth[k]!.movedPx;
    const off = Math.hypot(found.x + x, found.y + y);
    assert.ok(off < 0.3, `${name}: moved back by ${found.x}, ${found.y}; true way ${x}, ${y}`);
  }
});

test("frontal and lateral runs are the planes of a biplane system that refer to each other", () => {
  const parsed = [...headers.values()].map((bytes) => {
    const padded = new Uint8Array(bytes.length + 2 * SIZE * SIZE * RUN.frames);
    padded.set(bytes);
    return parsePart10(padded).dataSet;
  });
  assert.equal(parsed.length, 6);
  const uid = (ds: (typeof parsed)[number]) => text(ds, "SOPInstanceUID");
  for (const [k, ds] of parsed.entries()) {
    assert.equal(texts(ds, "ImageType")[2], k % 2 === 0 ? "BIPLANE A" : "BIPLANE B");
    const other = parsed[k % 2 === 0 ? k + 1 : k - 1]!;
    const [reference] = items(ds, "ReferencedImageSequence");
    assert.equal(text(reference!, "ReferencedSOPInstanceUID"), uid(other));
    assert.equal(text(ds, "AcquisitionTime"), text(other, "AcquisitionTime"));
  }
});
