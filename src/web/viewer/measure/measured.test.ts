import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonInstance } from "../pane/dicom-json.ts";
import { calibrationOf } from "./calibration.ts";
import { linesOf, measured } from "./measured.ts";
import type { PixelValues } from "./pixel-values.ts";

const ds = (...Value: unknown[]) => ({ vr: "DS", Value });
const slice: JsonInstance = {
  "00200032": ds(0, 0, 0),
  "00200037": ds(1, 0, 0, 0, 1, 0),
  "00280030": ds(2, 0.5),
  "00280010": { vr: "US", Value: [8] },
  "00280011": { vr: "US", Value: [8] },
};
const inPatient = calibrationOf(slice);
const nowhere = calibrationOf({});
const ramp: PixelValues = {
  ...{ values: Array.from({ length: 64 }, (_, i) => i + 1024), rows: 8, columns: 8, unit: "HU", name: "HU" },
  made: (stored) => stored - 1024,
};

test("a length in the patient is in mm with the error of one pixel; without spacing it is in px and says so", () => {
  const one = measured(
    "length",
    [
      [0, 0],
      [6, 2],
    ],
    inPatient,
    undefined,
  );
  assert.deepEqual(one.values, [
    {
      ...{ code: "length", label: "Length", value: 5, unit: "mm" },
      uncertainty: { low: 3, high: 7, basis: "one pixel at each end" },
    },
  ]);
  const other = measured(
    "length",
    [
      [0, 0],
      [30, 40],
    ],
    nowhere,
    undefined,
  );
  assert.equal(other.values[0]!.unit, "px");
  assert.equal(other.values[0]!.uncertainty, undefined);
  assert.deepEqual(linesOf("length", "Neck", other), ["Neck", "50 px", "the image states no spacing"]);
});

test("an angle is that of the patient, not of pixels that are not square; of two lines the smaller one", () => {
  // 4 columns are 2 mm, 1 row is 2 mm: 45 degrees
  const { values } = measured(
    "angle",
    [
      [4, 0],
      [0, 0],
      [4, 1],
    ],
    inPatient,
    undefined,
  );
  assert.ok(Math.abs(values[0]!.value! - 45) < 1e-9);
  const cobb = measured(
    "cobb",
    [
      [0, 0],
      [40, 0],
      [40, 10],
      [0, 0],
    ],
    inPatient,
    undefined,
  ).values[0]!;
  assert.ok(Math.abs(cobb.value! - 45) < 1e-9);
  assert.match(
    measured(
      "angle",
      [
        [0, 0],
        [0, 0],
        [1, 1],
      ],
      inPatient,
      undefined,
    ).values[0]!.reason!,
    /no length/,
  );
});

test("a region gives mean, SD, range, pixels in HU and its area in mm2", () => {
  const box = measured(
    "rectangle",
    [
      [1, 1],
      [3, 1],
      [1, 3],
      [3, 3],
    ],
    inPatient,
    ramp,
  );
  const value = (code: string) => box.values.find((one) => one.code === code)!.value;
  assert.deepEqual(["mean", "min", "max", "pixels", "area"].map(value), [13.5, 9, 18, 4, 4]);
  assert.equal(box.values[0]!.unit, "HU");
  const lines = linesOf("rectangle", "", box);
  assert.match(lines[0]!, /^Mean 13\.5 HU, SD 4\.7$/);
  assert.equal(lines[1], "9.0 to 18.0, 4 px");
});

test("a circle on pixels that are not square is a circle in the patient", () => {
  const { values } = measured(
    "circle",
    [
      [4, 4],
      [8, 4],
    ],
    inPatient,
    ramp,
  );
  const area = values.find(({ code }) => code === "area")!;
  assert.ok(Math.abs(area.value! - Math.PI * 4) < 1e-9);
});

test("a colour image, an empty outline and a place outside say why there is no number", () => {
  const reason = (kind: "rectangle" | "probe", points: [number, number][], pixels?: PixelValues) =>
    measured(kind, points, inPatient, pixels).values[0]!.reason;
  assert.match(
    reason("rectangle", [
      [1, 1],
      [3, 1],
      [1, 3],
      [3, 3],
    ])!,
    /colour/,
  );
  assert.match(
    reason(
      "rectangle",
      [
        [1.6, 1.6],
        [1.8, 1.6],
        [1.6, 1.8],
        [1.8, 1.8],
      ],
      ramp,
    )!,
    /no pixel/,
  );
  assert.match(reason("probe", [[-1, 2]], ramp)!, /outside/);
  assert.equal(measured("probe", [[1.2, 1.9]], inPatient, ramp).values[0]!.value, 9);
});
