import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { AXIAL } from "../../core/geometry.ts";
import { uniform } from "../../core/random.ts";
import { type DataSet, dataSet, items, number, numbers, text } from "../data-set.ts";
import { decodeInstance, instanceOf } from "../instance.ts";
import { contentTree } from "../objects/content-tree.ts";
import { presentation } from "../objects/presentation.ts";
import { parsePart10 } from "../parse.ts";
import { writePart10 } from "../write.ts";
import { dcm, sct } from "./content-items.ts";
import { willisEquipment } from "./derived-context.ts";
import { KEY_OBJECT_TITLES, keyObjectSelection } from "./key-object.ts";
import { unitCode, valueCode } from "./measurement-codes.ts";
import { measurementReport, type ReportMeasurement } from "./measurement-report.ts";
import { presentationState } from "./presentation-state.ts";
import { secondaryCapture } from "./secondary-capture.ts";
import { segmentation } from "./segmentation.ts";

const CT = "1.2.840.10008.5.1.4.1.1.2";
const study = dataSet({
  ...{ SOPClassUID: CT, SOPInstanceUID: "1.2.3.1", StudyInstanceUID: "1.2.3", SeriesInstanceUID: "1.2.3.9" },
  ...{ Modality: "CT", PatientName: "Müller^Jörg", PatientID: "7", StudyDate: "20260101", StudyTime: "101500" },
});
const base = {
  ...{ study, seriesUid: "1.2.3.10", instanceUid: "1.2.3.10.1", seriesNumber: 9200, instanceNumber: 1 },
  ...{ ms: Date.UTC(2026, 0, 2, 3, 4, 5), equipment: willisEquipment("0.1.0"), device: { uid: "1.2.3.4" } },
};
const observer = { name: "Keller^Ada", organisation: "Hub", login: "keller" };
const image = { studyUid: "1.2.3", seriesUid: "1.2.3.9", sopClass: CT, sopUid: "1.2.3.1" };
const XA = "1.2.840.10008.5.1.4.1.1.12.1";
const run = { ...image, sopClass: XA, sopUid: "1.2.3.5" };

