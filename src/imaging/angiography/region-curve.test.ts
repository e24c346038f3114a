import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../core/random.ts";
import { type DensityRun, densityNoise } from "./density-run.ts";
import { inletResponse } from "./inlet-response.ts";
import { asitnOfShares, shuntTime, stasisPhase } from "./lesion-flow.ts";
import { opacification } from "./opacification.ts";
import { measureRegion, type RegionCurve, regionCurve, relativeTo } from "./region-curve.ts";

const FINE = 0.01;
const inflow = (t: number, duration: number): number => {
  const k = 1.7 / 0.4;
  return 1 / (1 + Math.exp(-k * (t - 1.5))) - 1 / (1 + Math.exp(-k * (t - 1.5 - duration)));
};

/** An injection of a duration at an inlet, and what a well-mixed space of time constant `tau` holds of it, every `dt` s. */
function mixing(tau: number, duration: number, dt = 0.25): { inlet: RegionCurve; dome: RegionCurve } {
  const times = Array.from({ length: Math.round(20 / dt) }, (_, k) => k * dt);
  const steps = Math.round(20 / FINE);
  const [a, d] = [new Float64Array(steps), new Float64Array(steps)];
  let held = 0;
  for (let i = 0; i < steps; i++) {
    a[i] = inflow(i * FINE, duration);
    held += (FINE * (a[i] - held)) / tau;
    d[i] = held;
  }
  const at = (x: Float64Array): RegionCurve => ({
    times,
    values: Float64Array.from(times, (t) => 0.5 * x[Math.min(steps - 1, Math.round(t / FINE))]),
    noise: 0.002,
    maskNoise: 0.001,
    pixels: 50,
  });
  return { inlet: at(a), dome: at(d) };
}

const slope = (x: readonly number[], y: readonly number[]): number => {
  const [mx, my] = [x, y].map((v) => v.reduce((sum, one) => sum + one, 0) / v.length);
  const top = x.reduce((sum, v, k) => sum + (v - mx) * (y[k] - my), 0);
  return top / x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
};

test("the transit of a space deconvolved by its inlet does not depend on how long was injected", () => {
  const durations = [1, 3, 5];
  for (const dt of [0.25, 0.42])
    for (const tau of [1, 4]) {
      const deconvolved = durations.map((duration) => {
        const { inlet, dome } = mixing(tau, duration, dt);
        const found = inletResponse(inlet, dome);
        assert.ok(!("reason" in found));
        assert.ok(found.numbers.mtt.error > 0 && found.numbers.mtt.error < 0.5);
        return found.numbers.mtt.value;
      });
      const plain = durations.map((duration) => measureRegion(mixing(tau, duration, dt).dome).mtt.value);
      const [free, bound] = [slope(durations, deconvolved), slope(durations, plain)];
      assert.ok(Math.abs(free) < 0.09, `${tau} s at ${dt} s: ${free} s a second of injection`);
      assert.ok(bound > 0.3, `without deconvolution it is ${bound}`);
      for (const mtt of deconvolved) assert.ok(Math.abs(mtt - tau) < 0.2 + 0.05 * tau, `${mtt} for ${tau} s`);
    }
});

test("what cannot be deconvolved says why", () => {
  const { inlet, dome } = mixing(1, 2);
  const cut = (curve: RegionCurve, n: number): RegionCurve => ({
    ...curve,
    times: curve.times.slice(0, n),
    values: curve.values.slice(0, n),
  });
  const why = (a: RegionCurve, b: RegionCurve): string => {
    const found = inletResponse(a, b);
    return "reason" in found ? found.reason : "";
  };
  assert.match(why(cut(inlet, 5), cut(dome, 5)), /5 frames/);
  assert.match(why({ ...inlet, values: new Float64Array(inlet.values.length) }, dome), /no contrast/);
  assert.match(why(cut(inlet, 12), cut(dome, 12)), /still holds 9\d %/);
});

test("relative numbers carry an error, and a delayed branch its delay and share", () => {
  const { inlet } = mixing(1, 2);
  const later: RegionCurve = {
    ...inlet,
    values: Float64Array.from(inlet.times, (t) => 0.4 * inflow(t - 0.6, 2)),
  };
  const found = relativeTo(inlet, later);
  assert.ok(Math.abs(found.delay.value - 0.6) < 0.06, `delay ${found.delay.value}`);
  assert.ok(Math.abs(found.areaShare.value - 80) < 0.5, `area ${found.areaShare.value}`);
  assert.ok(found.delay.error > 0.02 && found.delay.error < 0.3, `error ${found.delay.error}`);
  assert.ok(found.areaShare.error > 0.05 && found.areaShare.error < 3, `error ${found.areaShare.error}`);
  assert.equal(relativeTo(inlet, later).delay.error, found.delay.error);
});

