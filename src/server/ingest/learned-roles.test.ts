import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { LayoutView } from "../../cases/hanging-layout.ts";
import type { SeriesView } from "../../cases/views.ts";
import { dataSet } from "../../dicom/data-set.ts";
import { writePart10 } from "../../dicom/write.ts";
import { storeObject } from "./index.ts";
import { refineRole } from "./refine-role.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

const json = { "content-type": "application/json" };

/** One CT slice of a study of its own, as a station sends it. */
async function slice(study: number, description: string, extra: Parameters<typeof dataSet>[0] = {}): Promise<string> {
  const uid = `1.2.826.0.1.88.${study}`;
  const bytes = writePart10(
    dataSet({
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.2", SOPInstanceUID: `${uid}.1.1`, StudyInstanceUID: uid },
      ...{ SeriesInstanceUID: `${uid}.1`, Modality: "CT", SeriesDescription: description, StationName: "CT 1" },
      ...{ PatientName: "Learning^Lea", PatientID: `L-${study}`, Rows: 4, Columns: 4, SamplesPerPixel: 1 },
      ...{ PhotometricInterpretation: "MONOCHROME2", BitsAllocated: 16, BitsStored: 16, HighBit: 15 },
      ...{ PixelRepresentation: 0, PixelData: new Uint16Array(16), InstanceNumber: 1 },
      ...{ ImagePositionPatient: [0, 0, 0], ImageOrientationPatient: [1, 0, 0, 0, 1, 0], PixelSpacing: [1, 1] },
      ...extra,
    }),
  );
  const origin = { organisationId: willis.organisations.Hub, via: "dimse", who: "CT_1", name: "a.dcm" } as const;
  const stored = await storeObject(willis.services, bytes, origin);
  assert.equal(stored.state, "stored");
  if (stored.state === "stored") await refineRole(willis.services.pool, stored.seriesId);
  return uid;
}

async function seen(uid: string): Promise<SeriesView> {
  const answer = await willis.as("hub", `/api/studies/${uid}/series`);
  assert.equal(answer.status, 200);
  return ((await answer.json()) as SeriesView[])[0]!;
}

async function correct(uid: string, body: object): Promise<SeriesView> {
  const init = { method: "PUT", headers: json, body: JSON.stringify(body) };
  const answer = await willis.as("hub", `/api/studies/${uid}/series/${uid}.1/role`, init);
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as SeriesView;
}

test("a correction holds for the next series like it at the same site, is shown as learned, and can be taken back", async () => {
  const first = await slice(1, "Kopf Spezial 20260101");
  const before = await seen(first);
  assert.deepEqual([before.role, before.sure, before.roleBy], ["NCCT", "uncertain", "tags"]);

  const corrected = await correct(first, { role: "CTA", qualifiers: { phase: "venous" } });
  assert.deepEqual([corrected.role, corrected.label, corrected.sure], ["CTA", "CTA head, venous", "stated"]);
  assert.equal(corrected.learned?.here, true);

  const next = await seen(await slice(2, "Kopf Spezial 20260202"));
  assert.deepEqual([next.role, next.label, next.roleBy, next.sure], ["CTA", "CTA head, venous", "learned", "likely"]);
  assert.equal(next.why, "learned from an earlier correction");
  const other = await seen(await slice(3, "Kopf Spezial 20260202", { StationName: "CT 2" }));
  assert.equal(other.role, "NCCT", "another station has not learned it");

  const forgotten = await willis.as("hub", `/api/learned-roles/${next.learned!.id}`, { method: "DELETE" });
  assert.equal(forgotten.status, 200);
  const again = await seen("1.2.826.0.1.88.2");
  assert.deepEqual([again.role, again.roleBy, again.learned], ["NCCT", "tags", null]);
  assert.equal((await seen(first)).role, "CTA", "what a person said of the series itself stays");
  assert.equal((await seen(await slice(4, "Kopf Spezial 20260303"))).role, "NCCT");
});

test("taking a correction back gives the series to its tags and forgets what was learned from it", async () => {
  const uid = await slice(5, "CTA Kopf");
  await correct(uid, { role: "NCCT" });
  assert.equal((await seen(await slice(6, "CTA Kopf"))).role, "NCCT");
  const back = await willis.as("hub", `/api/studies/${uid}/series/${uid}.1/role`, { method: "DELETE" });
  assert.equal(((await back.json()) as SeriesView).role, "CTA");
  assert.equal((await seen(await slice(7, "CTA Kopf"))).role, "CTA");
});

test("a role or a qualifier that does not exist is refused, with what does", async () => {
  const put = (body: object) =>
    willis.as("hub", "/api/studies/1.2.826.0.1.88.1/series/1.2.826.0.1.88.1.1/role", {
      ...{ method: "PUT", headers: json, body: JSON.stringify(body) },
    });
  const role = await put({ role: "XYZ" });
  assert.equal(role.status, 400);
  assert.match(await role.text(), /XYZ.* is no role of a series: give one of NCCT/);
  assert.equal((await put({ role: "CTA", qualifiers: { phase: "soon" } })).status, 400);
});

test("a layout is saved for oneself or for all, listed, removed and brought back; strangers see none of it", async () => {
  const layout = { grid: "2", panes: [{ wants: { roles: ["NCCT"] }, mode: "slices" }] };
  const post = (body: object) =>
    willis.as("hub", "/api/hanging-layouts", { method: "POST", headers: json, body: JSON.stringify(body) });
  const saved = (await (await post({ name: " Mine ", forAll: false, layout })).json()) as LayoutView;
  assert.deepEqual([saved.name, saved.mine, saved.layout.grid], ["Mine", true, "2"]);
  await post({ name: "Ours", forAll: true, layout });
  const names = async (login: "hub" | "stranger") =>
    ((await (await willis.as(login, "/api/hanging-layouts")).json()) as LayoutView[]).map(({ name }) => name);
  assert.deepEqual(await names("hub"), ["Mine", "Ours"]);
  assert.deepEqual(await names("stranger"), []);
  const url = `/api/hanging-layouts/${saved.id}`;
  assert.equal((await willis.as("stranger", url, { method: "DELETE" })).status, 404);
  assert.equal((await willis.as("hub", url, { method: "DELETE" })).status, 200);
  assert.deepEqual(await names("hub"), ["Ours"]);
  assert.equal((await willis.as("hub", `${url}/restore`, { method: "POST" })).status, 200);
  assert.deepEqual(await names("hub"), ["Mine", "Ours"]);
  assert.equal((await post({ name: "Wrong", forAll: false, layout: { grid: "9", panes: [] } })).status, 400);
});
