import assert from "node:assert/strict";
import test from "node:test";
import type { Criterion } from "./criteria.ts";
import { smallestMissingSets } from "./missing-sets.ts";

const site: Criterion = { field: "occlusion_site", op: "in", value: ["ICA", "M1"] };
const severe: Criterion = { field: "nihss", op: "gte", value: 6 };
const core: Criterion = { field: "core_ml", op: "lt", value: 70 };
const aspects: Criterion = { field: "aspects", op: "gte", value: 6 };

const sets = (node: Criterion, facts = {}) =>
  smallestMissingSets(node, facts).map(({ fields, could }) => [fields.join("+"), could.join("/")]);

test("of conditions that must all hold each alone could deny, and only all together confirm", () => {
  assert.deepEqual(sets({ all: [site, severe] }), [
    ["nihss", "false"],
    ["occlusion_site", "false"],
  ]);
});

test("the last one that is missing could do both", () => {
  assert.deepEqual(sets({ all: [site, severe] }, { nihss: 12 }), [["occlusion_site", "true/false"]]);
});

test("either of two images is enough, and the easier one comes first", () => {
  const either = sets({ all: [site, { any: [core, aspects] }] }, { occlusion_site: "M1" });
  assert.deepEqual(
    either.map(([, could]) => could),
    ["true", "true"],
  );
  assert.equal(either.length, 2, "each alone confirms; to deny takes both, and they hold these two");
});

test("no part of a set could decide by itself", () => {
  const two: Criterion = { atLeast: 2, of: [site, severe, aspects] };
  const found = smallestMissingSets(two, {});
  assert.ok(found.every(({ fields }) => fields.length === 2));
  assert.equal(found.length, 3);
  assert.ok(found.every(({ could }) => could.join() === "true,false"));
});

test("what is decided, or waits for words that no fact decides, has none", () => {
  assert.deepEqual(sets(severe, { nihss: 3 }), []);
  assert.deepEqual(sets({ text: "the team agrees" }), []);
});

test("a broad word that is known is asked for more exactly", () => {
  assert.deepEqual(sets({ field: "occlusion_site", op: "eq", value: "M2-codominant" }, { occlusion_site: "M2" }), [
    ["occlusion_site", "true/false"],
  ]);
});
