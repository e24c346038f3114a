import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { type DataSet, dataSet, items, put, text, texts } from "../data-set.ts";
import { encapsulate } from "../frames.ts";
import { instanceOf } from "../instance.ts";
import { parsePart10 } from "../parse.ts";
import { TS } from "../transfer-syntax.ts";
import { writePart10 } from "../write.ts";
import { type Deidentified, deidentify } from "./deidentify.ts";
import { optionsOf } from "./option-words.ts";
import { BASIC } from "./profile.ts";
import { keyedPseudonyms } from "./pseudonyms.ts";

const keyed = (key: string) => keyedPseudonyms((message) => createHmac("sha256", key).update(message).digest());
const names = keyed("one project");
const CT = "1.2.840.10008.5.1.4.1.1.2";

/** Everything about the patient that is planted, as it would stand in the bytes. */
const SECRETS = [
  ...["ROSENKAVALIER", "SOPHIE", "MRN-778812", "19421109", "20260215", "ACC-5521", "OCHS", "LERCHENAU", "FANINAL"],
  ...["1.2.826.0.1.55.1", "1.2.826.0.1.55.1.1", "1.2.826.0.1.55.1.1.1", "1.2.826.0.1.55.9", "HOTEL SACHER", "PALAIS"],
  ...["SENDER_AE", "+43 1 5145", "silver rose", "SN-00471", "PRIVATE-NOTE", "HIDDENBEHIND", "COMMENTMARKER"],
];
const DONE = (result: Deidentified) => {
  assert.equal(result.state, "done");
  return result as Extract<Deidentified, { state: "done" }>;
};

function planted(pixels: Uint8Array, extra: DataSet = new Map()): DataSet {
  const person = dataSet({ PersonName: "LERCHENAU^OCHS", InstitutionName: "PALAIS FANINAL" });
  const deep = dataSet({
    ReferencedSOPClassUID: CT,
    ReferencedSOPInstanceUID: "1.2.826.0.1.55.9",
    PurposeOfReferenceCodeSequence: [person],
  });
  const ds = dataSet({
    ...{ SOPClassUID: CT, SOPInstanceUID: "1.2.826.0.1.55.1.1.1", StudyInstanceUID: "1.2.826.0.1.55.1" },
    ...{ SeriesInstanceUID: "1.2.826.0.1.55.1.1", FrameOfReferenceUID: "1.2.826.0.1.55.9", Modality: "CT" },
    ...{ PatientName: "ROSENKAVALIER^SOPHIE", PatientID: "MRN-778812", PatientBirthDate: "19421109", PatientSex: "F" },
    ...{ StudyDate: "20260215", StudyTime: "101112", SeriesDate: "20260215", AcquisitionDate: "20260215" },
    ...{ AcquisitionTime: "101113.5", ContentDate: "20260215", AcquisitionDateTime: "20260215101113.5+0100" },
    ...{ AccessionNumber: "ACC-5521", ReferringPhysicianName: "LERCHENAU^OCHS", OperatorsName: "FANINAL" },
    ...{ StudyDescription: "CT Head silver rose", SeriesDescription: "SOPHIE Axial 5mm", ImageComments: "silver rose" },
    ...{ InstitutionName: "HOTEL SACHER", PatientTelephoneNumbers: "+43 1 5145", DeviceSerialNumber: "SN-00471" },
    ...{
      SourceImageSequence: [deep],
      ReferencedImageSequence: [deep],
      OtherPatientIDsSequence: [dataSet({ PatientID: "MRN-778812" })],
    },
    ...{
      RequestAttributesSequence: [
        dataSet({ RequestedProcedureDescription: "silver rose", RequestedProcedureID: "ACC-5521" }),
      ],
    },
    ...{
      Rows: 4,
      Columns: 4,
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      SamplesPerPixel: 1,
    },
    ...{ PhotometricInterpretation: "MONOCHROME2", RescaleIntercept: 0, RescaleSlope: 1, PixelData: pixels },
  });
  put(ds, 0x00290010, "LO", "SOME MAKER");
  put(ds, 0x00291001, "LO", "PRIVATE-NOTE");
  put(ds, 0x00291002, "SQ", [dataSet({ PatientName: "ROSENKAVALIER^SOPHIE" })]);
  put(ds, 0x60000010, "US", 4);
  put(ds, 0x60000022, "LO", "silver rose");
  put(ds, 0x60003000, "OW", new TextEncoder().encode("SOPHIE"));
  for (const [tag, element] of extra) ds.set(tag, element);
  return ds;
}

