import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { items, text } from "../../src/dicom/data-set.ts";
import type { DicomJson } from "../../src/dicom/json.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { type StoreResult, storeObject } from "../../src/server/ingest/store-object.ts";
import { type Login, startWillis, type TestWillis } from "../harness.ts";
import { onPath, pythonWith } from "../tools.ts";
import { type Claim, claimed } from "./identity-images.ts";

const run = promisify(execFile);
let willis: TestWillis;
let folder = "";
before(async () => {
  willis = await startWillis();
  folder = await mkdtemp(join(tmpdir(), "willis-identity-"));
});
after(async () => {
  await willis?.stop();
  await rm(folder, { recursive: true, force: true });
});

const ANNA: Claim = {
  PatientID: "4471",
  PatientName: "MEYER^ANNA",
  PatientBirthDate: "19450312",
  PatientSex: "F",
};

async function store(bytes: Uint8Array, who = "test"): Promise<Extract<StoreResult, { studyId: number }>> {
  const origin = { organisationId: willis.organisations.Hub, via: "stow", who } as const;
  const result = await storeObject(willis.services, bytes, origin);
  assert.ok("studyId" in result, JSON.stringify(result));
  return result;
}

async function post(path: string, body: object, login: Login = "admin") {
  const answer = await willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked at by the tests
  return { status: answer.status, body: (await answer.json()) as any };
}

async function json<T>(path: string): Promise<T> {
  const answer = await willis.as("hub", path, { headers: { accept: "application/json" } });
  if (answer.status === 204) return [] as T;
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as T;
}

async function patientIds(q: string): Promise<string[]> {
  return (await json<{ patients: { id: string }[] }>(`/api/patients?q=${encodeURIComponent(q)}`)).patients.map(
    (one) => one.id,
  );
}

const nameIn = (one: DicomJson) => (one["00100010"]?.Value?.[0] as { Alphabetic?: string } | undefined)?.Alphabetic;
const idIn = (one: DicomJson) => one["00100020"]?.Value?.[0];

async function objectOf(study: string, n = 1, accept = 'application/dicom; transfer-syntax="*"') {
  const path = `/dicom-web/studies/${uidOf(study)}/series/${uidOf(`${study} series`)}/instances/${uidOf(`${study} ${n}`)}`;
  const answer = await willis.as("hub", path, { headers: { accept } });
  assert.equal(answer.status, 200);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const declared = answer.headers.get("content-length");
  if (declared !== null) assert.equal(Number(declared), bytes.length);
  return { bytes, etag: answer.headers.get("etag") ?? "", dataSet: parsePart10(bytes).dataSet };
}

/** Everything that a study says of its patient, by every way out. */
async function said(study: string): Promise<{ name: string | undefined; id: unknown }[]> {
  const [row] = await json<DicomJson[]>(`/dicom-web/studies?StudyInstanceUID=${uidOf(study)}`);
  const fields = "includefield=PatientName,PatientID";
  const [object] = await json<DicomJson[]>(`/dicom-web/studies/${uidOf(study)}/instances?${fields}`);
  const [series] = await json<DicomJson[]>(
    `/dicom-web/studies/${uidOf(study)}/series/${uidOf(`${study} series`)}/metadata`,
  );
  const [whole] = await json<DicomJson[]>(`/dicom-web/studies/${uidOf(study)}/metadata`);
  const [one] = await json<DicomJson[]>(
    `/dicom-web/studies/${uidOf(study)}/series/${uidOf(`${study} series`)}/instances/${uidOf(`${study} 1`)}/metadata`,
  );
  const { dataSet } = await objectOf(study);
  return [
    ...[row!, object!, series!, whole!, one!].map((each) => ({ name: nameIn(each), id: idIn(each) })),
    { name: text(dataSet, "PatientName"), id: text(dataSet, "PatientID") },
  ];
}

async function allSay(study: string, name: string, id: string): Promise<void> {
  for (const one of await said(study)) assert.deepEqual(one, { name, id });
}

