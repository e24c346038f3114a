import assert from "node:assert/strict";
import test from "node:test";
import { FIELDS, fieldOf } from "./dictionary.ts";
import { inUnitOf, ucumOf, unitsOf } from "./unit.ts";
import { checkFacts } from "./validation.ts";

test("every number with a unit has a UCUM code; words have none", () => {
  for (const field of FIELDS) {
    const number = field.kind === "int" || field.kind === "number";
    assert.equal(ucumOf(field) !== undefined, number, field.name);
    if (number && field.unit) assert.ok(unitsOf(field).length > 0, field.name);
  }
});

test("a value in another unit of the same kind is turned into the unit of the field", () => {
  const turned = (name: string, value: number, unit: string) => inUnitOf(fieldOf(name)!, value, unit);
  assert.equal(turned("time_lkw_h", 90, "min"), 1.5);
  assert.equal(turned("time_lkw_h", 1.5, "h"), 1.5);
  assert.equal(turned("aneurysm_size_mm", 0.7, "cm"), 7);
  assert.equal(turned("sbp_mmHg", 24, "kPa").toString().slice(0, 5), "180.0");
  assert.equal(turned("core_ml", 70, "cm3"), 70);
  assert.equal(turned("glucose_target_mg_dl", 10, "mmol/L"), 180.156);
});

test("a unit of another kind is refused with field, unit and what is taken", () => {
  const { facts, problems } = checkFacts({
    core_ml: { value: 7, unit: "mm" },
    nihss: { value: 7, unit: "points" },
    time_lkw_h: { value: 360, unit: "min" },
    aspects: { value: 7, unit: "1" },
    gcs: { value: 9 },
    wfns: { value: 2, unit: 3 },
  });
  assert.deepEqual(facts, { time_lkw_h: 6, aspects: 7, gcs: 9 });
  assert.match(problems[0]!.message, /"core_ml" must be in mL.* not in "mm"/);
  assert.match(problems[1]!.message, /"nihss" has no unit, not in "points"/);
  assert.match(problems[2]!.message, /the unit of "wfns" must be a word, not 3/);
});

test("a misspelt word beside the value, or a unit of a yes or no, is refused: 90 min never becomes 90 h", () => {
  const { facts, problems } = checkFacts({
    time_lkw_h: { value: 90, units: "min" },
    lvo: { value: true, unit: "kg" },
  });
  assert.deepEqual(facts, {});
  assert.match(problems[0]!.message, /"time_lkw_h" may say "value" and "unit", not "units"/);
  assert.match(problems[1]!.message, /"lvo" has no unit/);
});
