import assert from "node:assert/strict";
import { once } from "node:events";
import { before, test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Compared } from "./cql-engines.ts";

let compared: Compared;

// In a thread of its own: the test runner watches every promise, and the other engine makes one for every node.
before(async () => {
  const worker = new Worker(new URL("./cql-engines.ts", import.meta.url));
  [compared] = (await once(worker, "message")) as [Compared];
  await worker.terminate();
});

test("our engine and cql-execution say the same of every comparison, recommendation and trial", () => {
  assert.deepEqual(compared.different, []);
});

test("on every value of each comparison, and on all combinations of true, false and missing of the comparisons", (t) => {
  const { comparisons, tried, answers } = compared;
  t.diagnostic(`${comparisons} values of single comparisons`);
  t.diagnostic(`${tried[1]} combinations of comparisons, ${tried[2]} of all values, ${tried[3]} by pairs of values`);
  t.diagnostic(`${answers.true} true, ${answers.false} false, ${answers.unknown} unknown`);
  assert.ok(comparisons > 3500, `${comparisons}`);
  assert.ok(tried[1] > 40_000 && tried[2] > 5000 && tried[3] > 45_000, JSON.stringify(tried));
  assert.ok(Math.min(...Object.values(answers)) > 1000, JSON.stringify(answers));
});
