import assert from "node:assert/strict";
import { test } from "node:test";
import { workerPool } from "./worker-pool.ts";

const script = `
const { parentPort, threadId } = require("node:worker_threads");
parentPort.on("message", (task) => {
  if (task === "loop") for (;;) {}
  if (task === "who") return parentPort.postMessage({ value: threadId });
  if (task === "crash") process.exit(1);
  if (task === "throw") throw new Error("not caught");
  if (task === "refuse") return parentPort.postMessage({ error: { code: "too-deep", message: "refused" } });
  if (task === "memory") { const held = []; for (;;) held.push(new Array(1e5).fill(held.length)); }
  parentPort.postMessage({ value: task + 1 });
});`;

function pool(timeoutMs: number, more: { idleMs?: number } = {}) {
  return workerPool<string | number, number>({
    file: new URL(
      `data:text/javascript,${encodeURIComponent(`import { createRequire } from "node:module"; const require = createRequire("file:///");${script}`)}`,
    ),
    ...{ size: 1, timeoutMs, memoryMb: 64, complaint: { code: "not-dicom", message: "took too much" } },
    ...more,
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
  const refused = assert.rejects(second, /left/);
  leaving.abort(new Error("left"));
  assert.equal(await first, 2);
  await refused;
  await workers.close();
});

test("tasks whose clients leave go at once, the running one within a second, and who comes next does not wait for them", async () => {
  const workers = pool(60_000);
  const leaving = new AbortController();
  const abandoned = ["loop", ...Array.from({ length: 500 }, () => "loop")].map((task) =>
    workers.run(task, [], leaving.signal),
  );
  await new Promise((resolve) => setTimeout(resolve, 100)); // the first one runs
  const left = performance.now();
  leaving.abort(new Error("left"));
  const results = await Promise.allSettled(abandoned);
  assert.ok(results.every((result) => result.status === "rejected" && /left/.test(String(result.reason))));
  assert.ok(performance.now() - left < 500, "told only when its turn came");
  assert.equal(await workers.run(41), 42);
  assert.ok(performance.now() - left < 10_000, "an abandoned loop held the thread");
  await workers.close();
});

test("a thread that has nothing to do ends, and the next task gets a new one", async () => {
  const workers = pool(5000, { idleMs: 50 });
  const first = await workers.run("who");
  assert.equal(await workers.run("who"), first);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.notEqual(await workers.run("who"), first);
  await workers.close();
});

test("a task that is to be made is made when a thread is free, not before; when making fails, it alone fails", async () => {
  const workers = pool(5000);
  let made = 0;
  const making = (task: number) => async () => {
    made++;
    if (task < 0) throw new Error("nothing to read");
    return { task, transfer: [] };
  };
  const leaving = new AbortController();
  const first = workers.runWhenFree(making(1));
  const failing = assert.rejects(workers.runWhenFree(making(-1)), /nothing to read/);
  const left = assert.rejects(workers.runWhenFree(making(3), leaving.signal), /left/);
  const last = workers.runWhenFree(making(4));
  assert.equal(made, 1);
  leaving.abort(new Error("left"));
  assert.deepEqual([await first, await last], [2, 5]);
  await Promise.all([failing, left]);
  assert.equal(made, 3, "what nobody waited for was made");
  await workers.close();
});
