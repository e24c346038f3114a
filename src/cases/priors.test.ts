import assert from "node:assert/strict";
import { test } from "node:test";
import { choosePriors, type FoundStudy, MOST_PRIORS } from "./priors.ts";

const study = (uid: string, given: Partial<FoundStudy> = {}): FoundStudy => ({
  ...{ studyUid: uid, date: "20260101", description: "CT head", bodyPart: "", modalities: ["CT"], images: 100 },
  ...given,
});
const uids = (list: readonly FoundStudy[]) => list.map(({ studyUid }) => studyUid);

test("images of head and neck are fetched, other parts of the body and other things are left, with the reason", () => {
  const { chosen, left } = choosePriors(
    [
      study("1", { modalities: ["CT", "SR"] }),
      study("2", { description: "", bodyPart: "CHEST" }),
      study("3", { modalities: ["MG"] }),
      study("4", { description: "MRA Kopf", modalities: ["MR"] }),
      study("5", { description: "MR L-spine, lumbar", modalities: ["MR"] }),
    ],
    "stroke",
  );
  assert.deepEqual(uids(chosen), ["1", "4"]);
  assert.deepEqual(
    left.map(({ studyUid, why }) => [studyUid, why]),
    [
      ["2", "of another part of the body"],
      ["3", "MG is not fetched"],
      ["5", "of another part of the body"],
    ],
  );
  assert.equal(choosePriors([study("5", { description: "spine" })], "other").chosen[0]?.why, "CT of the spine");
});

test("the newest first; what says nothing of where comes after what does; no more than the limit", () => {
  const many = Array.from({ length: 7 }, (_, i) => study(`h${i}`, { date: `2020010${i + 1}` }));
  const { chosen, left } = choosePriors([study("unknown", { description: "", date: "20260601" }), ...many], "aneurysm");
  assert.deepEqual(uids(chosen), ["h6", "h5", "h4", "h3", "h2"]);
  assert.equal(left.length, 3);
  assert.ok(left.every(({ why }) => why === `more than the newest ${MOST_PRIORS}`));
  const few = choosePriors([study("unknown", { description: "", date: "20260601" }), many[0]!], "aneurysm");
  assert.deepEqual(uids(few.chosen), ["h0", "unknown"]);
});

test("objects are limited together; a smaller older study may still fit", () => {
  const list = [
    study("big", { images: 15_000, date: "20260103" }),
    study("bigger", { images: 15_000, date: "20260102" }),
    study("small", { images: 50, date: "20260101" }),
  ];
  assert.deepEqual(uids(choosePriors(list, "stroke").chosen), ["big", "small"]);
});
