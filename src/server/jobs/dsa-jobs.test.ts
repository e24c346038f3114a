import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { MOVING, MOVING_PIXELS, MOVING_STUDY, movingRun, movingSeries } from "../../../test/moving-run.ts";
import type { AnalysisOf } from "../../cases/views.ts";
import { items, number, text } from "../../dicom/data-set.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import { storeObject } from "../ingest/store-object.ts";

let willis: TestWillis;
const WAIT_MS = 120_000;
const { size, frames } = MOVING;

before(async () => {
  willis = await startWillis({ jobs: true });
  const dark = new Uint16Array(frames * size * size).fill(4095);
  for (const bytes of [
    movingRun("moving"),
    movingRun("one", {}, MOVING_PIXELS.slice(0, size * size)),
    movingRun("saturated", {}, dark),
  ]) {
    const origin = { organisationId: willis.organisations.Hub, via: "import" as const, name: "run.dcm" };
    assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  }
});
after(async () => {
  await willis?.stop();
});

async function json<T>(path: string, body?: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await willis.as("hub", path, body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
  assert.ok(answer.ok, `${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
  return (await answer.json()) as T;
}

async function ended(id: string): Promise<AnalysisOf<"dsa">> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const view = await json<AnalysisOf<"dsa">>(`/api/analyses/${id}`);
    if (!["queued", "running"].includes(view.state)) return view;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the analysis did not end");
}

const path = (name: string) => `/api/studies/${MOVING_STUDY}/series/${movingSeries(name)}/analyses/dsa`;
const ask = async (name: string, params: object = {}) =>
  (await json<{ analysisId: string }>(path(name), params)).analysisId;

test("a run is subtracted in a job: its numbers, and the subtracted run and six maps as DICOM in its study", async () => {
  const id = await ask("moving");
  assert.equal(await ask("moving"), id, "asked once");
  const done = await ended(id);
  assert.equal(done.state, "done", done.error ?? "");
  const result = done.result!;
  assert.ok(
    result.measurements.length > 0 && result.measurements.every(({ unit, method }) => unit && method.reference),
  );
  assert.ok(result.measurements.every(({ tier }) => tier === "C"));
  const maps = ["arrival", "auc", "fwhm", "mtt", "peak", "ttp"];
  assert.deepEqual(Object.keys(result.objects).sort(), [...maps, "subtracted"].sort());
  const study = await json<{ seriesUid: string }[]>(`/api/studies/${MOVING_STUDY}/series`);
  for (const uid of Object.values(result.objects)) assert.ok(study.some(({ seriesUid }) => seriesUid === uid));
  const { rows } = await willis.services.pool.query(
    "select i.blob_key as key, i.size from instance i join series s on s.id = i.series_id where s.series_uid = $1",
    [result.objects.subtracted],
  );
  const object = parsePart10(new Uint8Array(await willis.services.blobs.read(rows[0].key, 0, rows[0].size))).dataSet;
  assert.equal(number(object, "NumberOfFrames"), frames);
  assert.equal(text(object, "PatientID"), "P1");
  assert.ok(items(object, "SourceImageSequence").length > 0 || items(object, "ReferencedImageSequence").length > 0);
});

test("what a run lacks is said in the result: one frame, saturation", async () => {
  const codes = async (name: string) =>
    (await ended(await ask(name))).result?.limitations.map(({ code }) => code) ?? [];
  assert.ok((await codes("one")).includes("one-frame"));
  assert.ok((await codes("saturated")).includes("saturated"));
});

test("a mask that is not there fails with the frames to choose from, and one that is counts from 1", async () => {
  const failed = await ended(await ask("moving", { mask: [40] }));
  assert.equal(failed.state, "failed");
  assert.match(failed.error ?? "", /Mask frame 40 is not there: choose from 1 to 14/);
  const chosen = await ended(await ask("moving", { mask: [1, 2], motion: false }));
  assert.equal(chosen.state, "done", chosen.error ?? "");
});

test("parameters that the kind does not know are refused, and so is a stranger", async () => {
  const headers = { "content-type": "application/json" };
  const post = (login: "hub" | "stranger", body: object) =>
    willis.as(login, path("moving"), { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal((await post("hub", { mask: [0] })).status, 400);
  assert.equal((await post("stranger", {})).status, 404);
});