/** Errors that the validator of dicom3tools finds. */
function errorsOf(ds: DataSet): string[] {
  const dir = mkdtempSync(join(tmpdir(), "kept-"));
  try {
    writeFileSync(join(dir, "a.dcm"), writePart10(ds));
    const { stderr, stdout } = spawnSync("dciodvfy", [join(dir, "a.dcm")], { encoding: "utf8" });
    return `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
  } finally {
    rmSync(dir, { recursive: true });
  }
}
const skip = spawnSync("dciodvfy", ["-version"]).error ? "no dciodvfy" : false;
const again = (ds: DataSet) => parsePart10(writePart10(ds)).dataSet;

const length: ReportMeasurement = {
  ...{ trackingId: "Cornerstone3DTools@^0.1.0:Length", trackingUid: "2.25.77", form: "lines", label: "Neck" },
  shapes: [
    {
      on: "image",
      shape: "POLYLINE",
      points: [
        [10.5, 20.25],
        [40, 60],
      ],
      image,
    },
  ],
  values: [
    {
      ...valueCode("length", "Length"),
      ...{ unit: unitCode("mm"), value: 12.34, uncertainty: { low: 11.54, high: 13.14, basis: "by geometry" } },
    },
  ],
  ...{ method: { name: "Length", version: "1.0" }, calibration: "mm at the detector", observer: "Keller^Ada" },
  ms: base.ms,
};
const region: ReportMeasurement = {
  ...length,
  ...{ trackingId: "Cornerstone3DTools@^0.1.0:EllipticalROI", trackingUid: "2.25.78", form: "region", label: "Core" },
  shapes: [
    {
      on: "image",
      shape: "ELLIPSE",
      points: [
        [10, 10],
        [30, 10],
        [20, 5],
        [20, 15],
      ],
      image: { ...run, frame: 3 },
    },
  ],
  values: [
    { ...valueCode("mean", "Mean", true), unit: unitCode("HU"), value: 31.5 },
    { ...valueCode("area", "Area"), unit: unitCode("mm2"), value: null, reason: "the image states no spacing" },
    {
      ...valueCode("aneurysm.ratio", "Size ratio"),
      unit: unitCode("1"),
      value: 1.4,
      uncertainty: { low: 1, high: 2.5, basis: "b" },
    },
  ],
};
const space: ReportMeasurement = {
  ...length,
  ...{ trackingUid: "2.25.79", form: "volume", label: "Dome" },
  shapes: [
    {
      on: "patient",
      shape: "POLYGON",
      points: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 10],
        [1, 2, 3],
      ],
      frameOfReference: "1.2.3.8",
      seriesUid: "1.2.3.9",
    },
  ],
};
const report = (measurements: readonly ReportMeasurement[]) =>
  measurementReport({
    ...base,
    measurements,
    observer,
    deleted: ['Length "Old"'],
    predecessor: { ...image, sopUid: "1.2.3.10.0", sopClass: "1.2.840.10008.5.1.4.1.1.88.33" },
  });

test("a measurement report reads back with its groups, numbers, units, errors and who measured", () => {
  const { items: tree } = contentTree(again(report([length, region])));
  const groups = tree.filter(({ concept }) => concept?.value === "125007");
  assert.equal(groups.length, 2);
  const numberOf = (code: string) => tree.find(({ kind, concept }) => kind === "NUM" && concept?.value === code);
  assert.equal(numberOf("410668003")?.value, "12.34");
  assert.equal(numberOf("410668003")?.unit?.value, "mm");
  assert.equal(numberOf("371884006")?.value, "0.8");
  assert.equal(numberOf("42798000")?.value, "");
  assert.equal(numberOf("42798000")?.qualifier, "Measurement failure");
  assert.ok(tree.some(({ value }) => value === "the image states no spacing"));
  assert.ok(tree.some(({ kind, value }) => kind === "PNAME" && value === "Keller, Ada"));
  assert.ok(tree.some(({ concept, value }) => concept?.value === "112040" && value === "2.25.77"));
  assert.deepEqual(
    tree.find(({ kind, reference }) => kind === "IMAGE" && reference?.frames[0] === 3)?.reference?.sopUid,
    "1.2.3.5",
  );
});

test("a report names its predecessor and what was deleted, and is 3D only when something lies in the patient", () => {
  const flat = again(report([length]));
  assert.equal(text(flat, "SOPClassUID"), "1.2.840.10008.5.1.4.1.1.88.33");
  const [before] = items(
    items(items(flat, "PredecessorDocumentsSequence")[0]!, "ReferencedSeriesSequence")[0]!,
    "ReferencedSOPSequence",
  );
  assert.equal(text(before!, "ReferencedSOPInstanceUID"), "1.2.3.10.0");
  assert.ok(contentTree(flat).items.some(({ value }) => value === 'Deleted: Length "Old"'));
  assert.equal(text(again(report([space])), "SOPClassUID"), "1.2.840.10008.5.1.4.1.1.88.34");
});

test("the numbers of any measurement survive the report to the last digit that DS can hold", () => {
  const random = uniform(41);
  for (let n = 0; n < 60; n++) {
    const value = (random() - 0.3) * 10 ** (random() * 9 - 3);
    const points = Array.from({ length: 2 + Math.floor(random() * 9) }, () => [random() * 1024, random() * 1024]);
    const drawn = {
      ...length,
      shapes: [{ ...length.shapes[0]!, points }],
      values: [{ ...length.values[0]!, value }],
    } as ReportMeasurement;
    const back = again(report([drawn]));
    const group = items(items(back, "ContentSequence").at(-2)!, "ContentSequence")[0]!;
    const measured = items(group, "ContentSequence").find((item) => text(item, "ValueType") === "NUM")!;
    const got = numbers(items(measured, "MeasuredValueSequence")[0]!, "FloatingPointValue")[0]!;
    assert.equal(got, value);
    const shape = items(measured, "ContentSequence").find((item) => text(item, "ValueType") === "SCOORD")!;
    assert.deepEqual(numbers(shape, "GraphicData"), points.flat().map(Math.fround));
  }
});

test("dciodvfy finds no error in a measurement report, flat, in space, and empty", { skip }, () => {
  for (const list of [[length, region], [length, space], []]) assert.deepEqual(errorsOf(report(list)), []);
});

const key = keyObjectSelection({
  ...{ ...base, title: KEY_OBJECT_TITLES.report, description: "Neck of the aneurysm", observer },
  objects: [
    { ...run, frame: 7 },
    { ...image, sopUid: "1.2.3.2" },
  ],
});

test("a key object selection says why, what and which frame", () => {
  const { items: tree } = contentTree(again(key));
  assert.equal(tree[0]!.concept?.meaning, "For Report Attachment");
  assert.deepEqual(
    tree.filter(({ kind }) => kind === "IMAGE").map(({ reference }) => reference!.frames),
    [[7], []],
  );
  assert.throws(
    () => keyObjectSelection({ ...base, title: dcm("113000", "Of Interest"), description: "", observer, objects: [] }),
    /needs an image/,
  );
});

test("dciodvfy finds no error in a key object selection", { skip }, () => assert.deepEqual(errorsOf(key), []));

const capture = (columns: number, rows: number) =>
  secondaryCapture({
    ...{ ...base, seriesDescription: "Key images", rgb: new Uint8Array(3 * columns * rows).fill(9), columns, rows },
    ...{ derivation: "Picture of the screen", comment: "Neck", source: { ...run, frame: 7 }, laterality: "R" },
  });

test("a capture holds its pixels and the frame it shows, and no spacing", () => {
  const object = instanceOf(writePart10(capture(5, 3)));
  const back = object.dataSet;
  assert.deepEqual([...decodeInstance(object, 0).samples], new Array(45).fill(9));
  assert.equal(text(back, "PixelSpacing"), undefined);
  assert.equal(number(items(back, "SourceImageSequence")[0]!, "ReferencedFrameNumber"), 7);
  assert.throws(
    () =>
      secondaryCapture({
        ...({} as Parameters<typeof secondaryCapture>[0]),
        rgb: new Uint8Array(4),
        columns: 1,
        rows: 1,
      }),
    /not 3 x 1 x 1/,
  );
});

test("dciodvfy finds no error in a capture", { skip }, () => assert.deepEqual(errorsOf(capture(6, 4)), []));

const grid = { shape: [5, 3, 4], spacing: [0.5, 0.7, 2], origin: [-10, -20, 30], direction: AXIAL } as const;
const vessel = {
  ...{
    category: sct("91723000", "Anatomical Structure"),
    type: sct("51114001", "Artery"),
    made: "SEMIAUTOMATIC" as const,
  },
  ...{ algorithm: "region growing 1.0", colour: [220, 60, 60] as const },
};
const inPatient = (masks: readonly Uint8Array[]) =>
  segmentation({
    ...{ ...base, source: study, label: "VESSELS", creator: "Keller^Ada", seriesDescription: "Vessels" },
    space: {
      kind: "grid",
      grid,
      frameOfReference: "1.2.3.8",
      images: [{ sopClass: CT, sopUid: "1.2.3.1" }, null, null, null],
    },
    segments: masks.map((mask, i) => ({ ...vessel, label: `Segment ${i + 1}`, mask })),
  });

/** The masks of a segmentation as its frames say. */
function masksOf(made: DataSet, count: number): Uint8Array[] {
  const object = instanceOf(writePart10(made));
  const ds = object.dataSet;
  const [rows, columns] = [number(ds, "Rows")!, number(ds, "Columns")!];
  const out = Array.from({ length: count }, () => new Uint8Array(60));
  items(ds, "PerFrameFunctionalGroupsSequence").forEach((groups, f) => {
    const s = number(items(groups, "SegmentIdentificationSequence")[0]!, "ReferencedSegmentNumber")! - 1;
    const z = numbers(items(groups, "PlanePositionSequence")[0]!, "ImagePositionPatient")[2]!;
    const k = Math.round((z - 30) / 2);
    out[s]!.set(Uint8Array.from(decodeInstance(object, f).samples), k * rows * columns);
  });
  return out;
}

test("any masks come back bit by bit from a segmentation of several segments", () => {
  const random = uniform(7);
  for (let n = 0; n < 40; n++) {
    const count = 1 + Math.floor(random() * 3);
    const masks = Array.from({ length: count }, () => Uint8Array.from({ length: 60 }, () => (random() < 0.2 ? 1 : 0)));
    masks[0]![n] = 1;
    assert.deepEqual(masksOf(inPatient(masks), count), masks);
  }
});

test("an empty segmentation and one of the wrong size are refused with the reason", () => {
  assert.throws(() => inPatient([new Uint8Array(60)]), /nothing to keep/);
  assert.throws(() => inPatient([new Uint8Array(59)]), /has 59 voxels, its images 60/);
});

test("dciodvfy finds no error in a segmentation of a volume and of a projection", { skip }, () => {
  const mask = Uint8Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1 : 0));
  assert.deepEqual(errorsOf(inPatient([mask, mask])), []);
  const flat = segmentation({
    ...{ ...base, source: study, label: "NIDUS", creator: "", seriesDescription: "Nidus" },
    space: {
      kind: "frames",
      rows: 4,
      columns: 5,
      images: [1, 2, 3].map((frame) => ({ sopClass: XA, sopUid: "1.2.3.5", frame })),
    },
    segments: [{ ...vessel, made: "MANUAL", algorithm: "", label: "Nidus", mask }],
  });
  assert.deepEqual(errorsOf(flat), []);
});

const view = presentationState({
  ...{ ...base, source: study, inverted: true, rotation: 0, flipped: false, label: "Neck, close", description: "d" },
  creator: "Keller^Ada",
  images: [{ ...run, rows: 512, columns: 512, frame: 4 }],
  window: { centre: 40, width: 80 },
  area: { from: [100, 120], to: [300, 320] },
  shutter: { left: 5, right: 500, upper: 6, lower: 490 },
  graphics: [
    {
      kind: "line",
      shape: "POLYLINE",
      points: [
        [110, 130],
        [200.5, 210],
      ],
    },
    { kind: "text", text: "12.3 mm", at: [205, 212] },
  ],
});

test("a saved view reads back: window, part, shutter, drawings", () => {
  const back = presentation(again(view));
  assert.deepEqual(
    back.windows.map(({ centre, width }) => [centre, width]),
    [[40, 80]],
  );
  assert.equal(back.inverse, true);
  assert.deepEqual(
    [back.areas[0]!.from, back.areas[0]!.to],
    [
      [100, 120],
      [300, 320],
    ],
  );
  assert.deepEqual(
    back.annotations[0]!.graphics.map(({ type }) => type),
    ["POLYLINE", "TEXT"],
  );
  assert.equal(back.label, "NECK_ CLOSE");
  assert.equal(back.series[0]!.images[0]!.frames[0], 4);
});

test("dciodvfy finds no error in a saved view", { skip }, () => assert.deepEqual(errorsOf(view), []));
