import assert from "node:assert/strict";
import { test } from "node:test";
import { calibrateOn, frenchToMm, lengthError } from "./calibrate-on.ts";
import { calibrationOf, magnificationOf } from "./calibration.ts";
import { dataSet } from "./data-set.ts";

const xa = (fields: Parameters<typeof dataSet>[0]) => dataSet({ Modality: "XA", ...fields });

test("a scale by geometry is off by 6.7 % for a vessel 5 cm from an isocentre 75 cm from the source", () => {
  const found = calibrationOf(
    xa({ ImagerPixelSpacing: [0.3, 0.3], DistanceSourceToDetector: 1125, DistanceSourceToIsocenter: 750 }),
  );
  assert.equal(found.state, "magnified");
  assert.ok(Math.abs(found.spacing![0] - 0.2) < 1e-9);
  assert.equal((100 * found.error!).toFixed(1), "6.7");
  assert.match(found.errorBasis, /5 cm off a plane 75 cm from the source$/);
});

test("a distance that is not stated is said to be assumed", () => {
  const found = calibrationOf(xa({ ImagerPixelSpacing: [0.3, 0.3], EstimatedRadiographicMagnificationFactor: 1.5 }));
  assert.match(found.errorBasis, /\(assumed\)$/);
  const derived = calibrationOf(
    xa({
      ...{ ImagerPixelSpacing: [0.3, 0.3], EstimatedRadiographicMagnificationFactor: 1.5 },
      DistanceSourceToDetector: 1200,
    }),
  );
  assert.match(derived.errorBasis, /80 cm from the source$/);
});

test("at the detector the error is unknown, never 0", () => {
  const found = calibrationOf(xa({ ImagerPixelSpacing: [0.3, 0.3] }));
  assert.deepEqual([found.state, found.error], ["detector", null]);
  assert.match(found.errorBasis, /unknown magnification/);
});

test("spacings of 0 and below, and distances that cross, give no scale", () => {
  assert.equal(calibrationOf(xa({ ImagerPixelSpacing: [0, 0.3] })).state, "none");
  assert.equal(calibrationOf(xa({ ImagerPixelSpacing: [-0.3, 0.3] })).state, "none");
  assert.equal(calibrationOf(dataSet({ Modality: "CT", PixelSpacing: [0, 0] })).state, "none");
  assert.equal(magnificationOf(xa({ DistanceSourceToDetector: 700, DistanceSourceToIsocenter: 800 })), null);
  assert.equal(magnificationOf(xa({ EstimatedRadiographicMagnificationFactor: 0.5 })), null);
});

test("each frame of an enhanced run has its own geometry", () => {
  const frame = (detector: number) =>
    dataSet({
      FramePixelDataPropertiesSequence: [dataSet({ ImagerPixelSpacing: [0.3, 0.3] })],
      XRayGeometrySequence: [dataSet({ DistanceSourceToDetector: detector, DistanceSourceToIsocenter: 750 })],
    });
  const ds = xa({ PerFrameFunctionalGroupsSequence: [frame(1125), frame(1500)] });
  assert.ok(Math.abs(calibrationOf(ds, 0).spacing![0] - 0.2) < 1e-9);
  assert.ok(Math.abs(calibrationOf(ds, 1).spacing![0] - 0.15) < 1e-9);
});

test("a 6 F catheter over 12 pixels is 0.167 mm a pixel, with the error of its edges and its size", () => {
  const found = calibrateOn({ kind: "catheter", size: frenchToMm(6), sizeError: 0.04, pixels: 12, edgeError: 0.5 });
  assert.ok("mmPerPixel" in found);
  assert.equal(found.mmPerPixel.toFixed(4), "0.1667");
  assert.ok(Math.abs(found.error - Math.hypot((Math.SQRT2 * 0.5) / 12, 0.02)) < 1e-12);
});

test("what cannot calibrate is refused in words", () => {
  const on = (size: number, pixels: number) =>
    calibrateOn({ kind: "object", size, sizeError: 0, pixels, edgeError: 1 });
  for (const [size, pixels] of [
    [0, 10],
    [-2, 10],
    [Number.NaN, 10],
    [2, 1],
    [2, Number.NaN],
  ] as const)
    assert.ok("reason" in on(size, pixels), `${size} mm over ${pixels} px`);
});

test("the error of a length has its scale and both its ends", () => {
  assert.ok(Math.abs(lengthError(10, 0.05, 0.2, 0) - 0.5) < 1e-12);
  assert.ok(Math.abs(lengthError(0, 0.05, 0.2, 1) - Math.SQRT2 * 0.2) < 1e-12);
});