/** The file with an AE title of the sender in its meta group and a name in its preamble. */
function withMeta(bytes: Uint8Array): Uint8Array {
  const preamble = new TextEncoder().encode("ROSENKAVALIER".padEnd(128, "\0"));
  const element = new Uint8Array(8 + 10);
  element.set([0x02, 0x00, 0x16, 0x00, 0x41, 0x45, 10, 0]);
  element.set(new TextEncoder().encode("SENDER_AE "), 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const end = 144 + view.getUint32(140, true);
  const out = new Uint8Array(bytes.length + element.length);
  out.set(preamble);
  out.set(bytes.subarray(128, end), 128);
  out.set(element, end);
  out.set(bytes.subarray(end), end + element.length);
  new DataView(out.buffer).setUint32(140, view.getUint32(140, true) + element.length, true);
  return out;
}

function assertClean(bytes: Uint8Array, secrets: readonly string[] = SECRETS): void {
  const haystack = Buffer.from(bytes);
  for (const secret of secrets) {
    for (const encoding of ["latin1", "utf16le"] as const)
      assert.ok(!haystack.includes(Buffer.from(secret, encoding)), `"${secret}" is still in the file`);
  }
}

const pixels = Uint8Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? i : 0));
const hiding = new Uint8Array([...pixels, ...new TextEncoder().encode("HIDDENBEHIND")]);

for (const syntax of [TS.ExplicitLittle, TS.ImplicitLittle, TS.DeflatedLittle]) {
  test(`no planted name, number, date or UID is anywhere in the bytes: data set, items, private, meta, preamble, behind the pixels (${syntax})`, () => {
    const file = withMeta(writePart10(planted(hiding), syntax));
    assert.ok(parsePart10(file).meta.has(0x00020016), "the test file has the sender in it");
    const result = DONE(deidentify(file, BASIC, names));
    const back = parsePart10(result.bytes);
    assertClean(back.inflated ?? result.bytes);
    assertClean(result.bytes);
    assert.equal(back.transferSyntax, syntax);
    assert.deepEqual([...instanceOf(result.bytes).frame(0)], [...pixels]);
    assert.deepEqual([...new Set(result.bytes.subarray(0, 128))], [0]);
    assert.equal(text(back.dataSet, "PatientIdentityRemoved"), "YES");
    assert.equal(text(back.dataSet, "LongitudinalTemporalInformationModified"), "REMOVED");
    assert.equal(text(items(back.dataSet, "DeidentificationMethodCodeSequence")[0]!, "CodeValue"), "113100");
    assert.equal(text(back.dataSet, "Modality"), "CT");
  });
}

test("with dates moved, descriptors cleaned, device, institution and patient kept, all else still goes", () => {
  const words = ["dates-modified", "descriptors", "structured", "graphics", "device", "institution", "patient"];
  const { bytes, removedWords } = DONE(deidentify(writePart10(planted(hiding)), optionsOf(words), names));
  const kept = new Set(["HOTEL SACHER", "PALAIS", "FANINAL", "SN-00471"]);
  assertClean(
    bytes,
    SECRETS.filter((secret) => !kept.has(secret)),
  );
  const { dataSet: out } = parsePart10(bytes);
  assert.equal(text(out, "StudyDescription"), "CT Head");
  assert.equal(text(out, "SeriesDescription"), "Axial 5mm");
  assert.equal(text(out, "AcquisitionTime"), "101113.5");
  assert.match(text(out, "AcquisitionDateTime") ?? "", /^20\d{6}101113\.5\+0100$/);
  assert.equal(text(out, "StudyDate"), text(out, "AcquisitionDateTime")?.slice(0, 8));
  assert.deepEqual(
    removedWords.filter((word) => word !== "FANINAL"),
    ["SOPHIE", "rose", "silver"],
  );
  const codes = items(out, "DeidentificationMethodCodeSequence").map((item) => text(item, "CodeValue"));
  assert.deepEqual(codes, ["113100", "113103", "113104", "113105", "113108", "113109", "113112", "113107"]);
});

