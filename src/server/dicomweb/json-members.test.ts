import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { inOrder, jsonOf, laidOver, membersOf } from "./json-members.ts";

const tag = fc.integer({ min: 0, max: 0xffffffff }).map((n) => n.toString(16).toUpperCase().padStart(8, "0"));
const dataSet = fc.dictionary(tag, fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true });

test("members of any object are those that a parser finds, however strings, brackets and quotes lie in them", () => {
  fc.assert(
    fc.property(dataSet, fc.constantFrom(undefined, 1), (value, spaces) => {
      const members = membersOf(JSON.stringify(value, null, spaces));
      assert.deepEqual(
        members.map(([key, json]) => [key, JSON.parse(json)]),
        Object.entries(JSON.parse(JSON.stringify(value))),
      );
    }),
    { numRuns: 500 },
  );
});

test("laying one object over another is assigning it, in order of the tags", () => {
  fc.assert(
    fc.property(dataSet, dataSet, (lower, upper) => {
      const lists = [lower, upper].map((one) => inOrder(membersOf(JSON.stringify(one))));
      const both = laidOver(lists[0]!, lists[1]!);
      const tags = both.map(([key]) => key);
      assert.deepEqual(tags, [...new Set([...Object.keys(lower), ...Object.keys(upper)])].sort());
      assert.deepEqual(JSON.parse(jsonOf(both)), JSON.parse(JSON.stringify({ ...lower, ...upper })));
    }),
    { numRuns: 500 },
  );
});
