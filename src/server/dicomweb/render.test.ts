/// <reference path="./pngjs.d.ts" />
import assert from "node:assert/strict";
import { test } from "node:test";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { dataSet } from "../../dicom/data-set.ts";
import type { Frame } from "../../dicom/decode.ts";
import { render } from "./render.ts";

const grey = (samples: number[], photometric: Frame["photometric"] = "MONOCHROME2"): Frame => ({
  samples: Int16Array.from(samples),
  ...{ rows: 1, columns: samples.length, samplesPerPixel: 1, bitsStored: 16, signed: true, photometric },
});
const png = { format: "image/png", quality: 90 } as const;

function greys(bytes: Uint8Array): number[] {
  const picture = PNG.sync.read(Buffer.from(bytes));
  return Array.from({ length: picture.width * picture.height }, (_, i) => picture.data[4 * i]!);
}

test("the window is applied after the rescale, by PS3.3 C.11.2.1.2.1", () => {
  const header = dataSet({ RescaleSlope: 2, RescaleIntercept: -1000, WindowCenter: 40, WindowWidth: 400 });
  // y = (x - 39.5) / 399 + 0.5 of x = 2 v - 1000
  assert.deepEqual(greys(render(grey([400, 520, 700]), header, 0, png)), [0, 128, 255]);
});

test("MONOCHROME1 is shown inverted", () => {
  const header = dataSet({ WindowCenter: 50, WindowWidth: 100 });
  assert.deepEqual(greys(render(grey([-100, 200], "MONOCHROME1"), header, 0, png)), [255, 0]);
});

test("without a window the whole range is shown", () => {
  assert.deepEqual(greys(render(grey([-5, 0, 5]), dataSet({}), 0, png)), [0, 128, 255]);
});

test("a window that is asked for stands above the stored one", () => {
  const header = dataSet({ WindowCenter: 5000, WindowWidth: 1 });
  const window = { center: 0, width: 10, shape: "LINEAR_EXACT" } as const;
  assert.deepEqual(greys(render(grey([-5, 0, 5]), header, 0, { ...png, window })), [0, 128, 255]);
});

test("each frame of an enhanced image has its own window", () => {
  const frame = (center: number) =>
    dataSet({ FrameVOILUTSequence: [dataSet({ WindowCenter: center, WindowWidth: 2 })] });
  const header = dataSet({ PerFrameFunctionalGroupsSequence: [frame(0), frame(1000)] });
  assert.deepEqual(greys(render(grey([500]), header, 0, png)), [255]);
  assert.deepEqual(greys(render(grey([500]), header, 1, png)), [0]);
});

test("a picture fits into the viewport and keeps its proportions", () => {
  const wide: Frame = { ...grey(new Array(64 * 32).fill(7)), rows: 32, columns: 64 };
  const out = jpeg.decode(
    render(wide, dataSet({}), 0, { format: "image/jpeg", quality: 90, fit: { width: 16, height: 16 } }),
  );
  assert.deepEqual([out.width, out.height], [16, 8]);
});

test("nothing is made of a region outside the image", () => {
  const crop = { x: 10, y: 0, width: 4, height: 4 };
  assert.throws(() => render(grey([1, 2]), dataSet({}), 0, { ...png, crop, fit: { width: 4, height: 4 } }), {
    code: "bad-request",
  });
});
