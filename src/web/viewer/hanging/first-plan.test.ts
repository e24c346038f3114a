import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeriesView } from "../../../cases/views.ts";
import dcmjs from "../../instead/dcmjs.ts";
import { firstPlan, isAngiography } from "./first-plan.ts";
import { resolveStage, scriptCase } from "./resolve-stage.ts";
import { scriptFor } from "./scripts/index.ts";

function series(seriesUid: string, role: string, modality = "CT", shownAs: "image" | "document" = "image"): SeriesView {
  return {
    ...{ seriesUid, studyUid: "s", modality, role, roleBy: "tags", label: role, qualifiers: {}, sure: "likely" },
    ...{ why: "", learned: null, number: 1, description: role, instances: 10, frames: 10, at: "2026-11-27T08:00:00Z" },
    kinds: [{ code: modality, short: modality, name: modality, shownAs, objects: 10 }],
  } as SeriesView;
}

test("what is fetched ahead is what the first pane hangs", () => {
  for (const roles of [
    ["CTA", "NCCT", "CTP"],
    ["DSA", "3DRA"],
    ["T2", "FLAIR", "DWI"],
    ["US", "CTA"],
  ]) {
    const all = roles.map((role, k) => series(`${k}`, role));
    const hung = resolveStage(scriptFor(scriptCase(all, undefined)).stages[0]!, all, [], undefined).panes[0]?.plan;
    assert.ok(hung);
    assert.deepEqual(firstPlan(all, []), hung);
  }
  assert.equal(firstPlan([], []), undefined);
});

test("a study of runs is read in the angiography room, whatever documents and marked pictures lie beside them", () => {
  const runs = [series("a", "DSA", "XA"), series("b", "3DRA", "XA")];
  assert.ok(isAngiography([...runs, series("c", "RDSR", "SR", "document"), series("d", "OTHER", "OT")]));
  assert.ok(!isAngiography([...runs, series("e", "NCCT")]));
  assert.ok(!isAngiography([]));
});

test("Cornerstone finds the names of attributes in our dictionary", () => {
  const { dictionary, nameMap } = dcmjs.data.DicomMetaDictionary;
  const row = { tag: "(0008,0018)", vr: "UI", vm: "1", name: "SOPInstanceUID" };
  assert.deepEqual(dictionary["00080018"], row);
  assert.deepEqual(dictionary["(0008,0018)"], row);
  assert.ok(Object.hasOwn(nameMap, "SOPInstanceUID") && !Object.hasOwn(nameMap, "NoSuchWord"));
  assert.deepEqual(nameMap.SOPInstanceUID, row);
  assert.ok(Object.keys(nameMap).length > 3000);
  assert.throws(() => new dcmjs.async.AsyncDicomReader(), /ask the server/);
});
