import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { condition, type Fuzzy, matchKey } from "./match-keys.ts";

function sql(keyword: string, value: string, fuzzy: Fuzzy = false): [string | undefined, unknown[]] {
  const params: unknown[] = [];
  return [condition(matchKey(keyword, "instance")!, value, params, fuzzy), params];
}

test("wildcards of DICOM become wildcards of SQL, and SQL's own are only text", () => {
  assert.deepEqual(sql("PatientID", "A_1*?%"), ["patient.patient_id like $1", ["A\\_1%_\\%"]]);
  assert.deepEqual(sql("PatientID", "A_1"), ["patient.patient_id = $1", ["A_1"]]);
});

test("a date is one day, a range, or open on one side (PS3.4 C.2.2.2.5)", () => {
  assert.deepEqual(sql("StudyDate", "20260102"), ["study.study_date = $1::date", ["2026-01-02"]]);
  assert.deepEqual(sql("StudyDate", "20260102-"), ["study.study_date >= $1::date", ["2026-01-02"]]);
  assert.deepEqual(sql("StudyDate", "20250101-20260102"), [
    "study.study_date >= $1::date and study.study_date <= $2::date",
    ["2025-01-01", "2026-01-02"],
  ]);
});

test("a date that does not exist matches nothing", () => {
  for (const value of ["20260231", "foo", "-", "2026", ""]) assert.equal(sql("StudyDate", value)[0], undefined, value);
});

test("lists of UIDs are separated by commas or backslashes", () => {
  assert.deepEqual(sql("StudyInstanceUID", "1.2,1.3\\1.4")[1], [["1.2", "1.3", "1.4"]]);
});

test("names are compared without case and diacritics, in any component group", () => {
  assert.deepEqual(sql("PatientName", "MÜLLER^A*"), ["patient.name_search like $1", ["%=muller^a%=%"]]);
});

test("a key of a lower level cannot be searched above it", () => {
  assert.equal(matchKey("SOPInstanceUID", "study"), undefined);
  assert.equal(matchKey("PixelData", "instance"), undefined);
  assert.ok(matchKey("PatientName", "instance"));
});

test("no value reaches the SQL text", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("PatientName", "PatientID", "StudyDate", "SeriesDate", "StudyTime", "Rows", "BodyPartExamined"),
      fc.string(),
      fc.constantFrom(false, true, "words" as const, "trigrams" as const),
      (key, value, fuzzy) => {
        const [text] = sql(key, value, fuzzy);
        assert.ok(
          text === undefined ||
            !/['";]/.test(
              text
                .replace(/'(=|\{[0-9A-F]{8},Value,0\})'/g, "")
                .replaceAll('collate "C"', "")
                .replaceAll("'(^|[ ^=-])'", ""),
            ),
        );
      },
    ),
  );
});
