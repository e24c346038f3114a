import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeptValue } from "../../../cases/kept.ts";
import { type EarlierAneurysm, earlierOf, growthRows } from "./growth-rows.ts";

const value = (code: string, x: number, sd?: number): KeptValue => ({
  ...{ code, label: code, value: x, unit: "mm" },
  ...(sd === undefined ? {} : { uncertainty: { low: x - sd, high: x + sd, basis: "one SD" } }),
});
const kept = (id: string, label: string, at: string, values: readonly KeptValue[]): EarlierAneurysm => ({
  ...{ id, label, at, values, kind: "volume", place: { studyUid: "1", seriesUid: "2" }, calibration: "mm" },
  ...{ shape: { space: "patient", points: [] }, method: { name: "m", version: "1" } },
});

test("an aneurysm is found again by its name, the newest first, and nothing else is taken for it", () => {
  const list = [
    kept("a", "MCA left", "2024-01-01", [value("aneurysm_size_mm", 6)]),
    kept("b", " mca  LEFT", "2025-01-01", [value("aneurysm_size_mm", 6.2)]),
    kept("c", "AComm", "2025-01-01", [value("aneurysm_size_mm", 4)]),
    kept("d", "MCA left", "2026-01-01", [value("vessel.volume_ml", 4)]),
  ];
  assert.deepEqual(
    earlierOf(list, "MCA left").map(({ id }) => id),
    ["b", "a"],
  );
});

test("a change is told beyond the repeatability alone, and not without errors", () => {
  const before = [value("aneurysm_size_mm", 6, 0.2), value("aneurysm_neck_mm", 3)];
  const now = [value("aneurysm_size_mm", 7, 0.2), value("aneurysm_neck_mm", 4, 0.3), value("aneurysm.width", 5, 0.1)];
  const rows = growthRows(before, now);
  assert.deepEqual(
    rows.map(({ code, change }) => [code, change?.verdict]),
    [
      ["aneurysm_size_mm", "larger"],
      ["aneurysm_neck_mm", undefined],
    ],
  );
});
