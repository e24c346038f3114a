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

test("the parameters of a library are those of its CQL and ELM, by name and type, and its name is the same in all three", () => {
  const types = { Decimal: "decimal", Boolean: "boolean", String: "string" } as Record<string, string>;
  for (const pack of packs) {
    const library = resourcesOf(packBundle(pack, filesOf(pack.id))).find((one) => one.resourceType === "Library")!;
    const elm = JSON.parse(text(library, "application/elm+json")).library;
    const cql = text(library, "text/cql");
    const stated = (library.parameter as { name: string; type: string; use: string }[]).map(({ name, type }) => [
      name,
      type,
    ]);
    const inElm = (elm.parameters.def as { name: string; parameterTypeSpecifier: { name: string } }[]).map(
      ({ name, parameterTypeSpecifier }) => [name, types[parameterTypeSpecifier.name.split("}")[1]!]],
    );
    const inCql = [...cql.matchAll(/^parameter "(.+)" (\w+) /gm)].map(([, name, type]) => [name, types[type!]]);
    assert.deepEqual(stated, inElm, pack.id);
    assert.deepEqual(stated, inCql, pack.id);
    assert.match(String(library.name), /^[A-Z][A-Za-z0-9_]{0,254}$/);
    assert.equal(elm.identifier.id, library.name);
    assert.ok(cql.startsWith(`library "${library.name}" version '${pack.version}'`));
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
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, one]) => [name, turned(one)]),
          )
        : value;
  assert.deepEqual(differences(bundle, turned(bundle)), [], "the order of members says nothing");
  assert.deepEqual(differences(bundle, { ...bundle, entry: bundle.entry.toReversed() }), []);
  const twice = structuredClone(bundle);
  twice.entry.push({ resource: { ...twice.entry[0].resource, title: "Another" } });
  for (const take of [() => filesOfBundle(twice), () => differences(bundle, twice)])
    assert.throws(take, /holds PlanDefinition .* twice/);
  let deep: unknown = 1;
  for (let k = 0; k < 10_000; k++) deep = { deep };
  const bottomless = structuredClone(bundle);
  bottomless.entry[0].resource.extension = deep;
  assert.throws(() => differences(bundle, bottomless), /nested deeper/);
});
