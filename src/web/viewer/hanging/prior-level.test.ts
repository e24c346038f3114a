import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import { differenceWords, levelBetween, levelWords } from "./prior-level.ts";

const pane = (seriesUid: string, frameOfReference: string, normal = [0, 0, 1]) =>
  ({
    plan: { seriesUid, mode: "slices" },
    content: undefined,
    controller: { position: () => ({ point: [0, 0, 0], normal, frameOfReference }) },
  }) as unknown as Parameters<typeof levelBetween>[0];

test("levels are taken from the frame of reference, then from a registration, and else not guessed", () => {
  const [a, same, other] = [pane("a", "1.1"), pane("b", "1.1"), pane("c", "1.2")];
  assert.equal(levelWords(levelBetween(a, same, [])), "same frame of reference");
  assert.equal(levelWords(levelBetween(a, other, [])), "not aligned");
  const matrix = [1, 0, 0, 5, 0, 1, 0, 0, 0, 0, 1, -30, 0, 0, 0, 1];
  const run = {
    kind: "register",
    state: "done",
    seriesUid: "c",
    review: null,
    finishedAt: "2026-01-01",
    createdAt: "",
  };
  const analyses = [
    { ...run, id: "r", result: { movingSeriesUid: "a", matrix } },
  ] as unknown as readonly AnalysisView[];
  const level = levelBetween(a, other, analyses);
  assert.equal(levelWords(level), "registered, not looked at by anybody");
  assert.deepEqual(level?.to([1, 2, 3]), [6, 2, -27]);
  assert.deepEqual(levelBetween(other, a, analyses)?.to([6, 2, -27]), [1, 2, 3], "and back");
  const review = { accepted: true, matrix: null, at: "2026-01-02", by: { id: "p", name: "Dr P" } };
  const accepted = [{ ...analyses[0]!, review }] as readonly AnalysisView[];
  assert.equal(levelWords(levelBetween(a, other, accepted)), "registered");
});

test("what differs between now and before is said, and nothing else", () => {
  const series = (at: string, qualifiers: SeriesQualifiers, role = "CTA") =>
    ({ at, qualifiers, role }) as unknown as SeriesView;
  const now = series("2026-11-27T08:00:00Z", { sliceMm: 0.6, phase: "arterial" });
  assert.equal(
    differenceWords(now, series("2025-11-27T08:00:00Z", { sliceMm: 5, phase: "venous", kernel: "bone" })),
    "12 months before · 5 mm slices, 0.6 mm now · venous, arterial now · another kernel",
  );
  assert.equal(differenceWords(now, series("2026-11-20T08:00:00Z", {})), "7 days before");
  assert.match(differenceWords(now, series("2020-11-27T08:00:00Z", {}, "TOF")), /6 years before · TOF, CTA now/);
});
