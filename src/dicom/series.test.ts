import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { calibrationOf } from "./calibration.ts";
import { frameTimes, toCine } from "./cine.ts";
import { dataSet } from "./data-set.ts";
import { type Instance, instanceOf } from "./instance.ts";
import { roleOf } from "./series-role.ts";
import { toTimeSeries, toVolume } from "./series-volume.ts";
import { secondsOfDateTime, secondsOfTime } from "./time.ts";
import { writePart10 } from "./write.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const [rows, columns] = [4, 5];

/** A CT slice whose values are `value` everywhere, in HU. */
function slice(z: number, value: number, extra: Parameters<typeof dataSet>[0] = {}): Instance {
  const pixels = new Uint16Array(rows * columns).fill(value + 1024);
  return instanceOf(
    writePart10(
      dataSet({
        ...{
          SOPClassUID: CT,
          SOPInstanceUID: `1.2.${Math.round(z * 1000) + 99999}.${value + 5000}`,
          Modality: "CT",
          Rows: rows,
          Columns: columns,
        },
        ...{
          SamplesPerPixel: 1,
          PhotometricInterpretation: "MONOCHROME2",
          BitsAllocated: 16,
          BitsStored: 16,
          HighBit: 15,
        },
        ...{
          PixelRepresentation: 0,
          RescaleIntercept: -1024,
          RescaleSlope: 1,
          PixelSpacing: [0.5, 0.4],
          PixelData: pixels,
        },
        ...{ ImagePositionPatient: [-1, -2, z], ImageOrientationPatient: [1, 0, 0, 0, 1, 0] },
        ...extra,
      }),
    ),
  );
}

const shuffled = <T>(list: readonly T[]): T[] => list.map((_, i) => list[(i * 7 + 3) % list.length]!);

test("a volume is sorted by geometry, not by the order or number of its files, and is in HU", () => {
  const files = Array.from({ length: 9 }, (_, k) => slice(k * 2.5, k * 10, { InstanceNumber: 100 - k }));
  const v = toVolume(shuffled(files));
  assert.deepEqual([v.shape, v.spacing, v.origin, v.unit], [[columns, rows, 9], [0.4, 0.5, 2.5], [-1, -2, 0], "HU"]);
  assert.deepEqual(
    Array.from({ length: 9 }, (_, k) => v.data[k * rows * columns]),
    [0, 10, 20, 30, 40, 50, 60, 70, 80],
  );
  assert.deepEqual(v.problems, []);
});

test("a missing slice is interpolated and told; a tilted gantry is straightened and told", () => {
  const gap = toVolume([0, 1, 2, 3, 5, 6, 7, 8].map((k) => slice(k, k * 10)));
  assert.deepEqual([gap.shape[2], gap.data[4 * rows * columns]], [9, 40]);
  assert.deepEqual(
    gap.problems.map((p) => p.code),
    ["missing-slices"],
  );
  const tilt = [1, 0, 0, 0, Math.cos(0.3), -Math.sin(0.3)];
  const tilted = toVolume([0, 5, 10, 15].map((z) => slice(z, 30, { ImageOrientationPatient: tilt })));
  assert.ok(Math.abs(tilted.spacing[2] - 5 * Math.cos(0.3)) < 1e-5);
  assert.ok(tilted.shape[1] > rows && tilted.problems[0]?.code === "tilted-gantry");
  assert.ok(tilted.data.includes(30) && tilted.data.includes(-1024));
});

test("a localizer in the series is left out and told; several images at a position are not a volume", () => {
  const scout = slice(0, 0, { ImageOrientationPatient: [0, 1, 0, 0, 0, -1] });
  const v = toVolume([scout, slice(0, 1), slice(1, 2), slice(2, 3)]);
  assert.deepEqual([v.shape[2], v.problems.map((p) => p.code)], [3, ["mixed-geometry"]]);
  const twice = [slice(0, 1, { AcquisitionTime: "10" }), slice(0, 2, { AcquisitionTime: "11" })];
  assert.throws(() => toVolume(twice), { code: "cannot-compute" });
  assert.equal(toVolume(twice, { select: (s) => s.acquired === 11 * 3600 }).shape[2], 1);
  assert.throws(() => toVolume([slice(0, 0, { ImagePositionPatient: [] })]), {
    code: "cannot-compute",
    message: /position/,
  });
});

/** Times of a dynamic series in seconds, not uniform. */
const at = [0, 1.5, 3, 6, 10];
const tm = (s: number): string => `1200${s.toFixed(3).padStart(6, "0")}`;

