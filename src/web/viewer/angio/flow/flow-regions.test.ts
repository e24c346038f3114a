import assert from "node:assert/strict";
import { test } from "node:test";
import type { RegionReading } from "../../../workers/flow-messages.ts";
import {
  addRegion,
  canUndo,
  changeRegion,
  redoRunFlow,
  removeRegion,
  runFlow,
  setRole,
  undoRunFlow,
} from "./flow-store.ts";
import { numberWords, relativeRows } from "./number-words.ts";
import { maskOf, pixelsOf } from "./region-pixels.ts";

test("a circle and a polygon hold the pixels whose middle lies in them, cut to the picture", () => {
  const circle = pixelsOf(
    {
      shape: "circle",
      points: [
        [50, 50],
        [60, 50],
      ],
    },
    100,
    100,
  );
  assert.ok(Math.abs(circle.length - Math.PI * 100) < 6, `${circle.length} pixels`);
  const square = {
    shape: "polygon" as const,
    points: [
      [2, 3],
      [6, 3],
      [6, 8],
      [2, 8],
    ] as const,
  };
  assert.equal(pixelsOf(square, 20, 20).length, 20);
  assert.equal(pixelsOf(square, 5, 4).length, 4);
  assert.equal(
    pixelsOf(
      {
        ...square,
        points: [
          [-9, -9],
          [-2, -9],
          [-2, -2],
        ],
      },
      20,
      20,
    ).length,
    0,
  );
  const mask = maskOf(square, 20, 20);
  assert.equal(mask[3 * 20 + 2], 1);
  assert.equal(mask[3 * 20 + 6], 0);
  assert.equal(pixelsOf({ shape: "circle", points: [] }, 9, 9).length, 0);
});

test("drawing, moving, naming and deleting regions can be taken back and done again, role and all", () => {
  const run = "1.2.3";
  assert.equal(canUndo(run), false);
  const first = addRegion(
    run,
    {
      shape: "circle",
      points: [
        [1, 1],
        [4, 1],
      ],
    },
    { role: "parent", name: "ICA" },
  );
  const second = addRegion(run, {
    shape: "circle",
    points: [
      [9, 9],
      [12, 9],
    ],
  });
  const [one, two] = runFlow(run).regions;
  assert.notEqual(one?.colour, two?.colour);
  assert.equal(two?.name, "region 2");
  changeRegion(run, second, { name: "M1" });
  setRole(run, "inlet", second);
  removeRegion(run, first);
  assert.deepEqual(runFlow(run).roles, { inlet: second });
  undoRunFlow(run);
  assert.deepEqual(runFlow(run).roles, { parent: first, inlet: second });
  undoRunFlow(run);
  undoRunFlow(run);
  assert.equal(runFlow(run).regions[1]?.name, "region 2");
  redoRunFlow(run);
  assert.equal(runFlow(run).regions[1]?.name, "M1");
  setRole(run, "parent", undefined);
  assert.deepEqual(runFlow(run).roles, {});
  redoRunFlow(run);
  assert.deepEqual(runFlow(run).roles, {}, "a new change ends what could be done again");
  assert.deepEqual(runFlow("another run").regions, []);
});

test("numbers are said with their error; what cannot be computed is a dash", () => {
  assert.equal(numberWords({ value: 0.523, error: 0.049 }, 2), "0.52 ± .05");
  assert.equal(numberWords({ value: -1.25, error: Number.NaN }, 1), "−1.3");
  assert.equal(numberWords({ value: Number.NaN, error: 1 }, 2), "–");
});

test("the table takes times and areas relative to the parent, and the transit after the inlet or the reason why not", () => {
  const found = (value: number) => ({ value, error: 0.1 });
  const measures = { ttp: found(3), auc: found(0.8), mtt: found(2) } as unknown as RegionReading["measures"];
  const relative = { delay: found(0.5), areaShare: found(84) } as unknown as NonNullable<RegionReading["relative"]>;
  const reading = { id: "a", curve: {} as RegionReading["curve"], measures, relative: null, response: null };
  assert.equal(relativeRows(reading, false).ttp.value, 3);
  assert.equal(relativeRows({ ...reading, relative }, false).auc.value, 84);
  assert.deepEqual(
    [relativeRows({ ...reading, relative }, true).ttp.value, relativeRows({ ...reading, relative }, true).auc.value],
    [0, 100],
  );
  const refused = relativeRows({ ...reading, response: { reason: "no contrast" } }, false).mtt;
  assert.ok(Number.isNaN(refused.value));
  assert.equal(refused.reason, "no contrast");
  const numbers = { mtt: found(0.2), tmax: found(0) };
  const short = { numbers, resolution: 0.5, times: [], response: new Float64Array(0) };
  assert.match(relativeRows({ ...reading, response: short }, false).mtt.reason!, /shorter than 0\.5 s/);
  const resolved = { ...short, numbers: { ...numbers, mtt: found(1.5) } };
  assert.equal(relativeRows({ ...reading, response: resolved }, false).mtt.value, 1.5);
});
