import assert from "node:assert/strict";
import { test } from "node:test";
import { correctedDataSet, correctedHead, correctedJson, type Overlay } from "./corrected.ts";
import { dataSet, items, text } from "./data-set.ts";
import { toDicomJson } from "./json.ts";
import { parsePart10 } from "./parse.ts";
import { TS } from "./transfer-syntax.ts";
import { writePart10 } from "./write.ts";

const overlay: Overlay = {
  set: {
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Müller^Änne" }] },
    "00100020": { vr: "LO", Value: ["4471"] },
    "00100021": { vr: "LO" },
    "00100040": { vr: "CS", Value: ["F"] },
    "00100024": null,
  },
  at: "2026-11-27T02:45:00.123Z",
  reason: "CORRECT",
};
const header = dataSet({
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.7",
  SOPInstanceUID: "1.2.3.4",
  PatientName: "MILLER^A",
  PatientID: "4471",
  PatientSex: "",
  IssuerOfPatientIDQualifiersSequence: dataSet({ UniversalEntityID: "1.2" }),
  Rows: 2,
  Columns: 2,
  BitsAllocated: 8,
  SamplesPerPixel: 1,
  PixelData: Uint8Array.of(1, 2, 3, 4),
});

test("what differs is replaced and kept in Original Attributes Sequence; what agrees is not", () => {
  const corrected = correctedDataSet(header, overlay);
  assert.equal(text(corrected, "PatientName"), "Müller^Änne");
  assert.equal(items(corrected, "IssuerOfPatientIDQualifiersSequence").length, 0);
  const [item] = items(corrected, "OriginalAttributesSequence");
  assert.equal(text(item!, "AttributeModificationDateTime"), "20261127024500+0000");
  assert.equal(text(item!, "ReasonForTheAttributeModification"), "CORRECT");
  const [previous] = items(item!, "ModifiedAttributesSequence");
  assert.deepEqual([...previous!.keys()].sort(), [0x00100010, 0x00100024, 0x00100040]);
  assert.equal(text(previous!, "PatientName"), "MILLER^A");
  assert.equal(correctedDataSet(corrected, overlay), corrected, "a second time nothing is left to change");
  assert.equal(text(header, "PatientName"), "MILLER^A", "the given header stays as it is");
});

test("the same as DICOM JSON; an earlier item stays first", () => {
  const first = correctedJson(toDicomJson(header), overlay);
  assert.deepEqual(first, toDicomJson(correctedDataSet(header, overlay)));
  const again = correctedJson(first, { ...overlay, set: { "00100020": { vr: "LO", Value: ["9"] } } });
  assert.equal(again["04000561"]?.Value?.length, 2);
  assert.deepEqual(again["04000561"]?.Value?.[0], first["04000561"]?.Value?.[0]);
});

for (const [name, syntax] of Object.entries({ Explicit: TS.ExplicitLittle, Implicit: TS.ImplicitLittle })) {
  test(`a new head goes before the old pixels, ${name} VR`, () => {
    const file = writePart10(header, syntax);
    const made = correctedHead(file.subarray(0, file.length - 2), file.length, overlay);
    assert.ok(made.status === "complete");
    const whole = parsePart10(Buffer.concat([made.head, file.subarray(made.restAt)]));
    assert.equal(text(whole.dataSet, "PatientName"), "Müller^Änne");
    assert.equal(text(whole.dataSet, "SpecificCharacterSet"), "ISO_IR 192");
    assert.equal(whole.pixels?.length, 4);
    assert.equal(text(whole.meta, "MediaStorageSOPInstanceUID"), "1.2.3.4");
  });
}

test("a deflated file is written whole; a short beginning asks for more", () => {
  const file = writePart10(header, TS.DeflatedLittle);
  assert.equal(correctedHead(file.subarray(0, 200), file.length, overlay).status, "more");
  const made = correctedHead(file, file.length, overlay);
  assert.ok(made.status === "complete" && made.restAt === file.length);
  const whole = parsePart10(made.head);
  assert.equal(text(whole.dataSet, "PatientID"), "4471");
  const { offset, length } = whole.pixels!;
  assert.deepEqual([...whole.inflated!.subarray(offset, offset + length)], [1, 2, 3, 4]);
});
