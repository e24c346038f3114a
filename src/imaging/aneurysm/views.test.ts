import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vec3 } from "../../core/geometry.ts";
import { dot } from "../../core/geometry.ts";
import { type Mesh, marchingCubes } from "../vessel/marching.ts";
import { type Body, syntheticVolume } from "../vessel/synthetic-tube.ts";
import { lengthToReach, liningEstimate, packing } from "./device-aids.ts";
import { changeOf } from "./growth.ts";
import { isMeasured, measureDome } from "./morphometry.ts";
import { simulatedView } from "./simulated-view.ts";
import { spreadOf } from "./spread.ts";
import { anglesOf, reachable, USUAL_REACH, viewAxes, viewName } from "./view-angles.ts";
import { judgeView, workingViews } from "./working-projection.ts";

const STEP = 0.4;

function meshOf(body: Body, n: number): Mesh {
  const raw = marchingCubes([n, n, n], (i, j, k) => -body(i * STEP, j * STEP, k * STEP));
  return { positions: raw.positions.map((x) => x * STEP), triangles: raw.triangles };
}

const ball =
  (c: Vec3, r: number): Body =>
  (x, y, z) =>
    Math.hypot(x - c[0], y - c[1], z - c[2]) - r;
const tubeX: Body = (x, y, z) => Math.max(Math.hypot(y - 16, z - 12) - 1.6, Math.abs(x - 16) - 12);
/** A dome toward the head on a vessel from right to left. */
const dome = ball([16, 16, 16], 3);
const whole = meshOf((x, y, z) => Math.min(tubeX(x, y, z), dome(x, y, z)), 80);
const neck = { point: [16, 16, 13.7] as Vec3, normal: [0, 0, 1] as Vec3 };
const measured = measureDome(whole, neck, [16, 16, 16]);
assert.ok(isMeasured(measured));

test("angles and directions are each other's inverse, and a name says the side", () => {
  for (const view of [
    { primary: 32, secondary: 10 },
    { primary: -75, secondary: -20 },
    { primary: 0, secondary: 0 },
  ]) {
    const back = anglesOf(viewAxes(view).toward)!;
    assert.ok(Math.abs(back.primary - view.primary) < 1e-9 && Math.abs(back.secondary - view.secondary) < 1e-9);
    const { toward, right, down } = viewAxes(view);
    for (const value of [dot(toward, right), dot(toward, down), dot(right, down)]) assert.ok(Math.abs(value) < 1e-12);
  }
  // In LPS the left is +x: at LAO the detector stands to the patient's left and front.
  const { toward } = viewAxes({ primary: 45, secondary: 0 });
  assert.ok(toward[0] > 0 && toward[1] < 0);
  assert.equal(viewName({ primary: 32, secondary: -10 }), "LAO 32 CAUD 10");
  assert.equal(viewName({ primary: -90, secondary: 0 }), "RAO 90 (lateral)");
  assert.ok(!reachable({ primary: 95, secondary: 40 }, USUAL_REACH));
});

test("the views proposed see the neck edge on and the parent across, and can be reached", () => {
  const views = workingViews(whole, measured, { parent: [1, 0, 0] });
  assert.ok(views.length >= 3);
  for (const view of views) assert.ok(reachable(view, USUAL_REACH));
  const [best] = views;
  assert.ok(best!.opened > 0.98, JSON.stringify(best));
  assert.ok(best!.parentSeen > 0.9, JSON.stringify(best));
  const fromAbove = judgeView(whole, measured, { primary: 0, secondary: 45 }, [1, 0, 0]);
  assert.ok(fromAbove.score < best!.score);
});

