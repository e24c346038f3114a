import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import type { DecisionBasis } from "../../cases/decision-basis.ts";
import type { CaseView, DecisionView } from "../../cases/views.ts";
import { bytes, text } from "../../dicom/data-set.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import type { Pack } from "../../knowledge/index.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis?.stop());

type Opened = { decision: DecisionView; basis: DecisionBasis; intact: boolean; pdfSopUid: string | null };

async function call<T>(login: "spoke" | "hub" | "surgeon", method: string, path: string, body?: object): Promise<T> {
  const answer = await willis.as(login, path, {
    method,
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  const said = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${said.slice(0, 300)}`);
  return JSON.parse(said) as T;
}

async function referred(): Promise<CaseView> {
  const made = await call<CaseView>("spoke", "POST", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient: { name: "Müller, Łucja", identifier: "4471 0093", birthDate: "1945-03-12", sex: "F" },
  });
  const at = new Date(Date.now() - 6.7 * 3_600_000).toISOString();
  await call("spoke", "PATCH", `/api/cases/${made.id}`, { lastKnownWell: { at, by: "daughter" } });
  for (const [name, value] of Object.entries({ nihss: 16, aspects: 8, occlusion_site: "M1" })) {
    await call("spoke", "POST", `/api/cases/${made.id}/facts`, { name, value });
  }
  return call("spoke", "POST", `/api/cases/${made.id}/refer`);
}

test("need data, supply, accept: the case goes to and fro, and both decisions stay", async () => {
  const { id } = await referred();
  await call("hub", "POST", `/api/cases/${id}/answer`, {
    kind: "need-data",
    need: ["prestroke_mrs"],
    message: "Before?",
  });
  let view = await call<CaseView>("spoke", "GET", `/api/cases/${id}`);
  assert.equal(view.status, "need-data");
  assert.match(view.next, /Spoke supplies Pre-stroke mRS/);
  view = await call<CaseView>("spoke", "POST", `/api/cases/${id}/facts`, { name: "prestroke_mrs", value: 1 });
  assert.equal(view.status, "waiting");
  await call("hub", "POST", `/api/cases/${id}/answer`, { kind: "accept", option: "Mechanical thrombectomy" });
  view = await call<CaseView>("spoke", "GET", `/api/cases/${id}`);
  assert.equal(view.status, "accepted");
  assert.ok(!view.timeline.some((one) => one.kind === "pdf-failed"));
  assert.deepEqual(
    view.decisions.map((one) => one.kind),
    ["need-data", "accept"],
  );
  assert.equal(view.messages[0]?.body, "Before?");
});

test("a decision is read again exactly as it was, though facts and packs have changed since", async () => {
  const { id } = await referred();
  const made = await call<DecisionView & { warnings: string[] }>("hub", "POST", `/api/cases/${id}/answer`, {
    kind: "accept",
    option: "Mechanical thrombectomy",
    reason: "small core",
  });
  assert.deepEqual(made.warnings, []);
  const first = await call<Opened>("spoke", "GET", `/api/decisions/${made.id}`);
  await call("spoke", "POST", `/api/cases/${id}/facts`, { name: "nihss", value: 3 });
  const packs = willis.services.packs as Pack[];
  const before = packs.splice(0, packs.length);
  try {
    const again = await call<Opened>("spoke", "GET", `/api/decisions/${made.id}`);
    assert.deepEqual(again, first);
    assert.equal(again.intact, true);
    assert.equal(again.basis.options.facts.nihss, 16);
    assert.ok(
      again.basis.packs.length > 0 && again.basis.packs.every((pack) => /^sha256:[0-9a-f]{64}$/.test(pack.hash)),
    );
    const cards = again.basis.options.columns.flatMap((column) => column.options.flatMap((option) => option.cards));
    assert.ok(cards.length > 10 && cards.every((card) => card.trace));
  } finally {
    packs.push(...before);
  }
});

test("a basis that was changed in the database is said to be no longer intact", async () => {
  const { id } = await referred();
  const made = await call<DecisionView>("hub", "POST", `/api/cases/${id}/answer`, { kind: "accept", option: "x" });
  await willis.services.pool.query(
    `update decision set basis = jsonb_set(basis, '{answer,option}', '"y"') where id = $1`,
    [made.id],
  );
  assert.equal((await call<Opened>("hub", "GET", `/api/decisions/${made.id}`)).intact, false);
});

test("the PDF of a decision is one page, and lies as Encapsulated PDF in a study that both sides see", async () => {
  const { id } = await referred();
  const made = await call<DecisionView>("hub", "POST", `/api/cases/${id}/answer`, {
    kind: "decline",
    reason: "too late",
  });
  const pdf = Buffer.from(await (await willis.as("spoke", `/api/decisions/${made.id}/pdf`)).arrayBuffer());
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.match(pdf.toString("latin1"), /\/Type \/Pages\s+\/Count 1/);
  const { pdfSopUid } = await call<Opened>("spoke", "GET", `/api/decisions/${made.id}`);
  const view = await call<CaseView>("spoke", "GET", `/api/cases/${id}`);
  const [series] = view.series;
  assert.equal(series?.role, "PDF");
  assert.equal(view.images.received, 0, "a document is not counted as an image that was announced");
  const path = `/dicom-web/studies/${series!.studyUid}/series/${series!.seriesUid}/instances/${pdfSopUid}`;
  for (const login of ["spoke", "hub"] as const) {
    const answer = await willis.as(login, path, { headers: { accept: "application/dicom; transfer-syntax=*" } });
    assert.equal(answer.status, 200);
    const { dataSet } = parsePart10(new Uint8Array(await answer.arrayBuffer()));
    assert.equal(text(dataSet, "PatientName"), "Müller^Łucja");
    assert.deepEqual(Buffer.from(bytes(dataSet, "EncapsulatedDocument")!).subarray(0, pdf.length), pdf);
  }
});

test("the second of two who change a case at once is told who was first and what they did", async () => {
  const made = await referred();
  const { revision } = await call<CaseView>("hub", "GET", `/api/cases/${made.id}`);
  await call("spoke", "PATCH", `/api/cases/${made.id}`, { revision, question: "Thrombectomy?" });
  const late = await willis.as("hub", `/api/cases/${made.id}/answer`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "accept", option: "x", revision }),
  });
  assert.equal(late.status, 409);
  assert.match(
    ((await late.json()) as { detail: string }).detail,
    /Dr spoke changed this case meanwhile \(changed the question\)/,
  );
});

test("facts that disagree stand side by side, and one that was taken back stays readable", async () => {
  const { id } = await referred();
  await call("spoke", "POST", `/api/cases/${id}/facts`, { name: "prestroke_mrs", value: 1 });
  let view = await call<CaseView>("hub", "POST", `/api/cases/${id}/facts`, { name: "prestroke_mrs", value: 3 });
  const group = () => view.facts.find((one) => one.name === "prestroke_mrs")!;
  assert.equal(group().contradicted, true);
  assert.deepEqual([group().current?.value, group().others.map((one) => one.value)], [3, [1]]);
  const path = `/api/cases/${id}/facts/${group().current!.id}/retract`;
  view = await call<CaseView>("hub", "POST", path, { reason: "wrong patient" });
  assert.equal(group().current?.value, 1);
  assert.equal(group().contradicted, false);
  assert.equal(group().others[0]?.retracted?.reason, "wrong patient");
});

test("a decline needs a reason, an ask needs to say what, and an unknown fact name is named", async () => {
  const { id } = await referred();
  const detail = async (body: object) => {
    const answer = await willis.as("hub", `/api/cases/${id}/answer`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 400);
    return ((await answer.json()) as { detail: string }).detail;
  };
  assert.match(await detail({ kind: "decline" }), /needs its reason/);
  assert.match(await detail({ kind: "need-data" }), /say what is needed/);
  assert.match(await detail({ kind: "need-data", need: ["shoe_size"] }), /"shoe_size" is no field/);
});
