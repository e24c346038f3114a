import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { solidSeries } from "../../../test/solid-series.ts";
import type { AnalysisOf } from "../../cases/views.ts";
import { length, sub, type Vec3 } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { type DataSet, items, numbers, text } from "../../dicom/data-set.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import { uidOf } from "../../dicom/uid.ts";
import { inverse, moved, rigidOf } from "../../imaging/registration/rigid.ts";
import { SOLID_CT, SOLID_MR, solidHead } from "../../imaging/registration/solid-head.ts";
import { storeObject } from "../ingest/store-object.ts";

let willis: TestWillis;
const NOW = { study: uidOf("registration test study"), series: uidOf("registration test series") };
const PRIOR = { study: uidOf("registration test prior"), series: uidOf("registration test prior series") };
const EMPTY = { study: NOW.study, series: uidOf("registration test series of nothing") };
const POSE = rigidOf([5, -4, 9], [12, -8, 10]);
/** elastix in a thread of a busy machine: a minute and more. */
const WAIT_MS = 240_000;

before(async () => {
  willis = await startWillis({ jobs: true });
  await store(solidHead(SOLID_CT, [2.5, 2.5, 4], "HU"), NOW);
  await store(solidHead(SOLID_MR, [2.2, 2.2, 3], "", POSE), PRIOR);
  const nothing = solidHead(SOLID_CT, [5, 5, 5], "HU");
  await store({ ...nothing, data: new Int16Array(nothing.data.length).fill(40) }, EMPTY);
});
after(async () => {
  await willis?.stop();
});

async function store(volume: Volume, { study, series }: typeof NOW): Promise<void> {
  for (const { sopUid, bytes } of solidSeries(volume, study, series, "T7")) {
    const origin = { organisationId: willis.organisations.Hub, via: "import" as const, name: `${sopUid}.dcm` };
    assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  }
}

async function json<T>(path: string, body?: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await willis.as("hub", path, body ? { method: "POST", headers, body: JSON.stringify(body) } : {});
  assert.ok(answer.ok, `${path}: ${answer.status} ${answer.ok ? "" : await answer.text()}`);
  return (await answer.json()) as T;
}

async function ended(id: string): Promise<AnalysisOf<"register">> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const view = await json<AnalysisOf<"register">>(`/api/analyses/${id}`);
    if (!["queued", "running"].includes(view.state)) return view;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the registration did not end");
}

const path = `/api/studies/${NOW.study}/series/${NOW.series}/analyses/register`;

test("a series of an earlier study is laid on the one of now within a millimetre, and kept as a DICOM registration", async () => {
  const { analysisId } = await json<{ analysisId: string }>(path, { moving: PRIOR });
  assert.equal((await json<{ analysisId: string }>(path, { moving: PRIOR })).analysisId, analysisId, "asked once");
  const done = await ended(analysisId);
  assert.equal(done.state, "done", done.error ?? "");
  const result = done.result!;
  assert.equal(result.movingSeriesUid, PRIOR.series);
  const corners: Vec3[] = [-60, 60].flatMap((x) => [-70, 70].flatMap((y) => [-50, 50].map((z): Vec3 => [x, y, z])));
  const misses = corners.map((p) => length(sub(moved(result.matrix, moved(POSE, p)), p)));
  assert.ok(Math.max(...misses) < 1, `misses by ${Math.max(...misses).toFixed(2)} mm`);
  assert.ok(result.inverseMm.max < 1 && result.nmi.after > result.nmi.before);
  assert.ok(result.measurements.every(({ unit, method, tier }) => unit && method.reference && tier === "C"));
  assert.ok(result.limitations.some(({ code }) => code === "thick-slices"));

  const study = await json<{ seriesUid: string; modality: string }[]>(`/api/studies/${NOW.study}/series`);
  assert.equal(study.find(({ seriesUid }) => seriesUid === result.objects.registration)?.modality, "REG");
  const { rows } = await willis.services.pool.query(
    `select i.blob_key as key, i.size from instance i join series s on s.id = i.series_id where s.series_uid = $1`,
    [result.objects.registration],
  );
  const object = parsePart10(new Uint8Array(await willis.services.blobs.read(rows[0].key, 0, rows[0].size))).dataSet;
  const moving = items(object, "RegistrationSequence")[1]!;
  const inside = (item: DataSet, name: string): DataSet => items(item, name)[0]!;
  const matrix = numbers(
    inside(inside(moving, "MatrixRegistrationSequence"), "MatrixSequence"),
    "FrameOfReferenceTransformationMatrix",
  );
  assert.ok(matrix.every((v, at) => Math.abs(v - result.matrix[at]!) < 1e-9));
});

