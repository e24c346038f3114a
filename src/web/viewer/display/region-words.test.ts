import assert from "node:assert/strict";
import { test } from "node:test";
import { dataSet, ultrasoundRegions } from "../../../dicom/index.ts";
import { regionWords } from "./region-words.ts";

const region = (fields: Parameters<typeof dataSet>[0]) =>
  ultrasoundRegions(
    dataSet({
      SequenceOfUltrasoundRegions: [
        dataSet({
          ...{ RegionLocationMinX0: 0, RegionLocationMinY0: 200, RegionLocationMaxX1: 399, RegionLocationMaxY1: 319 },
          ...fields,
        }),
      ],
    }),
  )[0]!;

test("a velocity is read from the baseline, above or below, whichever sign the machine writes", () => {
  for (const sign of [1, -1]) {
    const spectrum = region({
      ...{ RegionSpatialFormat: 3, RegionDataType: 3, PhysicalUnitsXDirection: 4, PhysicalUnitsYDirection: 7 },
      ...{ PhysicalDeltaX: 0.005, PhysicalDeltaY: sign * 0.5, ReferencePixelX0: 0, ReferencePixelY0: 60 },
      DopplerCorrectionAngle: 60,
    });
    assert.equal(regionWords(spectrum, 200, 220), "PW Doppler · 20.0 cm/s above the baseline · 1.00 s · angle 60°");
    assert.equal(regionWords(spectrum, 200, 300), "PW Doppler · 20.0 cm/s below the baseline · 1.00 s · angle 60°");
  }
});

test("without a baseline no velocity is read", () => {
  const spectrum = region({
    ...{ RegionSpatialFormat: 3, RegionDataType: 3, PhysicalUnitsXDirection: 4, PhysicalUnitsYDirection: 7 },
    ...{ PhysicalDeltaX: 0.005, PhysicalDeltaY: 0.5 },
  });
  assert.equal(regionWords(spectrum, 200, 220), "PW Doppler · cm/s, the baseline is not stated");
});

test("depth in a 2-D image, the name of a colour box, and what lies outside are said", () => {
  const image = {
    RegionSpatialFormat: 1,
    PhysicalUnitsXDirection: 3,
    PhysicalUnitsYDirection: 3,
    PhysicalDeltaX: 0.01,
  };
  const depth = { PhysicalDeltaY: 0.02, ReferencePixelX0: 0, ReferencePixelY0: 0 };
  assert.equal(regionWords(region({ ...image, ...depth, RegionDataType: 1 }), 10, 300), "2-D · 20.0 mm deep");
  assert.match(regionWords(region({ ...image, ...depth, RegionDataType: 2 }), 10, 300), /^colour Doppler · /);
  assert.equal(regionWords(null, 0, 0), "outside the calibrated regions");
});
