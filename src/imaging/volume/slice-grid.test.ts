import assert from "node:assert/strict";
import { test } from "node:test";
import { toPatient, type Vec3 } from "../../core/index.ts";
import { rebuildSlice } from "./rebuild.ts";
import { type SlicePlace, sliceGrid } from "./slice-grid.ts";

const place = (origin: Vec3, change: Partial<SlicePlace> = {}): SlicePlace => ({
  origin,
  row: [1, 0, 0],
  column: [0, 1, 0],
  columnSpacing: 0.5,
  rowSpacing: 0.5,
  rows: 40,
  columns: 32,
  ...change,
});
const stack = (zs: readonly number[], change: Partial<SlicePlace> = {}) => zs.map((z) => place([-8, -10, z], change));
const refusedWith = (places: readonly SlicePlace[]) => {
  const made = sliceGrid(places);
  assert.equal(made.state, "refused");
  return made.state === "refused" ? made.limitation : undefined;
};

test("even straight slices are a grid as they are, upward or downward", () => {
  for (const zs of [
    [0, 2, 4, 6],
    [6, 4, 2, 0],
  ]) {
    const made = sliceGrid(stack(zs));
    assert.equal(made.state, "as-acquired");
    assert.deepEqual(made.grid.shape, [32, 40, 4]);
    zs.forEach((z, k) => {
      assert.deepEqual(
        toPatient(made.grid, 3, 5, k).map((v) => Number(v.toFixed(9))),
        [-6.5, -7.5, z],
      );
    });
  }
});

test("oblique slices keep their own directions", () => {
  const c = Math.cos(0.3);
  const s = Math.sin(0.3);
  const turned = { row: [1, 0, 0] as Vec3, column: [0, c, s] as Vec3 };
  const made = sliceGrid([0, 1, 2, 3].map((n) => place([0, -s * n, c * n], turned)));
  assert.equal(made.state, "as-acquired");
  const [x, y, z] = toPatient(made.grid, 0, 2, 3);
  assert.ok(Math.abs(x) + Math.abs(y - (c - 3 * s)) + Math.abs(z - (s + 3 * c)) < 1e-9);
});

test("a tilted gantry is put right: a marker in space comes out where it is", () => {
  // Slices along the table (z), tilted by 15 degrees about x: the normal is not the way from slice to slice.
  const tilt = (15 * Math.PI) / 180;
  const [rows, columns, count] = [60, 32, 12];
  const column: Vec3 = [0, Math.cos(tilt), -Math.sin(tilt)];
  const places = Array.from({ length: count }, (_, k) => place([0, 0, 2.5 * k], { column, rows, columns }));
  const made = sliceGrid(places);
  assert.equal(made.state, "rebuilt");
  if (made.state !== "rebuilt") return;
  assert.equal(made.limitations[0]!.code, "tilted-gantry");
  assert.match(made.limitations[0]!.message, /15\.0°/);
  // What is imaged is a smooth function of the place in the patient; the grid must give it back at its own places.
  const truth = ([x, y, z]: Vec3) => 100 + 3 * x - 2 * y + 1.5 * z;
  const slices = places.map(({ origin }) => {
    const pixels = new Float32Array(rows * columns);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        pixels[y * columns + x] = truth([
          origin[0] + 0.5 * x,
          origin[1] + column[1] * 0.5 * y,
          origin[2] + column[2] * 0.5 * y,
        ]);
      }
    }
    return pixels;
  });
  const [w, h, d] = made.grid.shape;
  assert.equal(d, count);
  let worst = 0;
  let seen = 0;
  for (let k = 0; k < d; k++) {
    const out = rebuildSlice(slices, made.recipe[k]!, columns, rows, new Float32Array(w * h), w, h, Number.NaN);
    for (let y = 0; y < h; y += 3) {
      for (let x = 0; x < w; x += 3) {
        const value = out[y * w + x]!;
        if (Number.isNaN(value)) continue;
        seen++;
        worst = Math.max(worst, Math.abs(value - truth(toPatient(made.grid, x, y, k))));
      }
    }
  }
  assert.ok(seen > 1500 && worst < 1e-3, `${seen} places, off by ${worst}`);
});

test("missing slices are interpolated, marked and said", () => {
  const made = sliceGrid(stack([0, 1, 2, 5, 6, 7]));
  assert.equal(made.state, "rebuilt");
  if (made.state !== "rebuilt") return;
  assert.deepEqual(made.grid.shape, [32, 40, 8]);
  assert.deepEqual(
    made.recipe.map((one) => one.made),
    [false, false, false, true, true, false, false, false],
  );
  assert.match(made.limitations[0]!.message, /2 slices are missing .*3 mm.*1 mm/);
  const slices = [0, 1, 2, 5, 6, 7].map((z) => new Int16Array(32 * 40).fill(100 * z));
  for (let k = 0; k < 8; k++) {
    const out = rebuildSlice(slices, made.recipe[k]!, 32, 40, new Int16Array(32 * 40), 32, 40, -1000);
    assert.equal(out[77], 100 * k);
  }
});

test("thin slices below thick ones are put on an even grid, and this is said", () => {
  const made = sliceGrid(stack([0, 2.5, 5, 7.5, 10, 15, 20, 25, 30]));
  assert.equal(made.state, "rebuilt");
  if (made.state !== "rebuilt") return;
  assert.equal(made.grid.shape[2], 13);
  assert.equal(made.grid.spacing[2], 2.5);
});

test("what makes no volume is refused with what is wrong", () => {
  assert.match(refusedWith(stack([0, 1]))!.message, /^2 slices/);
  assert.match(refusedWith(stack([0, 1, 1, 2]))!.message, /Slices 2 and 3 lie at one place/);
  assert.match(refusedWith(stack([0, 1, 2, 30, 31]))!.message, /28 mm, elsewhere 1 mm/);
  assert.match(
    refusedWith([...stack([0, 1, 2]), place([-8, -10, 3], { columns: 64 })])!.message,
    /32 x 40 and of 64 x 40/,
  );
  assert.match(
    refusedWith([...stack([0, 1, 2]), place([-8, -10, 3], { columnSpacing: 0.6 })])!.message,
    /0\.5 mm and of 0\.6/,
  );
  const turned = place([-8, -10, 3], { row: [0, 1, 0], column: [0, 0, 1] });
  assert.equal(refusedWith([...stack([0, 1, 2]), turned])!.code, "mixed-orientations");
  assert.equal(refusedWith(stack([0, 1, 2], { columnSpacing: 0 }))!.code, "no-spacing");
  assert.equal(refusedWith(stack([0, 1, 2], { column: [0.5, 0.8, 0] }))!.code, "skewed-directions");
  assert.equal(refusedWith(stack([0, 1, Number.NaN, 3]))!.code, "same-place");
});
