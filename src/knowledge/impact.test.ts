import assert from "node:assert/strict";
import test from "node:test";
import { loadPacks } from "../server/packs.ts";
import { impactOf } from "./impact.ts";
import type { Pack } from "./pack.ts";

const packs = loadPacks();
const now = "2026-12-01T00:00:00.000Z";
const changed = (from: string, to: string): readonly Pack[] =>
  packs.map((pack) => JSON.parse(JSON.stringify(pack).replaceAll(from, to)) as Pack);
const patient = (nihss?: number) => ({
  ...{ occlusion_site: "M1", time_lkw_h: 8, aspects: 8, prestroke_mrs: 0, age_years: 70 },
  ...(nihss === undefined ? {} : { nihss }),
});

test("the same packs change nothing and compare nothing", () => {
  const counter = impactOf(packs, packs, now);
  counter.add("a", patient(7));
  assert.deepEqual(counter.result(), { patients: 1, otherwise: 0, compared: [], lines: [] });
});

test("a moved threshold is counted for those between the old and the new one, and for nobody else", () => {
  const after = changed('{"field":"nihss","op":"gte","value":6}', '{"field":"nihss","op":"gte","value":10}');
  const counter = impactOf(packs, after, now);
  for (const [name, nihss] of [
    ["five", 5],
    ["six", 6],
    ["nine", 9],
    ["ten", 10],
    ["not known", undefined],
  ] as const)
    counter.add(name, patient(nihss));
  const { lines, patients, otherwise, compared } = counter.result();
  assert.equal(patients, 5);
  assert.equal(otherwise, 2);
  assert.ok(compared.includes("ais26-evt-02"));
  const line = lines.find(({ id }) => id === "ais26-evt-02")!;
  assert.deepEqual(
    { ...line, subject: "" },
    { id: "ais26-evt-02", subject: "", from: "applies", to: "doesNotApply", count: 2, examples: ["six", "nine"] },
  );
});

test("packs that expire take their recommendations with them", () => {
  const counter = impactOf(packs, changed('"expires":"2027', '"expires":"2025'), now);
  counter.add("a", patient(12));
  const { lines } = counter.result();
  assert.ok(lines.length > 20);
  assert.ok(lines.every(({ to }) => to === null));
});
