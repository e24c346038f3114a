import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "./export-flow.ts";
import type { FlowRun } from "./flow-run.ts";
import { coloured, flowStyle, quantile } from "./map-picture.ts";
import { runConditions } from "./run-conditions.ts";

const ds = (...Value: unknown[]) => ({ vr: "DS", Value });
const run = (instance: object, rest: object = {}) =>
  ({
    content: { instance },
    series: { qualifiers: { vessel: "ICA", side: "left" } },
    ...{ rows: 1024, columns: 1024, times: [0, 0.25, 0.5, 1], timeUnit: "s" },
    ...rest,
  }) as unknown as FlowRun;

test("how a run was taken is read from its attributes; what is not there is left out", () => {
  const full = runConditions(
    run({
      "00181510": ds(-2),
      "00181511": ds(24),
      "00181110": ds(1100),
      "00181111": ds(780),
      "00181164": ds(0.2, 0.2),
      "00180010": { vr: "LO", Value: ["Iopromide 300"] },
      "00181041": ds(8),
      "00181046": ds(4),
      "00281040": { vr: "CS", Value: ["LIN"] },
    }),
  );
  assert.equal(full.frameRate, 4);
  assert.equal(full.fieldOfView, 0.2 * 1024);
  assert.deepEqual([full.vessel, full.rate, full.volume, full.relationship], ["ICA left", 4, 8, "LIN"]);
  const bare = runConditions(run({ "00181046": ds(0) }, { timeUnit: "frames", series: { qualifiers: {} } }));
  assert.deepEqual(bare, { rows: 1024, columns: 1024 });
});

test("a table says what it is, keeps numbers plain and no cell can be a formula", () => {
  const text = csvOf(
    ["Run: ICA\nleft"],
    ["name", "value [s]"],
    [
      ['=1+"x"', Number.NaN],
      ["a,b", 0.123456789],
    ],
  );
  const lines = text.split("\r\n");
  assert.equal(lines[0], "# Run: ICA left");
  assert.match(lines[1]!, /Not a medical device/);
  assert.deepEqual(lines.slice(2), ["name,value [s]", `"'=1+""x""",`, '"a,b",0.123457', ""]);
});

test("blank pixels of a map are clear; brightness follows the peak; the scale of times is that of the run", () => {
  const style = flowStyle("ttp", 7.56, "s");
  assert.deepEqual([style.low, style.high, style.unit], [0, 8, "s"]);
  const values = Float32Array.of(Number.NaN, 4, 4);
  const pixels = coloured(values, style, Float32Array.of(1, 0.1, 1), 1);
  assert.deepEqual([pixels[3], pixels[7], pixels[11]], [0, 255, 255]);
  assert.ok(pixels[4]! + pixels[5]! + pixels[6]! < pixels[8]! + pixels[9]! + pixels[10]!);
  assert.equal(quantile(Float32Array.of(1, 0, 0, 2, 0, 0, 3), 0.5), 2);
  assert.equal(quantile(new Float32Array(9).fill(Number.NaN), 0.9), 1);
});
