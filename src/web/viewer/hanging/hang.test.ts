import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnalysisView, SeriesView } from "../../../cases/views.ts";
import { hang, isObject, kindName, latestResult, listed, mapOf, openingMode, replacedMaps, shown } from "./hang.ts";

const KINDS: Readonly<Record<string, SeriesView["kinds"][number]>> = Object.fromEntries(
  ["SR", "RDSR", "PDF", "SEG"].map((role) => [
    role,
    { code: role, short: `a ${role}`, name: role, shownAs: "report", objects: 10 },
  ]),
);

function series(role: string, seriesUid = role.toLowerCase()): SeriesView {
  return {
    seriesUid,
    studyUid: "s",
    modality: "CT",
    role,
    ...{ roleBy: "tags", label: role, qualifiers: {}, sure: "likely" as const, why: "", learned: null },
    number: 1,
    description: role,
    instances: 10,
    frames: 10,
    at: null,
    kinds: [KINDS[role] ?? { code: "CT", short: "CT", name: "CT Image", shownAs: "image", objects: 10 }],
  };
}

const analysis = {
  id: "a",
  kind: "perfusion",
  state: "done",
  finishedAt: "2026-01-01T00:00:00Z",
  result: { maps: { tmax: "m1", cbf: "m2", cbv: "m3", mtt: "m4" } },
} as unknown as AnalysisView;

test("a stroke hangs as plain CT, CTA slab, Tmax, relative CBF", () => {
  const plan = hang(
    [series("CTP"), series("CTA"), series("NCCT"), series("PMAP", "m1"), series("PMAP", "m2")],
    [analysis],
  );
  assert.equal(plan.kind, "stroke");
  assert.deepEqual(
    plan.panes.map(({ seriesUid }) => seriesUid),
    ["ncct", "cta", "m1", "m2"],
  );
  assert.deepEqual(
    plan.panes.map(({ mode }) => mode),
    ["slices", "mip", "map", "map"],
  );
});

test("until the maps are there the perfusion source takes a pane", () => {
  const plan = hang([series("CTP"), series("CTA"), series("NCCT")]);
  assert.deepEqual(
    plan.panes.map(({ seriesUid }) => seriesUid),
    ["ncct", "cta", "ctp", "cta"],
  );
});

test("a CTA alone opens in three planes and a slab", () => {
  const plan = hang([series("CTA")]);
  assert.deepEqual(
    plan.panes.map(({ mode }) => mode),
    ["axial", "coronal", "sagittal", "mip"],
  );
});

test("angiographic runs lie side by side", () => {
  const plan = hang([series("DSA", "ap"), series("DSA", "lat"), series("RDSR")]);
  assert.equal(plan.kind, "angiography");
  assert.deepEqual(
    plan.panes.map(({ seriesUid }) => seriesUid),
    ["ap", "lat"],
  );
});

test("each disease hangs what shows it", () => {
  const roles = (...given: string[]) =>
    hang(given.map((role, k) => series(role, `${k}`))).panes.map(({ seriesUid }) => given[Number(seriesUid)]);
  assert.deepEqual(roles("DWI", "ADC", "FLAIR", "T1", "TOF", "DSA", "DSA", "3DRA"), ["DSA", "DSA", "FLAIR", "TOF"]);
  assert.deepEqual(roles("DWI", "FLAIR", "TOF", "CTA", "DSA", "3DRA"), ["CTA", "DSA", "3DRA", "TOF"]);
  assert.deepEqual(roles("NCCT", "CTA", "DSA", "DSA", "3DRA"), ["NCCT", "CTA", "DSA", "3DRA"]);
  assert.deepEqual(roles("US", "CTA", "DWI", "ADC"), ["CTA", "US", "DWI", "ADC"]);
  assert.deepEqual(roles("NCCT", "CTA"), ["NCCT", "CTA", "CTA", "CTA"]);
});

test("maps of an earlier run are known as replaced", () => {
  const later = { ...analysis, id: "b", finishedAt: "2026-01-02T00:00:00Z", result: { maps: { tmax: "n1" } } };
  assert.deepEqual([...replacedMaps([analysis, later as never])], ["m1", "m2", "m3", "m4"]);
  assert.equal(replacedMaps([analysis]).size, 0);
});

test("one series of an unknown role fills the page", () => {
  const plan = hang([series("OTHER")]);
  assert.equal(plan.panes.length, 1);
  assert.equal(plan.columns, 1);
});

test("reports hold no image: they come after the images, and fill the page where there is none", () => {
  assert.equal(shown([series("SR"), series("RDSR"), series("PDF")]).length, 0);
  const all = listed([series("SR"), series("NCCT"), series("PDF")]).map(({ role }) => role);
  assert.deepEqual(all, ["NCCT", "SR", "PDF"]);
  assert.deepEqual(hang([series("SR")]).panes, [{ seriesUid: "sr", mode: "object" }]);
  assert.ok(hang([series("SR"), series("NCCT")]).panes.every(({ seriesUid }) => seriesUid === "ncct"));
  assert.deepEqual([hang([]).kind, hang([{ ...series("SR"), instances: 0 }]).kind], ["empty", "empty"]);
});

test("a series opens as what its objects are, whatever role it was given; a map of unknown making is no Tmax", () => {
  const video = { code: "VIDEO", short: "Video", name: "Video Endoscopic Image", shownAs: "video", objects: 1 };
  const clip = { ...series("OTHER", "clip"), kinds: [video] };
  assert.deepEqual([isObject(clip), openingMode(clip), kindName(clip)], [true, "object", "Video"]);
  const called = { ...series("SR"), role: "NCCT" };
  assert.equal(openingMode(called), "object");
  const foreign = series("PMAP", "foreign");
  assert.equal(openingMode(foreign, [analysis]), "object");
  assert.equal(openingMode(series("PMAP", "m1"), [analysis]), "map");
});

test("a map series is named by the analysis that made it", () => {
  assert.equal(mapOf("m2", [analysis]), "cbf");
  assert.equal(mapOf("else", [analysis]), undefined);
  assert.equal(latestResult([analysis])?.id, "a");
});
