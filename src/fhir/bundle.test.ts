import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { filesOfPack, loadPacks, PACKS_DIR } from "../server/packs.ts";
import { packBundle, type Resource } from "./bundle.ts";
import { differences, filesOfBundle, resourcesOf } from "./import-bundle.ts";

const packs = loadPacks();
const filesOf = (id: string) => filesOfPack(join(PACKS_DIR, id));
const text = (resource: Resource, type: string) => {
  const content = resource.content as { contentType: string; data: string }[];
  return Buffer.from(content.find((part) => part.contentType === type)!.data, "base64").toString("utf8");
};

test("every pack goes out as FHIR and comes back byte for byte", () => {
  for (const pack of packs) {
    const files = filesOf(pack.id);
    const bundle = JSON.parse(JSON.stringify(packBundle(pack, files)));
    assert.deepEqual(filesOfBundle(bundle), files, pack.id);
    assert.deepEqual(differences(bundle, packBundle(pack, files)), []);
  }
});

test("each current recommendation is an action with a condition that the library defines, a citation and an activity", () => {
  for (const pack of packs) {
    const resources = resourcesOf(packBundle(pack, filesOf(pack.id)));
    const library = resources.find((one) => one.resourceType === "Library")!;
    const cql = text(library, "text/cql");
    const elm = JSON.parse(text(library, "application/elm+json"));
    const defined = new Set(elm.library.statements.def.map((one: { name: string }) => one.name));
    const activities = new Set(
      resources.filter((one) => one.resourceType === "ActivityDefinition").map((one) => one.url),
    );
    const plan = resources.find((one) => one.resourceType === "PlanDefinition")!;
    const current = pack.recommendations.filter((item) => item.status === "current");
    const actions = plan.action as Record<string, unknown>[];
    assert.equal(actions.length, current.length);
    actions.forEach((action, k) => {
      const [{ expression }] = action.condition as [{ expression: { expression: string; language: string } }];
      assert.equal(expression.language, "text/cql-identifier");
      assert.ok(defined.has(expression.expression));
      assert.ok(cql.includes(`define "${expression.expression}":`));
      assert.ok(activities.has(action.definitionCanonical));
      assert.ok((action.documentation as { citation?: string }[])[0]!.citation);
      assert.match(JSON.stringify(action.extension), new RegExp(current[k]!.strength.replaceAll(/[^\w ]/g, ".")));
    });
  }
});

test("the resources hold what R4 requires: codes of its lists, ids of its form, a population for evidence", () => {
  const ids = /^[A-Za-z0-9\-.]{1,64}$/;
  for (const pack of packs) {
    for (const resource of resourcesOf(packBundle(pack, filesOf(pack.id)))) {
      assert.match(resource.id, ids);
      assert.match(String(resource.status), /^(draft|active|retired|unknown)$/);
      if (resource.resourceType === "Library") assert.ok((resource.type as { coding: unknown[] }).coding.length);
      if (resource.resourceType !== "Evidence") continue;
      assert.deepEqual(resource.exposureBackground, { reference: "#population" });
      const [population] = resource.contained as { id: string; status: string; characteristic: unknown[] }[];
      assert.equal(population!.id, "population");
      assert.ok(population!.status && population!.characteristic.length > 0);
    }
  }
});

test("a recommendation against a thing asks not to do it", () => {
  const pack = packs.find((one) =>
    one.recommendations.some((item) => item.direction === "against" && item.status === "current"),
  )!;
  const item = pack.recommendations.find((one) => one.direction === "against" && one.status === "current")!;
  const found = resourcesOf(packBundle(pack, {})).find(
    (one) => one.resourceType === "ActivityDefinition" && one.id === item.id,
  )!;
  assert.equal(found.doNotPerform, true);
});

test("what is no bundle of a pack, or was changed, is refused or named", () => {
  const [pack] = packs;
  const bundle = JSON.parse(JSON.stringify(packBundle(pack!, filesOf(pack!.id))));
  for (const wrong of [
    null,
    7,
    {},
    { resourceType: "Bundle" },
    { resourceType: "Bundle", entry: [] },
    { resourceType: "Bundle", entry: [{}] },
  ])
    assert.throws(() => filesOfBundle(wrong), /cannot be taken/);
  const evil = structuredClone(bundle);
  const content = evil.entry.find((one: { resource: Resource }) => one.resource.resourceType === "Library").resource
    .content;
  content.at(-1).title = "../../etc/passwd.json";
  assert.throws(() => filesOfBundle(evil), /not the name of a file/);
  const changed = structuredClone(bundle);
  changed.entry[0].resource.title = "Something else";
  assert.deepEqual(differences(bundle, changed), [`PlanDefinition ${pack!.id}`]);
});
