import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { dataSet } from "./data-set.ts";
import { parsePart10 } from "./parse.ts";
import { isOpen, shuttersOf } from "./shutter.ts";

test("a rectangle hides what is outside its edges, which are inside", () => {
  const found = shuttersOf(
    dataSet({
      ...{ ShutterShape: "RECTANGULAR", ShutterLeftVerticalEdge: 11, ShutterRightVerticalEdge: 20 },
      ...{ ShutterUpperHorizontalEdge: 6, ShutterLowerHorizontalEdge: 8, ShutterPresentationValue: 65535 },
    }),
  );
  assert.deepEqual(found.colour, [255, 255, 255]);
  assert.deepEqual(
    [isOpen(found, 10, 5), isOpen(found, 19, 7), isOpen(found, 9, 5), isOpen(found, 19, 8)],
    [true, true, false, false],
  );
});

test("a circle and a polygon hide together", () => {
  const found = shuttersOf(
    dataSet({
      ...{ ShutterShape: ["CIRCULAR", "POLYGONAL"], CenterOfCircularShutter: [51, 51], RadiusOfCircularShutter: 40 },
      VerticesOfThePolygonalShutter: [1, 1, 1, 101, 101, 1],
    }),
  );
  assert.deepEqual(
    found.openings.map(({ shape }) => shape),
    ["circle", "polygon"],
  );
  assert.equal(isOpen(found, 30, 30), true);
  assert.equal(isOpen(found, 70, 70), false, "outside the triangle");
  assert.equal(isOpen(found, 5, 5), false, "outside the circle");
});

test("a shape without edges, or closed to nothing, is left out", () => {
  assert.equal(shuttersOf(dataSet({ ShutterShape: "RECTANGULAR" })).openings.length, 0);
  assert.equal(
    shuttersOf(dataSet({ ShutterShape: "CIRCULAR", CenterOfCircularShutter: [1, 1], RadiusOfCircularShutter: 0 }))
      .openings.length,
    0,
  );
  assert.equal(shuttersOf(dataSet({})).openings.length, 0);
});

const rf = new URL("../../../shared/data/RF/dbdicom/XRayAngioUncompressed-dicom_viewer_0015/0015.DCM", import.meta.url);
test("a real fluoroscopy image has a circle and a rectangle", {
  skip: existsSync(rf) ? false : "the sample data are not there",
}, () => {
  const { openings } = shuttersOf(parsePart10(new Uint8Array(readFileSync(rf))).dataSet);
  assert.deepEqual(
    openings.map(({ shape }) => shape),
    ["rectangle", "circle"],
  );
});
