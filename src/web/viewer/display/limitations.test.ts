import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonInstance } from "../pane/dicom-json.ts";
import { orderStack } from "../pane/stack-order.ts";
import { magnificationWords, projectionWords } from "./angles.ts";
import { limitationsOf } from "./limitations.ts";

const ds = (...Value: unknown[]) => ({ vr: "DS", Value });
const slice = (n: number, at: number[], along = [1, 0, 0, 0, 1, 0]): JsonInstance => ({
  "00080018": { vr: "UI", Value: [`1.2.${n}`] },
  "00080060": { vr: "CS", Value: ["CT"] },
  "00200013": { vr: "IS", Value: [n] },
  "00200032": ds(...at),
  "00200037": ds(...along),
  "00280030": ds(1, 1),
});
const found = (instances: readonly JsonInstance[], role = "NCCT") => {
  const order = orderStack(instances);
  return limitationsOf({ frames: order.times[0]!, isRun: order.kind === "run", role });
};
const codes = (instances: readonly JsonInstance[], role?: string) => found(instances, role).map(({ code }) => code);

test("an even stack lacks nothing", () => {
  assert.deepEqual(codes([0, 5, 10, 15].map((z, n) => slice(n, [0, 0, z]))), []);
});

test("missing slices are counted and placed", () => {
  const [one] = found([0, 5, 10, 25, 30, 35].map((z, n) => slice(n, [0, 0, z])));
  assert.deepEqual([one?.code, one?.message], ["missing-slices", "About 2 slices are missing (between 3 and 4)."]);
});

test("a tilted gantry says by how much", () => {
  const tilt = Math.tan((15 * Math.PI) / 180);
  const [one] = found([0, 5, 10, 15].map((z, n) => slice(n, [0, tilt * z, z])));
  assert.deepEqual([one?.code, one?.message], ["tilted-gantry", "The gantry is tilted by 15.0°: slices are sheared."]);
});

test("mixed orientations and images without spacing are said", () => {
  const across = [0, 5].map((x, n) => slice(n + 9, [x, 0, 0], [0, 1, 0, 0, 0, -1]));
  assert.deepEqual(codes([...[0, 5, 10].map((z, n) => slice(n, [0, 0, z])), ...across]), ["mixed-orientations"]);
  const { "00280030": _, ...bare } = slice(1, [0, 0, 0]);
  assert.ok(codes([bare, { ...bare, "00200013": { vr: "IS", Value: [2] } }]).includes("no-spacing"));
});

test("a clip with a frame time of 0 and no spacing says both", () => {
  const clip: JsonInstance = {
    "00080060": { vr: "CS", Value: ["US"] },
    "00280008": { vr: "IS", Value: [5] },
    "00181063": ds(0),
  };
  assert.deepEqual(codes([clip], "US"), ["no-spacing", "zero-frame-time", "no-frame-times"]);
});

test("angles are read in words, with the turn of a rotational run", () => {
  const run = (primary: number, secondary: number, more: JsonInstance = {}): JsonInstance => ({
    "00181510": ds(primary),
    "00181511": ds(secondary),
    ...more,
  });
  assert.equal(projectionWords(run(-32, 2)), "RAO 32° CRAN 2°");
  assert.equal(projectionWords(run(0, -24)), "AP CAUD 24°");
  assert.equal(projectionWords(run(90, 0)), "lateral LAO 90°");
  assert.equal(projectionWords(run(-100, 0, { "00181520": ds(0, 10, 20) }), 2), "RAO 80°");
  assert.equal(projectionWords({}), "");
  const geometry = { "00181110": ds(1200), "00189402": ds(750), "00181111": ds(800) };
  assert.equal(magnificationWords(geometry), "1.60×");
});
