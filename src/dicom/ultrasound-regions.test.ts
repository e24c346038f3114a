import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { uniform } from "../core/random.ts";
import { calibrationOf } from "./calibration.ts";
import { type DataSet, dataSet } from "./data-set.ts";
import { parsePart10 } from "./parse.ts";
import {
  isSpatial,
  regionAt,
  regionsMisfit,
  spanBetween,
  ultrasoundRegions,
  valueOn,
  zeroOf,
} from "./ultrasound-regions.ts";

const region = (fields: Parameters<typeof dataSet>[0], [left, top, right, bottom] = [0, 0, 99, 99]): DataSet =>
  dataSet({
    ...{ RegionSpatialFormat: 1, RegionDataType: 1, RegionLocationMinX0: left, RegionLocationMinY0: top },
    ...{
      RegionLocationMaxX1: right,
      RegionLocationMaxY1: bottom,
      PhysicalUnitsXDirection: 3,
      PhysicalUnitsYDirection: 3,
    },
    ...{ PhysicalDeltaX: 0.01, PhysicalDeltaY: 0.02 },
    ...fields,
  });
const regionsOf = (...all: DataSet[]) =>
  ultrasoundRegions(dataSet({ Modality: "US", SequenceOfUltrasoundRegions: all }));
const spectrum = region(
  {
    ...{ RegionSpatialFormat: 3, RegionDataType: 3, PhysicalUnitsXDirection: 4, PhysicalUnitsYDirection: 7 },
    ...{ PhysicalDeltaX: 0.005, PhysicalDeltaY: -0.5, ReferencePixelX0: 0, ReferencePixelY0: 60 },
    ...{ ReferencePixelPhysicalValueX: 0, ReferencePixelPhysicalValueY: 0, DopplerCorrectionAngle: 60 },
  },
  [0, 200, 399, 319],
);

test("a length in a 2-D region is in mm by the scale of that region along both axes", () => {
  const span = spanBetween(regionsOf(region({})), [10, 10], [40, 30]);
  assert.ok(span.region);
  assert.ok(Math.abs(span.length! - Math.hypot(3, 4)) < 1e-9);
});

test("a length across two regions is refused and both are named", () => {
  const span = spanBetween(regionsOf(region({}), spectrum), [10, 10], [40, 250]);
  assert.equal(span.region, null);
  assert.match(span.region === null ? span.reason : "", /across two regions \(2-D and PW Doppler\)/);
  const out = spanBetween(regionsOf(region({})), [10, 10], [400, 10]);
  assert.match(out.region === null ? out.reason : "", /outside/);
});

test("regions that reach beyond the image give no scale: the image was resized or cut", () => {
  const image = (Rows: number, Columns: number) =>
    dataSet({ Modality: "US", Rows, Columns, SequenceOfUltrasoundRegions: [region({}, [0, 0, 400, 300])] });
  assert.equal(regionsMisfit(image(301, 400)), null, "one pixel beyond the last is how some devices write it");
  assert.equal(calibrationOf(image(301, 400)).state, "patient");
  const resized = image(240, 320);
  assert.match(regionsMisfit(resized) ?? "", /2-D reaches to 400, 300 on an image of 320 x 240/);
  const { state, spacing, regions } = calibrationOf(resized);
  assert.deepEqual([state, spacing, regions], ["none", null, []]);
});

test("from the 2-D image into a colour box of the same scale is one length", () => {
  const box = region({ RegionDataType: 2, RegionFlags: 1 }, [20, 20, 60, 60]);
  const span = spanBetween(regionsOf(region({}), box), [10, 10], [40, 30]);
  assert.equal(span.region?.name, "2-D");
  assert.ok(span.region && Math.abs(span.length! - 5) < 1e-9);
  assert.equal(regionAt(regionsOf(region({}), box), 40, 40)?.name, "colour Doppler");
});

