import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type DataSet, dataSet, has, items, text, texts } from "../../src/dicom/data-set.ts";
import { COMMAND } from "../../src/dicom/dimse.ts";
import { parseDataSet } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { writeDataSet, writePart10 } from "../../src/dicom/write.ts";
import { createStep, listSteps, type NewStep } from "../../src/server/db/workflow/scheduled-steps.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import { dicomDate, worklistItem } from "../../src/server/dimse/worklist-item.ts";
import { steadyPort } from "../free-port.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { dcmtk, listening, withoutDcmtk } from "./dcmtk.ts";

const WORKLIST = "1.2.840.10008.5.1.4.31";
let willis: TestWillis;
let missing = "";

before(async () => {
  missing = await withoutDcmtk();
  willis = await startWillis();
  const { pool } = willis.services;
  for (const [title, permissions, organisation] of [
    ["ANGIO1", "{worklist,mpps}", "Hub"],
    ["ANGIO2", "{worklist}", "Hub"],
    ["THEIRS", "{worklist}", "Elsewhere"],
    ["STORER", "{store}", "Hub"],
  ] as const)
    await pool.query("insert into peer (organisation_id, ae_title, permissions) values ($1, $2, $3)", [
      ...[willis.organisations[organisation], title, permissions],
    ]);
  const at = (day: number, hour: number, minute = 0) => new Date(2031, 6, day, hour, minute);
  const step = (given: Partial<NewStep> & Pick<NewStep, "startsAt" | "description">): NewStep => ({
    ...{ organisationId: willis.organisations.Hub, createdBy: null, byHand: true },
    ...given,
  });
  for (const given of [
    step({
      patientName: "MÜLLER^ANNA",
      patientId: "4471",
      birthDate: "1945-03-12",
      sex: "F",
      startsAt: at(5, 9, 30),
      description: "Coiling",
      station: "ANGIO1",
    }),
    step({
      patientName: "MEYER^BERT",
      patientId: "4472",
      startsAt: at(6, 9, 30),
      description: "Thrombectomy",
      priority: "STAT",
    }),
    step({
      patientName: "MEYER^CARL",
      patientId: "4481",
      startsAt: at(7, 14),
      description: "Angiography",
      station: "ANGIO2",
    }),
    step({
      patientName: "STERN^DORA",
      patientId: "4482",
      startsAt: at(8, 8),
      description: "Angiography",
      modality: "RF",
    }),
    step({
      patientName: "OTHER^EVE",
      patientId: "4471",
      startsAt: at(6, 10),
      description: "x",
      organisationId: willis.organisations.Elsewhere,
    }),
  ])
    await createStep(pool, given);
});
after(() => willis?.stop());

const BASE = ["AccessionNumber", "PatientName", "PatientID", "StudyInstanceUID"] as const;

/** C-FIND on our worklist as an application entity of this title. */
async function ask(
  aeTitle: string,
  keys: DataSet,
  cancelAfter = Number.POSITIVE_INFINITY,
): Promise<{ found: DataSet[]; statuses: number[]; raw: string[] }> {
  const callee = { aeTitle: "WILLIS", host: "127.0.0.1", port: willis.dimsePort, tls: false };
  const contexts = [{ abstractSyntax: WORKLIST, transferSyntaxes: [TS.ImplicitLittle] }];
  return withPeer(callee, { aeTitle, tls: null }, { contexts }, async ({ session }) => {
    const context = session.dimse.contextFor(WORKLIST);
    const stop = new AbortController();
    const [found, statuses, raw]: [DataSet[], number[], string[]] = [[], [], []];
    const data = writeDataSet(keys, context.transferSyntax);
    const asked = { field: COMMAND.find, context, fields: { Priority: 0 }, data, cancel: stop.signal };
    for await (const { status, dataSet: one } of session.ask(asked)) {
      statuses.push(status);
      if (one) found.push(one);
      if (one) raw.push(text(one, "SpecificCharacterSet") ?? "");
      if (found.length >= cancelAfter) stop.abort();
    }
    return { found, statuses, raw };
  });
}

