import assert from "node:assert/strict";
import { before, test } from "node:test";
import { AXIAL, type Vec3 } from "../../core/geometry.ts";
import { normal, uniform } from "../../core/random.ts";
import type { Volume } from "../../core/volume.ts";
import { analyseVessel } from "../../imaging/vessel/analysis.ts";
import { arterialTree } from "./arteries.ts";
import { rasteriseVessels } from "./raster.ts";
import { nearestSample, type Vessel } from "./vessel.ts";

let ica: Vessel;
let volume: Volume;

/** Left carotid and its first branches as a rotational angiogram of 0.5 mm. */
before(() => {
  const vessels = arterialTree(5, [1, 1, 1]).filter(({ name }) => /^(ICA|M1|A1|PComm|Ophthalmic)-L$/.test(name));
  ica = vessels.find(({ name }) => name === "ICA-L")!;
  const spacing: Vec3 = [0.5, 0.5, 0.5];
  const shape = [160, 200, 240] as const;
  const origin: Vec3 = [-4, -60, -84];
  const grid = { shape, spacing, origin, direction: AXIAL };
  const { fraction } = rasteriseVessels(vessels, grid);
  const draw = normal(uniform(9));
  volume = { ...grid, unit: "HU", data: Int16Array.from(fraction, (f) => 100 + (2400 * f) / 255 + 60 * draw()) };
});

test("the centreline of the digital patient's carotid and its radii are those it was made of", () => {
  const [first, last] = [nearestSample(ica, 20, 0, -70), nearestSample(ica, 12, -10, -2)];
  const at = (n: number): Vec3 => [ica.xyz[3 * n]!, ica.xyz[3 * n + 1]!, ica.xyz[3 * n + 2]!];
  const found = analyseVessel(volume, { seeds: [at(first + 4)], to: at(last - 6) });
  assert.ok(!("reason" in found), JSON.stringify(found));
  const [main] = found.lines;
  const error: number[] = [];
  const away: number[] = [];
  main!.sections.slice(4, -4).forEach(({ centre, diameter }) => {
    const near = nearestSample(ica, ...(centre as [number, number, number]));
    const truth = at(near);
    const next = at(Math.min(ica.radius.length - 1, near + 1));
    const u = next.map((v, c) => v - truth[c]!);
    const t = Math.max(
      -1,
      Math.min(1, u.reduce((s, v, c) => s + v * (centre[c]! - truth[c]!), 0) / (u.reduce((s, v) => s + v * v, 0) || 1)),
    );
    away.push(Math.hypot(...truth.map((v, c) => v + t * u[c]! - centre[c]!)));
    if (diameter !== null) error.push(diameter - 2 * ica.radius[near]!);
  });
  const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const words = `${error.length} diameters off by ${mean(error).toFixed(3)} mm, centre off by ${mean(away).toFixed(3)} mm`;
  assert.ok(error.length > 0.8 * main!.sections.length, words);
  assert.ok(Math.abs(mean(error)) < 0.1, words);
  assert.ok(mean(error.map(Math.abs)) < 0.2, words);
  assert.ok(mean(away) < 0.3, words);
  const way = main!.line.lengthMm;
  let truth = 0;
  for (let n = first + 5; n <= last - 6; n++) truth += Math.hypot(...at(n).map((v, c) => v - at(n - 1)[c]!));
  assert.ok(Math.abs(way / truth - 1) < 0.04, `length ${way} of ${truth}`);
  assert.equal(found.surface!.closure.openEdges, 0);
});
