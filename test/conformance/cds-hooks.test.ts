import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  type Answer,
  ago,
  asked,
  bundle,
  type Card,
  condition,
  type Ehr,
  observation,
  own,
  patient,
  startEhr,
  strokeFacts,
  whole,
} from "./cds-ehr.ts";
import { checkAnswer, checkDiscovery } from "./cds-shape.ts";

let ehr: Ehr;
let willis: Ehr["willis"];
before(async () => {
  ehr = await startEhr();
  willis = ehr.willis;
});
after(() => willis?.stop());
const call: Ehr["call"] = (...given) => ehr.call(...given);
const cardsOf: Ehr["cardsOf"] = (...given) => ehr.cardsOf(...given);
const token: Ehr["token"] = (...given) => ehr.token(...given);

test("the discovery document is that of CDS Hooks 2.0, with templates a client can fill", async () => {
  const answer = await call("/cds-services");
  assert.equal(answer.status, 200);
  const document = (await answer.json()) as { services: { id: string; hook: string }[] };
  checkDiscovery(document);
  assert.deepEqual(
    document.services.map(({ hook }) => hook),
    ["patient-view", "order-select", "order-sign"],
  );
});

test("a stroke within the window: thrombectomy with grade, citation, reasons to override and a page in the library", async () => {
  const { cards } = await cardsOf(asked(whole(strokeFacts)));
  const card = cards.find(({ summary }) =>
    summary.startsWith("For: Mechanical thrombectomy. AHA/ASA 2026 (1, certainty A)"),
  );
  assert.ok(card, cards.map(({ summary }) => summary).join("\n"));
  assert.match(card.detail, /10\.1161\/STR/);
  assert.match(card.detail, /NIHSS 15/);
  assert.match(card.detail, /lapses 20\d\d/);
  assert.equal(card.source.url, "https://willis.example/know/recommendation/ais26-evt-01");
  assert.ok(card.overrideReasons!.length >= 5);
  for (const { detail, indicator } of cards) {
    assert.match(detail, /not a medical device/);
    assert.notEqual(indicator, "critical");
  }
  assert.ok(cards.length <= 7);
  for (const url of cards.flatMap((one) => [one.source.url, ...one.links.map((link) => link.url)])) {
    const page = await willis.as(
      "hub",
      new URL(url).pathname.replace(/^\/know\/recommendation/, "/api/knowledge/recommendations"),
    );
    assert.ok(page.status === 200 || new URL(url).pathname === "/know", url);
  }
});

test("what is missing is said; nothing is advised, and no card comes from what does not apply", async () => {
  const { cards } = await cardsOf(asked(whole([])));
  const last = cards.at(-1)!;
  assert.match(last.summary, /^Cannot determine: \d+ more; missing .*Last known well/);
  assert.match(last.detail, /cannot determine Mechanical thrombectomy/);
  assert.ok(!cards.some(({ summary }) => summary.includes("thrombectomy.")));
  const late = [...strokeFacts.slice(0, 2), own("time_lkw_h", { valueDateTime: ago(30) }), ...strokeFacts.slice(3)];
  const { cards: after } = await cardsOf(asked(whole(late)));
  assert.ok(!after.some(({ summary }) => /: Mechanical thrombectomy\./.test(summary)));
  for (const { summary, detail } of after)
    assert.ok(!/harm/i.test(`${summary}${detail}`.replaceAll("not thereby harmful", "")));
});

test("a wrong unit is refused field by field and named in a card and in the answer", async () => {
  const wrong = observation("http://loinc.org", "8480-6", {
    valueQuantity: { value: 18, unit: "cm", system: "http://unitsofmeasure.org", code: "cm" },
  });
  const { cards, extension } = await cardsOf(asked(whole([...strokeFacts, wrong])));
  assert.ok(extension["org.willis.notRead"]!.some(({ field, why }) => field === "sbp_mmHg" && /"cm"/.test(why)));
  assert.match(cards.at(-1)!.detail, /Not used: Systolic blood pressure of Observation\/o\d+: its unit is "cm"/);
  assert.ok(cards.length > 1, "the rest is used");
});

