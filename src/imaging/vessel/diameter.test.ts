import assert from "node:assert/strict";
import { test } from "node:test";
import { normal, uniform } from "../../core/random.ts";
import { diametersAlong, type Point2, refusal } from "./diameter.ts";
import { vesselPath } from "./path-2d.ts";
import { projectedTube } from "./projected-tube.ts";
import { stenosis, stenosisSizes } from "./stenosis.ts";
import { tubePicture } from "./synthetic-run.ts";

/** Mean and SD of the error in mm of all diameters of tubes, and the SD of error over stated error. */
function errors(diameter: number, more: { peak: number; blur: number; spacing: number; after?: boolean }) {
  const error: number[] = [];
  const scaled: number[] = [];
  for (const [n, angle] of [0, 17, 45, 73].entries()) {
    const { image, path } = tubePicture({
      diameter,
      angle,
      noise: 0.02,
      background: 0.03,
      slope: 0.001,
      offset: 0.37,
      seed: 10 * diameter + n,
      ...more,
    });
    // the path a reader gives is not the middle
    const { points } = diametersAlong(
      image,
      path.map(([x, y]) => [x + 0.8, y - 0.5] as const),
    );
    for (const { diameter: found, sd } of points) {
      if (found === null) continue;
      error.push(found * more.spacing - diameter);
      scaled.push(error.at(-1)! / (sd! * more.spacing));
    }
  }
  const mean = error.reduce((a, b) => a + b, 0) / error.length;
  const spread = Math.sqrt(error.reduce((a, b) => a + (b - mean) ** 2, 0) / error.length);
  const size = Math.sqrt(scaled.reduce((a, b) => a + b * b, 0) / scaled.length);
  return { mean, spread, size, count: error.length };
}

test("tubes of 2 to 5 mm are read within 0.05 mm on average and 0.15 mm each, and say their own error", () => {
  for (const diameter of [2, 3, 4, 5])
    for (const more of [
      { peak: 0.25, blur: 0.16, spacing: 0.2 },
      { peak: 0.6, blur: 0.3, spacing: 0.2 },
      { peak: 1.2, blur: 0.2, spacing: 0.15 },
      { peak: 0.6, blur: 0.25, spacing: 0.31 },
      { peak: 0.6, blur: 0.3, spacing: 0.2, after: true },
    ]) {
      const { mean, spread, size, count } = errors(diameter, more);
      const which = `${diameter} mm, ${JSON.stringify(more)}: ${mean.toFixed(3)} +- ${spread.toFixed(3)} mm, ${size.toFixed(2)}`;
      assert.ok(count > 100, which);
      assert.ok(Math.abs(mean) <= 0.05, which);
      assert.ok(spread <= 0.15, which);
      assert.ok(size < 2, `errors are as large as they say: ${which}`);
    }
});

test("the derivatives of the projected tube are those of its value", () => {
  const at = (p: readonly number[], domain: "intensity" | "density") => {
    const out = new Float64Array(5);
    projectedTube(1.7, p[0]!, p[1]!, p[2]!, p[3]!, domain, out);
    return out;
  };
  for (const domain of ["intensity", "density"] as const) {
    const p = [0.9, 3.2, 0.4, 1.1];
    const here = at(p, domain);
    for (let n = 0; n < 4; n++) {
      const [up, down] = [1e-5, -1e-5].map(
        (d) =>
          at(
            p.map((v, q) => (q === n ? v + d : v)),
            domain,
          )[0]!,
      );
      assert.ok(Math.abs((up! - down!) / 2e-5 - here[n + 1]!) < 1e-4, `${domain} ${n}`);
    }
  }
});

