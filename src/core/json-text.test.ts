import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonTextProblem } from "./json-text.ts";

const LIMITS = { depth: 20 };

test("a key that occurs twice in one object is found, written differently too", () => {
  assert.match(jsonTextProblem('{"a": 1,\n "a": 2}', LIMITS) ?? "", /"a" occurs twice.*line 2/);
  assert.match(jsonTextProblem('[{"b": {"\\u0061": 1, "a": 2}}]', LIMITS) ?? "", /"a" occurs twice/);
  assert.match(jsonTextProblem('{"a": [{"x": "}"}], "a": 2}', LIMITS) ?? "", /occurs twice/);
});

test("the same key in two objects, or as a value, is well", () => {
  for (const text of ['{"a": {"a": "a"}, "b": ["a", "a"]}', '[{"a": 1}, {"a": 2}]', '{"a,": 1, "a": "\\"a\\""}', "7"])
    assert.equal(jsonTextProblem(text, LIMITS), null, text);
});

test("nesting deeper than allowed is refused, in a text of a million levels too", () => {
  assert.equal(jsonTextProblem("[".repeat(20) + "]".repeat(20), LIMITS), null);
  assert.match(jsonTextProblem("[".repeat(1_000_000), LIMITS) ?? "", /deeper than 20/);
});

test("what is no JSON never throws", () => {
  for (const text of ['{"a', '{"a\\', '}}}]]"', ',"x","x"', '{"\\u00zz": 1, "\\u00zz": 2}'])
    assert.doesNotThrow(() => jsonTextProblem(text, LIMITS), text);
});
