import assert from "node:assert/strict";
import { test } from "node:test";
import { dot, type Vec3 } from "../../../core/geometry.ts";
import { draggedNeck, movedNeck, neckTrace, sliceOf, swungNeck, tiltedNeck } from "./neck-plane.ts";

const plane = { point: [1, 2, 3] as Vec3, normal: [0, 0, 1] as Vec3 };
function near(a: Vec3, b: Vec3): void {
  for (const [n, x] of a.entries()) assert.ok(Math.abs(x - b[n]!) < 1e-9, `${a} is not ${b}`);
}

test("a neck moves along its normal and turns about a place", () => {
  near(movedNeck(plane, 0.5).point, [1, 2, 3.5]);
  near(tiltedNeck(plane, plane.point, [1, 0, 0], Math.PI / 2).normal, [0, -1, 0]);
});

test("seen edge on it has a line; a drag across it moves it as far, seen obliquely by the sine of it", () => {
  const trace = neckTrace(plane, [0, -1, 0])!;
  assert.ok(Math.abs(trace.sine - 1) < 1e-9 && Math.abs(trace.line[0]) > 0.999);
  near(trace.toward, [0, 0, 1]);
  near(draggedNeck(plane, trace, 0.4).point, [1, 2, 3.4]);
  const oblique = neckTrace(plane, [0, -Math.SQRT1_2, Math.SQRT1_2])!;
  assert.ok(Math.abs(oblique.sine - Math.SQRT1_2) < 1e-9);
  assert.ok(dot(oblique.toward, plane.normal) > 0, "across the line toward the dome");
  assert.equal(neckTrace(plane, [0, 0, 1]), undefined);
});

test("an end that is dragged takes the line with it, either end", () => {
  const trace = neckTrace(plane, [0, -1, 0])!;
  for (const end of [1, -1] as const) {
    const swung = swungNeck(plane, plane.point, trace, end, end * 2, 1);
    const now = neckTrace(swung, [0, -1, 0])!;
    const to = [0, 1, 2].map((n) => (end * 2 * trace.line[n]! + trace.toward[n]!) / Math.sqrt(5)) as unknown as Vec3;
    assert.ok(Math.abs(Math.abs(dot(now.line, to)) - 1) < 1e-9, `${now.line} through ${to}`);
    assert.ok(dot(swung.normal, plane.normal) > 0.8, "the dome stays on its side");
  }
});

test("a plane cuts a triangle in one line, and one beside it in none", () => {
  const positions = Float32Array.from([0, 0, 0, 2, 0, 0, 0, 0, 2]);
  const triangles = Uint32Array.from([0, 1, 2]);
  const cut = sliceOf(positions, triangles, { point: [0, 0, 1], normal: [0, 0, 1] });
  assert.equal(cut.length, 1);
  for (const [x, , z] of cut[0]!) assert.ok(Math.abs(z - 1) < 1e-6 && (Math.abs(x) < 1e-6 || Math.abs(x - 1) < 1e-6));
  assert.equal(sliceOf(positions, triangles, { point: [0, 0, 5], normal: [0, 0, 1] }).length, 0);
});
