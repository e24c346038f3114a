import assert from "node:assert/strict";
import { test } from "node:test";
import { cross, dot, length, sub, type Vec3 } from "../../../core/geometry.ts";
import { createCrosshair, type Plane, planeWords, STRAIGHT, turned, viewOf } from "./crosshair-store.ts";

const PLANES: readonly Plane[] = ["axial", "coronal", "sagittal"];

test("straight planes have the patient's left on the right of the screen, seen from below, from the front and from the left", () => {
  const right = (plane: Plane) => cross(STRAIGHT[plane].up, STRAIGHT[plane].normal);
  assert.deepEqual(
    right("axial").map((v) => v + 0),
    [1, 0, 0],
  );
  assert.deepEqual(
    right("coronal").map((v) => v + 0),
    [1, 0, 0],
  );
  assert.deepEqual(
    right("sagittal").map((v) => v + 0),
    [0, 1, 0],
  );
});

test("planes stay at right angles however often they are turned", () => {
  const store = createCrosshair();
  for (let n = 0; n < 500; n++) {
    const plane = PLANES[n % 3]!;
    store.turn(viewOf(plane, store.state().axes).normal, 0.37);
  }
  const normals = PLANES.map((plane) => viewOf(plane, store.state().axes).normal);
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [0, 2],
  ] as const)
    assert.ok(Math.abs(dot(normals[a]!, normals[b]!)) < 1e-9);
  for (const normal of normals) assert.ok(Math.abs(length(normal) - 1) < 1e-9);
});

test("turning about the axial normal leaves the axial plane where it is and turns the others alike", () => {
  const store = createCrosshair();
  store.turn([0, 0, 1], Math.PI / 6);
  const { axes } = store.state();
  assert.ok(length(sub(viewOf("axial", axes).normal, STRAIGHT.axial.normal)) < 1e-9);
  assert.equal(planeWords("coronal", viewOf("coronal", axes).normal), "oblique, 30° from coronal");
  assert.equal(planeWords("axial", viewOf("axial", axes).normal), "axial");
  assert.ok(length(sub(viewOf("axial", axes).up, STRAIGHT.axial.up)) < 1e-9, "the axial picture does not roll");
  store.straighten();
  assert.equal(planeWords("coronal", viewOf("coronal", store.state().axes).normal), "coronal");
});

test("a quarter turn about z brings x to y", () => {
  const y = turned([1, 0, 0], [0, 0, 1], Math.PI / 2);
  assert.ok(length(sub(y, [0, 1, 0] as Vec3)) < 1e-12);
});

test("listeners hear who moved it", () => {
  const store = createCrosshair();
  const heard: string[] = [];
  const stop = store.subscribe(() => heard.push(store.state().by));
  store.put([1, 2, 3]);
  store.carry([1, 2, 4]);
  stop();
  store.put([0, 0, 0]);
  assert.deepEqual(heard, ["reader", "scroll"]);
});
