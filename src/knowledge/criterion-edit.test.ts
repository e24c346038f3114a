import assert from "node:assert/strict";
import { test } from "node:test";
import { type Criterion, OPS } from "./criteria.ts";
import { addAt, groupOf, joiningOf, leafFor, nodeAt, opsFor, replaceAt } from "./criterion-edit.ts";
import { FIELDS } from "./dictionary.ts";
import { criterionProblems } from "./pack-problems.ts";

const TREE: Criterion = {
  all: [
    { field: "nihss", op: "gte", value: 6 },
    { any: [{ field: "aspects", op: "gte", value: 6 }, { not: { field: "age_years", op: "lt", value: 18 } }] },
  ],
};

test("a node is replaced, added and taken out where the path says, and nothing else changes", () => {
  const next = replaceAt(TREE, [1, 1, 0], { field: "age_years", op: "lt", value: 16 });
  assert.deepEqual(nodeAt(next, [1, 1, 0]), { field: "age_years", op: "lt", value: 16 });
  assert.deepEqual(nodeAt(next, [0]), nodeAt(TREE, [0]));
  assert.deepEqual(replaceAt(TREE, [1], null), { all: [TREE.all[0]] });
  assert.deepEqual(replaceAt(TREE, [], null), { all: [] });
  assert.deepEqual(nodeAt(addAt(TREE, [1], { text: "x" }), [1, 2]), { text: "x" });
  assert.deepEqual(nodeAt(addAt(TREE, [0], { text: "x" }), [0]), { all: [TREE.all[0], { text: "x" }] });
  assert.deepEqual(nodeAt(addAt(TREE, [1, 1], { text: "x" }), [1, 1]), {
    not: { all: [{ field: "age_years", op: "lt", value: 18 }, { text: "x" }] },
  });
  assert.equal(nodeAt(TREE, [7, 1]), undefined);
});

test("a group keeps its children when it joins otherwise", () => {
  for (const joining of ["all", "any", "not", "atLeast"] as const)
    assert.equal(joiningOf(groupOf(joining, TREE.all, 2)), joining);
  assert.equal(joiningOf({ text: "x" }), null);
});

test("whatever field and comparison are chosen, the condition is well formed and of the field", () => {
  for (const { name } of FIELDS)
    for (const op of OPS)
      for (const kept of [undefined, 3, "M1", true, [2, 5], ["M1", "M2"]]) {
        const leaf = leafFor(name, op, kept);
        assert.ok(opsFor(name).includes(leaf.op), `${name} ${leaf.op}`);
        const known =
          kept === undefined ? criterionProblems(leaf).filter((one) => !/holds (always|never)/.test(one)) : [];
        assert.deepEqual(known, [], `${name} ${op}`);
      }
});
