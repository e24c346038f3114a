import assert from "node:assert/strict";
import test from "node:test";
import { uniform } from "../../core/random.ts";
import { type Outline, outlineSize, regionStatistics } from "./region-statistics.ts";

/** What is inside, asked pixel by pixel in the plainest way. */
function plainly(values: readonly number[], columns: number, rows: number, outline: Outline): number[] {
  const inside = (x: number, y: number): boolean => {
    if (outline.kind === "ellipse") {
      const { centre, a, b } = outline;
      const det = a[0] * b[1] - a[1] * b[0];
      const [dx, dy] = [x - centre[0], y - centre[1]];
      return ((b[1] * dx - b[0] * dy) / det) ** 2 + ((-a[1] * dx + a[0] * dy) / det) ** 2 <= 1;
    }
    let crossed = false;
    outline.points.forEach(([px, py], k) => {
      const [qx, qy] = outline.points[(k + 1) % outline.points.length]!;
      if (py <= y !== qy <= y && x < px + ((y - py) / (qy - py)) * (qx - px)) crossed = !crossed;
    });
    return crossed;
  };
  const out: number[] = [];
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) if (inside(c + 0.5, r + 0.5)) out.push(values[r * columns + c]!);
  return out;
}

test("statistics of any outline are those of the pixels whose middle is inside, asked one by one", () => {
  const random = uniform(3);
  const [columns, rows] = [37, 29];
  for (let n = 0; n < 200; n++) {
    const values = Array.from({ length: columns * rows }, () => 1e6 + (random() - 0.5) * 200);
    const point = (): [number, number] => [random() * 50 - 6, random() * 42 - 6];
    const outline: Outline =
      n % 2 === 0
        ? { kind: "polygon", points: Array.from({ length: 3 + (n % 9) }, point) }
        : {
            kind: "ellipse",
            centre: point(),
            a: [random() * 12 - 6, random() * 8],
            b: [random() * 5, 3 - random() * 9],
          };
    const wanted = plainly(values, columns, rows, outline);
    const got = regionStatistics(values, columns, rows, outline);
    assert.equal(got.count, wanted.length, JSON.stringify(outline));
    if (wanted.length === 0) {
      assert.ok(Number.isNaN(got.mean));
      continue;
    }
    const mean = wanted.reduce((sum, v) => sum + v, 0) / wanted.length;
    const sd = Math.sqrt(wanted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, wanted.length - 1));
    assert.ok(Math.abs(got.mean - mean) < 1e-6);
    assert.ok(Math.abs(got.sd - sd) < 1e-6, `${got.sd} ${sd}`);
    assert.equal(got.min, Math.min(...wanted));
    assert.equal(got.max, Math.max(...wanted));
  }
});

test("two outlines that share a border share no pixel and leave none out", () => {
  const values = new Array(100).fill(1);
  const half = (from: number, to: number): Outline => ({
    kind: "polygon",
    points: [
      [from, 0],
      [to, 0],
      [to, 10],
      [from, 10],
    ],
  });
  for (const border of [3, 3.5, 4.2]) {
    const counts = [half(0, border), half(border, 10)].map((one) => regionStatistics(values, 10, 10, one).count);
    assert.equal(counts[0]! + counts[1]!, 100);
  }
});

test("values that are not numbers are left out, and an outline between pixels holds none", () => {
  const values = [1, Number.NaN, 3, 5];
  const all: Outline = {
    kind: "polygon",
    points: [
      [0, 0],
      [2, 0],
      [2, 2],
      [0, 2],
    ],
  };
  assert.deepEqual(regionStatistics(values, 2, 2, all), { count: 3, mean: 3, sd: 2, min: 1, max: 5 });
  const tiny: Outline = {
    kind: "polygon",
    points: [
      [0.1, 0.1],
      [0.3, 0.1],
      [0.3, 0.3],
    ],
  };
  assert.equal(regionStatistics(values, 2, 2, tiny).count, 0);
});

test("area and perimeter of an ellipse and of a polygon, in mm of unequal pixels", () => {
  const circle = outlineSize({ kind: "ellipse", centre: [0, 0], a: [10, 0], b: [0, 10] });
  assert.ok(Math.abs(circle.area - 100 * Math.PI) < 1e-9);
  assert.ok(Math.abs(circle.perimeter - 20 * Math.PI) < 1e-3);
  const box = outlineSize(
    {
      kind: "polygon",
      points: [
        [0, 0],
        [4, 0],
        [4, 2],
        [0, 2],
      ],
    },
    0.5,
    2,
  );
  assert.deepEqual([box.area, box.perimeter], [8, 12]);
});
