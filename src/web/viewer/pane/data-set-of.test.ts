import assert from "node:assert/strict";
import { test } from "node:test";
import { number } from "../../../dicom/index.ts";
import { runLimits } from "../angio/run-limits.ts";
import { dataSetOf } from "./data-set-of.ts";
import type { JsonInstance } from "./dicom-json.ts";

test("notes that the image loader writes onto metadata do not empty it: a run of 18 frames is not one frame", () => {
  const run = {
    "00280008": { vr: "IS", Value: [18] },
    "00181063": { vr: "DS", Value: [250] },
    "00281040": { vr: "CS", Value: ["LIN"] },
    "00280101": { vr: "US", Value: [12] },
    frameNumber: 3,
  } as unknown as JsonInstance;
  assert.equal(number(dataSetOf(run), "NumberOfFrames"), 18);
  assert.deepEqual(runLimits(run, 18), []);
  assert.equal(dataSetOf({ "00280008": 1 } as unknown as JsonInstance).size, 0, "what is no DICOM JSON is empty");
});
