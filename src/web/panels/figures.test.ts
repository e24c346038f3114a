import assert from "node:assert/strict";
import { test } from "node:test";
import { ageAndSex, birthDate, bytes, counted, factWords, figure, personName, shortValue } from "./figures.ts";

test("a figure has as many digits as it deserves", () => {
  assert.equal(figure(21.4), "21");
  assert.equal(figure(4.63), "4.6");
  assert.equal(figure(0.4149), "0.41");
  assert.equal(figure(100), "100");
  assert.equal(figure(-0.8), "−0.8");
});

test("a ratio keeps one decimal, a score has none", () => {
  assert.equal(shortValue(5, "mismatch_ratio"), "5.0");
  assert.equal(factWords("mismatch_ratio", 4.96, "1"), "5.0");
  assert.equal(shortValue(16, "nihss"), "16");
});

test("a DICOM person name is written family first", () => {
  assert.equal(personName("Meyer^Anna"), "Meyer, Anna");
  assert.equal(personName("Yamada^Tarou=山田^太郎"), "Yamada, Tarou");
  assert.equal(personName("Meyer, Anna"), "Meyer, Anna");
  assert.equal(personName(""), "");
});

test("a yes/no fact is said in its own sentence", () => {
  assert.equal(factWords("wake_up", true, ""), "noticed on waking");
  assert.equal(factWords("wake_up", false, ""), "not noticed on waking");
  assert.equal(factWords("core_ml", 21, "mL"), "21 mL");
});

test("what is not known of a patient is said, not left blank", () => {
  assert.equal(ageAndSex({ age: null, sex: "F" }), "age not known F");
  assert.equal(birthDate(null), "birth date not known");
  assert.equal(birthDate("1945-03-12"), "12.03.1945");
});

test("counts and sizes read as people say them", () => {
  assert.equal(counted(1, "image"), "1 image");
  assert.equal(counted(1204, "image"), "1,204 images");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(3_400_000), "3.4 MB");
});