test("raw and display pictures are refused; saturation, the border and emptiness give a reason, not a number", () => {
  assert.equal(refusal({ subtracted: true, relationship: "DISP" })?.code, "display-values");
  assert.equal(refusal({ subtracted: false, relationship: "LIN" })?.code, "not-subtracted");
  assert.equal(refusal({ subtracted: true, relationship: "LOG" }), undefined);
  const { image, path } = tubePicture({
    diameter: 3,
    spacing: 0.2,
    angle: 30,
    peak: 0.8,
    blur: 0.2,
    noise: 0.02,
    seed: 4,
  });
  const saturated = Uint8Array.from(image.data, (v) => (v > 0.7 ? 1 : 0));
  const blind = diametersAlong({ ...image, saturated }, path);
  assert.ok(blind.points.every(({ diameter, reason }) => diameter === null && reason?.includes("saturated")));
  assert.equal(blind.limitations[0]?.code, "saturated");
  const draw = normal(uniform(7));
  const empty = { ...image, data: image.data.map(() => 0.02 * draw()) };
  const { points } = diametersAlong(empty, path);
  assert.ok(points.filter(({ diameter }) => diameter === null).length > 0.8 * points.length, "noise is no vessel");
  const edge = diametersAlong(image, [
    [1, 10],
    [1, 60],
  ] as const).points;
  assert.ok(edge.every(({ diameter }) => diameter === null));
});

test("a path follows a bent vessel within half a pixel, and its stenosis is measured with the method named", () => {
  // A quarter of a ring of radius 60 pixels, 16 pixels wide, narrowed to 6 in the middle.
  const size = 160;
  const draw = normal(uniform(3));
  const width = (angle: number) => 8 - 5 * Math.exp(-(((angle - 0.8) / 0.12) ** 2));
  const data = new Float32Array(size * size);
  for (let p = 0; p < data.length; p++) {
    let sum = 0;
    for (let a = 0; a < 16; a++) {
      const [x, y] = [(p % size) + (a % 4) / 4 - 0.375 - 20, Math.floor(p / size) + Math.floor(a / 4) / 4 - 0.375 - 20];
      const r = width(Math.atan2(y, x));
      sum += 0.06 * 2 * Math.sqrt(Math.max(0, r * r - (Math.hypot(x, y) - 90) ** 2));
    }
    data[p] = sum / 16 + 0.03 * draw();
  }
  const image = { data, rows: size, columns: size };
  const on = (angle: number): Point2 => [20 + 90 * Math.cos(angle), 20 + 90 * Math.sin(angle)];
  const path = vesselPath(image, on(0.15), on(1.42))!;
  const off = path.map(([x, y]) => Math.abs(Math.hypot(x - 20, y - 20) - 90));
  assert.ok(Math.max(...off.slice(4, -4)) < 1, `leaves the middle by ${Math.max(...off)}`);
  const curve = diametersAlong(image, path).points;
  const sizes = stenosisSizes(curve)!;
  assert.ok(Math.abs(sizes.narrowest.value - 6) < 0.5, `narrowest ${sizes.narrowest.value}`);
  for (const method of ["NASCET", "ECST", "WASID"] as const) {
    const found = stenosis(method, sizes);
    assert.ok(Math.abs(found.percent! - 62.5) < 4, `${method} ${found.percent}`);
    assert.ok(found.sd! > 0.1 && found.sd! < 5);
  }
  assert.ok(Math.abs(stenosis("area", sizes).percent! - 85.9) < 3.5);
  assert.equal(vesselPath(image, [-5, 3], [20, 20]), undefined);
});

test("a method whose reference is missing says so; errors are carried as the formula has them", () => {
  const narrowest = { value: 1, sd: 0.1, along: 10 };
  assert.match(stenosis("WASID", { narrowest, distal: { value: 4, sd: 0.1 } }).reason!, /proximal/);
  const nascet = stenosis("NASCET", { narrowest, distal: { value: 4, sd: 0.2 } });
  assert.equal(nascet.percent, 75);
  assert.ok(Math.abs(nascet.sd! - 100 * Math.hypot(0.1 / 4, 0.2 / 16)) < 1e-9);
  // a tapering vessel: the original lumen lies between its references
  const ecst = stenosis("ECST", {
    narrowest,
    proximal: { value: 6, sd: 0, along: 0 },
    distal: { value: 4, sd: 0, along: 20 },
  });
  assert.equal(ecst.percent, 80);
  assert.equal(stenosisSizes([{ along: 0, diameter: 3, sd: 0.1 }]), undefined);
});
