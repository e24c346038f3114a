import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type DataSet, dataSet, items, number, text } from "../../src/dicom/data-set.ts";
import { tagOf } from "../../src/dicom/dictionary.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { beginning, ending, scheduled, tell } from "./angio-suite.ts";

let willis: TestWillis;
let caseId = "";
let item: DataSet;

interface View {
  readonly scheduled: readonly { readonly state: string; readonly studyUid: string }[];
  readonly performed: readonly {
    readonly status: string;
    readonly series: number;
    readonly images: number;
    readonly doseAreaProduct: number | null;
    readonly attributes: Record<string, { Value?: unknown[] }>;
  }[];
}

before(async () => {
  willis = await startWillis();
  await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, permissions) values ($1, 'ANGIO1', '{worklist,mpps}'), ($1, 'ECHOER', '{echo}'),
       ($2, 'THEIRS', '{mpps}')`,
    [willis.organisations.Hub, willis.organisations.Elsewhere],
  );
  const patient = { name: "Vogt, Vera", identifier: "V-1", birthDate: "1950-01-02", sex: "F" };
  const made = await post("spoke", "/api/cases", {
    kind: "stroke",
    toOrganisationId: willis.organisations.Hub,
    patient,
  });
  caseId = ((await made.json()) as { id: string }).id;
  await post("spoke", `/api/cases/${caseId}/refer`, {});
  const answer = await post("hub", `/api/cases/${caseId}/answer`, {
    kind: "accept",
    option: "Mechanical thrombectomy",
  });
  assert.ok(answer.status < 300, await answer.clone().text());
  item = await scheduled(willis, "V-1");
});
after(() => willis?.stop());

const post = (login: "hub" | "spoke", path: string, body: object) =>
  willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const view = async (): Promise<View> =>
  (await (await willis.as("hub", `/api/cases/${caseId}/procedure`)).json()) as View;
const timeline = async (): Promise<{ text: string; kind: string; at: string }[]> =>
  (
    (await (await willis.as("spoke", `/api/cases/${caseId}`)).json()) as {
      timeline: { text: string; kind: string; at: string }[];
    }
  ).timeline;

test("a device begins: durable when it is answered, the step has started, and the case says so", async () => {
  const { status } = await tell(willis, "create", "1.2.826.0.8.1", beginning(item));
  assert.equal(status, 0);
  const { rows } = await willis.services.pool.query(
    "select status, case_id from performed_step where sop_uid = '1.2.826.0.8.1'",
  );
  assert.deepEqual([rows[0].status, rows[0].case_id], ["IN PROGRESS", caseId]);
  const now = await view();
  assert.equal(now.scheduled[0]!.state, "in-progress");
  assert.equal(
    text(items(await scheduled(willis, "V-1"), "ScheduledProcedureStepSequence")[0]!, "ScheduledProcedureStepStatus"),
    "STARTED",
  );
  assert.ok((await timeline()).some((event) => event.text === "procedure started at ANGIO1: Mechanical thrombectomy"));
});

test("the same UID again is a duplicate: 0111, and changes nothing", async () => {
  assert.equal((await tell(willis, "create", "1.2.826.0.8.1", beginning(item, { Modality: "RF" }))).status, 0x0111);
  assert.equal((await tell(willis, "create", "1.2.826.0.8.1", beginning(item), "THEIRS")).status, 0x0111);
});

test("what is wrong is said by status and attribute list", async () => {
  const missing = await tell(
    willis,
    "create",
    "1.2.826.0.8.2",
    beginning(item, { PerformedProcedureStepID: undefined }),
  );
  assert.equal(missing.status, 0x0120);
  assert.equal(number(missing.command, "AttributeIdentifierList"), tagOf("PerformedProcedureStepID"));
  assert.match(text(missing.command, "ErrorComment") ?? "", /PerformedProcedureStepID/);
  assert.equal(
    (await tell(willis, "create", "1.2.826.0.8.2", beginning(item, { PerformedStationAETitle: "" }))).status,
    0x0121,
  );
  assert.equal(
    (await tell(willis, "create", "1.2.826.0.8.2", beginning(item, { PerformedProcedureStepStatus: "COMPLETED" })))
      .status,
    0x0106,
  );
  assert.equal((await tell(willis, "create", "not.a.uid", beginning(item))).status, 0x0117);
  assert.equal((await tell(willis, "set", "1.2.826.0.8.2", ending())).status, 0x0112, "nothing of it was kept");
  assert.equal(
    (await tell(willis, "set", "1.2.826.0.8.1", ending(), "THEIRS")).status,
    0x0112,
    "another organisation's",
  );
  assert.equal((await tell(willis, "set", "1.2.826.0.8.1", ending({ PatientID: "V-2" }))).status, 0x0105);
  assert.equal(
    (await tell(willis, "set", "1.2.826.0.8.1", ending({ PerformedProcedureStepEndTime: "" }))).status,
    0x0121,
  );
  await assert.rejects(tell(willis, "set", "1.2.826.0.8.1", ending(), "ECHOER"), /did not accept SOP class/);
});

test("a device ends: dose and series are kept whole, the step is over, and the case says it with its figures", async () => {
  assert.equal((await tell(willis, "set", "1.2.826.0.8.1", ending())).status, 0);
  const { scheduled: steps, performed } = await view();
  assert.equal(steps[0]!.state, "completed");
  assert.deepEqual(
    [performed[0]!.status, performed[0]!.series, performed[0]!.images, performed[0]!.doseAreaProduct],
    ["COMPLETED", 1, 2, 123.45],
  );
  const { attributes } = performed[0]!;
  assert.ok(JSON.stringify(attributes["0040030E"]).includes("PULSED"), "the exposure dose sequence");
  assert.ok(JSON.stringify(attributes["00400340"]).includes("1.2.3.1.2"), "the images of the series");
  const last = (await timeline()).find((event) => event.kind === "procedure-ended");
  assert.equal(
    last?.text,
    "procedure ended: Mechanical thrombectomy, 1 series of 2 objects, dose area product 123.5 Gy·cm², fluoroscopy 25 min",
  );
  const { rows } = await willis.services.pool.query(
    "select command from performed_step_message m join performed_step p on p.id = performed_id where sop_uid = '1.2.826.0.8.1' order by m.id",
  );
  assert.deepEqual(
    rows.map((row) => row.command),
    ["N-CREATE", "N-SET"],
    "each message that made it so, and no refused one",
  );
});

test("what has ended may no longer be updated: 0110 with Error ID A710", async () => {
  for (const fields of [ending(), dataSet({ PerformedProcedureStepStatus: "IN PROGRESS" })]) {
    const { status, command } = await tell(willis, "set", "1.2.826.0.8.1", fields);
    assert.deepEqual([status, number(command, "ErrorID")], [0x0110, 0xa710]);
  }
});

test("two messages at once: one ends the step, the other finds it ended", async () => {
  assert.equal((await tell(willis, "create", "1.2.826.0.8.3", beginning(item))).status, 0);
  const both = await Promise.all([
    tell(willis, "set", "1.2.826.0.8.3", ending()),
    tell(willis, "set", "1.2.826.0.8.3", ending({ PerformedProcedureStepStatus: "DISCONTINUED" })),
  ]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [0, 0x0110]);
});

test("a step that nobody scheduled is kept; one of another patient warns the case", async () => {
  const relation = dataSet({ StudyInstanceUID: "1.2.826.0.777", AccessionNumber: "", ScheduledProcedureStepID: "" });
  const alone = beginning(item, {
    ScheduledStepAttributesSequence: [relation],
    PatientID: "E-1",
    PatientName: "NOT^SCHEDULED",
  });
  assert.equal((await tell(willis, "create", "1.2.826.0.8.4", alone)).status, 0);
  assert.equal((await view()).performed.length, 2, "it is not of this case");
  const wrong = beginning(item, { PatientID: "X-9", PatientName: "OTHER^OLGA", PatientBirthDate: "19800101" });
  assert.equal((await tell(willis, "create", "1.2.826.0.8.5", wrong)).status, 0);
  assert.ok(
    (await timeline()).some((event) => event.kind === "warning" && /ANGIO1 was told another patient/.test(event.text)),
  );
});

test("the study of the procedure is attached when its first image comes; one that says another patient is not", async () => {
  const study = text(item, "StudyInstanceUID")!;
  await arrives(study, { PatientID: "V-1", PatientName: "VOGT^VERA", PatientBirthDate: "19500102" });
  await arrives("1.2.826.0.778", { PatientID: "Z-1", PatientName: "ZORN^ZOE", PatientBirthDate: "19900101" });
  await willis.services.pool.query(
    "insert into expected_study (case_id, organisation_id, study_uid) values ($1, $2, '1.2.826.0.778')",
    [caseId, willis.organisations.Hub],
  );
  let studies: string[] = [];
  let refused = false;
  for (let tries = 0; tries < 100 && !(studies.includes(study) && refused); tries++) {
    await sleep(100);
    studies = ((await (await willis.as("spoke", `/api/cases/${caseId}`)).json()) as { images: { studies: string[] } })
      .images.studies;
    refused = (await timeline()).some(
      ({ kind, text }) => kind === "warning" && /A study that came for this case was not attached/.test(text),
    );
  }
  assert.ok(studies.includes(study));
  assert.ok(refused && !studies.includes("1.2.826.0.778"));
});

async function arrives(studyUid: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const file = writePart10(
    dataSet({
      ...{
        SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1",
        SOPInstanceUID: `${studyUid}.1`.slice(-64),
        StudyInstanceUID: studyUid,
      },
      ...{
        SeriesInstanceUID: `${studyUid}.2`.slice(-64),
        Modality: "XA",
        SeriesNumber: 1,
        InstanceNumber: 1,
        ...fields,
      },
    }),
  );
  const origin = { organisationId: willis.organisations.Hub, via: "dimse", who: "ANGIO1" } as const;
  assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
}
