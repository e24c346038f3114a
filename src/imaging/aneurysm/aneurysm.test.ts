import assert from "node:assert/strict";
import { test } from "node:test";
import type { Vec3 } from "../../core/geometry.ts";
import { type Mesh, marchingCubes } from "../vessel/marching.ts";
import { meshSize } from "../vessel/mesh.ts";
import { vesselSurface } from "../vessel/surface.ts";
import { type Body, syntheticVolume } from "../vessel/synthetic-tube.ts";
import { convexHull } from "./hull.ts";
import { isMeasured, type MeasuredDome, measureDome } from "./morphometry.ts";
import { proposeNeck } from "./neck.ts";

/** The surface of a body on a grid of `step` mm. */
function meshOf(body: Body, size: number, step: number): Mesh {
  const n = Math.ceil(size / step);
  const raw = marchingCubes([n, n, n], (i, j, k) => -body(i * step, j * step, k * step));
  return { positions: raw.positions.map((x) => x * step), triangles: raw.triangles };
}

const ball =
  (c: Vec3, r: number): Body =>
  (x, y, z) =>
    Math.hypot(x - c[0], y - c[1], z - c[2]) - r;

/** The nearer of two bodies, their crease rounded over `k` mm: necks of aneurysms are no knife edges. */
const joined =
  (a: Body, b: Body, k: number): Body =>
  (x, y, z) => {
    const [p, q] = [a(x, y, z), b(x, y, z)];
    const h = Math.max(0, k - Math.abs(p - q)) / k;
    return Math.min(p, q) - (h * h * k) / 4;
  };

interface Sections {
  readonly neck: number;
  readonly height: number;
  readonly width: number;
  readonly volume: number;
  readonly neckZ: number;
}

/** What is true of a body over a vessel along x: read from its horizontal sections by rays, without any mesh. */
function sectionsOf(body: Body, axis: readonly [number, number], from: number, to: number): Sections {
  const rays = 90;
  const radii = (z: number): number[] =>
    Array.from({ length: rays }, (_, k) => {
      const [c, s] = [Math.cos((2 * Math.PI * k) / rays), Math.sin((2 * Math.PI * k) / rays)];
      const inside = (r: number) => body(axis[0] + r * c, axis[1] + r * s, z) < 0;
      let r = 0;
      while (r < 11 && inside(r)) r += 0.2;
      if (r === 0) return 0;
      let [low, high] = [r - 0.2, r];
      for (let k = 0; k < 7; k++)
        [low, high] = inside((low + high) / 2) ? [(low + high) / 2, high] : [low, (low + high) / 2];
      return low;
    });
  const round = (r: readonly number[]): number =>
    r.reduce((sum, x, k) => {
      const y = r[(k + 1) % rays]!;
      return sum + Math.sqrt(x * x + y * y - 2 * x * y * Math.cos((2 * Math.PI) / rays));
    }, 0);
  const all: { z: number; r: number[]; length: number }[] = [];
  for (let z = from; z < to; z += 0.05) {
    const r = radii(z);
    if (Math.max(...r) > 0) all.push({ z, r, length: round(r) });
  }
  const middle = (from + to) / 2;
  const neck = all.filter(({ z }) => z < middle).reduce((best, one) => (one.length < best.length ? one : best));
  const above = all.filter(({ z }) => z >= neck.z);
  const mean = (r: readonly number[]) => (2 * r.reduce((sum, x) => sum + x, 0)) / rays;
  const area = (r: readonly number[]) => (r.reduce((sum, x) => sum + x * x, 0) * Math.PI) / rays;
  return {
    neck: mean(neck.r),
    height: above.at(-1)!.z + 0.025 - neck.z,
    width: Math.max(...above.map(({ r }) => mean(r))),
    volume: above.reduce((sum, { r }) => sum + 0.05 * area(r), 0),
    neckZ: neck.z,
  };
}

/** A ball on a vessel along x. */
function sidewall(neck: number, dome: number, parent: number) {
  const r = dome / 2;
  const wall = 5 + parent / 2;
  const centre: Vec3 = [12, 12, wall + Math.sqrt(r * r - (neck / 2) ** 2)];
  const tube: Body = (_x, y, z) => Math.hypot(y - 12, z - 5) - parent / 2;
  const body = joined(tube, ball(centre, r), 0.8);
  return { body, centre, truth: sectionsOf(body, [12, 12], wall - 0.3, centre[2] + r + 0.3) };
}

