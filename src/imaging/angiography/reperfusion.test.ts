import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../core/random.ts";
import type { DensityRun } from "./density-run.ts";
import type { FlowMaps } from "./flow-maps.ts";
import { eticiOfShare, opacifiedShare } from "./reperfusion.ts";
import { compareMaps, inStep, movedMap, runShift } from "./run-comparison.ts";

const SIZE = 256;
const TERRITORY = Uint8Array.from({ length: SIZE * SIZE }, (_, p) => {
  const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
  return x >= 120 && x < 220 && y >= 60 && y < 180 ? 1 : 0;
});

const inBrain = (x: number, y: number): boolean => Math.hypot(x - 128, y - 120) < 110;

/** The share of the pixels of the territory that fill: its corners lie outside the brain. */
function trueShare(given: number): number {
  let [filled, all] = [0, 0];
  for (let p = 0; p < SIZE * SIZE; p++) {
    if (!TERRITORY[p]) continue;
    all++;
    const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
    if (inBrain(x, y) && (x - 120) / 100 < given) filled++;
  }
  return filled / all;
}

/** A run in which `share` of the territory and all of the rest of the brain fill; the last frame is bright veins. */
function run(share: number, options: { noise?: number; relationship?: "DISP" } = {}): DensityRun {
  const random = normal(uniform(5));
  const { noise = 0.02, relationship } = options;
  const times = Array.from({ length: 10 }, (_, t) => t / 2);
  const densities = times.map((t, k) =>
    Float32Array.from({ length: SIZE * SIZE }, (_, p) => {
      const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
      const brain = inBrain(x, y);
      const target = TERRITORY[p] === 1;
      const fills = brain && (!target || (x - 120) / 100 < share);
      const blush = fills && t > 1 ? 0.08 * Math.exp(-(((t - 2.5) / 1.2) ** 2)) : 0;
      return blush + (k === 9 ? 0.3 : 0) + noise * random();
    }),
  );
  return { densities, rows: SIZE, columns: SIZE, times, calm: [0, 1, 2], ...(relationship ? { relationship } : {}) };
}

test("the share of a territory that fills is found within 5 %, and lies in the range that is stated", () => {
  for (const given of [0, 0.32, 0.56, 0.8, 1]) {
    const share = trueShare(given);
    const found = opacifiedShare(run(given), TERRITORY, 3, 8);
    assert.ok(found.percent !== null && Math.abs(found.percent - 100 * share) < 5, `${share}: ${found.percent}`);
    assert.ok(found.low <= 100 * share + 0.5 && found.high >= 100 * share - 0.5, `${found.low} to ${found.high}`);
    let [filled, not] = [0, 0];
    for (const v of found.mask) {
      if (v === 1) filled++;
      else if (v === 2) not++;
    }
    const shown = (100 * filled) / (filled + not);
    assert.ok(Math.abs(shown - found.percent) < 0.5, `the mask shows ${shown} %`);
  }
});

test("veins after the capillary phase do not count, and what cannot be computed says why", () => {
  assert.ok(opacifiedShare(run(0.3), TERRITORY, 3, 9).percent! > 95);
  const words = (...[r, territory, from, to]: Parameters<typeof opacifiedShare>) =>
    opacifiedShare(r, territory, from, to).reason ?? "";
  assert.match(words(run(0.3), TERRITORY, 3, 10), /Frames 4 to 11 are not in this run of 10/);
  assert.match(
    words(
      run(0.3),
      TERRITORY.map((v, p) => (p < 70 * SIZE ? v : 0)),
      3,
      8,
    ),
    /outline at least 30/,
  );
  const empty = { ...run(0), densities: run(0).densities.map((d) => d.map(() => 0)) };
  assert.match(words(empty, TERRITORY, 3, 8), /0 blocks/);
  const limits = opacifiedShare(run(0.5, { relationship: "DISP" }), TERRITORY, 3, 8).limitations;
  assert.deepEqual(
    limits.map(({ code }) => code),
    ["display-values"],
  );
});

test("shares stand for grades of the expanded TICI scale", () => {
  const grades = [0, 1, 49.9, 50, 66.9, 67, 89.9, 90, 99.4, 100].map(eticiOfShare);
  assert.deepEqual(grades, ["0", "2a", "2a", "2b50", "2b50", "2b67", "2b67", "2c", "2c", "3"]);
});

test("a second run is laid on the first, in place and in time", () => {
  const random = normal(uniform(9));
  const anatomy = (dx: number, dy: number) =>
    Float32Array.from({ length: SIZE * SIZE }, (_, p) => {
      const [x, y] = [(p % SIZE) - dx, Math.floor(p / SIZE) - dy];
      const ring = 0.6 * Math.exp(-(((Math.hypot(x - 128, y - 128) - 90) / 8) ** 2));
      return 7 - ring - 0.25 * Math.sin(x / 9) * Math.sin(y / 13) + 0.01 * random();
    });
  const found = runShift(anatomy(0, 0), anatomy(11, -6), SIZE, SIZE);
  assert.ok(Math.hypot(found.x + 11, found.y - 6) < 0.2, `${found.x}, ${found.y}`);
  assert.ok(found.residual < 1.3 && found.before > found.residual);
  assert.deepEqual(inStep([0, 0.5, 1, 1.5], 0.5, [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5], 1), [2, 4, 6, 6]);
});

test("maps of two runs give ratio and delay where both have contrast, and count what is lost and gained", () => {
  const map = (...values: number[]) => Float32Array.from(values);
  const maps = (peak: Float32Array, auc: Float32Array, ttp: Float32Array) =>
    ({ rows: 1, columns: 4, peak, auc, ttp }) as unknown as FlowMaps;
  const nan = Number.NaN;
  const first = maps(map(1, 2, 1, nan), map(4, 4, 4, nan), map(2, 2, 2, nan));
  const second = maps(map(2, 2, nan, 1), map(4, 8, nan, 1), map(3, 2.5, nan, 1));
  const none = { time: 0, area: 1, peak: 1 };
  const found = compareMaps(first, second, { x: 0, y: 0 }, [none, none]);
  assert.deepEqual([found.both, found.lost, found.gained], [2, 1, 1]);
  assert.deepEqual([...found.areaRatio].slice(0, 2), [0, 1]);
  assert.deepEqual([...found.delay].slice(0, 2), [1, 0.5]);
  assert.ok(Number.isNaN(found.areaRatio[2]) && Number.isNaN(found.areaRatio[3]));
  const relative = compareMaps(first, second, { x: 0, y: 0 }, [none, { time: 1, area: 2, peak: 2 }]);
  assert.deepEqual([...relative.areaRatio].slice(0, 2), [-1, 0]);
  assert.deepEqual([...relative.delay].slice(0, 2), [0, -0.5]);
  assert.deepEqual([...movedMap(map(1, 2, 3, 4), 1, 4, { x: 1.2, y: 0 })], [nan, 1, 2, 3]);
});