const stepKeys = (fields: Record<string, string> = {}): DataSet =>
  dataSet({
    ...{ ScheduledStationAETitle: "", ScheduledProcedureStepStartDate: "", ScheduledProcedureStepStartTime: "" },
    ...{ Modality: "", ScheduledPerformingPhysicianName: "", ScheduledProcedureStepDescription: "" },
    ...{ ScheduledProcedureStepID: "", ...fields },
  });
const keysOf = (fields: Record<string, string>, step: Record<string, string> = {}): DataSet =>
  dataSet({
    ...Object.fromEntries(BASE.map((keyword) => [keyword, ""])),
    ...{ RequestedProcedureID: "", ...fields },
    ScheduledProcedureStepSequence: [stepKeys(step)],
  });
const idsOf = (found: readonly DataSet[]) => found.map((one) => text(one, "PatientID"));

test("every attribute of table K.6-1 that must have a value has one, those that must be there are there", async () => {
  // Return key types of PS3.4 table K.6-1: 1 with a value, 2 there.
  const inStep = {
    one: [
      "ScheduledStationAETitle",
      "ScheduledProcedureStepStartDate",
      "ScheduledProcedureStepStartTime",
      "Modality",
      "ScheduledProcedureStepID",
    ],
    two: [
      "ScheduledPerformingPhysicianName",
      "ScheduledStationName",
      "ScheduledProcedureStepLocation",
      "PreMedication",
      "RequestedContrastAgent",
    ],
  };
  const top = {
    one: [
      "ScheduledProcedureStepSequence",
      "RequestedProcedureID",
      "StudyInstanceUID",
      "PatientName",
      "PatientID",
      "RequestedProcedureDescription",
    ],
    two: [
      ...[
        "RequestedProcedurePriority",
        "PatientTransportArrangements",
        "AccessionNumber",
        "RequestingPhysician",
        "ReferencedStudySequence",
      ],
      ...[
        "ReferringPhysicianName",
        "AdmissionID",
        "CurrentPatientLocation",
        "ReferencedPatientSequence",
        "PatientBirthDate",
      ],
      ...[
        "PatientSex",
        "PatientWeight",
        "ConfidentialityConstraintOnPatientDataDescription",
        "PatientState",
        "PregnancyStatus",
      ],
      ...["MedicalAlerts", "Allergies", "SpecialNeeds"],
    ],
  };
  const all = (list: readonly string[]) =>
    Object.fromEntries(list.map((keyword) => [keyword, keyword.endsWith("Sequence") ? [] : ""]));
  const { ScheduledProcedureStepSequence: _, ...rest } = all([...top.one, ...top.two]);
  const keys = dataSet({ ...rest, ScheduledProcedureStepSequence: [dataSet(all([...inStep.one, ...inStep.two]))] });
  const { found, statuses } = await ask("ANGIO1", keys);
  assert.equal(found.length, 4);
  assert.deepEqual(new Set(statuses.slice(0, -1)), new Set([0xff00]), "no key is unsupported");
  for (const item of found) {
    const step = items(item, "ScheduledProcedureStepSequence")[0]!;
    for (const [where, { one, two }] of [
      [item, top],
      [step, inStep],
    ] as const) {
      for (const keyword of one)
        assert.ok(text(where, keyword) || items(where, keyword).length > 0, `${keyword} is empty`);
      for (const keyword of two) assert.ok(has(where, keyword), `${keyword} is missing`);
    }
    assert.match(text(item, "AccessionNumber")!, /^W\d\d-\d{7}$/);
    assert.match(text(item, "StudyInstanceUID")!, /^2\.25\.\d+$/);
  }
});

