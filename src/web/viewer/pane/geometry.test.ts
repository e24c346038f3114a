import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonInstance } from "./dicom-json.ts";
import { nearestPlane, pixelToPatient, planeOf } from "./geometry.ts";
import { edgeLetters, statedLetters } from "./orientation.ts";
import { orderStack } from "./stack-order.ts";

function slice(z: number, instanceNumber: number): JsonInstance {
  return {
    "00080018": { vr: "UI", Value: [`1.${instanceNumber}`] },
    "00200013": { vr: "IS", Value: [instanceNumber] },
    "00200032": { vr: "DS", Value: [-100, -120, z] },
    "00200037": { vr: "DS", Value: [1, 0, 0, 0, 1, 0] },
    "00200052": { vr: "UI", Value: ["1.2.3"] },
    "00280010": { vr: "US", Value: [256] },
    "00280011": { vr: "US", Value: [200] },
    "00280030": { vr: "DS", Value: [0.5, 0.7] },
  };
}

test("slices are stacked by their place, from the feet up, whatever their instance numbers say", () => {
  const order = orderStack([slice(10, 1), slice(0, 2), slice(5, 3)]);
  assert.equal(order.kind, "slices");
  assert.equal(order.volume, true);
  assert.deepEqual(
    order.times[0]!.map(({ sopUid }) => sopUid),
    ["1.2", "1.3", "1.1"],
  );
});

test("slices with unequal gaps are not built into a volume", () => {
  assert.equal(orderStack([slice(0, 1), slice(5, 2), slice(12, 3)]).volume, false);
});

test("images of one place are its times", () => {
  const order = orderStack([slice(0, 1), slice(5, 2), slice(0, 3), slice(5, 4), slice(0, 5), slice(5, 6)]);
  assert.equal(order.times.length, 3);
  assert.deepEqual(
    order.times[2]!.map(({ sopUid }) => sopUid),
    ["1.5", "1.6"],
  );
});

test("a run without a plane keeps its frame order", () => {
  const run: JsonInstance = { "00280008": { vr: "IS", Value: ["3"] }, "00080018": { vr: "UI", Value: ["9"] } };
  const order = orderStack([run]);
  assert.equal(order.kind, "run");
  assert.deepEqual(
    order.times[0]!.map(({ frame }) => frame),
    [0, 1, 2],
  );
});

test("a pixel lies in the patient where position, orientation and spacing say", () => {
  const plane = planeOf(slice(7, 1), 0)!;
  assert.deepEqual(pixelToPatient(plane, 10, 20), [-93, -110, 7]);
});

test("the nearest slice to a position is found with its distance", () => {
  const planes = [0, 5, 10].map((z, k) => planeOf(slice(z, k), 0));
  assert.deepEqual(nearestPlane(planes, [0, 0, 6]), { index: 1, distance: 1 });
});

test("an axial image in radiological convention has the patient's right at the left edge", () => {
  const edges = edgeLetters([1, 0, 0], [0, 1, 0]);
  assert.deepEqual(edges, { left: "R", right: "L", top: "A", bottom: "P" });
});

test("an oblique image gets two letters, the main one first", () => {
  assert.equal(edgeLetters([0.8, 0.6, 0], [0, 0, -1]).right, "LP");
});

test("an image that states no orientation gets no letters", () => {
  assert.equal(statedLetters([]).left, "");
  assert.deepEqual(statedLetters(["L", "F"]), { left: "R", right: "L", top: "H", bottom: "F" });
});

test("two multi-frame images of one series are two clips", () => {
  const clip = (sop: string, frames: number): JsonInstance => ({
    "00080018": { vr: "UI", Value: [sop] },
    "00280008": { vr: "IS", Value: [frames] },
  });
  assert.deepEqual(
    orderStack([clip("1", 3), clip("2", 2)]).times.map((frames) => frames.length),
    [3, 2],
  );
});

test("an enhanced object holds its frames in any order: places go by space, frames of one place by temporal position", () => {
  const frame = (z: number, time: number) => ({
    "00209111": { vr: "SQ", Value: [{ "00209128": { vr: "UL", Value: [time] } }] },
    "00209113": { vr: "SQ", Value: [{ "00200032": { vr: "DS", Value: [0, 0, z] } }] },
  });
  const enhanced = {
    "00080018": { vr: "UI", Value: ["1.2"] },
    "00280008": { vr: "IS", Value: [6] },
    "00280010": { vr: "US", Value: [4] },
    "00280011": { vr: "US", Value: [4] },
    "52009229": {
      vr: "SQ",
      Value: [
        {
          "00209116": { vr: "SQ", Value: [{ "00200037": { vr: "DS", Value: [1, 0, 0, 0, 1, 0] } }] },
          "00289110": { vr: "SQ", Value: [{ "00280030": { vr: "DS", Value: [0.75, 0.5] } }] },
        },
      ],
    },
    "52009230": { vr: "SQ", Value: [frame(8, 1), frame(0, 2), frame(4, 1), frame(0, 1), frame(8, 2), frame(4, 2)] },
  };
  const order = orderStack([enhanced]);
  assert.deepEqual(
    order.times.map((stack) => stack.map((one) => one.frame)),
    [
      [3, 2, 0],
      [1, 5, 4],
    ],
  );
  assert.deepEqual([order.times[0]![0]!.plane!.rowSpacing, order.times[0]![0]!.plane!.columnSpacing], [0.75, 0.5]);
  assert.equal(order.volume, true);
});

test("slices of several orientations follow each other, none is left out", () => {
  const plane = (uid: string, n: number, orientation: readonly number[], origin: readonly number[]) => ({
    "00080018": { vr: "UI", Value: [uid] },
    "00200013": { vr: "IS", Value: [n] },
    "00200032": { vr: "DS", Value: origin },
    "00200037": { vr: "DS", Value: orientation },
    "00280030": { vr: "DS", Value: [1, 1] },
    "00280010": { vr: "US", Value: [4] },
    "00280011": { vr: "US", Value: [4] },
  });
  const [axial, sagittal] = [
    [1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 0, -1],
  ];
  const order = orderStack([
    plane("a2", 1, axial!, [0, 0, 10]),
    plane("s1", 2, sagittal!, [0, 0, 0]),
    plane("a1", 3, axial!, [0, 0, 0]),
    plane("s2", 4, sagittal!, [5, 0, 0]),
  ]);
  assert.deepEqual(
    order.times.map((stack) => stack.map(({ sopUid }) => sopUid)),
    [["a1", "a2", "s1", "s2"]],
  );
  assert.equal(order.volume, false);
});

test("a slice whose spacing is 0 or whose directions are not of length 1 has no place: no length in mm comes from it", () => {
  const stated = (spacing: number[], row: number[]): JsonInstance => ({
    "00200032": { vr: "DS", Value: [0, 0, 0] },
    "00200037": { vr: "DS", Value: [...row, 0, 1, 0] },
    "00280030": { vr: "DS", Value: spacing },
  });
  assert.ok(planeOf(stated([0.5, 0.5], [1, 0, 0]), 0));
  assert.equal(planeOf(stated([0, 0], [1, 0, 0]), 0), null);
  assert.equal(planeOf(stated([0.5, -0.5], [1, 0, 0]), 0), null);
  assert.equal(planeOf(stated([0.5, 0.5], [2, 0, 0]), 0), null);
});
