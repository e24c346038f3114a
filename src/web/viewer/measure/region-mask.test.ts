import assert from "node:assert/strict";
import { test } from "node:test";
import { slicesInside, unpackedMask } from "../../../imaging/region/mask-bits.ts";
import type { FrameRef } from "../pane/stack-order.ts";
import { regionMask } from "./region-mask.ts";

const instance = {
  "00280010": { vr: "US", Value: [20] },
  "00280011": { vr: "US", Value: [32] },
  "00180050": { vr: "DS", Value: [2.5] },
};
const plane = {
  ...{ origin: [-10, -20, 30], row: [0, 1, 0], column: [0, 0, -1], normal: [-1, 0, 0], columnSpacing: 0.5 },
  ...{ rowSpacing: 0.4, rows: 20, columns: 32, frameOfReference: "1.2" },
};
const image = (of: object | null) =>
  ({ instance, sopUid: "1.2.3", frame: 4, plane: of, order: [] }) as unknown as FrameRef;
const rectangle = {
  kind: "rectangle",
  shape: {
    space: "image",
    points: [
      [3, 2],
      [9, 2],
      [3, 6],
      [9, 6],
    ],
  },
} as const;

test("the pixels of a region whose image lies in the patient are a slice there", () => {
  const made = regionMask(rectangle, image(plane))!;
  assert.equal(made.inside, 24);
  assert.deepEqual(slicesInside(made.bits, 32 * 20, 1), { first: 0, last: 0, voxels: 24 });
  const mask = unpackedMask(made.bits, 0, 32 * 20);
  assert.deepEqual([mask[2 * 32 + 3], mask[5 * 32 + 8], mask[2 * 32 + 9], mask[6 * 32 + 3]], [1, 1, 0, 0]);
  assert.deepEqual(made.space, {
    ...{ kind: "grid", shape: [32, 20, 1], spacing: [0.5, 0.4, 2.5], origin: [-10, -20, 30] },
    direction: [0, 1, 0, 0, 0, -1, -1, 0, 0],
  });
});

test("those of an image without a place are pixels of its frame; a shape that holds no pixel gives nothing", () => {
  const made = regionMask(rectangle, image(null))!;
  assert.deepEqual(made.space, { kind: "frame", sopUid: "1.2.3", frame: 5, rows: 20, columns: 32 });
  const tiny = [
    [3.1, 2.1],
    [3.3, 2.1],
    [3.1, 2.3],
    [3.3, 2.3],
  ];
  assert.equal(regionMask({ kind: "rectangle", shape: { space: "image", points: tiny } }, image(plane)), undefined);
});
