import assert from "node:assert/strict";
import { test } from "node:test";
import { cross, dot, type Grid, length, sub, type Vec3 } from "../../../../core/geometry.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";
import { BLOCK, blockMaxima, boxOf, thinned, thinnedSlice, thinning } from "./brick.ts";
import { dragged, eyeOn, SIDES } from "./eye.ts";
import { halfOf, halfTable } from "./half-float.ts";
import { brightEnd, presetsFor, transferTable, vesselEdge } from "./transfer.ts";

/** Half precision back to a number, by the definition of IEEE 754. */
function asNumber(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return sign ? -size : size;
}

test("half precision keeps a value to half a unit in its last place", () => {
  for (const value of [0, 1, -1, 0.1, -1024, 3071, 65504, -65504, 1e-5, 2047.4, 4095, -0.3]) {
    const error = Math.abs(asNumber(halfOf(value)) - value);
    assert.ok(error <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11), `${value} became ${asNumber(halfOf(value))}`);
  }
  assert.equal(asNumber(halfOf(1e9)), 65504);
  assert.equal(asNumber(halfTable(2, -1000, 32768)[32768 + 700]!), 400);
});

test("from every side the screen has right, up and toward at right angles, right-handed", () => {
  for (const side of SIDES) {
    const { right, up, toward } = eyeOn(side);
    assert.ok(length(sub(cross(right, up), toward)) < 1e-12, side);
  }
  assert.deepEqual(
    eyeOn("A").right.map((v) => v + 0),
    [1, 0, 0],
    "from the front the patient's left is on the right",
  );
  assert.deepEqual(
    eyeOn("P").right.map((v) => v + 0),
    [-1, 0, 0],
  );
  assert.deepEqual(
    eyeOn("L").right.map((v) => v + 0),
    [0, 1, 0],
    "from the left the back is on the right",
  );
});

test("dragging to the right brings the patient's right side to the front, and never skews", () => {
  let eye = eyeOn("A");
  for (let n = 0; n < 200; n++) eye = dragged(eye, 0.03, 0.011);
  assert.ok(Math.abs(dot(eye.right, eye.up)) + Math.abs(dot(eye.up, eye.toward)) < 1e-9);
  assert.ok(Math.abs(length(eye.right) - 1) < 1e-9);
  const turned = dragged(eyeOn("A"), Math.PI / 2, 0);
  assert.ok(
    length(sub(turned.toward, [-1, 0, 0])) < 1e-9,
    "what was on the left of the screen (patient's right) faces us",
  );
});

const grid: Grid = {
  shape: [20, 17, 9],
  spacing: [0.5, 0.5, 1],
  origin: [-5, -4, 2],
  direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
};
const volume = (value: (i: number, j: number, k: number) => number): SliceVolume => ({
  grid,
  slices: Array.from({ length: 9 }, (_, k) =>
    Int16Array.from({ length: 20 * 17 }, (_, p) => value(p % 20, Math.floor(p / 20), k)),
  ),
  slope: 1,
  intercept: -1000,
  unit: "HU",
});

test("a volume too large is thinned until it fits, and says by how much", () => {
  assert.equal(thinning([512, 512, 400], 2048, 64e6), 2);
  assert.equal(thinning([256, 256, 200], 2048), 1);
  assert.equal(thinning([256, 256, 5000], 2048), 3);
  const half = thinned(grid, 2);
  assert.deepEqual(half.shape, [10, 9, 5]);
  assert.deepEqual(half.spacing, [1, 1, 2]);
  const slice = thinnedSlice(
    volume((i, j, k) => 1000 + i + 20 * j + 100 * k),
    half,
    2,
    1,
    null,
  );
  assert.equal(asNumber(slice[2 * 10 + 3]!), 6 + 80 + 200);
});

test("no voxel is brighter than the block that lets a ray leap over it, nor than the blocks beside", () => {
  const rough = volume((i, j, k) => (i * 7349 + j * 3167 + k * 9871) % 900);
  const { shape, values } = blockMaxima(rough, grid, 1);
  assert.deepEqual(shape, [3, 3, 2]);
  for (let k = 0; k < 9; k++) {
    for (let j = 0; j < 17; j++) {
      for (let i = 0; i < 20; i++) {
        const value = rough.slices[k]![j * 20 + i]! - 1000;
        for (const d of [-1, 0, 1]) {
          const at = [i, j, k].map((v, c) =>
            Math.min(shape[c]! - 1, Math.max(0, Math.floor(v / BLOCK) + (c === 0 ? d : 0))),
          );
          assert.ok(asNumber(values[(at[2]! * 3 + at[1]!) * 3 + at[0]!]!) >= value);
        }
      }
    }
  }
});

test("the box around a grid reaches half a voxel beyond its centres", () => {
  assert.deepEqual(boxOf(grid), { low: [-5.25, -4.25, 1.5], high: [4.75, 4.25, 10.5] } satisfies {
    low: Vec3;
    high: Vec3;
  });
});

test("a preset is clear below its first point, full at its last, and moves as a whole", () => {
  for (const preset of [
    ...presetsFor("CTA", "HU", { bright: 800, edge: 300 }),
    ...presetsFor("3DRA", "HU", { bright: 2400, edge: 1700 }),
    ...presetsFor("TOF", "", { bright: 900, edge: 500 }),
  ]) {
    const { low, high, table, empty } = transferTable(preset, 0);
    assert.ok(high > low && empty >= low, preset.name);
    if (preset.kind === "surface") assert.equal(table[3], 0, preset.name);
    const last = preset.points.at(-1)!;
    assert.deepEqual([...table.subarray(255 * 4, 255 * 4 + 3)], last.slice(1, 4), preset.name);
    const moved = transferTable(preset, 50);
    assert.ok(Math.abs(moved.low - low - 50) < 1e-9 && Math.abs(moved.empty - empty - 50) < 1e-9);
    assert.deepEqual(moved.table, table);
  }
});

test("the bright end is passed by one voxel in a thousand", () => {
  const bright = brightEnd(volume((i, j, k) => 1000 + i + 20 * j + 340 * k));
  assert.ok(Math.abs(bright - 0.999 * 20 * 17 * 9) < 30, `${bright}`);
});

test("vessels begin between bone and what is filled, however small a share of the volume they are", () => {
  // Air, tissue, a tenth of bone at 1000 HU, six voxels in 1,000 of contrast at 2400 HU, each with its noise.
  const noise = (n: number) => ((n * 7919) % 101) - 50;
  const rotation = volume((i, j, k) => {
    const n = i + 20 * j + 340 * k;
    const base = n % 160 === 7 ? 2400 : n % 10 === 3 ? 1000 : n % 2 === 0 ? -1000 : 40;
    return 1000 + base + noise(n);
  });
  const edge = vesselEdge(rotation);
  assert.ok(edge > 1100 && edge < 2300, `${edge}`);
  const [vessels] = presetsFor("3DRA", "HU", { bright: brightEnd(rotation), edge });
  assert.ok(vessels!.points[0]![0] > 1050, "bone is not seen");
});
