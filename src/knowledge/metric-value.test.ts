import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import type { Metric } from "./metric.ts";
import { type CaseRecord, metricValue } from "./metric-value.ts";

const METRICS: readonly Metric[] = JSON.parse(
  readFileSync(new URL("../../packs/willis-quality-2026/metrics.json", import.meta.url), "utf8"),
);
const metric = (id: string) => METRICS.find((item) => item.id === id)!;
const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 8) + minutes * 60_000).toISOString();

/** A direct arrival, punctured `puncture` minutes after the door, open `recan` minutes after it. */
function treated(puncture: number, recan: number, given: CaseRecord = {}): CaseRecord {
  return {
    doorRef: null,
    door: at(0),
    puncture: at(puncture),
    firstPass: at(puncture + 15),
    recan: at(recan),
    etici: "2c",
    occlusion: "M1",
    passes: 1,
    ...given,
  };
}

test("door to puncture is the median over direct arrivals; transfers do not count, an unknown door is said", () => {
  const records = [treated(50, 90), treated(70, 120), treated(90, 150), treated(10, 40, { doorRef: at(-120) })];
  const value = metricValue(metric("d2p"), [...records, { ...treated(5, 9), door: undefined }]);
  assert.deepEqual([value.value, value.unit, value.cases, value.unknown], [70, "min", 3, 1]);
  assert.equal(metricValue(metric("d2p"), [...records, treated(80, 99)]).value, 75);
});

test("a share leaves out what is not known and has Wilson's interval", () => {
  const records = [
    treated(50, 100),
    treated(50, 130),
    treated(50, 90, { etici: "2a" }),
    treated(50, 80, { etici: undefined }),
  ];
  const value = metricValue(metric("p2r"), records);
  assert.deepEqual([value.cases, value.unknown], [3, 1]);
  assert.ok(Math.abs(value.value! - 100 / 3) < 1e-9);
  assert.ok(Math.abs(value.ci95![0] - 6.149) < 0.01 && Math.abs(value.ci95![1] - 79.234) < 0.01);
});

test("a failure that is certain counts though another field is unknown", () => {
  const value = metricValue(metric("p2r"), [treated(50, 80, { etici: "1", recan: undefined })]);
  assert.deepEqual([value.value, value.unknown], [0, 0]);
});

test("no haemorrhage, said with null or with a word, is no haemorrhage", () => {
  const records = [null, "none", "SITS-MOST", undefined].map((sich) => treated(50, 90, { sich }));
  const value = metricValue(metric("sich-evt"), records);
  assert.deepEqual([value.cases, value.unknown, Math.round(value.value!)], [3, 1, 33]);
});

test("the radiation level is exceeded by any one of its quantities; a dose median has its unit", () => {
  const doses: readonly CaseRecord[] = [
    { kar: 6, dap: 100, ft: 20, indication: "thrombectomy" },
    { kar: 2, dap: 200, ft: 61, indication: "thrombectomy" },
    { kar: 2, dap: 300, ft: 20, indication: "thrombectomy" },
  ];
  assert.ok(Math.abs(metricValue(metric("srdl"), doses).value! - 200 / 3) < 1e-9);
  const median = metricValue(metric("drl-de-mt"), doses);
  assert.deepEqual([median.value, median.unit], [200, "Gy cm2"]);
});

test("times in the wrong order are not a duration; what cannot be computed says why; no case is no number", () => {
  assert.equal(metricValue(metric("d2p"), [treated(-10, 20)]).value, null);
  assert.match(metricValue(metric("cstk06"), [treated(50, 90)]).reason!, /not fields of the registry/);
  assert.match(metricValue(metric("d2p"), []).reason!, /no case/);
  assert.equal(metricValue(metric("tsc-volume"), [treated(1, 2), treated(3, 4), { door: at(0) }]).value, 2);
});

test("every metric gives a value or a reason for the same cases, and never a number that is not finite", () => {
  for (const item of METRICS) {
    const { value, reason } = metricValue(item, [
      treated(50, 90),
      treated(60, 100, { rupture: true, complications: [] }),
    ]);
    assert.ok(value === null ? reason : Number.isFinite(value), item.id);
  }
});