test("a person accepts it corrected by hand; who and when are kept, and what is no rigid matrix is refused", async () => {
  const [run] = (await json<{ analyses: AnalysisOf<"register">[] }>(`/api/studies/${NOW.study}/analyses`)).analyses;
  assert.ok(run?.result && run.review === null);
  const review = `/api/analyses/${run.id}/review`;
  const corrected = rigidOf([0, 0, 1], [1, 0, 0]);
  const seen = await json<AnalysisOf<"register">>(review, { accepted: true, matrix: corrected });
  assert.deepEqual(
    seen.review?.matrix?.map((v) => v + 0),
    corrected.map((v) => v + 0),
    "-0 is 0",
  );
  assert.equal(seen.review?.by.name, "Dr hub");
  assert.ok(Math.abs(Date.parse(seen.review?.at ?? "") - Date.now()) < 60_000);
  const kept = await willis.services.pool.query(
    `select i.blob_key as key, i.size from instance i join series s on s.id = i.series_id where s.series_uid = $1 and i.number = 2`,
    [run.result.objects.registration],
  );
  const { key, size } = kept.rows[0];
  const object = parsePart10(new Uint8Array(await willis.services.blobs.read(key, 0, size))).dataSet;
  assert.equal(text(object, "ContentCreatorName"), "Dr hub", "the accepted one is a DICOM object of its own");
  const refused = await json<AnalysisOf<"register">>(review, { accepted: false });
  assert.equal(refused.review?.accepted, false);
  const { rows } = await willis.services.pool.query("select count(*)::int as n from analysis_review");
  assert.equal(rows[0].n, 2, "what was said before stays");
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ accepted: true, matrix: corrected.map((v) => 2 * v) });
  const answer = await willis.as("hub", review, { method: "POST", headers, body });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /not a rigid one/);
});

test("series in which nothing tells where they belong are refused with the reason", async () => {
  const { analysisId } = await json<{ analysisId: string }>(path, { moving: EMPTY });
  const failed = await ended(analysisId);
  assert.equal(failed.state, "failed");
  assert.match(failed.error ?? "", /laid on each other|Not accepted|nothing in them tells/);
  assert.equal(failed.result, null);
});

test("a series that the asking person may not see cannot be drawn in, and a start that is no motion fails with words", async () => {
  const headers = { "content-type": "application/json" };
  const hidden = { study: uidOf("somewhere else"), series: uidOf("somewhere else, too") };
  const answer = await willis.as("hub", path, { method: "POST", headers, body: JSON.stringify({ moving: hidden }) });
  assert.equal(answer.status, 404);
  const body = JSON.stringify({ moving: PRIOR });
  assert.equal((await willis.as("stranger", path, { method: "POST", headers, body })).status, 404);
  const start = inverse(POSE).map((v) => v * 3);
  const { analysisId } = await json<{ analysisId: string }>(path, { moving: PRIOR, start });
  assert.match((await ended(analysisId)).error ?? "", /no rigid motion/);
});

test("a registration is cancelled while it computes", async () => {
  const { analysisId } = await json<{ analysisId: string }>(path, {
    moving: PRIOR,
    start: rigidOf([1, 0, 0], [0, 1, 0]),
  });
  for (let state = ""; state !== "running"; )
    state = (await json<AnalysisOf<"register">>(`/api/analyses/${analysisId}`)).state;
  assert.equal((await willis.as("hub", `/api/analyses/${analysisId}`, { method: "DELETE" })).status, 204);
  assert.equal((await ended(analysisId)).state, "cancelled");
});
