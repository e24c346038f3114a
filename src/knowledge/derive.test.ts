import assert from "node:assert/strict";
import test from "node:test";
import { impliedFacts } from "./derive.ts";

test("a mismatch follows from its volumes with the rule named, and is not derived again when given", () => {
  const facts = { core_ml: 20, mismatch_ml: 60, mismatch_ratio: 4 };
  const [implied] = impliedFacts(facts, []);
  assert.deepEqual([implied?.name, implied?.value], ["perfusion_mismatch", true]);
  assert.match(implied!.rule, /EXTEND.*Mismatch ratio > 1.2/);
  assert.deepEqual(impliedFacts({ ...facts, perfusion_mismatch: false }, []), []);
});

test("one volume over its threshold denies the mismatch; volumes not known leave it open", () => {
  assert.equal(impliedFacts({ core_ml: 90 }, [])[0]?.value, false);
  assert.deepEqual(impliedFacts({ core_ml: 20 }, []), []);
});
