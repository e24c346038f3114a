import assert from "node:assert/strict";
import { test } from "node:test";
import type { Calibration } from "../measure/calibration.ts";
import { scaled, scaleOf, sizeWords, stenosisRows } from "./run-diameters.ts";

const CALIBRATED: Calibration = {
  state: "isocentre",
  rowSpacing: 0.2,
  columnSpacing: 0.2,
  unit: "mm",
  words: "mm at the isocentre",
  error: 0.06,
  errorBasis: "5 cm off",
  regions: [],
};
const vessel = (least: number) =>
  Array.from({ length: 60 }, (_, n) => ({
    along: 2 * n,
    diameter: 20 - (20 - least) * Math.exp(-(((n - 30) / 4) ** 2)),
    sd: 0.4,
  }));

test("diameters are in mm by the calibration of the run, its error beside that of the fit", () => {
  const scale = scaleOf(CALIBRATED);
  assert.equal(scale.unit, "mm");
  assert.deepEqual(scaled([{ along: 10, diameter: 20, sd: 0.5 }], scale), [{ along: 2, diameter: 4, sd: 0.1 }]);
  assert.deepEqual(scaled([{ along: 10, diameter: null, sd: null }], scale)[0]?.diameter, null);
  assert.equal(sizeWords({ value: 4, sd: 0.1 }, "mm", 0.06), "4.00 ± 0.31 mm");
  assert.equal(sizeWords({ value: 4, sd: 0.1 }, "mm", null), "4.00 ± 0.20 mm");
});

test("without a calibration, or with pixels that are not square, sizes stay in pixels", () => {
  assert.equal(scaleOf({ ...CALIBRATED, unit: "px", words: "px, none" }).unit, "px");
  assert.deepEqual(scaleOf({ ...CALIBRATED, rowSpacing: 0.25 }).words, "px, pixels are not square");
});

test("a stenosis is told by four methods with their error, whatever the scale", () => {
  const found = stenosisRows(scaled(vessel(8), scaleOf(CALIBRATED)), {})!;
  const [nascet, ecst, wasid, area] = found.rows;
  for (const row of [nascet, ecst, wasid])
    assert.ok(Math.abs(row!.percent! - 60) < 3, `${row!.method} ${row!.percent}`);
  assert.ok(Math.abs(area!.percent! - 84) < 3);
  assert.match(nascet!.words, /^\d\d ± \d+ %$/);
  assert.ok(nascet!.low < nascet!.percent! && nascet!.high > nascet!.percent!);
  assert.equal(stenosisRows(vessel(8).slice(0, 3), {}), undefined);
});

test("a reference that the reader drags is taken", () => {
  const proposed = stenosisRows(vessel(8), {})!.sizes.distal!.value;
  const dragged = stenosisRows(vessel(8), { distal: 64 })!.sizes.distal!.value;
  assert.ok(dragged < proposed - 2, `on the shoulder of the stenosis it is smaller: ${dragged}, proposed ${proposed}`);
});
