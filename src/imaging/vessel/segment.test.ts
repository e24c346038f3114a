import assert from "node:assert/strict";
import { test } from "node:test";
import { toIndex, type Vec3 } from "../../core/geometry.ts";
import { curveFrames } from "../volume/curve.ts";
import { removeBone } from "./bone-removal.ts";
import { centrelineOf } from "./centreline.ts";
import { crossSection } from "./cross-section.ts";
import { growVessel } from "./grow.ts";
import { seedLevel } from "./seed-level.ts";
import { syntheticVolume } from "./synthetic-tube.ts";
import { vesselTree } from "./tree.ts";

const SPACING = [0.4, 0.4, 0.5] as const;
const tube = (x: number, y: number, z: number, a: Vec3, b: Vec3, r: number): number => {
  const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const uu = u[0]! ** 2 + u[1]! ** 2 + u[2]! ** 2;
  const t = Math.max(0, Math.min(1, ((x - a[0]) * u[0]! + (y - a[1]) * u[1]! + (z - a[2]) * u[2]!) / uu));
  return Math.hypot(x - a[0] - t * u[0]!, y - a[1] - t * u[1]!, z - a[2] - t * u[2]!) - r;
};
/** A trunk of radius 2 that divides into branches of 1.5 and 0.9 mm. */
const FORK = (x: number, y: number, z: number): number =>
  Math.min(
    tube(x, y, z, [12, 12, -2], [12, 12, 14], 2),
    tube(x, y, z, [12, 12, 14], [19, 14, 26], 1.5),
    tube(x, y, z, [12, 12, 14], [5, 10, 26], 0.9),
  );
const fork = () => syntheticVolume(FORK, [60, 60, 52], SPACING, { noise: 60 });

test("a seed beside a vessel finds it, its lumen and what lies around it", () => {
  const found = seedLevel(fork(), [32, 32, 6]);
  assert.ok(!("reason" in found));
  assert.ok(Math.abs(found.lumen - 2000) < 120 && Math.abs(found.background - 200) < 60, JSON.stringify(found));
  assert.match((seedLevel(fork(), [99, 0, 0]) as { reason: string }).reason, /outside the volume of 60 x 60 x 52/);
  const flat = { ...fork(), data: new Int16Array(60 * 60 * 52).fill(7) };
  assert.match((seedLevel(flat, [30, 30, 30]) as { reason: string }).reason, /Nothing about the seed/);
});

test("a fork is grown whole, its centrelines are its three branches, their radii and sections those it was made of", () => {
  const volume = fork();
  const grown = growVessel(volume, [[30, 30, 4]]);
  assert.ok(!("reason" in grown));
  let exact = 0;
  for (let k = 0; k < 52; k++)
    for (let j = 0; j < 60; j++) for (let i = 0; i < 60; i++) if (FORK(0.4 * i, 0.4 * j, 0.5 * k) < 0) exact++;
  assert.ok(Math.abs(grown.voxels / exact - 1) < 0.06, `${grown.voxels} of ${exact}`);
  const tree = vesselTree(grown.mask, volume.shape, SPACING, [30, 30, 0])!;
  assert.equal(tree.branches.length, 2, "the trunk goes on into one branch, the other leaves it");
  assert.equal(tree.bridges.length, 0);
  const ends = tree.branches.map(({ points }) => points.at(-1)!.map((v, a) => v * SPACING[a]!));
  for (const end of [
    [19, 14],
    [5, 10],
  ])
    assert.ok(
      ends.some((e) => Math.hypot(e[0]! - end[0]!, e[1]! - end[1]!) < 3),
      `no branch ends at ${end}`,
    );
  const check = (from: Vec3, to: Vec3, radius: number) => {
    const line = centrelineOf(
      volume,
      vesselTree(grown.mask, volume.shape, SPACING, toIndex(volume, from), { to: toIndex(volume, to) })!.branches[0]!,
    )!;
    const frames = curveFrames(line.points, 0.5, [0, 0, 1]);
    const found = frames.slice(6, -6).map((frame) =>
      crossSection(volume, {
        ...frame,
        radius:
          line.radii[
            Math.min(line.radii.length - 1, Math.round((frame.at / line.lengthMm) * (line.radii.length - 1)))
          ]!,
      }),
    );
    const mean = found.reduce((sum, { diameter }) => sum + (diameter ?? 0), 0) / found.length;
    assert.ok(found.every(({ diameter }) => diameter !== null));
    assert.ok(Math.abs(mean - 2 * radius) < 0.08, `diameter ${mean} of ${2 * radius}`);
    for (const { inscribed, least, greatest, diameter, centre } of found) {
      assert.ok(inscribed! <= diameter! + 1e-6 && least! <= greatest!);
      assert.ok(Math.abs(diameter! - 2 * radius) < 0.2, `diameter ${diameter} of ${2 * radius}`);
      const away = FORK(...(centre as [number, number, number])) + radius;
      assert.ok(away < 0.25, `the middle is off by ${away}`);
    }
  };
  check([12, 12, 2], [12, 12, 11], 2);
  check([14.5, 12.7, 18.3], [18.2, 13.8, 24.6], 1.5);
});

