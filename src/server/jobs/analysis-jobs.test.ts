import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { HEAD, perfusionSeries } from "../../../test/perfusion-series.ts";
import type { AnalysisOf, CaseView } from "../../cases/views.ts";
import { WillisError } from "../../core/errors.ts";
import { uidOf } from "../../dicom/uid.ts";
import { transaction } from "../db/pool.ts";
import { storeObject } from "../ingest/store-object.ts";
import { type OpenServices, openServices } from "../services.ts";
import { askAnalysis } from "./analysis-rows.ts";
import { runAnalysis } from "./run-analysis.ts";

let willis: TestWillis;
let other: OpenServices;
const STUDY = uidOf("perfusion jobs test study");

before(async () => {
  willis = await startWillis({ jobs: true });
  process.env.DATABASE_URL = willis.services.pool.options.connectionString!;
  other = await openServices({ home: willis.services.home, jobs: true }); // a second worker on the same database
});
after(async () => {
  await other?.close();
  await willis?.stop();
});

/** Stores the synthetic head; `frames` points in time of it. */
async function storeHead(series: string, frames: number): Promise<void> {
  for (const { sopUid, bytes } of perfusionSeries(STUDY, series, frames)) {
    const origin = { organisationId: willis.organisations.Hub, via: "import" as const, name: `${sopUid}.dcm` };
    assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  }
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await willis.as("hub", path, init);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

async function ended(id: string): Promise<AnalysisOf<"perfusion">> {
  for (let tries = 0; tries < 400; tries++) {
    const view = await json<AnalysisOf<"perfusion">>(`/api/analyses/${id}`);
    if (!["queued", "running"].includes(view.state)) return view;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error("the analysis did not end");
}

const post = (body: object): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

test("a stored perfusion series becomes numbers, maps as DICOM in the same study, facts and a message in its case", async () => {
  const series = uidOf("perfusion jobs test series");
  await storeHead(series, 45);
  const path = `/api/studies/${STUDY}/series/${series}/perfusion`;
  const { analysisId } = await json<{ analysisId: string }>(path, post({}));
  const again = await json<{ analysisId: string }>(path, post({}));
  assert.equal(again.analysisId, analysisId, "the same question gets the same run");
  const done = await ended(analysisId);
  assert.equal(done.state, "done", done.error ?? "");
  const core = done.result?.measurements.find((m) => m.code === "core_ml");
  assert.ok(core?.value && Math.abs(core.value - HEAD.truth.core) < 7, `core ${core?.value}, truth ${HEAD.truth.core}`);
  assert.deepEqual(core?.sources, [series]);

  const all = await json<{ seriesUid: string; role: string }[]>(`/api/studies/${STUDY}/series`);
  const maps = Object.values(done.result?.maps ?? {});
  assert.equal(maps.length, 7);
  for (const uid of maps) assert.equal(all.find((s) => s.seriesUid === uid)?.role, "PMAP");

  // the study is attached after the run: the case gets the numbers all the same, once
  const view = await json<CaseView>("/api/cases", post({ kind: "stroke" }));
  await json(`/api/cases/${view.id}/studies`, post({ studyUid: STUDY }));
  let found: CaseView | null = null;
  for (let tries = 0; tries < 400 && !found?.messages.length; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    found = await json<CaseView>(`/api/cases/${view.id}`);
  }
  assert.ok(found?.facts.some((group) => group.name === "core_ml"));
  assert.match(found?.messages[0]?.body ?? "", /^Perfusion finished in \d+ s: core /);
  assert.equal(found?.messages.length, 1);
});

test("a series that cannot be analysed fails with the reason, and a run can be cancelled", async () => {
  const short = uidOf("perfusion jobs short series");
  await storeHead(short, 4);
  const failed = await json<{ analysisId: string }>(`/api/studies/${STUDY}/series/${short}/perfusion`, post({}));
  const end = await ended(failed.analysisId);
  assert.equal(end.state, "failed");
  assert.match(end.error ?? "", /too few|time points/);

  const series = uidOf("perfusion jobs test series");
  const path = `/api/studies/${STUDY}/series/${series}/perfusion`;
  const { analysisId } = await json<{ analysisId: string }>(path, post({ aif: [34, -10, 15] }));
  assert.equal((await willis.as("stranger", `/api/analyses/${analysisId}`)).status, 404);
  assert.equal((await willis.as("hub", `/api/analyses/${analysisId}`, { method: "DELETE" })).status, 204);
  assert.equal((await ended(analysisId)).state, "cancelled");
});

test("two workers hear of the same new series, and one analysis of it is queued", async () => {
  const series = uidOf("perfusion jobs series that nobody asked for");
  await storeHead(series, 6);
  const ofSeries = `from analysis join series on series.id = series_id where series_uid = $1`;
  const count = async (): Promise<number> =>
    (await willis.services.pool.query(`select count(*)::int as n ${ofSeries}`, [series])).rows[0].n;
  for (let tries = 0; (await count()) === 0; tries++) {
    assert.ok(tries < 200, "nobody queued it within 20 s");
    await sleep(100);
  }
  await sleep(2000); // the other worker has looked by now
  assert.equal(await count(), 1);
  const { rows } = await willis.services.pool.query(
    `select count(*)::int as n from jobs.job where data ->> 'analysisId' in (select analysis.id::text ${ofSeries})`,
    [series],
  );
  assert.deepEqual(rows, [{ n: 1 }]);
});

test("a run that meets an image store or a database that is away is not called failed, and is done when it returns", async () => {
  const series = uidOf("perfusion jobs short series");
  const { pool, blobs } = willis.services;
  const { rows } = await pool.query("select id from series where series_uid = $1", [series]);
  const { id } = await transaction(pool, (sql) =>
    askAnalysis(sql, { kind: "perfusion", seriesId: rows[0].id, params: { vof: [1, 2, 3] }, by: null }),
  );
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  for (const error of [new WillisError("unavailable", "The object store does not serve now."), refused]) {
    const away = { ...willis.services, blobs: { ...blobs, read: () => Promise.reject(error) } };
    await assert.rejects(runAnalysis(away, id, new AbortController().signal), error);
    assert.notEqual((await json<AnalysisOf<"perfusion">>(`/api/analyses/${id}`)).state, "failed");
  }
  await runAnalysis(willis.services, id, new AbortController().signal);
  assert.match(
    (await json<AnalysisOf<"perfusion">>(`/api/analyses/${id}`)).error ?? "",
    /too few|time points/,
    "its own trouble is",
  );
});
