import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../core/random.ts";
import { readCurve } from "./curve-points.ts";
import { type DensityRun, densityNoise } from "./density-run.ts";
import { flowMaps } from "./flow-maps.ts";
import { softened } from "./soften.ts";
import { softener } from "./soften-simd.ts";

const SIZE = 64;
const gamma = (t: number, arrival: number, a = 3, b = 0.5): number =>
  t <= arrival ? 0 : ((t - arrival) / (a * b)) ** a * Math.exp(a - (t - arrival) / b);

/** A vessel in columns 30 to 33 that arrives at 1 s, with frames at the times given. */
function runAt(times: readonly number[], noise: number, relationship: "LIN" | "DISP" = "LIN"): DensityRun {
  const random = normal(uniform(11));
  const densities = times.map((t) =>
    Float32Array.from({ length: SIZE * SIZE }, (_, p) => {
      const vessel = p % SIZE >= 30 && p % SIZE <= 33 ? 0.4 * gamma(t, 1) : 0;
      return vessel + noise * random();
    }),
  );
  return { densities, rows: SIZE, columns: SIZE, times, calm: [0, 1, 2], relationship };
}

test("the points of a gamma-variate curve are read at any intervals", () => {
  const even = Array.from({ length: 40 }, (_, t) => t / 4);
  const uneven = even.filter((t) => t < 4 || (4 * t) % 2 === 0);
  for (const times of [even, uneven]) {
    const points = readCurve(
      Float64Array.from(times, (t) => 0.4 * gamma(t, 1)),
      times,
      0.001,
    );
    assert.ok(Math.abs(points.ttp - 2.5) < 0.05, `time to peak ${points.ttp}`);
    assert.ok(Math.abs(points.peak - 0.4) < 0.01);
    // area of a gamma variate: peak (e / a)^a Gamma(a + 1) b
    assert.ok(Math.abs(points.auc - 0.4 * (Math.E / 3) ** 3 * 6 * 0.5) < 0.02, `area ${points.auc}`);
    assert.ok(Math.abs(points.arrival + points.mtt - 3) < 0.06, `first moment at ${points.arrival + points.mtt}`);
    assert.ok(Math.abs(points.fwhm - 2.09) < 0.08, `width ${points.fwhm}`);
    assert.ok(points.arrival > 1.2 && points.arrival < 1.6, `arrival ${points.arrival}`);
    assert.ok(points.washIn > 0.3 && points.washIn < 0.6, `wash-in ${points.washIn}`);
    assert.ok(points.washOut > 0.5 && points.washOut < 1.3, `wash-out ${points.washOut}`);
  }
});

test("an exponential fall gives its time constant; a curve cut off by the end of the run gives no time", () => {
  const times = Array.from({ length: 40 }, (_, t) => t / 4);
  const fall = Float64Array.from(times, (t) => (t < 1 ? 0 : t < 2 ? t - 1 : Math.exp(-(t - 2) / 1.7)));
  assert.ok(Math.abs(readCurve(fall, times, 0).washOut - 1.7) < 0.02);
  const rising = readCurve(
    Float64Array.from(times, (t) => Math.max(0, t - 3)),
    times,
    0,
  );
  assert.ok(Number.isNaN(rising.ttp) && Number.isNaN(rising.mtt) && Number.isNaN(rising.fwhm));
  assert.ok(rising.peak > 0 && rising.endShare > 0.9);
  const flat = readCurve(new Float64Array(40), times, 0);
  assert.ok(Number.isNaN(flat.peak) && Number.isNaN(flat.arrival));
  assert.ok(Number.isNaN(readCurve(new Float64Array(0), [], 0).peak));
  assert.equal(readCurve(Float64Array.of(0, 1), [0, 1], 0).peak, 1);
});

test("the noise of the calm frames is found, and pixels in it stay blank", () => {
  const run = runAt(
    Array.from({ length: 24 }, (_, t) => t / 3),
    0.02,
  );
  const noise = densityNoise(run);
  const expected = 0.02 * Math.sqrt(4 / 3);
  assert.ok(Math.abs(noise[SIZE * 20 + 20] / expected - 1) < 0.1, `noise ${noise[SIZE * 20 + 20]}`);
  const maps = flowMaps(run)!;
  let outside = 0;
  for (let p = 0; p < SIZE * SIZE; p++) if (!Number.isNaN(maps.peak[p]) && (p % SIZE < 28 || p % SIZE > 35)) outside++;
  assert.equal(outside, 0);
  assert.ok(maps.shown > 3.9 * SIZE);
  for (let r = 4; r < SIZE - 4; r += 5) {
    assert.ok(Math.abs(maps.ttp[r * SIZE + 31] - 2.5) < 1 / 6, `time to peak ${maps.ttp[r * SIZE + 31]}`);
    assert.ok(maps.ttpError[r * SIZE + 31] > 0.01 && maps.ttpError[r * SIZE + 31] < 0.3);
  }
  assert.deepEqual(maps.limitations, []);
});

test("what limits the maps is said", () => {
  const times = Array.from({ length: 24 }, (_, t) => t / 3);
  const codes = (run: DensityRun) => flowMaps(run)!.limitations.map(({ code }) => code);
  assert.deepEqual(codes(runAt(times, 0.02, "DISP")), ["display-values"]);
  assert.deepEqual(codes({ ...runAt(times, 0.02), calm: [0] }), ["noise-from-one-frame"]);
  assert.deepEqual(codes(runAt(times.slice(0, 3), 0.02)), ["too-few-frames", "no-contrast"]);
  assert.deepEqual(codes(runAt(times.slice(0, 7), 0.02)), ["run-ends-early"]);
});

test("the work stops when it is told to", () => {
  const run = runAt([0, 1, 2, 3], 0.02);
  const heard: number[] = [];
  assert.equal(
    flowMaps(run, {}, (fraction) => {
      heard.push(fraction);
      return heard.length < 2;
    }),
    null,
  );
  assert.equal(heard.length, 2);
});

test("softening keeps sums, moves nothing and keeps 27 % of white noise", () => {
  const random = normal(uniform(3));
  const white = Float32Array.from({ length: 128 * 128 }, () => random());
  const soft = softened(white, 128, 128);
  const rms = Math.sqrt(soft.reduce((sum, v) => sum + v * v, 0) / soft.length);
  assert.ok(Math.abs(rms - 70 / 256) < 0.02, `kept ${rms}`);
  const point = new Float32Array(81);
  point[40] = 256;
  const spread = softened(point, 9, 9);
  assert.equal(spread[40], 36);
  assert.equal(
    spread.reduce((sum, v) => sum + v, 0),
    256,
  );
  assert.equal(spread[39], spread[41]);
});

test("the SIMD twin softens alike, borders and all, whatever the size", () => {
  const random = normal(uniform(4));
  for (const [rows, columns] of [
    [64, 64],
    [5, 8],
    [1, 16],
    [33, 100],
    [12, 10],
    [3, 4],
  ] as const) {
    const image = Float32Array.from({ length: rows * columns }, () => random());
    const soften = softener(rows, columns);
    for (let round = 0; round < 2; round++) {
      const twin = soften(image);
      softened(image, rows, columns).forEach((v, p) => {
        assert.ok(Math.abs(twin[p] - v) < 1e-6, `${rows} x ${columns} at ${p}: ${twin[p]} for ${v}`);
      });
    }
  }
});