test("keys of every kind narrow the list, and those of another organisation are not on it", async () => {
  for (const [fields, step, wanted] of [
    [{}, {}, ["4471", "4472", "4481", "4482"]],
    [{ PatientID: "4471" }, {}, ["4471"]],
    [{ PatientName: "meyer*" }, {}, ["4472", "4481"]],
    [{ PatientName: "muller*" }, {}, ["4471"]],
    [{ PatientID: "448?" }, {}, ["4481", "4482"]],
    [{}, { Modality: "RF" }, ["4482"]],
    [{}, { ScheduledStationAETitle: "ANGIO1" }, ["4471", "4472", "4482"]],
    [{}, { ScheduledStationAETitle: "ANGIO2", Modality: "XA" }, ["4472", "4481"]],
    [{}, { ScheduledProcedureStepStartDate: "20310706" }, ["4472"]],
    [{}, { ScheduledProcedureStepStartDate: "20310706-20310707" }, ["4472", "4481"]],
    [{}, { ScheduledProcedureStepStartDate: "20310707-" }, ["4481", "4482"]],
    [
      {},
      { ScheduledProcedureStepStartDate: "20310705-20310707", ScheduledProcedureStepStartTime: "1000-1800" },
      ["4472", "4481"],
    ],
    [{}, { ScheduledProcedureStepStartDate: "20320101" }, []],
  ] as const)
    assert.deepEqual(idsOf((await ask("ANGIO1", keysOf(fields, step))).found), wanted, JSON.stringify([fields, step]));
  assert.deepEqual(idsOf((await ask("THEIRS", keysOf({}))).found), ["4471"]);
  await assert.rejects(ask("STORER", keysOf({})), /did not accept SOP class/);
});

test("an empty sequence asks for all of the step; a key that we do not hold comes back empty with FF01", async () => {
  const { found } = await ask("ANGIO1", dataSet({ PatientID: "4471", ScheduledProcedureStepSequence: [] }));
  const step = items(found[0]!, "ScheduledProcedureStepSequence")[0]!;
  assert.deepEqual(texts(step, "ScheduledStationAETitle"), ["ANGIO1"]);
  assert.equal(text(step, "ScheduledProcedureStepStatus"), "SCHEDULED");
  const strange = await ask("ANGIO1", keysOf({ PatientID: "4471", EthnicGroup: "x" }));
  assert.deepEqual(strange.statuses, [0xff01, 0]);
  assert.ok(has(strange.found[0]!, "EthnicGroup"));
  assert.equal(text(strange.found[0]!, "EthnicGroup"), undefined);
});

test("names come in the character set that the device can read", async () => {
  const latin = await ask("ANGIO1", keysOf({ PatientID: "4471" }));
  assert.equal(latin.raw[0], "ISO_IR 100");
  assert.equal(text(latin.found[0]!, "PatientName"), "MÜLLER^ANNA");
  const unicode = await ask("ANGIO1", keysOf({ PatientID: "4471", SpecificCharacterSet: "ISO_IR 192" }));
  assert.equal(unicode.raw[0], "ISO_IR 192");
  assert.equal(text(unicode.found[0]!, "PatientName"), "MÜLLER^ANNA");
});

test("C-CANCEL ends a long list with FE00", async () => {
  const { pool } = willis.services;
  await pool.query(
    `insert into scheduled_step (organisation_id, accession, study_uid, description, starts_at)
     select $1, 'X' || n, '2.25.' || n, 'many', '2040-01-01T12:00:00Z' from generate_series(1, 3000) n`,
    [willis.organisations.Hub],
  );
  const { statuses } = await ask("ANGIO1", keysOf({}), 5);
  assert.equal(statuses.at(-1), 0xfe00);
  assert.ok(statuses.length < 3000, `${statuses.length} answers`);
  await pool.query("delete from scheduled_step where description = 'many'");
});

