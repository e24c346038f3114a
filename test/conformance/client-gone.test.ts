import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { storeObject } from "../../src/server/ingest/index.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack, xaRun } from "./images.ts";

const xa = xaRun("Gone-XA", 8, 1024);
const ct = ctStack("Gone-CT", 60, 32);
let willis: TestWillis;
before(async () => {
  willis = await startWillis();
  for (const file of [...xa.files, ...ct.files]) {
    const stored = await storeObject(willis.services, file, {
      ...{ organisationId: willis.organisations.Hub, via: "import", name: "" },
    });
    assert.equal(stored.state, "stored");
  }
});
after(() => willis?.stop());

const RUN = () => `/dicom-web/studies/${xa.studyUid}/series/${xa.seriesUid}`;

/** Time of one whole answer, in milliseconds. */
async function timeOf(path: string): Promise<number> {
  const started = performance.now();
  const answer = await willis.as("hub", path);
  assert.equal(answer.status, 200, path);
  await answer.arrayBuffer();
  return performance.now() - started;
}

/** Asks for all of them at once and hangs up before anything can have come. */
async function askAndLeave(paths: readonly string[]): Promise<void> {
  const leaving = new AbortController();
  const asked = paths.map((path) => willis.as("hub", path, { signal: leaving.signal }));
  await sleep(150);
  leaving.abort();
  const gone = (await Promise.allSettled(asked)).filter((one) => one.status === "rejected").length;
  assert.ok(
    gone > paths.length / 2,
    `only ${gone} of ${paths.length} were still waiting: the load was too light to tell`,
  );
}

test("pictures that nobody waits for any more are not made: the next request is served at once", async () => {
  const sop = await sopOf(RUN());
  const picture = (k: number) =>
    `${RUN()}/instances/${sop}/frames/${(k % 8) + 1}/rendered?window=${500 + k},3000,linear`;
  await timeOf(picture(0)); // the thread has started
  const alone = Math.max(await timeOf(picture(1)), await timeOf(picture(2)));
  const many = Math.ceil(12_000 / alone);
  await askAndLeave(Array.from({ length: Math.min(many, 600) }, (_, k) => picture(3 + k)));
  const next = await timeOf(picture(9999));
  // A picture that runs may take its second; what waited behind it must be gone, or this would take seconds.
  assert.ok(next < 1500 + 4 * alone, `${Math.round(next)} ms, alone ${Math.round(alone)} ms, ${many} were left behind`);
});

test("lists of whole headers that nobody waits for do not hold up a frame", async () => {
  const list = `/dicom-web/studies/${ct.studyUid}/series/${ct.seriesUid}/instances?includefield=all`;
  const sop = await sopOf(RUN());
  const frame = `${RUN()}/instances/${sop}/frames/1`;
  await timeOf(list);
  await timeOf(frame);
  const alone = Math.max(await timeOf(list), 5);
  await askAndLeave(Array.from({ length: 300 }, (_, k) => `${list}&limit=${60 + k}`));
  const next = await timeOf(frame);
  // All of them would take 300 x alone; relative, as machines under load have slow moments.
  assert.ok(
    next < Math.max(1000, 60 * alone),
    `${Math.round(next)} ms after 300 lists of ${Math.round(alone)} ms each were left behind`,
  );
});

async function sopOf(series: string): Promise<string> {
  const [first] = (await (await willis.as("hub", `${series}/instances`)).json()) as Record<
    string,
    { Value: string[] }
  >[];
  return first!["00080018"]!.Value[0]!;
}