function measured(mesh: Mesh, plane: { point: Vec3; normal: Vec3 }, inside: Vec3): MeasuredDome {
  const found = measureDome(mesh, plane, inside, 4);
  assert.ok(isMeasured(found), isMeasured(found) ? "" : found.reason);
  return found;
}

test("a hemisphere has non-sphericity 0, a whole sphere .206, and neither undulates", () => {
  const centre: Vec3 = [8, 8, 8];
  const mesh = meshOf(ball(centre, 5), 16, 0.25);
  const half = measured(mesh, { point: centre, normal: [0, 0, 1] }, [8, 8, 11]).values;
  assert.ok(Math.abs(half.nonSphericity) < 0.003, `${half.nonSphericity}`);
  assert.ok(half.undulation < 0.004, `${half.undulation}`);
  assert.ok(Math.abs(half.neck - 10) < 0.05 && Math.abs(half.height - 5) < 0.05);
  const whole = measured(mesh, { point: [8, 8, 3.05], normal: [0, 0, 1] }, centre).values;
  assert.ok(Math.abs(whole.nonSphericity - 0.206) < 0.01, `${whole.nonSphericity}`);
});

test("the hull of a dented ball is the ball's, and its undulation is the dent's share", () => {
  const body: Body = (x, y, z) => Math.max(ball([8, 8, 8], 5)(x, y, z), -ball([8, 8, 13], 2)(x, y, z));
  const mesh = meshOf(body, 16, 0.25);
  const hull = convexHull(mesh.positions)!;
  // The dent takes the cap above its rim out of the hull as well.
  const ballVolume = (4 / 3) * Math.PI * 125;
  const rim = 13 - 4 / 10; // height where both balls meet
  const cap = (Math.PI * (13 - rim) ** 2 * (15 - (13 - rim))) / 3;
  assert.ok(Math.abs(meshSize(hull).volume / (ballVolume - cap) - 1) < 0.01);
  assert.ok(meshSize(mesh).volume < meshSize(hull).volume);
});

for (const [neck, dome, parent] of [
  [3, 6, 3.4],
  [4.2, 7, 3],
  [2.8, 6.4, 2.4],
  [5.5, 7, 3.6],
] as const) {
  test(`an aneurysm of ${dome} mm with a neck of ${neck} mm: within 0.2 mm and 3 % of volume, at a neck that is found`, () => {
    const { body, centre, truth } = sidewall(neck, dome, parent);
    const spacing = 0.3;
    const n = Math.ceil(24 / spacing);
    const volume = syntheticVolume(body, [n, n, n], [spacing, spacing, spacing], { blur: 0.3, noise: 30 });
    const mask = new Uint8Array(volume.data.length).map((_, p) => (volume.data[p] > 1100 ? 1 : 0));
    const mesh = vesselSurface(volume, mask)!.mesh;
    const proposed = proposeNeck(mesh, [centre[0] + 0.5, centre[1], centre[2] + 0.4])!;
    const { values } = measured(mesh, proposed.plane, centre);
    const said = `true ${JSON.stringify(truth)}, read ${JSON.stringify(values)}`;
    assert.ok(Math.abs(values.neck - truth.neck) < 0.2, `neck: ${said}`);
    assert.ok(Math.abs(values.height - truth.height) < 0.2, `height: ${said}`);
    assert.ok(Math.abs(values.width - truth.width) < 0.2, `width: ${said}`);
    assert.ok(Math.abs(values.volume / truth.volume - 1) < 0.03, `volume: ${said}`);
    assert.ok(values.sizeRatio !== null && Math.abs(values.sizeRatio - values.reach / 4) < 1e-9);
  });
}

test("a plane through the parent vessel or beside it is no neck, and says so", () => {
  const { body, centre } = sidewall(3, 6, 3.4);
  const mesh = meshOf((x, y, z) => Math.max(body(x, y, z), Math.abs(x - 12) - 9), 24, 0.3);
  const across = measureDome(mesh, { point: [12, 12, 4.2], normal: [0, 0, 1] }, centre);
  const beside = measureDome(mesh, { point: [12, 12, 23], normal: [0, 0, 1] }, centre);
  assert.ok(!isMeasured(beside) && beside.code === "nothing-above");
  if (!isMeasured(across)) assert.match(across.reason, /move it/i);
  else assert.ok(across.values.neckMost > 15, "along the vessel the cut is as long as the vessel");
});