test("time points are ordered by their clock, keep uneven steps, and ignore Instance Number", () => {
  for (const clock of ["AcquisitionTime", "ContentTime", "TriggerTime"]) {
    const files = at.flatMap((s, t) =>
      [0, 5, 10].map((z, k) =>
        slice(z, 100 * t + k, { [clock]: clock === "TriggerTime" ? 1000 * s : tm(s), InstanceNumber: 1 }),
      ),
    );
    const series = toTimeSeries(shuffled(files));
    assert.deepEqual(series.times, at, clock);
    assert.deepEqual(
      series.frames.map((f) => f[rows * columns]),
      [1, 101, 201, 301, 401],
      clock,
    );
  }
  const numbered = at.flatMap((_, t) =>
    [0, 5].map((z) => slice(z, t, { TemporalPositionIdentifier: t + 1, TemporalResolution: 2000 })),
  );
  assert.deepEqual(toTimeSeries(numbered).times, [0, 2, 4, 6, 8]);
  assert.throws(() => toTimeSeries(at.flatMap((_, t) => [0, 5].map((z) => slice(z, t)))), {
    code: "cannot-compute",
    message: /told apart/,
  });
});

test("a position that lacks a time point takes the nearest image and says so", () => {
  const files = at.flatMap((s, t) => [0, 5, 10].map((z) => slice(z, t, { AcquisitionTime: tm(s) })));
  const series = toTimeSeries(files.filter((_, i) => i !== 7));
  assert.equal(series.times.length, 5);
  assert.deepEqual(
    series.problems.map((p) => p.code),
    ["missing-times", "spread-times"],
  );
});

test("frame times come from the vector, else the frame time, else the rate, else are marked as assumed", () => {
  const one = (fields: Parameters<typeof dataSet>[0]) => frameTimes(dataSet({ NumberOfFrames: 3, ...fields }));
  assert.deepEqual(one({ FrameTimeVector: [0, 100, 300], FrameTime: 5 }), {
    times: [0, 0.1, 0.4],
    clock: "frame-time-vector",
  });
  assert.deepEqual(one({ FrameTime: 250 }), { times: [0, 0.25, 0.5], clock: "frame-time" });
  assert.deepEqual(one({ CineRate: 4, FrameTime: 0 }), { times: [0, 0.25, 0.5], clock: "cine-rate" });
  assert.equal(one({}).clock, "assumed");
});

test("calibration says what a length on a projection or an ultrasound image means", () => {
  const xa = (fields: Parameters<typeof dataSet>[0]) => calibrationOf(dataSet({ Modality: "XA", ...fields }));
  assert.equal(xa({}).state, "none");
  assert.equal(xa({ ImagerPixelSpacing: [0.3, 0.3] }).state, "detector");
  const magnified = xa({
    ImagerPixelSpacing: [0.3, 0.3],
    DistanceSourceToDetector: 1200,
    DistanceSourceToPatient: 800,
  });
  assert.deepEqual([magnified.state, magnified.spacing?.map((v) => v.toFixed(3))], ["magnified", ["0.200", "0.200"]]);
  assert.equal(
    xa({ ImagerPixelSpacing: [0.3, 0.3], PixelSpacing: [0.2, 0.2], PixelSpacingCalibrationType: "FIDUCIAL" }).state,
    "calibrated",
  );
  const region = dataSet({
    RegionSpatialFormat: 1,
    PhysicalUnitsXDirection: 3,
    PhysicalUnitsYDirection: 3,
    PhysicalDeltaX: 0.02,
    PhysicalDeltaY: 0.03,
  });
  const us = calibrationOf(dataSet({ Modality: "US", SequenceOfUltrasoundRegions: [region] }));
  assert.deepEqual([us.state, us.spacing], ["patient", [0.3, 0.2]]);
});

test("clock values read with fractions, colons and zones", () => {
  assert.equal(secondsOfTime("010203.5"), 3723.5);
  assert.equal(secondsOfTime("01:02:03"), 3723);
  assert.equal(secondsOfDateTime("19700101010000+0100"), 0);
  assert.equal(secondsOfDateTime("19700102"), 86400);
  assert.equal(secondsOfTime("x"), undefined);
});

