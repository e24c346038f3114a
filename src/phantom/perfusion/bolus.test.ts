import assert from "node:assert/strict";
import { test } from "node:test";
import { arterial, frameTimes, gammaVariate, residueCurve } from "./bolus.ts";

const INPUT = { arrivalS: 6, timeToPeakS: 5, shape: 3, peakHu: 300 };

test("a gamma variate peaks with 1 at its time to peak and is zero before arrival", () => {
  assert.equal(gammaVariate(5, 5, 3), 1);
  assert.equal(gammaVariate(0, 5, 3), 0);
  assert.equal(gammaVariate(-1, 5, 3), 0);
  assert.ok(gammaVariate(4.5, 5, 3) < 1 && gammaVariate(5.5, 5, 3) < 1);
});

test("the tissue curve is the convolution of input and exponential residue, shifted by the delay", () => {
  const [mtt, delay] = [4, 2.3];
  const times = [10, 14.5, 20, 31];
  const fast = residueCurve(INPUT, mtt, delay, times);
  const h = 0.002;
  times.forEach((t, i) => {
    let sum = 0;
    for (let s = 0; s < t - delay; s += h) sum += arterial(INPUT, s) * Math.exp(-(t - delay - s) / mtt) * (h / mtt);
    assert.ok(Math.abs(fast[i]! - sum) < 0.4, `${fast[i]} against ${sum} at ${t} s`);
  });
});

test("a compartment of unit volume passes the whole bolus: equal areas of tissue and artery", () => {
  const times = Array.from({ length: 2000 }, (_, i) => i * 0.1);
  const area = (c: ArrayLike<number>): number => Array.from(c).reduce((a, b) => a + b, 0);
  const ratio = area(residueCurve(INPUT, 6, 1, times)) / area(times.map((t) => arterial(INPUT, t)));
  assert.ok(Math.abs(ratio - 1) < 0.01, `ratio ${ratio}`);
});

test("mixed frame times are 1 s and then 3 s", () => {
  const t = frameTimes("mixed", 45);
  assert.equal(t.length, 45);
  assert.equal(t[1]! - t[0]!, 1);
  assert.equal(t[44]! - t[43]!, 3);
  assert.equal(frameTimes("uniform", 45)[44], 66);
});
