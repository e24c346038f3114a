import assert from "node:assert/strict";
import { test } from "node:test";
import type { CaseSummary } from "../../cases/views.ts";
import { byUrgency, matches, sectionOf, sectionsOf } from "./work-order.ts";

const hub = { id: "hub", name: "Basel", kind: "hub" } as const;
const spoke = { id: "spoke", name: "Liestal", kind: "spoke" } as const;

function row(given: Partial<CaseSummary> = {}): CaseSummary {
  return {
    id: "1",
    kind: "stroke",
    urgency: "critical",
    status: "waiting",
    question: "Thrombectomy?",
    patient: { name: "Meyer^Anna", identifier: "44710093", birthDate: null, sex: "F", age: null },
    from: spoke,
    to: hub,
    lastKnownWell: null,
    referredAt: "2026-11-24T04:00:00Z",
    answerDueAt: null,
    answeredAt: null,
    updatedAt: "2026-11-24T04:00:00Z",
    headline: [],
    images: { received: 0, expected: null, arriving: false, studies: [] },
    next: "",
    ...given,
  };
}

test("who has to act next decides where a case stands", () => {
  assert.equal(sectionOf(row(), "hub"), "yours");
  assert.equal(sectionOf(row(), "spoke"), "theirs");
  assert.equal(sectionOf(row({ status: "need-data" }), "spoke"), "yours");
  assert.equal(sectionOf(row({ status: "need-data" }), "hub"), "theirs");
  assert.equal(sectionOf(row({ status: "accepted" }), "hub"), "progress");
  assert.equal(sectionOf(row({ urgency: "elective" }), "hub"), "board");
  assert.equal(sectionOf(row({ status: "declined" }), "hub"), "ended");
});

test("urgency comes before time, the nearer answer before the later, the longer wait before the shorter", () => {
  const rows = [
    row({ id: "elective", urgency: "elective", referredAt: "2026-11-01T00:00:00Z" }),
    row({ id: "late", answerDueAt: "2026-11-24T05:00:00Z" }),
    row({ id: "soon", answerDueAt: "2026-11-24T04:10:00Z" }),
    row({ id: "urgent", urgency: "urgent" }),
    row({ id: "no due, long", referredAt: "2026-11-24T03:00:00Z" }),
    row({ id: "no due, short", referredAt: "2026-11-24T03:30:00Z" }),
  ];
  assert.deepEqual(
    [...rows].sort(byUrgency).map((each) => each.id),
    ["soon", "late", "no due, long", "no due, short", "urgent", "elective"],
  );
});

test("every case stands in exactly one section", () => {
  const rows = (["draft", "waiting", "need-data", "accepted", "declined", "closed"] as const).map((status, i) =>
    row({ id: String(i), status }),
  );
  const all = sectionsOf(rows, "hub").flatMap((section) => section.cases.map((each) => each.id));
  assert.deepEqual(all.sort(), rows.map((each) => each.id).sort());
});

test("the section that asks for an act stands even when it is empty", () => {
  assert.deepEqual(
    sectionsOf([], "hub").map((section) => section.id),
    ["yours"],
  );
});

test("a search finds all its words anywhere in the row", () => {
  assert.ok(matches(row(), "anna liestal"));
  assert.ok(matches(row(), "4471"));
  assert.ok(matches(row(), ""));
  assert.ok(!matches(row(), "anna olten"));
});
