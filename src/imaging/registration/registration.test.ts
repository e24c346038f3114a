import assert from "node:assert/strict";
import test from "node:test";
import { length, sub, type Vec3 } from "../../core/geometry.ts";
import { uniform } from "../../core/random.ts";
import { checkerboard } from "./checkerboard.ts";
import { inverseConsistency } from "./inverse-consistency.ts";
import { besideOf, type Evidence, refusal } from "./judge.ts";
import { fitLandmarks } from "./landmarks.ts";
import { likeness } from "./mutual-information.ts";
import { comparedRange, reduced } from "./reduce.ts";
import { resampled } from "./resample.ts";
import {
  after,
  angleOf,
  anglesOf,
  IDENTITY,
  inverse,
  isRigid,
  middleOf,
  moved,
  movedGrid,
  type Rigid,
  rigidOf,
} from "./rigid.ts";
import { SOLID_CT, SOLID_MR, solidHead } from "./solid-head.ts";
import { bestStart } from "./starts.ts";

const MOTION = rigidOf([4, -7, 12], [6, -3, 9], [10, 20, -5]);

/** How far two motions are from each other within 80 mm of the origin, mm. */
function apart(a: Rigid, b: Rigid): number {
  const points: Vec3[] = [
    [80, 0, 0],
    [-80, 0, 0],
    [0, 80, 0],
    [0, -80, 0],
    [0, 0, 80],
    [0, 0, -80],
    [0, 0, 0],
  ];
  return Math.max(...points.map((p) => length(sub(moved(a, p), moved(b, p)))));
}

test("a motion and its way back end where they began; its angles make it again", () => {
  assert.ok(apart(after(inverse(MOTION), MOTION), IDENTITY) < 1e-10);
  const centre: Vec3 = [3, -4, 50];
  const { turnDeg, shift } = anglesOf(MOTION, centre);
  assert.ok(apart(rigidOf(turnDeg, shift, centre), MOTION) < 1e-9);
  assert.ok(Math.abs(angleOf(rigidOf([0, 0, 17], [5, 5, 5])) - 17) < 1e-9);
  assert.ok(Math.abs(angleOf(rigidOf([0, 180, 0], [0, 0, 0])) - 180) < 1e-9);
  const upright = rigidOf([90, 0, 30], [1, 2, 3]);
  const again = anglesOf(upright);
  assert.ok(apart(rigidOf(again.turnDeg, again.shift), upright) < 1e-6, "straight along x, too");
});

test("what stretches, mirrors or is no number is no rigid matrix", () => {
  assert.ok(isRigid(MOTION));
  assert.ok(!isRigid(MOTION.map((v, at) => (at === 0 ? v * 1.01 : v))));
  assert.ok(!isRigid([-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]));
  assert.ok(!isRigid(MOTION.map((v, at) => (at === 3 ? Number.NaN : v))));
  assert.ok(!isRigid(MOTION.slice(0, 15)));
});

test("a volume moved and resampled back is the volume, inside; outside it is the fill", () => {
  const volume = solidHead(SOLID_CT, [4, 4, 5], "HU");
  const back = resampled({ ...movedGrid(MOTION, volume) }, inverse(MOTION), volume, -7);
  const differ = Float32Array.from(back.data, (v, p) => (v === -7 ? 0 : Math.abs(v - volume.data[p]!)));
  assert.ok(Math.max(...differ) < 0.05, `${Math.max(...differ)}`);
  const far = resampled(volume, rigidOf([0, 0, 0], [500, 0, 0]), volume, -7);
  assert.ok(far.data.every((v) => v === -7));
});

test("block means keep the mean and the place, cut to the range", () => {
  const volume = solidHead(SOLID_CT, [2, 2, 5], "HU");
  const small = reduced(volume, 6);
  assert.deepEqual(small.spacing, [6, 6, 5]);
  assert.ok(length(sub(middleOf(small), middleOf(volume))) < 6);
  assert.equal(Math.min(...small.data), -200);
  assert.deepEqual(comparedRange({ data: new Float32Array(8).fill(3), unit: "" }), [3, 4]);
  const thin = reduced({ ...volume, shape: [100, 115, 1], data: volume.data.slice(0, 11500) }, 6);
  assert.deepEqual(thin.shape, [33, 38, 1]);
});

test("mutual information of CT and MR is highest where they belong, and none where they share nothing", () => {
  const ct = reduced(solidHead(SOLID_CT, [3, 3, 5], "HU"), 6);
  const mr = reduced(solidHead(SOLID_MR, [4, 4, 4], ""), 6);
  const there = likeness(ct, mr, IDENTITY).nmi;
  for (const off of [rigidOf([0, 0, 0], [8, 0, 0]), rigidOf([0, 0, 8], [0, 0, 0]), rigidOf([6, 0, 0], [0, 4, 0])])
    assert.ok(likeness(ct, mr, off).nmi < there - 0.01);
  assert.deepEqual(likeness(ct, mr, rigidOf([0, 0, 0], [900, 0, 0])), { nmi: 1, mi: 0, overlap: 0 });
  assert.ok(Math.abs(likeness(ct, ct, IDENTITY).nmi - 2) < 0.2, "a volume tells itself");
});

