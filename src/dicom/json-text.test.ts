import assert from "node:assert/strict";
import { test } from "node:test";
import { dataSet, put } from "./data-set.ts";
import { tagOf } from "./dictionary.ts";
import { type ToJsonOptions, toDicomJson } from "./json.ts";
import { jsonAttributes, jsonOf } from "./json-text.ts";

const ds = dataSet({
  ...{ SpecificCharacterSet: "ISO_IR 100", PatientName: ['M"ü\\ller^A=山', "", "^^="], PatientID: "a\u0001\ud800" },
  ...{
    PatientWeight: [75.5, ""],
    SeriesNumber: "12",
    ImageType: [],
    StudyDate: "20240101",
    FrameIncrementPointer: 0x181063,
  },
  ...{ ImagePositionPatient: [-0, 1e21, 0.1] },
  ...{ OtherPatientIDsSequence: [dataSet({ PatientID: "X", PatientName: "^" }), dataSet({})] },
});
put(ds, 0x00090010, "LO", "OWNER");
put(ds, 0x00091001, "OB", new Uint8Array(5));
put(ds, 0x00091002, "UN", new Uint8Array(2000));
put(ds, 0x00091003, "SQ", [new Map(ds)]);
ds.set(tagOf("SelectorFDValue"), { vr: "FD", value: [Number.NaN, Number.POSITIVE_INFINITY, -1.5e-7] });
put(ds, 0x00080000, "UL", 4);
put(ds, 0x30060002, "SH", "later than the groups before");

test("the text is what DICOM JSON becomes, with bytes inline and by URI", () => {
  const uri: ToJsonOptions = { bulkData: (path, bytes) => (bytes.length > 1024 ? `x/"${path}` : undefined) };
  for (const options of [{}, uri]) {
    const text = jsonOf(jsonAttributes(ds, options));
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(toDicomJson(ds, options))));
    assert.ok(!text.includes("00080000"), "group lengths are left out");
  }
});

test("a selection holds what is there, in the order that is asked", () => {
  const attributes = jsonAttributes(ds);
  const tags = [tagOf("StudyDate"), tagOf("AccessionNumber"), tagOf("ImageType")];
  assert.equal(jsonOf(attributes, tags), '{"00080020":{"vr":"DA","Value":["20240101"]},"00080008":{"vr":"CS"}}');
  assert.equal(jsonOf(attributes, []), "{}");
});
