import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import { fromBase64, toBase64 } from "./base64.ts";
import { charsetOf, decodeText } from "./charset.ts";
import { type DataSet, dataSet, decimalString, number, put, text, texts } from "./data-set.ts";
import { entryOf, tagOf } from "./dictionary.ts";
import { fromDicomJson, toDicomJson } from "./json.ts";
import { parsePart10 } from "./parse.ts";
import { isUid, uidOf } from "./uid.ts";

const folder = new URL("../../../shared/data/CHARSET/pydicom/charset_files/", import.meta.url);
const skip = existsSync(folder) ? false : "the character set files are not there";

test("person names in every character set of the sample files read as they are written", { skip }, () => {
  const names: Record<string, string> = {
    chrArab: "قباني^لنزار",
    chrFren: "Buc^Jérôme",
    chrFrenMulti: "Buc^Jérôme",
    chrGerm: "Äneas^Rüdiger",
    chrGreek: "Διονυσιος",
    chrH31: "Yamada^Tarou=山田^太郎=やまだ^たろう",
    chrH32: "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    chrHbrw: "שרון^דבורה",
    chrI2: "Hong^Gildong=洪^吉洞=홍^길동",
    chrJapMulti: "やまだ^たろう",
    chrJapMultiExplicitIR6: "やまだ^たろう",
    chrKoreanMulti: "김희중",
    chrRuss: "Люкceмбypг",
    chrX1: "Wang^XiaoDong=王^小東=",
    chrX2: "Wang^XiaoDong=王^小东=",
  };
  for (const [file, name] of Object.entries(names)) {
    const { dataSet: ds } = parsePart10(new Uint8Array(readFileSync(new URL(`${file}.dcm`, folder))));
    assert.equal(text(ds, "PatientName"), name, file);
  }
});

test("an item has its own character set, or inherits the one of its parent", { skip }, () => {
  for (const file of ["chrSQEncoding.dcm", "chrSQEncoding1.dcm"]) {
    const { dataSet: ds } = parsePart10(new Uint8Array(readFileSync(new URL(file, folder))));
    const [item] = ds.get(tagOf("RequestedProcedureCodeSequence"))!.value as readonly DataSet[];
    assert.equal(text(item!, "PatientName"), "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", file);
  }
});

test("decoding never throws, whatever the bytes and the character set", () => {
  const terms = fc.constantFrom(
    "",
    "ISO_IR 100",
    "ISO 2022 IR 87",
    "ISO 2022 IR 149",
    "ISO 2022 IR 58",
    "GB18030",
    "nonsense",
  );
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(terms, { maxLength: 3 }), (bytes, list) => {
      assert.equal(typeof decodeText(bytes, charsetOf(list), true), "string");
    }),
  );
});

test("a double-byte character may contain the code of a backslash without ending the value", () => {
  const ds = charsetOf(["GB18030"]);
  assert.equal(decodeText(Uint8Array.of(0x81, 0x5c), ds).length, 1);
});

test("dictionary entries have keyword, VR and multiplicity; repeating and private groups are known", () => {
  assert.deepEqual(entryOf(0x00100010), { keyword: "PatientName", vr: "PN", vm: "1", name: "Patient Name" });
  assert.equal(entryOf(0x60023000)?.keyword, "OverlayData");
  assert.deepEqual(entryOf(0x00280106)?.choices, ["US", "SS"]);
  assert.equal(entryOf(0x00090010)?.keyword, "PrivateCreator");
  assert.equal(entryOf(0x00091010), undefined);
  assert.throws(() => tagOf("NoSuchThing"), RangeError);
});

test("a number as DS has at most 16 characters and is the closest such text", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (v) => {
      const s = decimalString(v);
      assert.ok(s.length <= 16 && Math.abs(Number(s) - v) <= Math.abs(v) * 1e-8, `${v} ${s}`);
    }),
  );
  assert.equal(decimalString(0.1), "0.1");
  assert.equal(decimalString(-123456.78901234567), "-123456.78901235");
});

