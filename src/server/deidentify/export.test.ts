import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { ctStack } from "../../../test/conformance/images.ts";
import { startWillis, type TestWillis } from "../../../test/harness.ts";
import { onPath } from "../../../test/tools.ts";
import { dataSet, text } from "../../dicom/data-set.ts";
import { parsePart10 } from "../../dicom/parse.ts";
import { writePart10 } from "../../dicom/write.ts";
import { createApiToken } from "../auth/api-tokens.ts";
import { createPerson } from "../auth/people.ts";
import { createCase } from "../db/cases/create-case.ts";
import { referCase } from "../db/cases/status.ts";
import { storeObject } from "../ingest/index.ts";
import { openProject } from "./projects.ts";
import { seal, unseal, vaultKey } from "./vault-key.ts";
import { zipStream } from "./zip-stream.ts";

const run = promisify(execFile);
const SECRETS = ["MARSCHALLIN", "MRN-4410", "19330711", "20260303", "ACC-77", "1.2.826.0.1.66.1", "HERR VON FANINAL"];
const STUDY = "1.2.826.0.1.66.1";
let willis: TestWillis;
let researcher = "";

before(async () => {
  willis = await startWillis();
  const { pool } = willis.services;
  const fields = {
    organisationId: willis.organisations.Hub,
    login: "research",
    name: "Dr research",
    role: "researcher",
  } as const;
  const person = await createPerson(pool, fields);
  researcher = (await createApiToken(pool, person.id, { label: "test", expiresAt: null })).token;
  const objects = [1, 2, 3].map((n) => image(n, n === 3 ? 2 : 1));
  const pdf = {
    SOPClassUID: "1.2.840.10008.5.1.4.1.1.104.1",
    Modality: "DOC",
    EncapsulatedDocument: new Uint8Array(8),
  };
  objects.push(image(4, 3, { ...pdf, Rows: undefined, PixelData: undefined }));
  for (const [i, bytes] of objects.entries()) {
    const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: `${i}.dcm` } as const;
    const stored = await storeObject(willis.services, bytes, origin);
    assert.equal(stored.state, "stored", JSON.stringify(stored));
  }
});
after(() => willis?.stop());

function image(n: number, series: number, extra: Parameters<typeof dataSet>[0] = {}): Uint8Array {
  return writePart10(
    dataSet({
      ...{
        SOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
        SOPInstanceUID: `${STUDY}.${series}.${n}`,
        StudyInstanceUID: STUDY,
      },
      ...{ SeriesInstanceUID: `${STUDY}.${series}`, PatientName: "MARSCHALLIN^MARIE", PatientID: "MRN-4410" },
      ...{ PatientBirthDate: "19330711", StudyDate: "20260303", StudyTime: "101112", AccessionNumber: "ACC-77" },
      ...{ Modality: series === 2 ? "US" : "CT", StudyDescription: "CT head HERR VON FANINAL", SeriesNumber: series },
      ...{ InstanceNumber: n, Rows: 8, Columns: 8, BitsAllocated: 8, BitsStored: 8, HighBit: 7, SamplesPerPixel: 1 },
      ...{ PixelRepresentation: 0, PhotometricInterpretation: "MONOCHROME2", PixelData: new Uint8Array(64).fill(n) },
      ...extra,
    }),
  );
}