/** Accession numbers that findscu gets, in order. */
async function findscu(port: number, called: string, keys: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "willis-findscu-"));
  const all = ["AccessionNumber", "PatientName", "PatientID", ...keys].flatMap((key) => ["-k", key]);
  const args = ["-W", "-X", "-od", folder, "-aet", "ANGIO1", "-aec", called, "127.0.0.1", String(port), ...all];
  const { code, text: said } = await dcmtk("findscu", args);
  assert.equal(code, 0, said);
  const found: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    const start = bytes.subarray(128, 132).toString() === "DICM";
    const ds = start ? null : parseDataSet(bytes, TS.ImplicitLittle);
    const { parsePart10 } = await import("../../src/dicom/parse.ts");
    found.push(text(ds ?? parsePart10(bytes).dataSet, "PatientID") ?? "");
  }
  await rm(folder, { recursive: true, force: true });
  return found.sort();
}

test("dcmtk's findscu finds with us what it finds with dcmtk's own worklist server", async (t) => {
  if (missing) return t.skip(missing);
  const steps = await listSteps(willis.services.pool, willis.organisations.Hub);
  const folder = await mkdtemp(join(tmpdir(), "willis-wlm-"));
  await mkdir(join(folder, "PEER"));
  await writeFile(join(folder, "PEER", "lockfile"), "");
  for (const [i, step] of steps.entries()) {
    const item = worklistItem(step, ["ANGIO1", "ANGIO2"]);
    const file = new Map([
      ...item,
      ...dataSet({ SOPClassUID: WORKLIST, SOPInstanceUID: `1.2.3.${i + 1}`, SpecificCharacterSet: "ISO_IR 192" }),
    ]);
    await writeFile(join(folder, "PEER", `${i}.wl`), writePart10(file));
  }
  const port = await steadyPort();
  const peer = await listening("wlmscpfs", ["-dfp", folder, String(port)]);
  const step = (keyword: string, value = "") => `ScheduledProcedureStepSequence[0].${keyword}=${value}`;
  try {
    for (const keys of [
      [step("Modality", "XA")],
      [step("Modality", "RF")],
      ["PatientID=4472", step("Modality")],
      ["PatientName=MEYER*", step("Modality")],
      ["PatientName=MEYER^?ERT", step("Modality")],
      [step("ScheduledStationAETitle", "ANGIO2"), step("Modality", "XA")],
      [step("ScheduledProcedureStepStartDate", "20310706")],
      [step("ScheduledProcedureStepStartDate", "20310706-20310707")],
      [step("ScheduledProcedureStepStartDate", "-20310706")],
      [step("ScheduledProcedureStepStartDate", "20310707-")],
      [step("ScheduledProcedureStepStartTime", "0800-0930")],
      [step("ScheduledProcedureStepStartDate", "20310706"), step("ScheduledProcedureStepStartTime", "0900-1000")],
      [step("Modality", "MR")],
    ]) {
      const theirs = await findscu(port, "PEER", keys);
      const ours = await findscu(willis.dimsePort, "WILLIS", keys);
      assert.deepEqual(ours, theirs, keys.join(" "));
    }
  } finally {
    await peer.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

const post = (login: "hub" | "spoke" | "surgeon" | "admin", path: string, body: object, method = "POST") =>
  willis.as(login, path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

async function acceptedCase(option: string): Promise<string> {
  const patient = { name: "Vogt, Vera", identifier: "V-1", birthDate: "1950-01-02", sex: "F" };
  const made = await post("spoke", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient,
    question: "Thrombectomy?",
  });
  const { id } = (await made.json()) as { id: string };
  assert.equal((await post("spoke", `/api/cases/${id}/refer`, {})).status, 200);
  assert.ok((await post("hub", `/api/cases/${id}/answer`, { kind: "accept", option })).status < 300);
  return id;
}

interface View {
  readonly scheduled: readonly { id: string; accession: string; state: string; description: string; station: string }[];
  readonly may: { schedule: boolean };
}
const procedure = async (id: string, login: "hub" | "spoke" = "hub") =>
  (await (await willis.as(login, `/api/cases/${id}/procedure`)).json()) as View;

test("an accepted case is on the worklist at once, with its patient; another answer takes it off", async () => {
  const id = await acceptedCase("Mechanical thrombectomy");
  const today = dicomDate(new Date());
  const { found } = await ask("ANGIO1", keysOf({ PatientID: "V-1" }, { ScheduledProcedureStepStartDate: today }));
  assert.equal(found.length, 1);
  assert.equal(text(found[0]!, "PatientName"), "Vogt^Vera");
  const step = items(found[0]!, "ScheduledProcedureStepSequence")[0]!;
  assert.deepEqual(texts(step, "ScheduledStationAETitle"), ["ANGIO1", "ANGIO2"]);
  assert.equal(text(step, "ScheduledProcedureStepDescription"), "Mechanical thrombectomy");
  assert.equal((await procedure(id)).scheduled[0]!.accession, text(found[0]!, "AccessionNumber"));
  await post("spoke", `/api/cases/${id}`, { patient: { name: "Vogt, Verena" } }, "PATCH");
  const corrected = await ask("ANGIO1", keysOf({ PatientID: "V-1" }));
  assert.equal(
    text(corrected.found[0]!, "PatientName"),
    "Vogt^Verena",
    "a corrected patient is corrected on the worklist",
  );
  assert.ok((await post("hub", `/api/cases/${id}/answer`, { kind: "decline", reason: "too late" })).status < 300);
  assert.equal((await ask("ANGIO1", keysOf({ PatientID: "V-1" }))).found.length, 0);
  assert.equal((await procedure(id)).scheduled[0]!.state, "cancelled");
});

test("an option that is not done in the suite schedules nothing; a person can, move it and cancel it", async () => {
  const id = await acceptedCase("Intravenous thrombolysis");
  assert.equal((await procedure(id)).scheduled.length, 0);
  assert.equal((await procedure(id, "spoke")).may.schedule, false);
  assert.equal((await post("spoke", `/api/cases/${id}/procedure`, { description: "Angiography" })).status, 403);
  const made = await post("hub", `/api/cases/${id}/procedure`, {
    description: "Angiography",
    startsAt: "2031-08-01T08:00:00Z",
    station: "ANGIO2",
  });
  assert.equal(made.status, 201, await made.clone().text());
  const [step] = ((await made.json()) as View).scheduled;
  assert.equal((await post("hub", `/api/worklist/${step!.id}`, { station: "ANGIO1" }, "PATCH")).status, 200);
  const { found } = await ask("ANGIO1", keysOf({ PatientID: "V-1" }, { ScheduledStationAETitle: "ANGIO1" }));
  assert.equal(found.length, 1);
  assert.equal((await post("hub", `/api/worklist/${step!.id}/cancel`, { reason: "patient improved" })).status, 200);
  assert.equal((await post("hub", `/api/worklist/${step!.id}/cancel`, { reason: "again" })).status, 409);
  assert.equal((await ask("ANGIO1", keysOf({ PatientID: "V-1" }))).found.length, 0);
  const shown = (await (await willis.as("hub", `/api/cases/${id}`)).json()) as { timeline: { text: string }[] };
  const words = shown.timeline.map((event) => event.text).join("\n");
  assert.match(words, /put Angiography on the worklist of ANGIO2, accession W/);
  assert.match(words, /moved Angiography on the worklist of ANGIO1/);
  assert.match(words, /took Angiography off the worklist: patient improved/);
});

test("a patient without a case is scheduled by hand, with name and number", async () => {
  const patient = { name: "Hand, Hans", identifier: "H-1" };
  const step = { description: "Angiography", startsAt: "2031-08-02T08:00:00Z" };
  assert.equal(
    (await post("admin", "/api/worklist", { ...step, patient: { ...patient, identifier: " " } })).status,
    400,
  );
  assert.equal((await post("admin", "/api/worklist", { ...step, patient })).status, 201);
  assert.deepEqual(idsOf((await ask("ANGIO2", keysOf({ PatientName: "Hand^*" }))).found), ["H-1"]);
});
