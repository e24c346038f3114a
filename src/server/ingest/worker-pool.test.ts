import assert from "node:assert/strict";
import { test } from "node:test";
import { workerPool } from "./worker-pool.ts";

const script = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", (task) => {
  if (task === "loop") for (;;) {}
  if (task === "crash") process.exit(1);
  if (task === "throw") throw new Error("not caught");
  if (task === "refuse") return parentPort.postMessage({ error: { code: "too-deep", message: "refused" } });
  if (task === "memory") { const held = []; for (;;) held.push(new Array(1e5).fill(held.length)); }
  parentPort.postMessage({ value: task + 1 });
});`;

function pool(timeoutMs: number) {
  return workerPool<string | number, number>({
    file: new URL(
      `data:text/javascript,${encodeURIComponent(`import { createRequire } from "node:module"; const require = createRequire("file:///");${script}`)}`,
    ),
    ...{ size: 1, timeoutMs, memoryMb: 64, complaint: { code: "not-dicom", message: "took too much" } },
  });
}

test("a task that loops, crashes, throws or eats memory fails alone; the next one is served", async () => {
  const workers = pool(1500);
  for (const bad of ["loop", "crash", "throw", "memory"]) {
    await assert.rejects(workers.run(bad), { code: "not-dicom", message: "took too much" }, bad);
    assert.equal(await workers.run(41), 42, `after ${bad}`);
  }
  await workers.close();
});

test("an error of the table comes through as itself", async () => {
  const workers = pool(5000);
  await assert.rejects(workers.run("refuse"), { code: "too-deep", message: "refused" });
  await workers.close();
});

test("a task whose client has left is not begun", async () => {
  const workers = pool(5000);
  const leaving = new AbortController();
  const first = workers.run(1);
  const second = workers.run(2, [], leaving.signal);
  leaving.abort(new Error("left"));
  assert.equal(await first, 2);
  await assert.rejects(second, /left/);
  await workers.close();
});