function ask(path: string, body?: object, method = body ? "POST" : "GET", token = researcher): Promise<Response> {
  return fetch(willis.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

const WANTED = { studies: [STUDY], options: ["dates-modified", "descriptors"], project: "Outcome after thrombectomy" };

async function exported(): Promise<{ id: string; files: Record<string, Uint8Array> }> {
  const made = await ask("/api/deidentify/exports", WANTED);
  assert.equal(made.status, 201, await made.clone().text());
  const { id } = (await made.json()) as { id: string };
  const answer = await ask(`/api/deidentify/exports/${id}/file`);
  assert.equal(answer.status, 200);
  return { id, files: unzipSync(new Uint8Array(await answer.arrayBuffer())) };
}

test("the preview says what would go, come and stay, on one object of each kind, and what needs a look", async () => {
  const answer = await ask("/api/deidentify/preview", { studies: [STUDY], options: ["descriptors"] });
  const body = await answer.text();
  assert.equal(answer.status, 200, body);
  const seen = JSON.parse(body);
  assert.deepEqual([seen.objects, seen.series, seen.kinds, seen.looked, seen.names], [4, 3, 3, 3, "examples"]);
  const name = seen.changes.find((change: { path: string }) => change.path === "00100010");
  assert.equal(name.before, "MARSCHALLIN^MARIE");
  assert.match(name.after, /^P[A-Z2-9]{10}$/);
  assert.deepEqual(seen.removedWords, ["FANINAL", "HERR", "VON"]);
  assert.match(seen.withheld[0].reason, /encapsulated document/);
  assert.ok(
    seen.flags.some(
      (flag: { kind: string; series: string }) => flag.kind === "burned-in text" && flag.series.startsWith("2 US"),
    ),
  );
});

test("an export holds no planted secret in any byte or name; two exports of a project give the same names; the vault undoes them", async () => {
  const [first, second] = [await exported(), await exported()];
  const objects = Object.entries(first.files).filter(([name]) => name.endsWith(".dcm"));
  assert.equal(objects.length, 3);
  for (const [name, bytes] of Object.entries(first.files)) {
    for (const secret of SECRETS)
      assert.ok(!name.includes(secret) && !Buffer.from(bytes).includes(secret), `${name}: ${secret}`);
  }
  assert.deepEqual(Object.keys(second.files).sort(), Object.keys(first.files).sort());
  for (const [name, bytes] of objects)
    assert.deepEqual(second.files[name], bytes, "another export is the same to the byte");

  const { dataSet: out } = parsePart10(objects[0]![1]);
  const pseudonym = text(out, "PatientID")!;
  assert.equal(text(out, "StudyDescription"), "CT head");
  assert.equal(text(out, "StudyTime"), "101112");
  const csv = Buffer.from(first.files["manifest.csv"]!).toString();
  assert.equal(csv.trim().split("\r\n").length, 5);
  assert.match(csv, /withheld,an encapsulated document/);
  assert.match(csv, /likely burned-in text/);
  const view = await (await ask(`/api/deidentify/exports/${first.id}`)).json();
  assert.deepEqual(
    { ...(view as object), id: 0, createdAt: 0, finishedAt: 0 },
    {
      ...{
        id: 0,
        project: WANTED.project,
        options: WANTED.options,
        studies: 1,
        by: "Dr research",
        state: "done",
        total: 4,
      },
      ...{ done: 3, withheld: 1, flagged: 3, failed: 0, error: "", createdAt: 0, finishedAt: 0 },
    },
  );

  const find = { project: WANTED.project, reason: "incidental finding, patient must be told" };
  const admin = await willis.token("admin");
  assert.equal((await ask("/api/deidentify/lookup", { ...find, find: pseudonym })).status, 403, "a researcher may not");
  const back = await ask("/api/deidentify/lookup", { ...find, find: pseudonym }, "POST", admin);
  assert.deepEqual(((await back.json()) as { patientId: string }).patientId, "MRN-4410");
  const uid = await ask("/api/deidentify/lookup", { ...find, find: text(out, "SOPInstanceUID") }, "POST", admin);
  const { uid: original } = (await uid.json()) as { uid: { original: string } };
  assert.match(original.original, /^1\.2\.826\.0\.1\.66\.1\.\d\.\d$/);
  const { rows } = await willis.services.pool.query(
    "select outcome, detail from audit where action = 're-identify' and object_id = $1",
    [pseudonym],
  );
  assert.equal(rows.length, 1);
  assert.equal(rows[0].detail.reason, find.reason);
  const exports = await willis.services.pool.query(
    "select detail from audit where action = 'export de-identified' and object_kind = 'study' and object_id = $1",
    [STUDY],
  );
  assert.ok(
    exports.rows.some((row) => row.detail.export === first.id),
    "the study's trail says that it was exported",
  );
});

test("the vault is sealed in the database, and its key lies outside it, readable by its owner alone", async () => {
  for (const table of ["deidentify_project", "deidentify_patient", "deidentify_uid"]) {
    const { rows } = await willis.services.pool.query(`select t::text as whole from ${table} t`);
    assert.ok(rows.length > 0);
    const hex = (word: string) => Buffer.from(word).toString("hex");
    for (const { whole } of rows)
      for (const secret of SECRETS) assert.ok(!whole.includes(secret) && !whole.includes(hex(secret)));
  }
  const file = await stat(join(willis.services.home, "vault.key"));
  assert.deepEqual([file.size, file.mode & 0o777], [32, 0o600]);
  const key = await vaultKey(willis.services.home);
  assert.equal(unseal(key, seal(key, "who", "row 1"), "row 1").toString(), "who");
  assert.throws(() => unseal(key, seal(key, "who", "row 1"), "row 2"), /does not open/);
  const elsewhere = await mkdtemp(join(tmpdir(), "willis-home-"));
  const by = { id: willis.people.admin, organisationId: willis.organisations.Hub };
  const other = { pool: willis.services.pool, home: elsewhere };
  await assert.rejects(openProject(other, { name: "Split", options: [] }, by), /put back the key file/);
  await rm(elsewhere, { recursive: true });
});

test("studies of others, other options of a project, unknown words and a cancelled export are refused with words", async () => {
  assert.equal((await ask("/api/deidentify/preview", { ...WANTED, studies: ["1.2.3.4"] })).status, 404);
  const elsewhere = await createPerson(willis.services.pool, {
    ...{ organisationId: willis.organisations.Elsewhere, login: "research2", name: "x", role: "researcher" },
  });
  const { token } = await createApiToken(willis.services.pool, elsewhere.id, { label: "t", expiresAt: null });
  assert.equal((await ask("/api/deidentify/exports", WANTED, "POST", token)).status, 404);
  assert.equal((await ask("/api/deidentify/exports", { ...WANTED, options: [] })).status, 409);
  const wrong = await ask("/api/deidentify/preview", { ...WANTED, options: ["faces"] });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /no option of the profile/);
  const { id } = (await (await ask("/api/deidentify/exports", WANTED)).json()) as { id: string };
  assert.equal((await ask(`/api/deidentify/exports/${id}`, undefined, "GET", token)).status, 404);
  assert.equal((await ask(`/api/deidentify/exports/${id}`, undefined, "DELETE")).status, 204);
  assert.equal((await ask(`/api/deidentify/exports/${id}/file`)).status, 409);
});

test("what another organisation shared for a case is not given away", async () => {
  const { services, people, organisations } = willis;
  const spoke = { personId: people.spoke, organisationId: organisations.Spoke };
  const patient = { name: "x", identifier: "x", birthDate: null, sex: "F" };
  const wanted = { kind: "stroke", toOrganisationId: organisations.Hub, patient, question: "" } as const;
  const caseId = await createCase(services.pool, wanted, spoke, new Date());
  const shared = ctStack("shared", 2, 16);
  for (const bytes of shared.files) {
    const origin = { organisationId: organisations.Spoke, via: "upload", who: people.spoke, caseId } as const;
    assert.equal((await storeObject(services, bytes, { ...origin, name: "x.dcm" })).state, "stored");
  }
  await referCase(services.pool, caseId, spoke, new Date());
  assert.equal((await willis.as("hub", `/api/studies/${shared.studyUid}/series`)).status, 200, "it is seen for care");
  const answer = await ask("/api/deidentify/preview", { ...WANTED, studies: [shared.studyUid] });
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /another organisation/);
});

