import assert from "node:assert/strict";
import { test } from "node:test";
import { trace } from "../../knowledge/criteria.ts";
import { criterionWords } from "./criterion-words.ts";

test("a criterion says the value it was held against, without saying its name twice", () => {
  assert.equal(criterionWords(trace({ field: "nihss", op: "gte", value: 6 }, { nihss: 16 })), "NIHSS ≥ 6: 16");
});

test("a criterion whose fact is not known says only what it asks", () => {
  assert.equal(criterionWords(trace({ field: "prestroke_mrs", op: "lte", value: 1 }, {})), "Pre-stroke mRS ≤ 1");
});

test("a group is one line, joined as it is meant", () => {
  const node = {
    any: [{ field: "nihss", op: "gte", value: 6 } as const, { field: "aspects", op: "gte", value: 6 } as const],
  };
  assert.equal(criterionWords(trace(node, { aspects: 8 })), "NIHSS ≥ 6 or ASPECTS ≥ 6: 8");
});