test("two objects of a patient and a reference between them stay linked; another key gives other names", () => {
  const a = DONE(deidentify(writePart10(planted(pixels)), BASIC, names));
  const other = planted(pixels);
  put(other, 0x00080018, "UI", "1.2.826.0.1.55.9");
  const b = DONE(deidentify(writePart10(other), BASIC, names));
  for (const keyword of ["PatientID", "PatientName", "StudyInstanceUID", "AccessionNumber"])
    assert.equal(text(a.dataSet, keyword), text(b.dataSet, keyword), keyword);
  assert.equal(
    text(items(a.dataSet, "SourceImageSequence")[0]!, "ReferencedSOPInstanceUID"),
    text(b.dataSet, "SOPInstanceUID"),
  );
  assert.notEqual(text(a.dataSet, "SOPInstanceUID"), text(b.dataSet, "SOPInstanceUID"));
  const c = DONE(deidentify(writePart10(planted(pixels)), BASIC, keyed("another project")));
  assert.notEqual(text(c.dataSet, "PatientID"), text(a.dataSet, "PatientID"));
  assert.notEqual(text(c.dataSet, "StudyInstanceUID"), text(a.dataSet, "StudyInstanceUID"));
  assert.equal(a.subject.patientId, "MRN-778812");
  assert.deepEqual(a.subject.uids.study, [text(a.dataSet, "StudyInstanceUID"), "1.2.826.0.1.55.1"]);
});

test("de-identified twice: marks are there once, the codes of the first treatment stay", () => {
  const once = DONE(deidentify(writePart10(planted(pixels)), optionsOf(["descriptors"]), names));
  const twice = DONE(deidentify(once.bytes, BASIC, names));
  assert.deepEqual(texts(twice.dataSet, "DeidentificationMethod"), ["PS3.15 Annex E by Willis"]);
  const codes = items(twice.dataSet, "DeidentificationMethodCodeSequence").map((item) => text(item, "CodeValue"));
  assert.deepEqual(codes, ["113100", "113105"]);
});

test("text in a JPEG code stream beside its pixels, or behind its end, is overwritten; what decoding needs stays", () => {
  const ascii = (word: string) => [...new TextEncoder().encode(word)];
  const segment = (marker: number, body: number[]) => [0xff, marker, 0, body.length + 2, ...body];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
  const jpeg = [
    ...[0xff, 0xd8, ...segment(0xe0, [...ascii("JFIF"), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0])],
    ...segment(0xe1, ascii("Exif SOPHIE ROSENKAVALIER")),
    ...segment(0xee, [...ascii("Adobe"), 0, 100, 0, 0, 0, 0, 1]),
    ...segment(0xfe, ascii("COMMENTMARKER")),
    ...[...scan, 0xff, 0xd9],
    ...ascii("HIDDENBEHIND"),
  ];
  const value = encapsulate([Uint8Array.from(jpeg.length % 2 ? [...jpeg, 0] : jpeg)]);
  const result = DONE(deidentify(writePart10(planted(value), TS.JpegBaseline), BASIC, names));
  assertClean(result.bytes);
  const frame = [...instanceOf(result.bytes).frame(0)];
  assert.equal(frame.length, jpeg.length + (jpeg.length % 2));
  for (const needed of [ascii("JFIF"), ascii("Adobe"), scan])
    assert.ok(Buffer.from(frame).includes(Buffer.from(needed)), "what decoding needs is still there");
});

test("a report is one line unless structured content is cleaned; then its tree stays and names, dates and text in it go", () => {
  const line = (fields: Parameters<typeof dataSet>[0]) => dataSet({ RelationshipType: "CONTAINS", ...fields });
  const report = dataSet({
    ...{
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.88.33",
      SOPInstanceUID: "1.2.826.0.1.55.1.1.1",
      StudyInstanceUID: "1.2.826.0.1.55.1",
    },
    ...{ SeriesInstanceUID: "1.2.826.0.1.55.1.1", PatientName: "ROSENKAVALIER^SOPHIE", PatientID: "MRN-778812" },
    ContentSequence: [
      line({ ValueType: "TEXT", TextValue: "stenosis left SOPHIE" }),
      line({ ValueType: "PNAME", PersonName: "LERCHENAU^OCHS" }),
      line({ ValueType: "DATE", Date: "19421109" }),
      line({ ValueType: "UIDREF", UID: "1.2.826.0.1.55.9" }),
      line({ ValueType: "CONTAINER", ContentSequence: [line({ ValueType: "TEXT", TextValue: "silver rose" })] }),
    ],
  });
  const basic = DONE(deidentify(writePart10(report), BASIC, names));
  assertClean(basic.bytes);
  assert.equal(items(basic.dataSet, "ContentSequence").length, 1);
  const cleaned = DONE(deidentify(writePart10(report), optionsOf(["structured"]), names));
  assertClean(cleaned.bytes);
  const [textLine, , , , container] = items(cleaned.dataSet, "ContentSequence");
  assert.equal(text(textLine!, "TextValue"), "stenosis left");
  assert.equal(text(items(container!, "ContentSequence")[0]!, "TextValue"), "DEIDENTIFIED");
});

