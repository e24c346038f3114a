import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeriesView } from "../../../cases/views.ts";
import type { SeriesQualifiers } from "../../../core/series-reading.ts";
import { byExamination, fitting, pick, resolveStage, scriptCase } from "./resolve-stage.ts";
import { SCRIPTS, scriptFor } from "./scripts/index.ts";

const [NOW, BEFORE] = ["2026-11-27T08:00:00Z", "2025-11-27T08:00:00Z"];

function series(seriesUid: string, role: string, qualifiers: SeriesQualifiers = {}, at = NOW): SeriesView {
  return {
    ...{ seriesUid, studyUid: at, modality: "CT", role, roleBy: "tags", label: role, qualifiers, sure: "likely" },
    ...{ why: "", learned: null, number: 1, description: role, instances: 10, frames: 10, at },
    kinds: [{ code: "CT", short: "CT", name: "CT Image", shownAs: "image", objects: 10 }],
  };
}
const uids = (stage: ReturnType<typeof resolveStage>) => stage.panes.map(({ plan, waits }) => plan?.seriesUid ?? waits);
const stageOf = (script: string, id: string) =>
  SCRIPTS.find((one) => one.id === script)!.stages.find((stage) => stage.id === id)!;

test("a series that contradicts what is asked is not taken, one that does not say may be", () => {
  const all = [series("v", "CTA", { phase: "venous" }), series("n", "CTA"), series("a", "CTA", { phase: "arterial" })];
  assert.equal(pick({ roles: ["CTA"], asked: { phase: "arterial" } }, all)?.seriesUid, "a");
  assert.equal(pick({ roles: ["CTA"], asked: { phase: "arterial" } }, all.slice(0, 2))?.seriesUid, "n");
  assert.equal(pick({ roles: ["CTA"], exactly: { phase: "arterial" } }, all.slice(0, 2)), undefined);
  assert.equal(pick({ roles: ["CTA"], exactly: { phase: ["late", "venous"] } }, all)?.seriesUid, "v");
});

test("a bone kernel, a made-up slab and a turned plane wait behind the plain series", () => {
  const all = [
    series("bone", "NCCT", { kernel: "bone" }),
    series("mip", "NCCT", { derived: "MIP" }),
    series("cor", "NCCT", { plane: "coronal" }),
    series("plain", "NCCT", { plane: "axial" }),
  ];
  assert.equal(pick({ roles: ["NCCT"] }, all)?.seriesUid, "plain");
  assert.equal(pick({ roles: ["TOF", "NCCT"], nth: 1 }, all)?.seriesUid, "cor");
  assert.equal(pick({ roles: ["NCCT"], nth: -1 }, all)?.seriesUid, "mip");
  assert.equal(pick({ roles: ["NCCT"], nth: -1 }, all.slice(3)), undefined, "the last is another than the first");
});

test("examinations a day apart are now and before; a series without a time is of now", () => {
  const all = [series("a", "CTA", {}, BEFORE), series("b", "CTA"), { ...series("c", "DSA"), at: null, studyUid: "x" }];
  const { current, prior } = byExamination(all);
  assert.deepEqual([current.map((one) => one.seriesUid), prior.map((one) => one.seriesUid)], [["b", "c"], ["a"]]);
  assert.equal(scriptCase(all, undefined).hasPriors, true);
  const pair = resolveStage(stageOf("follow-up", "vessels"), all, [], undefined);
  assert.deepEqual([pair.grid, uids(pair)], ["2", ["b", "a"]]);
});

test("while images arrive a pane says what it waits for; when none arrive it is left out", () => {
  const all = [series("v", "CTA", { phase: "arterial" })];
  const stage = stageOf("stroke", "collaterals");
  assert.deepEqual(uids(resolveStage(stage, all, [], "214 of 480 images")), [
    "v",
    "waiting for CTA, venous · CTA so far: 10 images · case: 214 of 480 images",
    "waiting for CTA, late · CTA so far: 10 images · case: 214 of 480 images",
  ]);
  assert.equal(
    resolveStage(stageOf("stroke", "perfusion"), all, [], "214 images").panes[0]?.waits,
    "waiting for Tmax · no CTP here yet · case: 214 images",
  );
  const alone = resolveStage(stage, all, [], undefined);
  assert.deepEqual([alone.grid, uids(alone)], ["1", ["v"]]);
  assert.deepEqual(resolveStage(stageOf("stroke", "perfusion"), all, [], undefined).panes, []);
  assert.equal(fitting("3x2", 4), "2x2");
});

test("each question has its script, and without a case the series choose it", () => {
  const of = (kind: Parameters<typeof scriptCase>[1], ...all: SeriesView[]) => scriptFor(scriptCase(all, kind)).id;
  const hung = (...roles: string[]) => of(undefined, ...roles.map((role, k) => series(`${k}`, role)));
  assert.equal(of("subdural", series("a", "CTA")), "subdural");
  assert.equal(of("haemorrhage"), "stroke");
  assert.equal(hung("NCCT", "CTA", "CTP"), "stroke");
  assert.equal(hung("DSA", "3DRA", "NCCT", "CTA"), "aneurysm");
  assert.equal(hung("DSA", "3DRA", "T2", "FLAIR"), "avm");
  assert.equal(hung("US", "CTA", "DWI"), "carotid");
  assert.equal(of(undefined, series("a", "NCCT"), series("b", "DSA", { vessel: "ECA" })), "subdural");
  assert.equal(of(undefined, series("a", "T2", { region: "spine" })), "spine");
  assert.equal(of("other", series("a", "TOF"), series("b", "TOF", {}, BEFORE)), "follow-up");
  assert.equal(hung("OTHER"), "general");
});

test("every stage of every script asks a question, and no stage is there twice", () => {
  for (const { id, stages } of SCRIPTS) {
    assert.equal(new Set(stages.map((stage) => stage.id)).size, stages.length, id);
    for (const { title, question } of stages) assert.ok(question.endsWith("?") && title.length < 24, `${id} ${title}`);
  }
});
