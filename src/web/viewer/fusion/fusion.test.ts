import assert from "node:assert/strict";
import test from "node:test";
import type { AnalysisView, ReviewView } from "../../../cases/analysis-view.ts";
import type { Vec3 } from "../../../core/geometry.ts";
import { inverse, moved, rigidOf } from "../../../imaging/registration/rigid.ts";
import { SOLID_CT, SOLID_MR, solidHead } from "../../../imaging/registration/solid-head.ts";
import { slicesOf } from "../../../imaging/volume/sample.ts";
import { draftOf, isChanged, nudged, resetDraft, undone } from "./fit-draft.ts";
import { fitOf, marksOf, NO_LANDMARKS, sideOf, withoutLast, withPlace } from "./fit-landmarks.ts";
import { drawFit, type FitScene, planeOf } from "./fit-picture.ts";
import { allFusedWith, fusedWith } from "./fused-with.ts";

const MATRIX = rigidOf([0, 0, 5], [3, 0, 0]);

function run(id: string, finishedAt: string, review: Partial<ReviewView> | null, moving = "moving"): AnalysisView {
  const result = { movingSeriesUid: moving, movingStudyUid: "s", matrix: MATRIX };
  const by = { id: "1", name: "Dr Reader" };
  return {
    ...{ id, kind: "register", seriesUid: "fixed", studyUid: "s", params: {}, state: "done", step: "", progress: 1 },
    ...{ error: null, createdAt: finishedAt, finishedAt, result },
    review: review && { accepted: true, matrix: null, at: finishedAt, by, ...review },
  } as unknown as AnalysisView;
}

test("a series lies on another by the newest registration, in both directions", () => {
  const runs = [run("a", "2026-01-01T00:00:00Z", null), run("b", "2026-01-02T00:00:00Z", null)];
  const onFixed = fusedWith("fixed", runs)!;
  assert.deepEqual(
    [onFixed.analysisId, onFixed.seriesUid, onFixed.fixed, onFixed.accepted],
    ["b", "moving", true, null],
  );
  assert.deepEqual(onFixed.matrix, MATRIX);
  const onMoving = fusedWith("moving", runs)!;
  assert.equal(onMoving.seriesUid, "fixed");
  const there = moved(onMoving.matrix, moved(onFixed.matrix, [10, 20, 30]));
  assert.ok(there.every((v, at) => Math.abs(v - [10, 20, 30][at]!) < 1e-9));
  assert.equal(fusedWith("another", runs), undefined);
});

test("what a person accepted comes before what is newer, corrected as they said; what was refused is not used", () => {
  const corrected = rigidOf([0, 0, 0], [9, 9, 9]);
  const accepted = run("a", "2026-01-01T00:00:00Z", { matrix: corrected });
  const newer = run("b", "2026-01-02T00:00:00Z", null);
  const refused = run("c", "2026-01-03T00:00:00Z", { accepted: false });
  const all = allFusedWith("fixed", [newer, refused, accepted]);
  assert.deepEqual(
    all.map(({ analysisId }) => analysisId),
    ["a", "b"],
  );
  assert.deepEqual(all[0]?.matrix, corrected);
  assert.equal(all[0]?.accepted?.by, "Dr Reader");
});

test("a correction is taken back step by step, and a reset is a step, too", () => {
  const start = draftOf(MATRIX);
  const once = nudged(start, [1, 0, 0], [0, 0, 0], [0, 0, 0]);
  const twice = nudged(once, [0, 0, 0], [0, 0, 2], [10, 0, 0]);
  assert.ok(isChanged(twice) && !isChanged(start));
  const at = moved(twice.matrix, moved(inverse(MATRIX), [9, 0, 0]));
  assert.ok(Math.abs(at[0] - 10) < 1e-9 && Math.abs(at[1]) < 1e-9, "shifted to the centre, which a turn does not move");
  assert.deepEqual(undone(resetDraft(twice)).matrix, twice.matrix);
  assert.deepEqual(undone(undone(twice)).matrix, MATRIX);
  assert.equal(undone(start), start);
});

test("a checkerboard of a series with itself shows no board where it fits, and one where it is moved", () => {
  const head = slicesOf(solidHead(SOLID_CT, [3, 3, 4], "HU"));
  const scene: FitScene = {
    ...{ fixed: head, moving: head, fixedGrey: [-10, 90], movingGrey: [-10, 90] },
    ...{ mode: "checkerboard", opacity: 0.5, squareMm: 20, flicked: false },
  };
  const plane = planeOf("axial", [0, 0, 8], 64, 200);
  const drawn = (matrix: readonly number[], what: Partial<FitScene> = {}): number[] => {
    const out = { data: new Uint8ClampedArray(4 * 64 * 64), width: 64, height: 64 } as unknown as ImageData;
    drawFit({ ...scene, ...what }, matrix, plane, out);
    return [...out.data];
  };
  const still = rigidOf([0, 0, 0], [0, 0, 0]);
  const alone = drawn(still, { mode: "flicker" });
  assert.deepEqual(drawn(still), alone);
  const off = drawn(rigidOf([0, 0, 0], [12, 0, 0]));
  assert.ok(off.filter((v, p) => v !== alone[p]).length > 200);
  const mr = slicesOf(solidHead(SOLID_MR, [3, 3, 4], ""));
  const laid = drawn(still, { mode: "overlay", moving: mr, movingGrey: [0, 700], opacity: 1 });
  assert.ok(
    laid.some((v, p) => p % 4 === 0 && v !== laid[p + 2]),
    "the moving series is in colour",
  );
});

test("three places found in both series lay one on the other; the last one is taken back side by side", () => {
  const pose = rigidOf([4, -3, 20], [15, -6, 8]); // moving -> fixed
  const lies = rigidOf([0, 0, 5], [3, 0, 0]); // where it was put by hand before
  const places: Vec3[] = [
    [10, 0, 0],
    [-30, 20, 5],
    [0, -25, 40],
  ];
  let landmarks = NO_LANDMARKS;
  for (const fixed of places) {
    assert.equal(sideOf(landmarks), "fixed");
    landmarks = withPlace(landmarks, fixed, lies);
    assert.equal(sideOf(landmarks), "moving");
    assert.match(JSON.stringify(fitOf(landmarks)), /three are needed/);
    // The reader sees the moving series as it lies and clicks the same place of it there.
    landmarks = withPlace(landmarks, moved(lies, moved(inverse(pose), fixed)), lies);
  }
  const fit = fitOf(landmarks);
  assert.ok(fit.matrix && fit.rmsMm < 1e-9);
  assert.ok(fit.matrix.every((value, n) => Math.abs(value - pose[n]!) < 1e-9));
  const marks = marksOf(landmarks, "moving", pose);
  assert.deepEqual(
    marks.map(({ name, at }) => [name, ...at.map((mm) => Math.round(mm) + 0)]),
    places.map((at, n) => [String(n + 1), ...at]),
  );
  const back = withoutLast(landmarks);
  assert.deepEqual([back.pairs.length, back.waiting], [2, places[2]]);
  assert.deepEqual(withoutLast(back), { pairs: landmarks.pairs.slice(0, 2) });
});
