import assert from "node:assert/strict";
import { test } from "node:test";
import { densityCurves, runPhases } from "../../imaging/angiography/bolus-phases.ts";
import type { DensityRun } from "../../imaging/angiography/density-run.ts";
import { opacifiedShare } from "../../imaging/angiography/reperfusion.ts";
import { logMask, subtract } from "../../imaging/angiography/subtract.ts";
import { findCase } from "../demo/cases.ts";
import type { PhantomCase } from "../demo/phantom-case.ts";
import { renderCase } from "../render-case.ts";
import { RUN } from "./dsa.ts";

const SIZE = RUN.size;
const BLOCK = 16;

/** The frontal run of the left internal carotid of a case, subtracted, without motion. */
function frontalRun(theCase: PhantomCase): DensityRun {
  const [file] = renderCase({ ...theCase, views: ["ap"], runMotionMm: 0 }, 3, () => {}, { modalities: ["dsa"] });
  assert.match(file!.path, /ica-l-ap/);
  const all = new Uint16Array(file!.bytes.slice(file!.bytes.length - 2 * SIZE * SIZE * RUN.frames).buffer);
  const frames = Array.from({ length: RUN.frames }, (_, t) => all.subarray(t * SIZE * SIZE, (t + 1) * SIZE * SIZE));
  const times = frames.map((_, t) => (t * RUN.frameTimeMs) / 1000);
  const mask = logMask({ frames, rows: SIZE, columns: SIZE, times, bitsStored: 12, relationship: "LIN" }, [0, 1]);
  return { densities: frames.map((frame) => subtract(mask, frame)), rows: SIZE, columns: SIZE, times, calm: [0, 1] };
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

test("behind an occluded M1 hardly anything fills, though collaterals come later; with the artery open nearly all of it does", () => {
  // the convexity of the left middle cerebral artery, seen from the front
  const territory = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => {
    const [x, y] = [(p % SIZE) / SIZE, Math.floor(p / SIZE) / SIZE];
    return x > 0.64 && x < 0.74 && y > 0.28 && y < 0.48 ? 1 : 0;
  });
  const occluded = findCase("late-window-m1");
  const { occlusion: _, stroke: __, ...open } = occluded.phantom;
  const share = (run: DensityRun, late = false) => {
    const phases = phasesOf(run);
    const from = phases.find(({ name }) => name !== "mask")!.fromFrame;
    const to = (phases.find(({ name }) => name === "capillary") ?? phases.at(-1)!).toFrame;
    return opacifiedShare(run, territory, from, late ? run.times.length - 1 : to, { late });
  };
  const before = frontalRun(occluded);
  const first = share(before);
  const collateral = share(before, true);
  const after = share(frontalRun({ ...occluded, phantom: open }));
  assert.ok(first.percent! < 10 && first.low === 0 && first.high < 25, `occluded ${first.low} to ${first.high} %`);
  assert.ok(collateral.percent! > 80, `by collaterals ${collateral.percent} %`);
  assert.ok(after.percent! > 95 && after.low > 90, `open ${after.percent} %`);
});