test("the errors that are stated are those that are seen over repeated runs", () => {
  const size = 40;
  const times = Array.from({ length: 40 }, (_, k) => k * 0.25);
  const region = Int32Array.from({ length: 64 }, (_, k) => 16 + (k % 8) + size * (16 + Math.floor(k / 8)));
  const seen: { ttp: number; auc: number; saidTtp: number; saidAuc: number }[] = [];
  for (let k = 0; k < 25; k++) {
    const random = normal(uniform(100 + k));
    // noise alike over 2 x 2 pixels, as detectors have it
    const densities = times.map((t) => {
      const grain = Float32Array.from({ length: (size * size) / 4 }, () => 0.05 * random());
      return Float32Array.from({ length: size * size }, (_, p) => {
        const [r, c] = [Math.floor(p / size) >> 1, (p % size) >> 1];
        return 0.3 * inflow(t, 2) + grain[(r * size) / 2 + c];
      });
    });
    const run: DensityRun = { densities, rows: size, columns: size, times, calm: [0, 1, 2] };
    const mask = densities
      .slice(0, 3)
      .reduce((sum, d) => sum.map((v, p) => v + d[p] / 3), new Float32Array(size * size));
    const subtracted = { ...run, densities: densities.map((d) => d.map((v, p) => v - mask[p])) };
    const measures = measureRegion(regionCurve(subtracted, region, densityNoise(subtracted)));
    seen.push({
      ttp: measures.ttp.value,
      auc: measures.auc.value,
      saidTtp: measures.ttp.error,
      saidAuc: measures.auc.error,
    });
  }
  const spread = (name: "ttp" | "auc"): number => {
    const values = seen.map((one) => one[name]);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
  };
  const said = (name: "saidTtp" | "saidAuc"): number => seen.reduce((sum, one) => sum + one[name], 0) / seen.length;
  assert.ok(
    said("saidAuc") / spread("auc") > 0.6 && said("saidAuc") / spread("auc") < 1.7,
    `area: said ${said("saidAuc")}, seen ${spread("auc")}`,
  );
  assert.ok(
    said("saidTtp") / spread("ttp") > 0.6 && said("saidTtp") / spread("ttp") < 2,
    `peak: said ${said("saidTtp")}, seen ${spread("ttp")}`,
  );
});

test("a region without pixels has no numbers", () => {
  const run: DensityRun = {
    densities: [0, 1, 2].map(() => new Float32Array(9)),
    rows: 3,
    columns: 3,
    times: [0, 1, 2],
    calm: [0],
  };
  const curve = regionCurve(run, new Int32Array(0), new Float32Array(9));
  assert.equal(curve.pixels, 0);
  assert.ok(Number.isNaN(measureRegion(curve).ttp.value));
});

test("an arteriovenous shunt is timed from feeder to drainer; stasis names the phase", () => {
  const { inlet } = mixing(1, 2);
  const drainer = { ...inlet, values: Float64Array.from(inlet.times, (t) => 0.3 * inflow(t - 0.75, 2.5)) };
  const found = shuntTime(inlet, drainer);
  assert.ok(Math.abs(found.arrival.value - 0.75) < 0.1, `${found.arrival.value}`);
  assert.ok(found.arrival.error > 0.03 && found.arrival.error < 0.2);
  const held = (tau: number) => mixing(tau, 2).dome;
  const ends = { arterial: 5, capillary: 8 };
  assert.equal(stasisPhase(held(0.5), ends), "arterial");
  assert.equal(stasisPhase(held(1.5), ends), "capillary");
  assert.equal(stasisPhase(held(6), ends), "venous");
  assert.equal(stasisPhase({ ...inlet, values: new Float64Array(inlet.times.length) }, ends), null);
});

test("collateral shares stand for grades", () => {
  assert.deepEqual(
    [
      [0, 2],
      [10, 60],
      [50, 60],
      [40, 95],
      [85, 95],
    ].map(([capillary, end]) => asitnOfShares(capillary!, end!)),
    ["0", "1", "2", "3", "4"],
  );
});

test("most, least and summed opacification are over the frames that are asked", () => {
  const run: DensityRun = {
    densities: [
      [0, 1],
      [2, -1],
      [1, 3],
    ].map((frame) => Float32Array.from(frame)),
    rows: 1,
    columns: 2,
    times: [0, 1, 3],
    calm: [0],
  };
  const all = opacification(run);
  assert.deepEqual([...all.most], [2, 3]);
  assert.deepEqual([...all.least], [0, -1]);
  assert.deepEqual([...all.summed], [4, 2]);
  assert.deepEqual([...opacification(run, 0, 1).most], [2, 1]);
  assert.deepEqual([...opacification(run, 7, 9).most], [0, 0]);
});