test("fields take their VR from the dictionary, and empty is not absent", () => {
  const ds = dataSet({
    PatientID: "",
    StudyID: undefined,
    WindowCenter: [40, 80.5],
    Rows: 512,
    SmallestImagePixelValue: -3,
  });
  assert.deepEqual(ds.get(tagOf("PatientID")), { vr: "LO", value: [] });
  assert.ok(!ds.has(tagOf("StudyID")));
  assert.deepEqual(texts(ds, "WindowCenter"), ["40", "80.5"]);
  assert.equal(ds.get(tagOf("SmallestImagePixelValue"))?.vr, "SS");
  assert.equal(number(ds, "Rows"), 512);
  assert.equal(text(ds, "PatientID"), undefined);
});

test("a UID from text is the same every time, valid, and different for other text", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.ok(isUid(uidOf(a)));
      assert.equal(uidOf(a) === uidOf(b), a === b);
    }),
  );
  assert.ok(!isUid("1.02.3") && !isUid("1..2") && !isUid("1.2.") && !isUid("a.b") && isUid("1.0.2"));
});

test("Base64 is what Node makes of it", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(toBase64(bytes), Buffer.from(bytes).toString("base64"));
      assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
    }),
  );
});

test("DICOM JSON follows PS3.18 annex F", () => {
  const ds = dataSet({
    ...{ PatientName: "Yamada^Tarou=山田^太郎", PatientID: "", NumberOfFrames: 3, SliceThickness: 0.625, Rows: 5 },
    ...{
      FrameIncrementPointer: 0x00181063,
      ImageType: ["ORIGINAL", "", "AXIAL"],
      SourceImageSequence: [dataSet({ StudyID: "1" })],
    },
    ...{ SpecificCharacterSet: "ISO_IR 100", RealWorldValueSlope: Number.POSITIVE_INFINITY },
  });
  put(ds, 0x00091001, "OB", Uint8Array.of(1, 2, 3));
  assert.deepEqual(toDicomJson(ds), {
    "00080005": { vr: "CS", Value: ["ISO_IR 192"] },
    "00080008": { vr: "CS", Value: ["ORIGINAL", null, "AXIAL"] },
    "00082112": { vr: "SQ", Value: [{ "00200010": { vr: "SH", Value: ["1"] } }] },
    "00091001": { vr: "OB", InlineBinary: "AQID" },
    "00100010": { vr: "PN", Value: [{ Alphabetic: "Yamada^Tarou", Ideographic: "山田^太郎" }] },
    "00100020": { vr: "LO" },
    "00180050": { vr: "DS", Value: [0.625] },
    "00280008": { vr: "IS", Value: [3] },
    "00280009": { vr: "AT", Value: ["00181063"] },
    "00280010": { vr: "US", Value: [5] },
    "00409225": { vr: "FD", Value: ["inf"] },
  });
  const uri = toDicomJson(ds, { bulkData: (path) => `/bulk/${path}` })["00091001"];
  assert.deepEqual(uri, { vr: "OB", BulkDataURI: "/bulk/00091001" });
  const back = fromDicomJson(JSON.parse(JSON.stringify(toDicomJson(ds))));
  back.set(0x00080005, ds.get(0x00080005)!);
  assert.deepEqual(new Map([...back].sort()), new Map([...ds].sort()));
});

test("what is no DICOM JSON is a bad request that names the tag", () => {
  const cases: unknown[] = [null, [], { "00100010": 5 }, { "00100010": { vr: "XX" } }, { abc: { vr: "LO" } }];
  cases.push({ "00280010": { vr: "US", Value: ["x"] } }, { "7FE00010": { vr: "OW", BulkDataURI: "/x" } });
  cases.push({ "00100020": { vr: "LO", Value: [{}] } }, { "00420011": { vr: "OB", InlineBinary: "*" } });
  for (const json of cases) assert.throws(() => fromDicomJson(json), { code: "bad-request" });
});