test("an export ends when the client leaves, or when somebody cancels it, and says so", async () => {
  const large = ctStack("large", 120, 256);
  for (const bytes of large.files) {
    const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "x.dcm" } as const;
    await storeObject(willis.services, bytes, origin);
  }
  const begin = async () => {
    const made = await ask("/api/deidentify/exports", { ...WANTED, studies: [large.studyUid] });
    return ((await made.json()) as { id: string }).id;
  };
  const stateOf = async (id: string) =>
    ((await (await ask(`/api/deidentify/exports/${id}`)).json()) as { state: string; done: number }) ?? {};
  const settled = async (id: string) => {
    for (let i = 0; i < 100; i++) {
      const view = await stateOf(id);
      if (view.state !== "running") return view;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return stateOf(id);
  };
  const left = await begin();
  const leaving = new AbortController();
  const answer = await fetch(`${willis.url}/api/deidentify/exports/${left}/file`, {
    headers: { authorization: `Bearer ${researcher}` },
    signal: leaving.signal,
  });
  await answer.body!.getReader().read();
  assert.equal((await ask(`/api/deidentify/exports/${left}/file`)).status, 409, "one download at a time");
  leaving.abort();
  const view = await settled(left);
  assert.equal(view.state, "cancelled");
  assert.ok(view.done < 120, `${view.done} objects were made for nobody`);

  const cancelled = await begin();
  const reading = await ask(`/api/deidentify/exports/${cancelled}/file`);
  const reader = reading.body!.getReader();
  await reader.read();
  assert.equal((await ask(`/api/deidentify/exports/${cancelled}`, undefined, "DELETE")).status, 204);
  const drained = (async () => {
    while (!(await reader.read()).done);
    return "whole";
  })().catch(() => "broken off");
  assert.equal(await drained, "broken off", "an archive that was cancelled does not look whole");
  assert.equal((await settled(cancelled)).state, "cancelled");
});

test("an archive of more than 65,535 files, and one beyond 4 GiB, are ones that another program reads (zip64)", {
  skip: !(await onPath("python3")) && "python3 is absent",
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "willis-zip-"));
  const script =
    "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nn = z.namelist()\nprint(len(n), n[-1], z.read(n[-1]).decode())";
  const read = async (path: string) => (await run("python3", ["-c", script, path])).stdout.trim();
  try {
    const many = async function* () {
      for (let i = 0; i < 70_000; i++) yield { name: `ä/${i}.dcm`, bytes: Buffer.from(String(i)) };
    };
    const parts: Uint8Array[] = [];
    for await (const part of zipStream(many())) parts.push(part);
    await writeFile(join(folder, "many.zip"), Buffer.concat(parts));
    assert.equal(await read(join(folder, "many.zip")), "70000 ä/69999.dcm 69999");

    const zeros = new Uint8Array(1.1 * 2 ** 30); // written as a hole of the file
    const large = async function* () {
      for (let i = 0; i < 4; i++) yield { name: `${i}.dcm`, bytes: zeros };
      yield { name: "last", bytes: Buffer.from("found") };
    };
    const file = await open(join(folder, "large.zip"), "w");
    let at = 0;
    for await (const part of zipStream(large())) {
      if (part !== zeros) await file.write(part, 0, part.length, at);
      at += part.length;
    }
    await file.close();
    assert.ok(at > 2 ** 32);
    assert.equal(await read(join(folder, "large.zip")), "5 last found");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