/** What dcmtk's C-FIND is told of a study; null where dcmtk is not installed. The caller is a peer that may search. */
async function foundByDimse(study: string): Promise<string | null> {
  if (!(await onPath("findscu"))) return null;
  await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, address_check, permissions) values ($1, 'FINDER', false, '{echo,find}')
     on conflict do nothing`,
    [willis.organisations.Hub],
  );
  const keys = ["QueryRetrieveLevel=STUDY", `StudyInstanceUID=${uidOf(study)}`, "PatientName", "PatientID"];
  const words = ["-S", "-aet", "FINDER", "-aec", "WILLIS", ...keys.flatMap((key) => ["-k", key])];
  const { stdout, stderr } = await run("findscu", [...words, "127.0.0.1", String(willis.dimsePort)]);
  return stdout + stderr;
}

test("a merge shows in QIDO, metadata and given-out objects, keeps what was, takes later objects, and can be undone", async (t) => {
  await store(claimed("merge a", ANNA));
  await store(claimed("merge b", { ...ANNA, PatientID: "4417", PatientName: "MEIER^ANNA", PatientSex: "" }));
  const [b] = await patientIds("4417");
  const [a] = await patientIds("4471");
  await said("merge b"); // prepared answers are there before the merge
  const before = await objectOf("merge b");
  const check = await json<{ verdict: string; words: string }>(`/api/patients/${a}/compare/${b}`);
  assert.equal(check.verdict, "different", "number and name differ, only the birth date agrees");

  const refused = await post(`/api/patients/${a}/merge`, { other: b, reason: "typing error at registration" });
  assert.equal(refused.status, 409);
  assert.match(refused.body.detail, /may be two patients.*number 4471 and 4417/i);
  const merged = await post(`/api/patients/${a}/merge`, {
    ...{ other: b, reason: "typing error at registration", confirmed: "Registration confirmed by phone" },
  });
  assert.equal(merged.status, 200, JSON.stringify(merged.body));
  await allSay("merge b", "MEYER^ANNA", "4471");
  const told = await foundByDimse("merge b");
  if (told === null) t.diagnostic("dcmtk is not installed here");
  else assert.match(told, /\[MEYER\^ANNA *\][\s\S]*\[4471 *\]/);
  assert.equal((await json<DicomJson[]>("/dicom-web/studies?PatientID=4417")).length, 0);
  assert.equal((await json<DicomJson[]>("/dicom-web/studies?PatientID=4471")).length, 2);

  const given = await objectOf("merge b");
  assert.notEqual(given.etag, before.etag);
  const [item] = items(given.dataSet, "OriginalAttributesSequence");
  const [previous] = items(item!, "ModifiedAttributesSequence");
  assert.equal(text(previous!, "PatientID"), "4417");
  assert.equal(text(previous!, "PatientName"), "MEIER^ANNA");
  assert.equal(text(item!, "ReasonForTheAttributeModification"), "COERCE");
  const tail = (bytes: Uint8Array) => Buffer.from(bytes.subarray(bytes.length - 128)).toString("hex");
  assert.equal(tail(given.bytes), tail(before.bytes), "the pixels are those that came");

  await store(claimed("merge b", { ...ANNA, PatientID: "4417", PatientName: "MEIER^ANNA", PatientSex: "" }, 2));
  const late = await store(claimed("merge c", { ...ANNA, PatientID: "4417", PatientName: "MEIER^ANNA" }));
  assert.deepEqual(late.warnings, []);
  await allSay("merge c", "MEYER^ANNA", "4471");
  const second = await json<DicomJson[]>(`/dicom-web/studies/${uidOf("merge b")}/metadata`);
  assert.deepEqual(second.map(idIn), ["4471", "4471"]);

  const undone = await post(`/api/identity-changes/${merged.body.change}/undo`, {});
  assert.equal(undone.status, 200, JSON.stringify(undone.body));
  await allSay("merge b", "MEIER^ANNA", "4417");
  await allSay("merge c", "MEIER^ANNA", "4417");
  await allSay("merge a", "MEYER^ANNA", "4471");
  assert.deepEqual((await objectOf("merge b")).bytes, before.bytes, "as it came, to the byte");
  const { history } = await json<{ history: { reason: string; confirmed: string; by: string; undoneBy: string }[] }>(
    `/api/patients/${b}`,
  );
  assert.equal(history[0]?.reason, "typing error at registration");
  assert.equal(history[0]?.confirmed, "Registration confirmed by phone");
  assert.equal(history[0]?.by, "Dr admin");
  assert.equal(history[0]?.undoneBy, "Dr admin");
});

test("studies move to a new patient, and what follows them stays there; a correction on top is undone first", async () => {
  const urs: Claim = { PatientID: "77", PatientName: "KELLER^URS", PatientBirthDate: "19600101", PatientSex: "M" };
  await store(claimed("split a", urs));
  await store(claimed("split b", urs));
  const [id] = await patientIds("KELLER");
  const values = { patientId: "78", name: "Keller^Ürsula", birthDate: "1962-05-05", sex: "F" };
  const move = { studies: [uidOf("split b")], to: { values }, reason: "taken under the wrong worklist entry" };
  const moved = await post(`/api/patients/${id}/move`, move);
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  await allSay("split a", "KELLER^URS", "77");
  await allSay("split b", "Keller^Ürsula", "78");
  const again = await store(claimed("split b", urs, 2));
  assert.deepEqual(again.warnings, [], "it says what the study said when it was moved");
  assert.equal(text((await objectOf("split b", 2)).dataSet, "PatientSex"), "F");
  const own = await store(
    claimed("split c", { ...urs, PatientID: "78", PatientName: "Keller^Ürsula", PatientBirthDate: "19620505" }),
  );
  const [ursula] = await patientIds("78");
  const row = await willis.services.pool.query("select patient_ref from study where id = $1", [own.studyId]);
  assert.equal(row.rows[0].patient_ref, ursula, "an object with the new number finds the new patient");

  assert.equal((await post(`/api/patients/${id}/move`, move)).status, 404, "it is not there any more");
  const twice = { ...move, studies: [uidOf("split a")] };
  assert.match((await post(`/api/patients/${id}/move`, twice)).body.detail, /number 78 already/);
  const corrected = await post(`/api/patients/${ursula}/correct`, {
    change: { birthDate: "1963-05-05" },
    reason: "typo",
  });
  assert.equal(corrected.status, 200, JSON.stringify(corrected.body));
  const early = await post(`/api/identity-changes/${moved.body.change}/undo`, {});
  assert.equal(early.status, 409);
  assert.match(early.body.detail, /undo "Corrected birth date/);
  assert.equal((await post(`/api/identity-changes/${corrected.body.change}/undo`, {})).status, 200);
  assert.equal((await post(`/api/identity-changes/${moved.body.change}/undo`, {})).status, 200);
  await allSay("split b", "KELLER^URS", "77");
  await allSay("split c", "Keller^Ürsula", "78");
});

test("a corrected number is found by objects with the old and with the new one", async () => {
  await store(claimed("number a", { ...ANNA, PatientID: "X-1", PatientName: "HUBER^LENA" }));
  const [id] = await patientIds("HUBER");
  const fix = { change: { patientId: "1001", issuer: "KSL", name: "Huber^Léna" }, reason: "emergency number replaced" };
  const done = await post(`/api/patients/${id}/correct`, fix);
  assert.equal(done.status, 200, JSON.stringify(done.body));
  await allSay("number a", "Huber^Léna", "1001");
  const { dataSet } = await objectOf("number a");
  assert.equal(text(dataSet, "IssuerOfPatientID"), "KSL");
  assert.equal(text(dataSet, "SpecificCharacterSet"), "ISO_IR 192");
  assert.equal(text(items(dataSet, "OriginalAttributesSequence")[0]!, "ReasonForTheAttributeModification"), "CORRECT");
  await store(claimed("number old", { ...ANNA, PatientID: "X-1", PatientName: "HUBER^LENA" }));
  await store(
    claimed("number new", { ...ANNA, PatientID: "1001", IssuerOfPatientID: "KSL", PatientName: "HUBER^LENA" }),
  );
  await allSay("number old", "Huber^Léna", "1001");
  await allSay("number new", "Huber^Léna", "1001");
  assert.equal((await patientIds("HUBER")).length, 1);
  const other = await patientIds("4471");
  const taken = await post(`/api/patients/${other[0]}/correct`, {
    change: { patientId: "1001", issuer: "KSL" },
    reason: "test",
  });
  assert.equal(taken.status, 409);
  assert.match(taken.body.detail, /merge them/);
  assert.equal((await post(`/api/identity-changes/${done.body.change}/undo`, {})).status, 200);
  await allSay("number a", "HUBER^LENA", "X-1");
  await allSay("number new", "HUBER^LENA", "1001");
  assert.equal((await json<DicomJson[]>("/dicom-web/studies?PatientName=HUBER%5ELENA&PatientID=1001")).length, 1);
  const own = await json<{ received: unknown; alsoKnownAs: unknown[] }>(`/api/patients/${id}`);
  assert.deepEqual([own.received, own.alsoKnownAs], [null, []], "nothing is said to be corrected any more");
});

test("a study is corrected, searched by its new values, and given out with them in each transfer syntax", async (t) => {
  await store(claimed("study a", { ...ANNA, PatientID: "55" }, 1, TS.ImplicitLittle));
  const [id] = await patientIds("55");
  const change = { accession: "ACC-9", description: "Angiografie Gefäße", date: "2026-11-02", time: "0500" };
  const path = `/api/patients/${id}/studies/${uidOf("study a")}/correct`;
  const done = await post(path, { change, reason: "order was missing" });
  assert.equal(done.status, 200, JSON.stringify(done.body));
  const [row] = await json<DicomJson[]>("/dicom-web/studies?AccessionNumber=ACC-9&StudyDate=20261102");
  assert.equal(row?.["00081030"]?.Value?.[0], "Angiografie Gefäße");
  for (const accept of ['application/dicom; transfer-syntax="*"', "application/dicom"]) {
    const { dataSet, bytes } = await objectOf("study a", 1, accept);
    assert.equal(text(dataSet, "AccessionNumber"), "ACC-9");
    assert.equal(text(dataSet, "StudyTime"), "0500");
    assert.equal(items(dataSet, "OriginalAttributesSequence").length, 1);
    await judged(t, bytes);
  }
  const answer = await willis.as("hub", `/dicom-web/studies/${uidOf("study a")}`);
  const whole = Buffer.from(await answer.arrayBuffer()).toString("latin1");
  assert.ok(whole.includes("ACC-9"), "retrieved as a study it is corrected too");
  assert.equal((await post(path, { change: { accession: "ACC-9" }, reason: "again" })).status, 400, "nothing changes");
  const wrong = await post(path, { change: { accession: "x".repeat(17) }, reason: "too long" });
  assert.match(wrong.body.detail, /17 characters, at most 16/);
});

test("corrected objects leave from each stored form: deflated, and big endian as explicit little endian", async (t) => {
  const change = { change: { name: "Form^Fritz" }, reason: "spelling" };
  await store(claimed("deflated", { ...ANNA, PatientID: "D-1", PatientName: "FORM^F" }, 1, TS.DeflatedLittle));
  const [deflated] = await patientIds("D-1");
  assert.equal((await post(`/api/patients/${deflated}/correct`, change)).status, 200);
  const one = parsePart10((await objectOf("deflated")).bytes);
  assert.equal(one.transferSyntax, TS.DeflatedLittle);
  assert.equal(text(one.dataSet, "PatientName"), "Form^Fritz");
  assert.equal(one.pixels?.length, 128);
  if (!(await onPath("dcmconv"))) return t.diagnostic("dcmconv is not installed here");
  const [little, big] = [join(folder, "little.dcm"), join(folder, "big.dcm")];
  await writeFile(little, claimed("big endian", { ...ANNA, PatientID: "B-1", PatientName: "FORM^F" }));
  await run("dcmconv", ["+tb", little, big]);
  await store(await readFile(big));
  const [patient] = await patientIds("B-1");
  assert.equal((await post(`/api/patients/${patient}/correct`, change)).status, 200);
  const other = parsePart10((await objectOf("big endian")).bytes);
  assert.equal(other.transferSyntax, TS.ExplicitLittle);
  assert.equal(text(other.dataSet, "PatientName"), "Form^Fritz");
});

/** What dciodvfy and pydicom say of an object that was given out. */
async function judged(t: { diagnostic(text: string): void }, bytes: Uint8Array): Promise<void> {
  const file = join(folder, "given.dcm");
  await writeFile(file, bytes);
  if (await onPath("dciodvfy")) {
    const { stderr } = await run("dciodvfy", ["-new", file]).catch((error: { stderr: string }) => error);
    assert.doesNotMatch(stderr, /^Error/m, stderr);
  } else t.diagnostic("dciodvfy is not installed here");
  const script =
    "import sys,pydicom\nd=pydicom.dcmread(sys.argv[1])\nm=d.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]\n" +
    "print(d.AccessionNumber,repr(m.AccessionNumber),m.StudyDate,len(d.PixelData))";
  const python = await pythonWith("pydicom");
  if (python) assert.equal((await run(python, ["-c", script, file])).stdout.trim(), "ACC-9 '' 20261101 128");
  else t.diagnostic("pydicom is not installed here");
}

test("objects of one study that claim two patients are flagged until a person has looked", async () => {
  await store(claimed("two", { ...ANNA, PatientID: "90" }));
  const other = await store(claimed("two", { ...ANNA, PatientID: "91", PatientName: "OTHER^OTTO" }, 2));
  assert.match(other.warnings[0] ?? "", /this object says "91 OTHER, OTTO": check the patient/);
  const sameNumber = await store(
    claimed("two", { PatientID: "90", PatientName: "WRONG^WILMA", PatientBirthDate: "19800808" }, 3),
  );
  assert.match(sameNumber.warnings[0] ?? "", /its number is that of the study's patient, but.*birth date/i);
  type Claims = { claims: { studyUid: string; claimed: { patientId: string } }[] };
  const open = async () =>
    (await json<Claims>("/api/patient-claims")).claims.filter((c) => c.studyUid === uidOf("two"));
  assert.deepEqual((await open()).map((one) => one.claimed.patientId).sort(), ["90", "91"]);
  const [id] = await patientIds("90");
  const path = `/api/patients/${id}/studies/${uidOf("two")}/checked`;
  assert.equal((await post(path, { reason: "phantom test" })).status, 200);
  assert.deepEqual(await open(), []);
  assert.equal((await post(path, { reason: "phantom test" })).status, 409);
});

test("only administrators and coordinators change who a patient is; others are told so, strangers see nothing", async () => {
  const [id] = await patientIds("90");
  const body = { change: { sex: "M" }, reason: "may I" };
  const hub = await post(`/api/patients/${id}/correct`, body, "hub");
  assert.equal(hub.status, 403);
  assert.match(hub.body.detail, /administrator or coordinator/);
  assert.equal((await post(`/api/patients/${id}/correct`, body, "stranger")).status, 404);
  assert.equal((await willis.as("stranger", `/api/patients/${id}`)).status, 404);
});

test("a default issuer is given to patients of senders that state none, to those there are and those that come", async () => {
  await store(claimed("issuer a", { ...ANNA, PatientID: "I-1", PatientName: "ISSUER^IDA" }));
  const put = await willis.as("admin", "/api/issuers", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ aeTitle: "", issuer: "HUBHOSPITAL" }),
  });
  assert.equal(put.status, 200);
  const { given } = (await put.json()) as { given: number };
  assert.ok(given > 0);
  await store(claimed("issuer b", { ...ANNA, PatientID: "I-1", PatientName: "ISSUER^IDA" }));
  const ids = await patientIds("ISSUER");
  assert.equal(ids.length, 1, "both studies are of one patient");
  const patient = await json<{ issuer: string; studies: unknown[] }>(`/api/patients/${ids[0]}`);
  assert.equal(patient.issuer, "HUBHOSPITAL");
  assert.equal(patient.studies.length, 2);
  const rows = await json<DicomJson[]>("/dicom-web/studies?IssuerOfPatientID=HUBHOSPITAL&PatientID=I-1");
  assert.equal(rows.length, 2);
  await store(
    claimed("issuer c", { ...ANNA, PatientID: "I-1", PatientName: "ISSUER^IDA", IssuerOfPatientID: "OTHER" }),
  );
  assert.equal((await patientIds("ISSUER")).length, 2, "who states another issuer is another patient");
  const peer = await willis.as("admin", "/api/issuers", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ aeTitle: "CT_CLINIC", issuer: "CLINIC" }),
  });
  assert.equal(peer.status, 200);
  await store(claimed("issuer d", { ...ANNA, PatientID: "I-1", PatientName: "ISSUER^IDA" }), "CT_CLINIC");
  const lines = (await json<{ patients: { issuer: string }[] }>("/api/patients?q=ISSUER")).patients;
  assert.deepEqual(lines.map((one) => one.issuer).sort(), ["CLINIC", "HUBHOSPITAL", "OTHER"]);
});

test("sixteen first objects that arrive while two patients are merged all end with the survivor", async () => {
  await store(claimed("race a", { ...ANNA, PatientID: "R-1", PatientName: "RACE^RITA" }));
  await store(claimed("race b", { ...ANNA, PatientID: "R-2", PatientName: "RACE^RITA" }));
  const [a] = await patientIds("R-1");
  const [b] = await patientIds("R-2");
  const arriving = Array.from({ length: 16 }, (_, i) =>
    store(claimed(`race ${i}`, { ...ANNA, PatientID: "R-2", PatientName: "RACE^RITA" })),
  );
  const merged = await post(`/api/patients/${a}/merge`, { other: b, reason: "one person", confirmed: "same card" });
  assert.equal(merged.status, 200, JSON.stringify(merged.body));
  await Promise.all(arriving);
  const { rows } = await willis.services.pool.query("select count(*)::int as n from study where patient_ref = $1", [a]);
  assert.equal(rows[0].n, 18);
  assert.equal((await json<DicomJson[]>("/dicom-web/studies?PatientID=R-1")).length, 18);
  for (const study of ["race 0", "race 15"]) await allSay(study, "RACE^RITA", "R-1");
});

test("a study of plainly another patient is attached to a case only when a person confirms it and says why", async () => {
  await store(claimed("attach", { ...ANNA, PatientID: "A-1" }));
  const patient = { name: "Keller, Urs", identifier: "77", birthDate: "1960-01-01", sex: "M" };
  const made = await post("/api/cases", { kind: "stroke", patient }, "hub");
  const path = `/api/cases/${made.body.id}/studies`;
  const refused = await post(path, { studyUid: uidOf("attach") }, "hub");
  assert.equal(refused.status, 409);
  assert.equal(refused.body.more.check.verdict, "different");
  const differing = (refused.body.more.check.differences as { what: string }[]).map((one) => one.what);
  assert.deepEqual(differing, ["number", "name", "birth date", "sex"]);
  const confirmed = "The case was opened under the wrong name";
  const attached = await post(path, { studyUid: uidOf("attach"), confirmed }, "hub");
  assert.equal(attached.status, 200, JSON.stringify(attached.body));
  const said = (attached.body.timeline as { text: string }[]).map((one) => one.text).join(" ");
  assert.match(said, /number A-1, not 77.*Attached all the same: The case was opened under the wrong name/);
});
