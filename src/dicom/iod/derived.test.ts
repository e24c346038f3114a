import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { AXIAL } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { bytes, type DataSet, dataSet, number } from "../data-set.ts";
import { instanceOf } from "../instance.ts";
import { parsePart10 } from "../parse.ts";
import { roleOf } from "../series-role.ts";
import { toVolume } from "../series-volume.ts";
import { writePart10 } from "../write.ts";
import { willisEquipment } from "./derived-context.ts";
import { encapsulatedPdf } from "./encapsulated-pdf.ts";
import { PERFUSION_MAPS, parametricMap } from "./parametric-map.ts";

const source = dataSet({
  ...{
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
    SOPInstanceUID: "1.2.3.1",
    StudyInstanceUID: "1.2.3",
    SeriesInstanceUID: "1.2.3.9",
  },
  ...{
    Modality: "CT",
    PatientName: "Müller^Jörg",
    PatientID: "7",
    StudyDate: "20260101",
    FrameOfReferenceUID: "1.2.3.8",
  },
});
const ms = Date.UTC(2026, 0, 2, 3, 4, 5);
const equipment = willisEquipment("0.1.0");

function map(volume: Volume): DataSet {
  return parametricMap({
    ...{ volume, source, ms, equipment, quantity: PERFUSION_MAPS.tmax!, sourceInstances: ["1.2.3.1", "1.2.3.2"] },
    ...{ seriesUid: "1.2.3.10", instanceUid: "1.2.3.10.1", seriesNumber: 900, instanceNumber: 1 },
    ...{ seriesDescription: "Tmax", label: "TMAX", derivation: "Delay-insensitive oSVD 1.0. Not a medical device." },
  });
}

const volume: Volume = {
  ...{ shape: [4, 3, 2], spacing: [0.5, 0.7, 5], origin: [-10, -20, 30.123456], direction: AXIAL, unit: "s" },
  data: Float32Array.from({ length: 24 }, (_, i) => i / 7),
};

/** Lines of dciodvfy that are errors. */
function errorsOf(ds: DataSet): string[] {
  const dir = mkdtempSync(join(tmpdir(), "iod-"));
  try {
    writeFileSync(join(dir, "a.dcm"), writePart10(ds));
    const { stderr, stdout } = spawnSync("dciodvfy", [join(dir, "a.dcm")], { encoding: "utf8" });
    return `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
  } finally {
    rmSync(dir, { recursive: true });
  }
}
const skip = spawnSync("dciodvfy", ["-version"]).error ? "no dciodvfy" : false;

test("a Parametric Map reads back as the volume it was made of, with its unit and place", () => {
  const back = toVolume([instanceOf(writePart10(map(volume)))]);
  assert.deepEqual([...back.data], [...volume.data]);
  assert.deepEqual(back.shape, volume.shape);
  assert.deepEqual(back.spacing, volume.spacing);
  assert.deepEqual(back.origin, volume.origin);
  assert.equal(back.unit, "s");
  assert.equal(roleOf(map(volume)), "PMAP");
});

test("what could not be computed stays not a number through a Parametric Map", () => {
  const data = Float32Array.from(volume.data);
  data[5] = Number.NaN;
  const back = toVolume([instanceOf(writePart10(map({ ...volume, data })))]);
  assert.ok(Number.isNaN(back.data[5]));
  assert.equal(back.data[6], data[6]);
});

test("dciodvfy finds no error in a Parametric Map", { skip }, () => {
  assert.deepEqual(errorsOf(map(volume)), []);
});

const pdf = new TextEncoder().encode("%PDF-1.4\n%%EOF odd");

function document(): DataSet {
  return encapsulatedPdf({
    ...{ pdf, study: source, ms, equipment, title: "Decision", seriesDescription: "Decision" },
    ...{ seriesUid: "1.2.3.11", instanceUid: "1.2.3.11.1", seriesNumber: 901, instanceNumber: 1 },
  });
}

test("an Encapsulated PDF holds the bytes of the document and their true length", () => {
  const { dataSet: back } = parsePart10(writePart10(document()));
  const n = number(back, "EncapsulatedDocumentLength")!;
  assert.deepEqual(Buffer.from(bytes(back, "EncapsulatedDocument")!.subarray(0, n)), Buffer.from(pdf));
  assert.equal(roleOf(back), "PDF");
  assert.throws(() => encapsulatedPdf({ ...({} as Parameters<typeof encapsulatedPdf>[0]), pdf: new Uint8Array(9) }));
});

test("dciodvfy finds no error in an Encapsulated PDF", { skip }, () => {
  assert.deepEqual(errorsOf(document()), []);
});
