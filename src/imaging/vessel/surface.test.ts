import assert from "node:assert/strict";
import { test } from "node:test";
import { marchingCubes } from "./marching.ts";
import { closure, meshSize, smoothMesh, stl } from "./mesh.ts";
import { vesselSurface } from "./surface.ts";
import { syntheticVolume } from "./synthetic-tube.ts";

const within = (value: number, truth: number, percent: number, what: string) =>
  assert.ok(Math.abs(value / truth - 1) * 100 <= percent, `${what}: ${value} is not within ${percent} % of ${truth}`);

test("every way corners can lie inside gives a closed surface, also beside every other", () => {
  let seed = 1;
  const bits = Uint8Array.from({ length: 9 * 8 * 7 }, () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >> 16) & 1;
  });
  const mesh = marchingCubes([9, 8, 7], (i, j, k) => (bits[(k * 8 + j) * 9 + i] ? 1 : -1));
  const { openEdges } = closure(mesh);
  assert.equal(openEdges, 0);
  assert.ok(meshSize(mesh).volume > 0, "triangles face outward");
});

test("a sphere and a ring have the volume and area of theirs within 1 %, and none and one handle", () => {
  const sphere = marchingCubes([40, 40, 40], (i, j, k) => 15 - Math.hypot(i - 19.3, j - 19.6, k - 19.1));
  within(meshSize(sphere).volume, (4 / 3) * Math.PI * 15 ** 3, 1, "volume");
  within(meshSize(sphere).area, 4 * Math.PI * 15 ** 2, 1, "area");
  assert.deepEqual(closure(sphere), { openEdges: 0, sharedEdges: 0, parts: 1, handles: 0 });
  const ring = marchingCubes([40, 40, 20], (i, j, k) => 5 - Math.hypot(Math.hypot(i - 20, j - 20) - 12, k - 10));
  within(meshSize(ring).volume, 2 * Math.PI ** 2 * 12 * 25, 1, "volume of a ring");
  assert.equal(closure(ring).handles, 1);
  const calm = smoothMesh(sphere, 20);
  within(meshSize(calm).volume, meshSize(sphere).volume, 0.02, "volume after smoothing");
});

test("a surface with a triangle missing is told as open", () => {
  const sphere = marchingCubes([20, 20, 20], (i, j, k) => 6 - Math.hypot(i - 9.5, j - 9.5, k - 9.5));
  assert.equal(closure({ ...sphere, triangles: sphere.triangles.slice(3) }).openEdges, 3);
});

test("blurred noisy spheres and tubes keep volume and area within 1 % by the local half maximum and the fitted edge", () => {
  const spacing = [0.4, 0.4, 0.5] as const;
  for (const radius of [3, 5]) {
    const ball = syntheticVolume((x, y, z) => Math.hypot(x - 7.9, y - 8.1, z - 8) - radius, [40, 40, 32], spacing);
    const mask = Uint8Array.from(ball.data, (v) => (v > 1100 ? 1 : 0));
    const surface = vesselSurface(ball, mask)!;
    within(surface.volumeMm3, (4 / 3) * Math.PI * radius ** 3, 1, `volume of a ball of ${radius} mm`);
    within(surface.areaMm2, 4 * Math.PI * radius ** 2, 1, `area of a ball of ${radius} mm`);
    assert.equal(surface.closure.openEdges, 0);
  }
  // A tube of two lengths: what is between its ends is free of how the caps are rounded off.
  for (const radius of [1.5, 2]) {
    const [short, long] = [20, 28].map((size) => {
      const tube = syntheticVolume(
        (x, y, z) => Math.max(Math.hypot(x - 6, y - 6) - radius, Math.abs(z - 15) - size / 2),
        [30, 30, 62],
        spacing,
      );
      return vesselSurface(
        tube,
        Uint8Array.from(tube.data, (v) => (v > 1100 ? 1 : 0)),
      )!;
    });
    within(long!.volumeMm3 - short!.volumeMm3, Math.PI * radius ** 2 * 8, 1, `volume of a tube of ${2 * radius} mm`);
    within(long!.areaMm2 - short!.areaMm2, 2 * Math.PI * radius * 8, 1, `area of a tube of ${2 * radius} mm`);
  }
});

test("an empty mask has no surface; a mirrored grid still faces outward; STL holds every triangle", () => {
  const ball = syntheticVolume((x, y, z) => Math.hypot(x - 5, y - 5, z - 5) - 3, [26, 26, 26], [0.4, 0.4, 0.4]);
  assert.equal(vesselSurface(ball, new Uint8Array(ball.data.length)), undefined);
  const mask = Uint8Array.from(ball.data, (v) => (v > 1100 ? 1 : 0));
  const mirrored = { ...ball, direction: { ...ball.direction, k: [0, 0, -1] as const } };
  const surface = vesselSurface(mirrored, mask)!;
  assert.ok(surface.volumeMm3 > 100);
  const file = stl(surface.mesh, "solid test");
  assert.equal(file.length, 84 + (50 * surface.mesh.triangles.length) / 3);
  assert.notEqual(String.fromCharCode(...file.subarray(0, 5)), "solid", "a binary file must not begin like a text one");
});