test("documents, speech, raw data, private classes and directories are withheld with a reason; asked for, the first three come flagged", () => {
  const of = (SOPClassUID: string) =>
    writePart10(dataSet({ SOPClassUID, SOPInstanceUID: "1.2.3", PatientID: "MRN-778812" }));
  const pdf = of("1.2.840.10008.5.1.4.1.1.104.1");
  for (const file of [pdf, of("1.3.12.2.1107.5.9.1"), of("1.2.840.10008.1.3.10"), of("1.2.840.10008.5.1.4.1.1.66")])
    assert.equal(deidentify(file, BASIC, names).state, "withheld");
  const given = DONE(deidentify(pdf, optionsOf(["documents"]), names));
  assert.deepEqual(
    given.flags.map((flag) => flag.kind),
    ["document"],
  );
  assert.equal(deidentify(of("1.3.12.2.1107.5.9.1"), optionsOf(["documents"]), names).state, "withheld");
});

test("what may be read in the pixels is flagged for a person: burned-in text, faces, overlays", () => {
  const flags = (fields: Parameters<typeof dataSet>[0], words: string[] = []) =>
    DONE(deidentify(writePart10(planted(pixels, dataSet(fields))), optionsOf(words), names)).flags.map(
      ({ kind, risk }) => `${risk} ${kind}`,
    );
  assert.deepEqual(flags({ BurnedInAnnotation: "YES", StudyDescription: "CT" }), ["certain burned-in text"]);
  assert.deepEqual(flags({ Modality: "US", StudyDescription: "x" }), ["likely burned-in text"]);
  assert.deepEqual(flags({ Modality: "US", BurnedInAnnotation: "NO", StudyDescription: "x" }), [
    "possible burned-in text",
  ]);
  assert.deepEqual(flags({ Modality: "XA", StudyDescription: "x" }), ["possible burned-in text"]);
  assert.deepEqual(flags({ SOPClassUID: "1.2.840.10008.5.1.4.1.1.7", StudyDescription: "x" }), [
    "likely burned-in text",
  ]);
  assert.deepEqual(flags({ SliceThickness: 1 }), ["likely face"]);
  assert.deepEqual(flags({ StudyDescription: "CT liver" }), []);
  const region = new Map(dataSet({ StudyDescription: "x" }));
  put(region, 0x60000040, "CS", "R");
  const overlay = DONE(deidentify(writePart10(planted(pixels, region)), optionsOf(["graphics"]), names));
  assert.deepEqual(
    overlay.flags.map((flag) => flag.kind),
    ["overlay"],
  );
  assert.ok(overlay.dataSet.has(0x60003000) && !overlay.dataSet.has(0x60000022));
});

test("an overlay in the unused bits of the pixels is cleared, the samples stay", () => {
  const drawn = pixels.map((byte, i) => (i % 2 === 1 ? byte | 0x80 : byte));
  const ds = planted(drawn);
  for (const tag of [0x60003000, 0x60000022]) ds.delete(tag);
  put(ds, 0x60000100, "US", 16);
  put(ds, 0x60000102, "US", 15);
  const { bytes } = DONE(deidentify(writePart10(ds), BASIC, names));
  assert.deepEqual([...instanceOf(bytes).frame(0)], [...pixels]);
});

test("the list of changes says what was done to each attribute, with the places where it stood", () => {
  const { changes } = DONE(deidentify(writePart10(planted(pixels)), BASIC, names));
  const of = (path: string) => changes.find((change) => change.path === path);
  assert.equal(of("00100010")?.did, "replaced");
  assert.equal(of("00100010")?.before, "ROSENKAVALIER^SOPHIE");
  assert.equal(of("00082112.00081155")?.did, "new UID");
  assert.equal(of("00291001")?.rule, "private");
  assert.equal(of("00100030")?.did, "emptied");
});
