import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Compared, From } from "./cql-engines.ts";
import type { SettingKind } from "./cql-settings.ts";

/** In a thread of its own: the test runner watches every promise, and the other engine makes one for every node. */
async function compared(from: From, kinds: readonly SettingKind[]): Promise<Compared> {
  const worker = new Worker(new URL("./cql-engines.ts", import.meta.url), { workerData: { from, kinds } });
  const [result] = (await once(worker, "message")) as [Compared];
  await worker.terminate();
  return result;
}

test("our engine and cql-execution say the same on every value of each comparison, and on all combinations of true, false and missing of each recommendation and trial", async (t) => {
  const { comparisons, tried, answers, different } = await compared("elm", [1, 2, 3]);
  t.diagnostic(`${comparisons} values of single comparisons`);
  t.diagnostic(`${tried[1]} combinations of comparisons, ${tried[2]} of all values, ${tried[3]} by pairs of values`);
  t.diagnostic(`${answers.true} true, ${answers.false} false, ${answers.unknown} unknown`);
  assert.deepEqual(different, []);
  assert.ok(comparisons > 3500, `${comparisons}`);
  assert.ok(tried[1] > 40_000 && tried[2] > 5000 && tried[3] > 45_000, JSON.stringify(tried));
  assert.ok(Math.min(...Object.values(answers)) > 1000, JSON.stringify(answers));
});

test("our CQL text says the same: the reference translator finds no fault in it, and its ELM gives equal answers", async (t) => {
  const { comparisons, tried, different } = await compared("text", [1]);
  t.diagnostic(`${comparisons} values of single comparisons, ${tried[1]} combinations of comparisons`);
  assert.deepEqual(different, []);
  assert.ok(comparisons > 3500 && tried[1] > 40_000, JSON.stringify({ comparisons, tried }));
});
