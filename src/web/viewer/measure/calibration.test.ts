import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonInstance } from "../pane/dicom-json.ts";
import { calibrationOf, measureLength, scaleWords } from "./calibration.ts";
import { chooseScale, runKeyOf, undoScale } from "./calibration-store.ts";

const ds = (...Value: unknown[]) => ({ vr: "DS", Value });

test("a slice in the patient is measured in mm along both axes", () => {
  const slice: JsonInstance = {
    "00200032": ds(0, 0, 0),
    "00200037": ds(1, 0, 0, 0, 1, 0),
    "00280030": ds(0.5, 2),
  };
  const length = measureLength(calibrationOf(slice), [0, 0], [3, 16]);
  assert.equal(length.text, "10.0 mm");
  assert.equal(length.words, "mm");
});

test("a projection with imager spacing alone is said to be at the detector", () => {
  const calibration = calibrationOf({ "00181164": ds(0.2, 0.2) });
  assert.equal(calibration.words, "mm at detector, uncalibrated for magnification");
  assert.equal(measureLength(calibration, [0, 0], [0, 100]).text, "20.0 mm");
});

test("a known magnification brings it to the isocentre", () => {
  const calibration = calibrationOf({ "00181164": ds(0.3, 0.3), "00181114": ds(1.5) });
  assert.equal(calibration.state, "isocentre");
  const length = measureLength(calibration, [0, 0], [100, 0]);
  assert.equal(length.text, "20.0 ± 1.3 mm");
  assert.match(scaleWords(calibration), /^0\.200 mm\/px at the isocentre ± 6\.7 %$/);
});

test("a run is calibrated on a catheter, and not any more when that is taken back", () => {
  const run: JsonInstance = {
    "00080018": { vr: "UI", Value: ["1.2.3"] },
    "00280008": { vr: "IS", Value: [20] },
    "00181164": ds(0.3, 0.6),
  };
  const key = runKeyOf(run);
  const words = "by a 6 F catheter (2.00 mm)";
  chooseScale(key, { kind: "catheter", mmPerPixel: 0.2, error: 0.05, errorBasis: "edges", words });
  const calibration = calibrationOf(run);
  assert.deepEqual([calibration.state, calibration.columnSpacing, calibration.rowSpacing], ["calibrated", 0.2, 0.1]);
  assert.equal(measureLength(calibration, [0, 0], [100, 0]).text, "20.0 ± 1.0 mm");
  assert.equal(scaleWords(calibration), "0.200 mm/px by a 6 F catheter (2.00 mm) ± 5.0 %");
  chooseScale(key, { kind: "none", mmPerPixel: null, error: null, errorBasis: "", words: "" });
  assert.equal(calibrationOf(run).unit, "px");
  assert.equal(undoScale(key), true);
  assert.equal(calibrationOf(run).columnSpacing, 0.2);
  assert.equal(undoScale(key), true);
  assert.equal(calibrationOf(run).state, "detector");
  assert.equal(undoScale(key), false);
});

test("a calibrated projection says by what", () => {
  const image = { "00181164": ds(0.3, 0.3), "00280030": ds(0.21, 0.21) };
  assert.match(calibrationOf({ ...image, "00280A02": { vr: "CS", Value: ["FIDUCIAL"] } }).words, /known size/);
  assert.match(calibrationOf(image).words, /not stated/);
});

test("pixel spacing that only repeats the imager spacing is not a calibration", () => {
  assert.equal(calibrationOf({ "00181164": ds(0.3, 0.3), "00280030": ds(0.3, 0.3) }).state, "detector");
});

test("an image without spacing is measured in pixels", () => {
  assert.equal(measureLength(calibrationOf({}), [0, 0], [30, 40]).text, "50 px");
});

test("ultrasound is measured in mm inside one region and in pixels across its edge", () => {
  const us = (value: number) => ({ vr: "UL", Value: [value] });
  const code = (value: number) => ({ vr: "US", Value: [value] });
  const image: JsonInstance = {
    "00186011": {
      vr: "SQ",
      Value: [
        {
          "00186018": us(100),
          "0018601A": us(50),
          "0018601C": us(500),
          "0018601E": us(400),
          "00186012": code(1),
          "00186024": code(3),
          "00186026": code(3),
          "0018602C": { vr: "FD", Value: [0.01] },
          "0018602E": { vr: "FD", Value: [0.01] },
        },
      ],
    },
  };
  const calibration = calibrationOf(image);
  assert.equal(measureLength(calibration, [200, 100], [200, 200]).text, "10.0 mm");
  const refused = measureLength(calibration, [20, 100], [200, 100]);
  assert.deepEqual([refused.text, refused.words], ["180 px", "px, outside the calibrated regions"]);
});
