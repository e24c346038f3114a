import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../test/harness.ts";
import type { EvaluationAnswer } from "../knowledge/answer.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

const asked = (body: object) =>
  willis.as("hub", "/api/knowledge/evaluate", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

test("facts over HTTP are judged as in a terminal, with units and at a date", async () => {
  const facts = {
    occlusion_site: "M1",
    time_lkw_h: { value: 480, unit: "min" },
    nihss: 15,
    aspects: 8,
    prestroke_mrs: 0,
    age_years: 70,
  };
  const answer = (await (await asked({ facts })).json()) as EvaluationAnswer;
  assert.ok(answer.applies.includes("ais26-evt-02"));
  assert.ok(answer.cannotDetermine.every(({ missing }) => Array.isArray(missing)));
  assert.equal(answer.cards.length, answer.applies.length + answer.doesNotApply.length + answer.cannotDetermine.length);
  const later = (await (await asked({ facts, at: "2031-01-01" })).json()) as EvaluationAnswer;
  assert.deepEqual(later.applies, []);
});

test("an unknown field, a wrong value, unit or date is refused with its name", async () => {
  for (const [body, words] of [
    [{ facts: { nihss: 99, colour: "blue" } }, /"nihss" must lie between 0 and 42.*unknown fact "colour"/],
    [{ facts: { core_ml: { value: 3, unit: "mm" } } }, /"core_ml" must be in mL/],
    [{ facts: {}, at: "soon" }, /"at" must be an ISO date/],
  ] as const) {
    const answer = await asked(body);
    assert.equal(answer.status, 400);
    assert.match(await answer.text().then((text) => JSON.parse(text).detail), words);
  }
});
