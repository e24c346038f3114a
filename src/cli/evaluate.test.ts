import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("./index.ts", import.meta.url));

function run(input: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ENTRY, "evaluate", ...args], {
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const LATE_M1 = {
  facts: { age_years: 71, occlusion_site: "M1", time_lkw_h: 9, nihss: 15, prestroke_mrs: 0, aspects: 8, core_ml: null },
  patient: "ignored",
};

test("evaluate --json prints ids that apply, do not apply and cannot be determined with what is missing", () => {
  const { status, stdout } = run(JSON.stringify(LATE_M1), "-", "--json");
  assert.equal(status, 0);
  const answer = JSON.parse(stdout);
  assert.ok(answer.applies.includes("ais26-evt-02"));
  assert.ok(answer.doesNotApply.includes("ais26-evt-01"));
  assert.deepEqual(
    answer.cannotDetermine.find((item: { id: string }) => item.id === "esomt19-02"),
    { id: "esomt19-02", missing: ["dawn_or_defuse3_eligible"] },
  );
  const [easiest] = answer.wouldDecide.find((item: { id: string }) => item.id === "esomt19-02").sets;
  assert.deepEqual(easiest.fields, ["dawn_or_defuse3_eligible"]);
  assert.equal(answer.wouldDecide.length, answer.cannotDetermine.length);
  const all = [
    ...answer.applies,
    ...answer.doesNotApply,
    ...answer.cannotDetermine.map((item: { id: string }) => item.id),
  ];
  assert.equal(all.length, 111);
  assert.equal(new Set(all).size, 111);
  assert.ok(answer.packs.every((pack: { hash: string; expires: string }) => pack.hash && pack.expires));
});

test("an unknown field or a value that is not allowed ends with 2 and is named", () => {
  const { status, stdout, stderr } = run('{"facts":{"nihss":99,"favourite_colour":"blue"}}', "-", "--json");
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /"nihss" must lie between 0 and 42, not 99/);
  assert.match(stderr, /unknown fact "favourite_colour"/);
});

test("a number may say its unit; one of another kind ends with 2 and is named", () => {
  const given = (core: unknown) =>
    JSON.stringify({ facts: { core_ml: core, time_lkw_h: { value: 540, unit: "min" } } });
  const card = (text: string) => JSON.parse(text).cards.find((one: { id: string }) => one.id === "ais26-evt-02");
  const { status, stdout } = run(given({ value: 40, unit: "mL" }), "-", "--json");
  assert.equal(status, 0);
  assert.match(JSON.stringify(card(stdout).criteria), /9 h/);
  const refused = run(given({ value: 40, unit: "mm" }), "-", "--json");
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /"core_ml" must be in mL/);
});

test("a fact that stands beside the facts is not lost without a word", () => {
  const { status, stderr } = run(JSON.stringify({ facts: { nihss: 15 }, aspects: 8 }), "-", "--json");
  assert.equal(status, 2);
  assert.match(stderr, /"aspects" stands beside "facts"/);
});

test("--at says at which date packs must be in force", () => {
  const { status, stdout } = run(JSON.stringify(LATE_M1), "-", "--json", "--at", "2031-01-01");
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout).applies, []);
  assert.equal(run(JSON.stringify(LATE_M1), "-", "--at", "tomorrow").status, 2);
});

test("a file without facts, text that is not JSON and a missing file end with 2", () => {
  assert.match(run("{}", "-").stderr, /must be an object with "facts"/);
  assert.match(run("{", "-").stderr, /is not JSON/);
  assert.equal(run("", "/nowhere/facts.json").status, 2);
  assert.equal(run("").status, 2);
});

test("after the packs expire nothing applies and the reader is told", () => {
  const { status, stdout } = run(JSON.stringify({ ...LATE_M1, now: "2031-01-01" }), "-", "--json");
  const answer = JSON.parse(stdout);
  assert.equal(status, 0);
  assert.deepEqual(answer.applies, []);
  assert.ok(answer.silent.length >= 111);
  assert.ok(answer.packs.every((pack: { state: string }) => ["expired", "superseded"].includes(pack.state)));
  assert.ok(answer.packs.some((pack: { state: string }) => pack.state === "expired"));
});

test("for people the same is a table that says what is met, by whom it is said, and how it was checked", () => {
  const { status, stdout } = run(JSON.stringify(LATE_M1), "-");
  assert.equal(status, 0);
  assert.match(stdout, /ais26-evt-02 {2}AHA\/ASA 2026: 1, certainty A \(AHA COR\/LOE\)/);
  assert.match(stdout, /met +NIHSS ≥ 6 +\[NIHSS 15\]/);
  assert.match(stdout, /written from memory/);
  assert.match(stdout, /Not a medical device/);
});

test("a fact that was observed too long before --at is not known; sources that differ are told, and decide where they agree", () => {
  const facts = {
    ...LATE_M1.facts,
    aspects: { value: 8, observedAt: "2026-11-27T03:00:00Z" },
    nihss: [
      { value: 14, source: "referrer" },
      { value: 16, source: "our ward" },
    ],
  };
  const at = (time: string) => JSON.parse(run(JSON.stringify({ facts }), "-", "--json", "--at", time).stdout);
  const soon = at("2026-11-27T05:00:00Z");
  assert.ok(soon.applies.includes("ais26-evt-02"), "both values of the NIHSS are 6 or more");
  assert.deepEqual(Object.keys(soon.doubts.contested), ["nihss"]);
  const late = at("2026-11-27T12:00:00Z");
  assert.match(late.doubts.aside.aspects.why, /ASPECTS 8 is older than 6 h/);
  const open = late.cannotDetermine.find((item: { id: string }) => item.id === "ais26-evt-02");
  assert.deepEqual(open.missing, ["aspects"]);
  assert.match(run(JSON.stringify({ facts }), "-", "--at", "2026-11-27T12:00:00Z").stdout, /our ward/);
});
