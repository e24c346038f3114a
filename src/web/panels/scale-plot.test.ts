import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { coursesOf, type ScaleEntryView } from "../../cases/scale-entries.ts";
import type { Scale } from "../../knowledge/scales.ts";
import { coursePlot } from "./scale-plot.ts";

const PACK = new URL("../../../packs/willis-stroke-2026/scales.json", import.meta.url);
const scaleOf = (id: string) => (JSON.parse(readFileSync(PACK, "utf8")) as Scale[]).find((each) => each.id === id)!;

function entry(scale: string, hours: number, value: number | string | null): ScaleEntryView {
  const at = new Date(Date.UTC(2026, 10, 24, hours)).toISOString();
  return {
    ...{ id: `${scale} ${hours}`, scale, name: scale, pack: { id: "p", version: "1", hash: "h" }, occasion: "" },
    ...{ side: "", answers: {}, value, unit: "", reason: value === null ? "not tested" : null, reading: null },
    ...{ untestable: [], inputs: [], note: "", citation: "", observedAt: at, recordedAt: at },
    ...{ by: { id: "1", name: "Dr A", organisation: "Hub" }, fact: null },
    ...{ supersedes: null, correction: "", supersededBy: null },
  };
}

const plotOf = (id: string, entries: readonly ScaleEntryView[]) => coursePlot(scaleOf(id), coursesOf(entries)[0]!);

test("later is further right, more is higher, and everything lies in the drawing", () => {
  const plot = plotOf("nihss", [entry("nihss", 9, 4), entry("nihss", 1, 18), entry("nihss", 3, 11)])!;
  assert.deepEqual(
    plot.points.map((point) => point.words),
    ["18", "11", "4"],
  );
  const [a, b, c] = plot.points as [(typeof plot.points)[0], (typeof plot.points)[0], (typeof plot.points)[0]];
  assert.ok(a.x < b.x && b.x < c.x && a.y < b.y && b.y < c.y);
  assert.ok(Math.abs((b.x - a.x) * 3 - (c.x - b.x)) < 1e-9, "the axis is one of time");
  for (const { x, y } of plot.points) assert.ok(x > plot.left && x < plot.width && y > 0 && y <= plot.bottom);
  assert.equal(plot.words, "nihss over time: 18, then 11, then 4");
});

test("bands meet without a gap, and a score lies in the band that it is read as", () => {
  const scale = scaleOf("nihss");
  const plot = plotOf("nihss", [entry("nihss", 1, 4), entry("nihss", 2, 5)])!;
  for (const [i, band] of plot.bands.slice(1).entries())
    assert.ok(Math.abs(band.y + band.height - plot.bands[i]!.y) < 1e-9);
  plot.points.forEach((point, i) => {
    const words = scale.bands.find((band) => [4, 5][i]! >= band.from && [4, 5][i]! <= band.to!)!.words;
    const band = plot.bands.find((each) => point.y >= each.y && point.y <= each.y + each.height)!;
    assert.equal(band.words, words);
  });
});

test("classes are drawn in their order; one score, or none that can be placed, is no course", () => {
  const plot = plotOf("etici", [entry("etici", 1, "2b50"), entry("etici", 2, "3")])!;
  assert.ok(plot.points[0]!.y > plot.points[1]!.y);
  assert.deepEqual(
    plot.ticks.map((tick) => tick.words),
    ["0", "1", "2a", "2b50", "2b67", "2c", "3"],
  );
  assert.equal(plotOf("nihss", [entry("nihss", 1, 4)]), null);
  assert.equal(plotOf("gcs", [entry("gcs", 1, null), entry("gcs", 2, null), entry("gcs", 3, 15)]), null);
});

test("two scores of one moment stand above each other, not outside", () => {
  const plot = plotOf("gcs", [entry("gcs", 1, 15), { ...entry("gcs", 1, 9), id: "other" }])!;
  assert.equal(plot.points[0]!.x, plot.points[1]!.x);
  assert.ok(plot.points.every((point) => Number.isFinite(point.x) && Number.isFinite(point.y)));
});
