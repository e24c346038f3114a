import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact, FactValue } from "../core/index.ts";
import { groupFacts } from "./facts.ts";
import { headlineOf } from "./headline.ts";

const AT = "2026-11-24T20:00:00.000Z";

function groups(values: Readonly<Record<string, FactValue>>) {
  return groupFacts(
    Object.entries(values).map(
      ([name, value]): Fact => ({
        id: name,
        name,
        value,
        unit: "",
        source: { kind: "person", personId: "p", name: "Dr Example", organisation: "Hub" } as never,
        observedAt: AT,
        recordedAt: AT,
      }),
    ),
  );
}

const site = (values: Readonly<Record<string, FactValue>>) =>
  headlineOf("stroke", groups(values)).find(({ name }) => name === "occlusion_site")?.value;

test("the side of an occlusion stands beside its site; not known or in the midline, the site stands alone", () => {
  assert.equal(site({ occlusion_site: "M1", occlusion_side: "left" }), "M1 left");
  assert.equal(site({ occlusion_site: "M2-dominant-proximal", occlusion_side: "right" }), "M2 right");
  assert.equal(site({ occlusion_site: "M1" }), "M1");
  assert.equal(site({ occlusion_site: "BA", occlusion_side: "midline" }), "BA");
  assert.equal(site({}), null);
});

test("a parenchymal haemorrhage shows its volume and place, a subarachnoid one its WFNS grade", () => {
  const names = (values: Readonly<Record<string, FactValue>>) =>
    headlineOf("haemorrhage", groups(values)).map(({ name }) => name);
  assert.deepEqual(names({ ich: true, sah: false }).slice(0, 2), ["ich_volume_ml", "ich_location"]);
  assert.equal(names({ sah: true })[0], "wfns");
});
