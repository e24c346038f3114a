import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { AnalysisView, CaseView } from "../../cases/views.ts";
import { ctImage } from "../../dicom/iod/ct-image.ts";
import { uidOf } from "../../dicom/uid.ts";
import { writePart10 } from "../../dicom/write.ts";
import { syntheticHead } from "../../imaging/perfusion/synthetic-head.ts";
import { storeObject } from "../ingest/store-object.ts";

let willis: TestWillis;
const STUDY = uidOf("perfusion jobs test study");
const head = syntheticHead({ shape: [80, 80, 4], spacing: [2.6, 2.6, 10], noise: 3 });

before(async () => {
  willis = await startWillis({ jobs: true });
});
after(() => willis.stop());

/** Stores the synthetic head, one CT image for each slice and time, as a scanner sends it; `frames` of it. */
async function storeHead(series: string, frames: number): Promise<void> {
  const { shape, spacing, origin, times } = head.series;
  const plane = shape[0] * shape[1];
  const ms = Date.UTC(2026, 10, 20, 4, 30);
  const machine = { manufacturer: "Test", model: "Test", serial: "1", station: "T", software: "1" };
  for (let t = 0; t < frames; t++)
    for (let k = 0; k < shape[2]; k++) {
      const number = t * shape[2] + k + 1;
      const image = ctImage({
        context: {
          patient: { name: "Test^Head", patientId: "T1", issuer: "", birthDate: "19500101", sex: "O", synthetic: true },
          study: {
            uid: STUDY,
            id: "1",
            ms,
            accession: "",
            description: "Stroke",
            referringPhysician: "",
            institution: "",
          },
          series: {
            uid: series,
            number: 5,
            modality: "CT",
            description: "Perfusion",
            protocol: "",
            bodyPart: "HEAD",
            ms,
            ...machine,
          },
          sopInstanceUid: uidOf(`${series} ${number}`),
          instanceNumber: number,
          ms: ms + times[t]! * 1000,
        },
        pixels: (head.series.frames[t] as Int16Array).slice(k * plane, (k + 1) * plane),
        rows: shape[1],
        columns: shape[0],
        spacing: [spacing[1], spacing[0]],
        thickness: spacing[2],
        position: [origin[0], origin[1], k * spacing[2]],
        kvp: 80,
        exposureMas: 100,
        rotationS: 0.5,
        kernel: "H",
        imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
        window: [40, 120],
        acquisitionNumber: t + 1,
      });
      const origin5 = { organisationId: willis.organisations.Hub, via: "import" as const, name: `${number}.dcm` };
      const stored = await storeObject(willis.services, writePart10(image), origin5);
      assert.equal(stored.state, "stored");
    }
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await willis.as("hub", path, init);
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

async function ended(id: string): Promise<AnalysisView> {
  for (let tries = 0; tries < 400; tries++) {
    const view = await json<AnalysisView>(`/api/analyses/${id}`);
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
  assert.ok(core?.value && Math.abs(core.value - head.truth.core) < 7, `core ${core?.value}, truth ${head.truth.core}`);
  assert.deepEqual(core?.sources, [series]);

  const all = await json<{ seriesUid: string; role: string }[]>(`/api/studies/${STUDY}/series`);
  const maps = Object.values(done.result?.maps ?? {});
  assert.equal(maps.length, 7);
  for (const uid of maps) assert.equal(all.find((s) => s.seriesUid === uid)?.role, "PMAP");

  // the study is attached after the run: the case gets the numbers all the same, once
  const view = await json<CaseView>("/api/cases", post({ kind: "stroke" }));
  await json(`/api/cases/${view.id}/studies`, post({ studyUid: STUDY }));
  let found: CaseView | null = null;
  for (let tries = 0; tries < 60 && !found?.messages.length; tries++) {
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
