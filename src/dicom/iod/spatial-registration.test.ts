import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { type DataSet, dataSet, items, numbers, text } from "../data-set.ts";
import { parsePart10 } from "../parse.ts";
import { writePart10 } from "../write.ts";
import { willisEquipment } from "./derived-context.ts";
import { spatialRegistration } from "./spatial-registration.ts";

const ofSeries = (uid: string, study: string, frame?: string): DataSet =>
  dataSet({
    ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.2", SOPInstanceUID: `${uid}.1`, SeriesInstanceUID: uid },
    ...{ StudyInstanceUID: study, Modality: "CT", PatientName: "Test^Head", PatientID: "7", StudyDate: "20260101" },
    FrameOfReferenceUID: frame,
  });
const matrix = [0.9998476951563913, -0.01745240643728351, 0, 12.345678901234, 0.01745240643728351, 0.9998476951563913];
const MATRIX = [...matrix, 0, -7.5, 0, 0, 1, 0.25, 0, 0, 0, 1];

function made(moving: DataSet, byHand = false): DataSet {
  return spatialRegistration({
    fixed: { source: ofSeries("1.2.3.9", "1.2.3", "1.2.3.8"), sopInstances: ["1.2.3.9.1", "1.2.3.9.2"] },
    moving: { source: moving, sopInstances: ["1.2.4.9.1"] },
    ...{ matrix: MATRIX, seriesUid: "1.2.3.20", instanceUid: "1.2.3.20.1", seriesNumber: 9100, instanceNumber: 1 },
    ...{
      seriesDescription: "Registration",
      comment: "Mutual information 1.0.0, with more words than fit into the place for them",
      creator: byHand ? "Reader^Ruth" : "",
    },
    ...{ byHand, ms: Date.UTC(2026, 0, 2, 3, 4, 5), equipment: willisEquipment("1.0.0") },
  });
}

const skip = spawnSync("dciodvfy", ["-version"]).error ? "no dciodvfy" : false;

test("a registration reads back with the matrix of the moving series, within what a decimal string can say", () => {
  const back = parsePart10(writePart10(made(ofSeries("1.2.4.9", "1.2.3", "1.2.4.8")))).dataSet;
  const [fixed, moving] = items(back, "RegistrationSequence");
  const of = (item: DataSet): number[] =>
    numbers(
      items(items(item, "MatrixRegistrationSequence")[0]!, "MatrixSequence")[0]!,
      "FrameOfReferenceTransformationMatrix",
    );
  assert.deepEqual(of(fixed!), [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  for (const [at, value] of of(moving!).entries()) assert.ok(Math.abs(value - MATRIX[at]!) < 1e-11, `${at}: ${value}`);
  assert.equal(text(moving!, "FrameOfReferenceUID"), "1.2.4.8");
});

test("a series without a frame of reference gets one of its own, the same each time", () => {
  const uid = (): string | undefined =>
    text(items(made(ofSeries("1.2.4.9", "1.2.3")), "RegistrationSequence")[1]!, "FrameOfReferenceUID");
  assert.ok(uid() && uid() !== "1.2.3.8");
  assert.equal(uid(), uid());
});

test("a series that names no object is refused", () => {
  const source = ofSeries("1.2.3.9", "1.2.3");
  const bad = { source, sopInstances: [] };
  assert.throws(
    () => spatialRegistration({ ...({} as Parameters<typeof spatialRegistration>[0]), fixed: bad, moving: bad }),
    /its objects/,
  );
});

test("dciodvfy finds no error in a registration within a study, across studies, and by hand", { skip }, () => {
  const dir = mkdtempSync(join(tmpdir(), "reg-"));
  try {
    for (const object of [
      made(ofSeries("1.2.4.9", "1.2.3", "1.2.4.8")),
      made(ofSeries("1.2.4.9", "1.2.4", "1.2.4.8")),
      made(ofSeries("1.2.4.9", "1.2.4"), true),
    ]) {
      writeFileSync(join(dir, "a.dcm"), writePart10(object));
      const { stdout, stderr } = spawnSync("dciodvfy", [join(dir, "a.dcm")], { encoding: "utf8" });
      const errors = `${stdout}${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
      assert.deepEqual(errors, []);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});