test("roles are read from tags and words", () => {
  const role = (fields: Parameters<typeof dataSet>[0], facts = {}) => roleOf(dataSet({ ...fields }), facts);
  assert.equal(role({ Modality: "CT", SeriesDescription: "Head 5mm" }), "NCCT");
  assert.equal(role({ Modality: "CT", ContrastBolusAgent: "Iohexol" }), "CTA");
  assert.equal(role({ Modality: "CT", SeriesDescription: "CTA COW" }), "CTA");
  assert.equal(role({ Modality: "CT", ContrastBolusAgent: "x" }, { timePoints: 30 }), "CTP");
  assert.equal(role({ Modality: "CT", ImageType: ["ORIGINAL", "PRIMARY", "LOCALIZER"] }), "OTHER");
  assert.equal(role({ Modality: "MR", SeriesDescription: "t2_tirm_tra_dark-fluid" }), "FLAIR");
  assert.equal(
    role({
      Modality: "MR",
      SeriesDescription: "ep2d_diff_b1000",
      ImageType: ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"],
    }),
    "ADC",
  );
  assert.equal(role({ Modality: "MR", SeriesDescription: "TOF_3D_multi-slab" }), "TOF");
  assert.equal(role({ Modality: "MR", EchoTime: 5, RepetitionTime: 500 }), "T1");
  const mask = { MaskSubtractionSequence: [dataSet({ MaskOperation: "AVG_SUB" })] };
  assert.equal(role({ Modality: "XA", ...mask }), "DSA");
  assert.equal(role({ Modality: "XA" }), "XA");
  assert.equal(role({ Modality: "XA", SOPClassUID: CT }), "3DRA");
  assert.equal(role({ Modality: "SR", SOPClassUID: "1.2.840.10008.5.1.4.1.1.88.67" }), "RDSR");
});

const data = new URL("../../../shared/data/", import.meta.url);
const skip = existsSync(new URL("CT/dcm_qa_ct/GE/", data)) ? false : "the sample data are not there";
const load = (folder: string): Instance[] =>
  readdirSync(new URL(folder, data)).map((f) => instanceOf(new Uint8Array(readFileSync(new URL(folder + f, data)))));

test("the tilted, unevenly spaced GE head is one straight volume in HU", { skip }, () => {
  const v = toVolume(load("CT/dcm_qa_ct/GE/"));
  assert.deepEqual(
    v.problems.map((p) => p.code),
    ["non-uniform-slices", "tilted-gantry"],
  );
  assert.ok(Math.abs(v.spacing[2] - 4) < 0.01 && v.shape[2] === 37);
  // The middle of the head is brain: mostly 0 to 80 HU.
  const [ni, nj] = v.shape;
  const at = (20 * nj + Math.floor(nj / 2)) * ni + Math.floor(ni / 2);
  const middle = v.data.subarray(at - 20, at + 20);
  assert.ok(middle.every((hu) => hu > -20 && hu < 120));
});

test("enhanced MR is a volume per object and a time series together", { skip }, () => {
  const series = toTimeSeries(load("MR/dcm_qa_enh/XA10/"));
  assert.deepEqual(
    [series.shape, series.times],
    [
      [64, 64, 6],
      [0, 0.5, 1, 1.5],
    ],
  );
});

test("an ultrasound clip keeps its uneven frame times", { skip }, () => {
  const { times, clock } = frameTimes(
    instanceOf(new Uint8Array(readFileSync(new URL("US/fo-dicom/DIRW0007", data)))).dataSet,
  );
  assert.deepEqual([times.length, clock, times.slice(0, 3)], [65, "frame-time-vector", [0, 0.033333, 0.083333]]);
});

test("a cine holds stored values; without a stated relation to the beam it is for display only", () => {
  const ds = dataSet({
    ...{
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1",
      SOPInstanceUID: "1.2",
      Modality: "XA",
      Rows: 1,
      Columns: 2,
      NumberOfFrames: 2,
    },
    ...{ SamplesPerPixel: 1, BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0, FrameTime: 100 },
    ...{
      PhotometricInterpretation: "MONOCHROME2",
      PixelData: Uint16Array.of(1, 2, 3, 4),
      ImagerPixelSpacing: [0.3, 0.3],
    },
  });
  const cine = toCine(instanceOf(writePart10(ds)));
  assert.deepEqual(
    cine.frames.map((f) => [...f]),
    [
      [1, 2],
      [3, 4],
    ],
  );
  assert.deepEqual([cine.relationship, cine.times, cine.imagerSpacing, cine.bitsStored], ["LIN", [0, 0.1], 0.3, 12]);
  assert.equal(cine.relationshipStated, false);
});