test("a record without a diagnosis of ours gives no card; one that did not come whole says so", async () => {
  assert.deepEqual((await cardsOf(asked(whole([], [condition("J18.9")])))).cards, []);
  const { cards } = await cardsOf(asked({ patient }));
  assert.equal(cards.length, 1);
  assert.match(cards[0]!.summary, /^Cannot determine: .*the problem list was not sent/);
  const dead = whole(strokeFacts);
  assert.deepEqual((await cardsOf(asked({ ...dead, patient: { ...patient, deceasedBoolean: true } }))).cards, []);
});

test("words of the record never become links, tags or emphasis of a card", async () => {
  const evil = own("occlusion_site", { valueString: "[M1](https://evil.example) <img src=x> **now**" });
  const { cards } = await cardsOf(asked(whole([evil])));
  const all = cards.map(({ detail }) => detail).join("\n");
  assert.match(all, /Not used: Occlusion site/);
  assert.ok(!/[^\\]\]\(|[^\\]<img|[^\\*]\*\*now/.test(all), all);
});

test("orders: thrombolysis that is selected or signed brings what bears on it, and nothing else", async () => {
  const draft = (id: string, code: string) => ({
    resourceType: "MedicationRequest",
    id,
    status: "draft",
    intent: "order",
    subject: { reference: "Patient/p1" },
    medicationCodeableConcept: { coding: [{ system: "http://www.whocc.no/atc", code }] },
  });
  const draftOrders = bundle(draft("r1", "B01AD02"), draft("r2", "N02BE01"));
  const prefetch = whole([...strokeFacts, own("deficit_disabling", { valueBoolean: false })]);
  const sign = (of: object, hook = "order-sign") => asked(prefetch, { hook }, of);
  const { cards } = await cardsOf(sign({ draftOrders }), "willis-order-sign");
  assert.match(cards[0]!.summary, /^Against: Intravenous thrombolysis\. AHA\/ASA 2026 \(3: No Benefit/);
  assert.equal(cards[0]!.indicator, "warning", "what speaks against stands first");
  assert.ok(cards.some(({ summary }) => summary.startsWith("For: Blood pressure before thrombolysis.")));
  assert.ok(!cards.some(({ summary }) => /: Mechanical thrombectomy\./.test(summary)), "thrombectomy was not ordered");
  const selected = (selections: string[]) =>
    cardsOf(sign({ draftOrders, selections }, "order-select"), "willis-order-select");
  assert.ok((await selected(["MedicationRequest/r1"])).cards.length > 0);
  assert.deepEqual((await selected(["MedicationRequest/r2"])).cards, []);
  for (const [body, status] of [
    [sign({}), 400],
    [sign({ draftOrders }, "patient-view"), 400],
    [sign({ draftOrders: { resourceType: "Patient" } }), 400],
  ] as const)
    assert.equal((await call("/cds-services/willis-order-sign", body)).status, status);
});

test("lapsed packs give no advice", async () => {
  const { services } = willis;
  const { now } = services;
  try {
    Object.assign(services, { now: () => new Date("2031-01-01T00:00:00Z") });
    const at = Math.floor(Date.parse("2031-01-01T00:00:00Z") / 1000);
    const bearer = await token({ claims: { iat: at, exp: at + 60 } });
    const facts = strokeFacts.map((one) => ({ ...one, effectiveDateTime: "2030-12-31T23:30:00Z" }));
    const body = asked(whole(facts, [{ ...condition("I63.9"), onsetDateTime: "2030-12-31T22:00:00Z" }]));
    const answer = (await (await call("/cds-services/willis-patient-view", body, bearer)).json()) as Answer;
    checkAnswer(answer);
    assert.equal(answer.cards.length, 1);
    assert.match(answer.cards[0]!.detail, /Lapsed on 20\d\d-\d\d-\d\d, gives no advice: .*2026/);
    assert.ok(!answer.cards[0]!.overrideReasons);
  } finally {
    Object.assign(services, { now });
  }
});

test("without its Patient a call is answered 412, and what cannot be read 400, 404 or 413", async () => {
  const { patient: _, ...without } = whole(strokeFacts);
  const path = "/cds-services/willis-patient-view";
  const missing = await call(path, asked(without));
  assert.equal(missing.status, 412);
  assert.match(await missing.text(), /not in the prefetch/);
  assert.equal((await call(path, asked({ ...without, patient: { ...patient, id: "p2" } }))).status, 412);
  assert.equal((await call(path, { hook: "patient-view" })).status, 400);
  assert.equal((await call(path, asked(whole([]), { hookInstance: "1" }))).status, 400);
  assert.equal((await call("/cds-services/other", asked(whole([])))).status, 404);
  const large = asked({ ...whole([]), filling: "x".repeat(5 * 1024 * 1024) });
  assert.equal((await call(path, large)).status, 413);
});

test("feedback is kept with its card, once; on a card of others it is refused whole", async () => {
  const { cards } = await cardsOf(asked(whole(strokeFacts)));
  const [first, second] = cards as [Card, Card];
  const path = "/cds-services/willis-patient-view/feedback";
  const outcomeTimestamp = new Date().toISOString();
  const reason = first.overrideReasons![0]!;
  const feedback = [
    {
      card: first.uuid,
      outcome: "overridden",
      overrideReason: { reason, userComment: "Family asked." },
      outcomeTimestamp,
    },
    { card: second.uuid, outcome: "accepted", outcomeTimestamp },
  ];
  for (let k = 0; k < 2; k++) assert.equal((await call(path, { feedback })).status, 200);
  const { rows } = await willis.services.pool.query(
    `select card, outcome, reason, comment, c.recommendations from cds_feedback f join cds_card c on c.uuid = f.card
     where card = any($1) order by f.id`,
    [[first.uuid, second.uuid]],
  );
  assert.deepEqual(
    rows.map(({ card, outcome, reason: why, comment }) => [card, outcome, why, comment]),
    [
      [first.uuid, "overridden", reason, "Family asked."],
      [second.uuid, "accepted", null, ""],
    ],
  );
  assert.match(rows[0].recommendations[0].hash, /^sha256:[0-9a-f]{64}$/);
  const kept = JSON.stringify((await willis.services.pool.query("select * from cds_card")).rows);
  assert.ok(!kept.includes("p1") && !kept.includes("NIHSS"), "no patient and no value is kept");
  const strange = [
    { card: first.uuid, outcome: "accepted", outcomeTimestamp: ago(0) },
    { card: randomUUID(), outcome: "accepted", outcomeTimestamp },
  ];
  const refused = await call(path, { feedback: strange });
  assert.equal(refused.status, 404);
  assert.equal((await call("/cds-services/willis-order-sign/feedback", { feedback })).status, 404);
  const count = await willis.services.pool.query("select count(*) from cds_feedback where card = $1", [first.uuid]);
  assert.equal(count.rows[0].count, 1);
  for (const wrong of [
    { card: first.uuid, outcome: "ignored", outcomeTimestamp },
    { card: first.uuid, outcome: "accepted", outcomeTimestamp: "yesterday" },
    { card: "1", outcome: "accepted", outcomeTimestamp },
  ])
    assert.equal((await call(path, { feedback: [wrong] })).status, 400);
  const seen = await willis.as("admin", "/api/cds-feedback");
  assert.equal(((await seen.json()) as { feedback: { client: string }[] }).feedback[0]!.client, "Test EHR");
});

test("the interface description has the services, with the token that they ask for", async () => {
  const { paths } = (await (await willis.as(null, "/api/openapi.json")).json()) as {
    paths: Record<string, Record<string, { security: object[]; summary: string }>>;
  };
  assert.deepEqual(paths["/cds-services"]!.get!.security, [{ cdsClient: [] }]);
  for (const path of ["/cds-services/{service}", "/cds-services/{service}/feedback"])
    assert.match(paths[path]!.post!.summary, /CDS Hooks 2\.0/);
});

test("a diagnosis alone opens its treatments: everything is missing, and that is said", async () => {
  const { cards } = await cardsOf(asked(whole([], [condition("I65.21")])));
  assert.equal(cards.length, 1);
  assert.match(cards[0]!.summary, /^Cannot determine: \d+ more; missing .*Carotid/);
  assert.match(cards[0]!.detail, /cannot determine Carotid endarterectomy/);
});