test("a spectrum reads velocity from its baseline and time from its start", () => {
  const [one] = regionsOf(spectrum);
  assert.equal(zeroOf(one!.y), 260);
  assert.equal(valueOn(one!.y, 220), 20);
  assert.equal(valueOn(one!.y, 300), -20);
  assert.equal(valueOn(one!.x, 200), 1);
  assert.deepEqual([one!.y.unit, one!.x.unit, one!.angle, isSpatial(one!)], ["cm/s", "s", 60, false]);
  const span = spanBetween([one!], [0, 220], [200, 300]);
  assert.ok(span.region && span.length === null);
  assert.deepEqual([span.along.value, span.down.value], [1, 40]);
});

test("M-mode gives depth in mm and time in s, never one length", () => {
  const [one] = regionsOf(region({ RegionSpatialFormat: 2, PhysicalUnitsXDirection: 4, PhysicalDeltaX: 0.01 }));
  const span = spanBetween([one!], [0, 0], [50, 10]);
  assert.ok(span.region && span.length === null);
  assert.deepEqual([one!.name, span.along, span.down], ["M-mode", { value: 0.5, unit: "s" }, { value: 2, unit: "mm" }]);
});

test("without a reference pixel an axis has differences but no values", () => {
  const [one] = regionsOf(region({}));
  assert.equal(valueOn(one!.x, 10), null);
  assert.equal(zeroOf(one!.x), null);
});

test("whatever stands in a region, a length is a number above nothing or refused in words", () => {
  const random = uniform(5);
  const any = () => [0, -1, 1, 65535, 1e-300, 1e300, 0.02, -0.02, 3, 4, 7, 99][Math.floor(random() * 12)]!;
  for (let round = 0; round < 2000; round++) {
    const fields = Object.fromEntries(
      [
        ...["RegionSpatialFormat", "RegionDataType", "PhysicalUnitsXDirection", "PhysicalUnitsYDirection"],
        ...["RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1"],
      ].map((name) => [name, Math.abs(Math.round(any())) % 65536]),
    );
    const scale = { PhysicalDeltaX: any(), PhysicalDeltaY: any() };
    const span = spanBetween(
      regionsOf(dataSet({ ...fields, ...scale }), region({})),
      [random() * 120, random() * 120],
      [random() * 120, random() * 120],
    );
    if (span.region === null) assert.ok(span.reason.length > 5);
    else {
      assert.ok(span.length === null || span.length >= 0);
      assert.ok(span.along.value >= 0 && span.down.value >= 0);
      assert.ok(span.region.x.unit !== "" || span.region.y.unit !== "");
    }
  }
});

const data = new URL("../../../shared/data/US/", import.meta.url);
const skip = existsSync(data) ? false : "the sample data are not there";
const real = (path: string) =>
  ultrasoundRegions(parsePart10(new Uint8Array(readFileSync(new URL(path, data)))).dataSet);

test("real images: the 2-D region under a point is found although an unscaled one covers it", { skip }, () => {
  const clip = real("fo-dicom/DIRW0007");
  assert.equal(clip.length, 2);
  const under = regionAt(clip, 300, 200);
  assert.deepEqual([under?.name, under?.x.unit], ["2-D", "mm"]);
  // The reference pixel lies in the middle of the image, at the skin.
  assert.equal(under?.x.reference, 288);
  const span = spanBetween(clip, [288, 100], [288, 200]);
  assert.ok(span.region && Math.abs(span.length! - 52.478) < 0.001);
});

test("real images: the ECG strip below the image has seconds and no length", { skip }, () => {
  const still = real("pydicom/examples_palette.dcm");
  const strip = regionAt(still, 400, 550);
  assert.deepEqual([strip?.name, strip?.x.unit, strip?.y.unit], ["ECG", "s", ""]);
  const across = spanBetween(still, [400, 300], [400, 550]);
  assert.match(across.region === null ? across.reason : "", /across two regions \(2-D and ECG\)/);
});