test("a wide sac that a vessel leaks into is cut away and said; a seed in it is refused", () => {
  const leaky = syntheticVolume(
    (x, y, z) => Math.min(tube(x, y, z, [4, 12, 4], [20, 12, 4], 1.4), Math.hypot(x - 16, y - 12, z - 12.5) - 8),
    [60, 60, 52],
    SPACING,
  );
  const grown = growVessel(leaky, [[12, 30, 8]], { widestMm: 4 });
  assert.ok(!("reason" in grown));
  assert.equal(grown.limitations[0]?.code, "leak-cut");
  assert.ok(grown.volumeMl < 0.12, `${grown.volumeMl} mL left`);
  assert.match((growVessel(leaky, [[40, 30, 28]], { widestMm: 4 }) as { reason: string }).reason, /wider than 8 mm/);
  const all = growVessel(leaky, [[12, 30, 8]], { mostMl: 0.05 });
  assert.ok(!("reason" in all) && all.limitations.some(({ code }) => code === "stopped-growing"));
  assert.match((growVessel(leaky, []) as { reason: string }).reason, /no seed/);
});

test("vessels that touch far along are told as a bridge", () => {
  // A hairpin whose legs touch at the open end.
  const hairpin = (x: number, y: number, z: number): number =>
    Math.min(
      tube(x, y, z, [4, 12, 4], [20, 12, 4], 1.2),
      tube(x, y, z, [20, 12, 4], [20, 12, 10], 1.2),
      tube(x, y, z, [20, 12, 10], [6, 12, 6.2], 1.2),
    );
  const volume = syntheticVolume(hairpin, [60, 60, 32], SPACING, { noise: 20, blur: 0.2 });
  const grown = growVessel(volume, [[40, 30, 8]]);
  assert.ok(!("reason" in grown));
  const tree = vesselTree(grown.mask, volume.shape, SPACING, [12, 30, 8])!;
  assert.ok(tree.bridges.length + tree.branches.length >= 2, JSON.stringify(tree.bridges));
});

test("bone of the plain CT leaves the angiogram with its margin; another grid is refused", () => {
  const plain = syntheticVolume((x) => Math.abs(x - 10) - 2, [50, 20, 10], [0.4, 0.4, 1], {
    lumen: 900,
    background: 40,
    noise: 0,
    blur: 0.01,
  });
  const cta = { ...plain, data: plain.data.map((v, p) => (p % 50 > 40 ? 350 : v)) };
  const without = removeBone(cta, plain);
  assert.ok(!("reason" in without));
  const row = [...without.volume.data.subarray(0, 50)];
  const bone = [...plain.data.subarray(0, 50)].filter((v) => v > 150).length;
  assert.equal(row.filter((v) => v === -1000).length, bone + 4);
  assert.ok(
    row.slice(41).every((v) => v === 350),
    "the vessel stays",
  );
  assert.match((removeBone(cta, { ...plain, shape: [10, 20, 50] }) as { reason: string }).reason, /resample/);
});