test("a second vessel before the dome makes its view a poor one", () => {
  // It runs up and down 6 mm in front of the dome: seen from the front it lies over it, from the side it does not.
  const before: Body = (x, y, z) => Math.max(Math.hypot(x - 16, y - 8) - 2, Math.abs(z - 16) - 8);
  const mesh = meshOf((x, y, z) => Math.min(tubeX(x, y, z), dome(x, y, z), before(x, y, z)), 80);
  const both = measureDome(mesh, neck, [16, 16, 16]);
  assert.ok(isMeasured(both));
  const front = judgeView(mesh, both, { primary: 0, secondary: 0 });
  const aside = judgeView(mesh, both, { primary: 50, secondary: 0 });
  assert.ok(front.domeCovered > 0.4, JSON.stringify(front));
  assert.ok(aside.domeCovered < 0.1, JSON.stringify(aside));
  assert.ok(aside.score > front.score);
});

test("a simulated run keeps the vessel's volume and shows as much depth as the ball has", () => {
  const volume = syntheticVolume(ball([16, 16, 16], 5), [64, 64, 64], [0.5, 0.5, 0.5], { noise: 0, blur: 0.01 });
  const mask = Uint8Array.from(volume.data, (value) => (value > 1100 ? 1 : 0));
  const arm = { sid: 1e7, sod: 1e7 - 1 }; // as good as parallel
  for (const view of [
    { primary: 0, secondary: 0 },
    { primary: 40, secondary: -25 },
  ]) {
    const { depth, spacing } = simulatedView(volume, mask, view, [16, 16, 16], { side: 256, fieldMm: 30, arm });
    const total = depth.reduce((sum, x) => sum + x, 0) * spacing ** 2;
    const voxels = mask.reduce((sum, x) => sum + x, 0) * 0.125;
    assert.ok(Math.abs(total / voxels - 1) < 0.001, `${total} of ${voxels}`);
    const middle = depth[128 * 256 + 128]!;
    assert.ok(Math.abs(middle - 10) < 0.7, `${middle}`);
  }
});

test("the error of a size follows the plane and the wall: a moved wall moves width by twice as much", () => {
  const only = { planeMm: 0, tiltDegrees: 0, wallMm: 0.1 };
  const sd = spreadOf(whole, measured, [16, 16, 16], undefined, only);
  assert.ok(Math.abs(sd.width - 0.2) < 0.02, `${sd.width}`);
  assert.ok(Math.abs(sd.height - 0.1) < 0.02, `${sd.height}`);
  const plane = spreadOf(whole, measured, [16, 16, 16], undefined, { planeMm: 0.3, tiltDegrees: 0, wallMm: 0 });
  assert.ok(Math.abs(plane.height - 0.3) < 0.02, `${plane.height}`);
});

test("growth is told from reading twice only beyond the repeatability", () => {
  assert.equal(changeOf({ value: 6, sd: 0.2 }, { value: 6.5, sd: 0.2 })?.verdict, "within");
  assert.equal(changeOf({ value: 6, sd: 0.2 }, { value: 6.6, sd: 0.2 })?.verdict, "larger");
  assert.equal(changeOf({ value: 6, sd: 0.1 }, { value: 5, sd: 0.1 })?.verdict, "smaller");
  assert.equal(changeOf({ value: 6, sd: 0 }, { value: 7, sd: 0 }), undefined);
});

test("packing is the volume of the wire over that of the dome", () => {
  const found = packing([{ diameterMm: 0.254, lengthMm: 200, count: 3 }], 120, 6)!;
  assert.ok(Math.abs(found.coilMm3 - 30.4) < 0.01 && Math.abs(found.density - 0.2533) < 0.001);
  assert.ok(Math.abs(found.sd - found.density * 0.05) < 1e-12);
  assert.equal(packing([{ diameterMm: 0, lengthMm: 10, count: 1 }], 120), undefined);
  const more = lengthToReach(0.3, [{ diameterMm: 0.254, lengthMm: 200, count: 3 }], 120, 0.254);
  const filled = packing([{ diameterMm: 0.254, lengthMm: 600 + more, count: 1 }], 120)!;
  assert.ok(Math.abs(filled.density - 0.3) < 1e-9);
  const bed = liningEstimate({ diametersMm: [4, 3.8, 3.5, 3.1], stepMm: 5 })!;
  assert.deepEqual([bed.diameterMm, bed.coveredMm, bed.leastDiameterMm], [4, 15, 3.1]);
});