test("a start is found within 6 mm for a patient that lies 40 mm away and turned by 20 degrees", () => {
  const pose = rigidOf([8, -6, 20], [40, -25, 30]);
  const fixed = reduced(solidHead(SOLID_MR, [4, 4, 4], ""), 6);
  const moving = reduced(movedGrid(pose, solidHead(SOLID_CT, [3, 3, 5], "HU")), 6);
  const start = bestStart(fixed, moving, undefined);
  assert.ok(apart(start.matrix, inverse(pose)) < 6, `${apart(start.matrix, inverse(pose))} mm`);
});

test("there and back by the same motion is consistent; a way back that is 2 mm off is 2 mm inconsistent", () => {
  const grid = solidHead(SOLID_MR, [8, 8, 8], "");
  const moving = movedGrid(inverse(MOTION), grid);
  const same = inverseConsistency(MOTION, inverse(MOTION), grid, moving);
  assert.ok(same.max < 1e-9 && same.points > 300, JSON.stringify(same));
  const off = inverseConsistency(MOTION, inverse(after(rigidOf([0, 0, 0], [2, 0, 0]), MOTION)), grid, moving);
  assert.ok(Math.abs(off.mean - 2) < 1e-9 && Math.abs(off.max - 2) < 1e-9);
  const nothing = inverseConsistency(rigidOf([0, 0, 0], [999, 0, 0]), rigidOf([0, 0, 0], [-999, 0, 0]), grid, grid);
  assert.equal(nothing.points, 0);
  assert.equal(nothing.max, Number.POSITIVE_INFINITY);
});

test("three points give the motion; two, or three on a line, give the reason", () => {
  const from: Vec3[] = [
    [0, 0, 0],
    [60, 5, 0],
    [-10, 70, 30],
  ];
  const fit = fitLandmarks(
    from,
    from.map((p) => moved(MOTION, p)),
  );
  assert.ok(fit.matrix && apart(fit.matrix, MOTION) < 1e-8 && fit.rmsMm < 1e-9);
  const random = uniform(3);
  const noisy = from.map((p) => moved(MOTION, p).map((v) => v + random() - 0.5) as unknown as Vec3);
  const near = fitLandmarks(from, noisy);
  assert.ok(near.matrix && isRigid(near.matrix) && near.rmsMm < 1);
  assert.match(JSON.stringify(fitLandmarks(from.slice(0, 2), from.slice(0, 2))), /three are needed/);
  const line: Vec3[] = [
    [0, 0, 0],
    [10, 10, 10],
    [30, 30, 30],
  ];
  assert.match(JSON.stringify(fitLandmarks(line, line)), /on a line/);
  assert.match(JSON.stringify(fitLandmarks(from, line.slice(1))), /give pairs/);
});

test("a checkerboard takes turns, and shows the base where the other series has nothing", () => {
  const [base, over] = [new Uint8ClampedArray(4 * 16).fill(10), new Uint8ClampedArray(4 * 16).fill(200)];
  over[4 * 2 + 3] = 0; // pixel 2 of the first row: nothing there
  const out = new Uint8ClampedArray(4 * 16);
  checkerboard(base, over, 4, 4, 2, out);
  const red = [...out].filter((_, p) => p % 4 === 0);
  assert.deepEqual(red, [10, 10, 10, 200, 10, 10, 200, 200, 200, 200, 10, 10, 200, 200, 10, 10]);
});

test("a registration is refused with the value that it lacks, and one of two unrelated volumes is", () => {
  const good: Evidence = {
    ...{ nmi: { before: 1.1, after: 1.3 }, beside: 1.15, overlap: 0.9 },
    inverse: { mean: 0.1, max: 0.3, points: 500 },
  };
  assert.equal(refusal(good), null);
  assert.match(refusal({ ...good, overlap: 0.1 }) ?? "", /Only 10 %/);
  assert.match(refusal({ ...good, nmi: { before: 1.4, after: 1.3 } }) ?? "", /1\.300 after 1\.400/);
  assert.match(refusal({ ...good, inverse: { mean: 1.2, max: 1.6, points: 9 } }) ?? "", /1\.2 mm in the mean/);
  const random = uniform(11);
  const noise = { ...solidHead(SOLID_MR, [6, 6, 6], "") };
  const unrelated = reduced({ ...noise, data: Float32Array.from(noise.data, () => 1000 * random()) }, 6);
  const real = reduced(noise, 6);
  const nmi = { before: likeness(real, unrelated, IDENTITY).nmi, after: likeness(real, unrelated, IDENTITY).nmi };
  const said = refusal({ ...good, nmi, beside: besideOf(real, unrelated, IDENTITY) });
  assert.match(said ?? "", /nothing in them tells/);
});
