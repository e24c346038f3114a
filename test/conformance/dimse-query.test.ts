import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type DataSet, dataSet, items, number, put, text, texts } from "../../src/dicom/data-set.ts";
import { tagOf } from "../../src/dicom/dictionary.ts";
import { COMMAND } from "../../src/dicom/dimse.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { writeDataSet, writePart10 } from "../../src/dicom/write.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import { findAt } from "../../src/server/dimse/client/find.ts";
import { QUERY_CLASSES } from "../../src/server/dimse/query-model.ts";
import type { Answer } from "../../src/server/dimse/session.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { dcmtk, filesOf, withoutDcmtk } from "./dcmtk.ts";
import { ctStack, type MadeStudy, xaRun } from "./images.ts";

let willis: TestWillis;
let folder = "";
let missing = "";
let ct: MadeStudy;
let xa: MadeStudy;
const us = { aeTitle: "RADIOLOGY", tls: null };

before(async () => {
  missing = await withoutDcmtk();
  willis = await startWillis();
  folder = await mkdtemp(join(tmpdir(), "willis-query-"));
  const { pool } = willis.services;
  const { Hub, Elsewhere } = willis.organisations;
  await pool.query(
    `insert into peer (organisation_id, ae_title, permissions) values
       ($1, 'RADIOLOGY', '{echo,store,find,retrieve}'), ($1, 'SENDER', '{echo,store}'), ($2, 'OTHERS', '{find,retrieve}')`,
    [Hub, Elsewhere],
  );
  ct = ctStack("Müller", 5, 32);
  xa = xaRun("Xaver", 3, 32);
  const origin = { organisationId: Hub, via: "import" } as const;
  for (const file of [...ct.files, ...xa.files]) await storeObject(willis.services, file, origin);
  const hidden = ctStack("Hidden", 1, 32);
  await storeObject(willis.services, hidden.files[0]!, { ...origin, organisationId: willis.organisations.Spoke });
});
after(async () => {
  await willis?.stop();
  await rm(folder, { recursive: true, force: true });
});

const there = () => ({ aeTitle: "WILLIS", host: "127.0.0.1", port: willis.dimsePort, tls: false });
const ask = (keys: Record<string, string | number | DataSet>, most = 1000, aeTitle = "RADIOLOGY") =>
  findAt(there(), { ...us, aeTitle }, dataSet(keys), { most });

/** The raw responses to one request: statuses and identifiers. */
function raw(
  sopClass: string,
  field: number,
  keys: DataSet,
  calling = "RADIOLOGY",
  relational = false,
): Promise<Answer[]> {
  const contexts = [{ abstractSyntax: sopClass, transferSyntaxes: [TS.ImplicitLittle] }];
  const extended = relational ? [{ sopClass, info: Uint8Array.of(1) }] : [];
  return withPeer(there(), { ...us, aeTitle: calling }, { contexts, extended }, async ({ session }) => {
    const answers: Answer[] = [];
    const context = session.dimse.contextFor(sopClass);
    const data = writeDataSet(keys, context.transferSyntax);
    for await (const answer of session.ask({ field, context, fields: { Priority: 0 }, data })) answers.push(answer);
    return answers;
  });
}

test("C-FIND at STUDY answers the keys that were asked, with level, Retrieve AE Title and availability", async () => {
  const { found } = await ask({
    ...{ QueryRetrieveLevel: "STUDY", PatientName: "", PatientID: "ID-Müller", StudyInstanceUID: "" },
    ...{ ModalitiesInStudy: "", NumberOfStudyRelatedInstances: "", StudyDate: "" },
  });
  assert.equal(found.length, 1);
  const [study] = found;
  assert.equal(text(study!, "StudyInstanceUID"), ct.studyUid);
  assert.equal(text(study!, "PatientName"), "Müller^Test");
  assert.equal(text(study!, "SpecificCharacterSet"), "ISO_IR 192");
  assert.equal(text(study!, "ModalitiesInStudy"), "CT");
  assert.equal(number(study!, "NumberOfStudyRelatedInstances"), 5);
  assert.equal(text(study!, "RetrieveAETitle"), "WILLIS");
  assert.equal(text(study!, "InstanceAvailability"), "ONLINE");
  assert.equal(text(study!, "QueryRetrieveLevel"), "STUDY");
  assert.ok(!study!.has(tagOf("AccessionNumber")), "what was not asked for is not answered");
});

test("a query in Latin-1 is understood and answered in Latin-1", async () => {
  const keys = dataSet({ SpecificCharacterSet: "ISO_IR 100", QueryRetrieveLevel: "STUDY", PatientName: "" });
  put(keys, tagOf("PatientName"), "PN", "Müller*");
  const sopClass = QUERY_CLASSES.study.find;
  const answers = await withPeer(
    there(),
    us,
    { contexts: [{ abstractSyntax: sopClass, transferSyntaxes: [TS.ExplicitLittle] }] },
    async ({ session }) => {
      const context = session.dimse.contextFor(sopClass);
      const data = writeDataSet(keys, context.transferSyntax, { latin1: true });
      const all: Answer[] = [];
      for await (const one of session.ask({ field: COMMAND.find, context, fields: { Priority: 0 }, data }))
        all.push(one);
      return all;
    },
  );
  assert.equal(answers.length, 2);
  assert.equal(text(answers[0]!.dataSet!, "SpecificCharacterSet"), "ISO_IR 100");
  assert.equal(text(answers[0]!.dataSet!, "PatientName"), "Müller^Test");
});

test("wildcards, ranges, lists of UIDs and case-less names match as PS3.4 says", async () => {
  const uids = async (keys: Record<string, string>): Promise<string[]> => {
    const { found } = await ask({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: "", ...keys });
    return found.map((one) => text(one, "StudyInstanceUID")!).sort();
  };
  const both = [ct.studyUid, xa.studyUid].sort();
  assert.deepEqual(await uids({ PatientName: "xav*" }), [xa.studyUid]);
  assert.deepEqual(await uids({ PatientName: "XAVE?^test" }), [xa.studyUid]);
  assert.deepEqual(await uids({ StudyDate: "20260101-20260131" }), both);
  assert.deepEqual(await uids({ StudyDate: "20260103-" }), []);
  assert.deepEqual(await uids({ StudyDate: "-20260102", StudyTime: "0300-0310" }), both);
  assert.deepEqual(await uids({ StudyInstanceUID: `${ct.studyUid}\\${xa.studyUid}` }), both);
  assert.deepEqual(await uids({ AccessionNumber: "A-X*" }), [xa.studyUid]);
  assert.deepEqual(await uids({ ModalitiesInStudy: "XA" }), [xa.studyUid]);
  assert.deepEqual(await uids({ PatientID: "*" }), both);
});

test("series and images are found below their study, and refused without it", async () => {
  const series = await ask({
    ...{ QueryRetrieveLevel: "SERIES", StudyInstanceUID: ct.studyUid, SeriesInstanceUID: "", Modality: "" },
    NumberOfSeriesRelatedInstances: "",
  });
  assert.equal(series.found.length, 1);
  assert.equal(number(series.found[0]!, "NumberOfSeriesRelatedInstances"), 5);
  const images = await ask({
    ...{ QueryRetrieveLevel: "IMAGE", StudyInstanceUID: ct.studyUid, SeriesInstanceUID: ct.seriesUid },
    ...{ SOPInstanceUID: "", InstanceNumber: "", KVP: "", WindowWidth: "" },
  });
  assert.deepEqual(
    images.found.map((one) => number(one, "InstanceNumber")),
    [1, 2, 3, 4, 5],
  );
  assert.equal(number(images.found[0]!, "KVP"), 120, "attributes of the header are answered at IMAGE");
  const keys = dataSet({ QueryRetrieveLevel: "SERIES", SeriesInstanceUID: "" });
  const [refused] = await raw(QUERY_CLASSES.study.find, COMMAND.find, keys);
  assert.equal(refused!.status, 0xa900);
  assert.match(text(refused!.command, "ErrorComment") ?? "", /StudyInstanceUID is missing/);
  const relational = await raw(QUERY_CLASSES.study.find, COMMAND.find, keys, "RADIOLOGY", true);
  assert.deepEqual(
    relational.map((one) => one.status),
    [0xff00, 0xff00, 0],
    "agreed relational: no study needed",
  );
});

test("the patient level counts, and Patient Root asks for the patient above a study", async () => {
  const { found } = await ask({
    ...{ QueryRetrieveLevel: "PATIENT", PatientID: "", PatientName: "Xaver*", NumberOfPatientRelatedInstances: "" },
  });
  assert.equal(found.length, 1);
  assert.equal(text(found[0]!, "PatientID"), "ID-Xaver");
  assert.equal(number(found[0]!, "NumberOfPatientRelatedInstances"), 1);
  const keys = dataSet({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: "" });
  assert.equal((await raw(QUERY_CLASSES.patient.find, COMMAND.find, keys))[0]!.status, 0xa900);
  const wrong = dataSet({ QueryRetrieveLevel: "PATIENT", PatientID: "" });
  assert.equal((await raw(QUERY_CLASSES.study.find, COMMAND.find, wrong))[0]!.status, 0xa900);
});

test("keys that are not supported at a level are said with FF01 and come back empty", async () => {
  const keys = dataSet({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: ct.studyUid, SliceThickness: "5" });
  const [first] = await raw(QUERY_CLASSES.study.find, COMMAND.find, keys);
  assert.equal(first!.status, 0xff01);
  assert.deepEqual(texts(first!.dataSet!, "SliceThickness"), []);
});

test("items of the Request Attributes Sequence are matched and answered", async () => {
  const sequence = (fields: Record<string, string>): DataSet => dataSet({ RequestAttributesSequence: dataSet(fields) });
  const file = dataSet({
    ...{
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.7",
      SOPInstanceUID: "1.2.88.1.1",
      StudyInstanceUID: "1.2.88",
      Modality: "OT",
    },
    ...{
      SeriesInstanceUID: "1.2.88.1",
      PatientID: "ID-Requested",
      PatientName: "Requested^Test",
      StudyDate: "20250102",
    },
  });
  for (const [tag, element] of sequence({ ScheduledProcedureStepID: "STEP-7", RequestedProcedureID: "PROC-1" }))
    file.set(tag, element);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  await storeObject(willis.services, writePart10(file), origin);
  const series = async (step: string): Promise<DataSet[]> => {
    const keys = dataSet({ QueryRetrieveLevel: "SERIES", StudyInstanceUID: "1.2.88", SeriesInstanceUID: "" });
    for (const [tag, element] of sequence({ ScheduledProcedureStepID: step, RequestedProcedureID: "" }))
      keys.set(tag, element);
    const answers = await raw(QUERY_CLASSES.study.find, COMMAND.find, keys);
    return answers.filter((one) => one.status === 0xff00).map((one) => one.dataSet!);
  };
  const [found] = await series("STEP-7");
  const [item] = items(found!, "RequestAttributesSequence");
  assert.deepEqual(
    [text(item!, "ScheduledProcedureStepID"), text(item!, "RequestedProcedureID")],
    ["STEP-7", "PROC-1"],
  );
  assert.equal((await series("STEP-8")).length, 0);
});

test("a study that a case brought to the organisation is found by its peers, as by its people", async () => {
  const { pool } = willis.services;
  const { Hub, Spoke } = willis.organisations;
  const shared = ctStack("Shared", 1, 16);
  const stored = await storeObject(willis.services, shared.files[0]!, { organisationId: Spoke, via: "import" });
  assert.ok("studyId" in stored);
  const keys = { QueryRetrieveLevel: "STUDY", StudyInstanceUID: shared.studyUid };
  assert.equal((await ask(keys)).found.length, 0);
  const made = await pool.query(
    `insert into clinical_case (from_organisation, to_organisation, kind, urgency, status, created_by)
     values ($1, $2, 'stroke', 'urgent', 'waiting', $3) returning id`,
    [Spoke, Hub, willis.people.spoke],
  );
  await pool.query("insert into case_study (case_id, study_id) values ($1, $2)", [made.rows[0].id, stored.studyId]);
  assert.equal((await ask(keys)).found.length, 1);
});

test("a caller sees only what people of its organisation see, and only with the permission", async () => {
  const everything = { QueryRetrieveLevel: "STUDY", StudyInstanceUID: "", PatientName: "" };
  const names = (await ask(everything)).found.map((one) => text(one, "PatientName")!.split("^")[0]);
  assert.deepEqual(
    names.sort(),
    ["Müller", "Requested", "Shared", "Xaver"],
    "the hidden study of the Spoke is not there",
  );
  assert.equal((await ask(everything, 1000, "OTHERS")).found.length, 0);
  await assert.rejects(ask(everything, 1000, "SENDER"), /did not accept SOP class/);
  await assert.rejects(ask(everything, 1000, "STRANGER"), /did not accept SOP class/);
});

test("queries and retrievals leave rows in the audit, with the AE title and the study, and no values", async () => {
  await ask({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: "", PatientName: "Xaver*" });
  const keys = dataSet({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: xa.studyUid });
  await raw(QUERY_CLASSES.study.get, COMMAND.get, keys);
  let rows: Record<string, unknown>[] = [];
  for (let tries = 0; tries < 100 && rows.length < 2; tries++) {
    await sleep(50);
    const found = await willis.services.pool.query(
      `select action, object_kind, object_id, outcome, remote, detail from audit
       where organisation_id = $1 and detail ->> 'by' = 'dimse' order by id desc limit 2`,
      [willis.organisations.Hub],
    );
    rows = found.rows;
    if (rows[0]?.action !== "C-GET") rows = [];
  }
  const [got, asked] = rows;
  assert.deepEqual(
    [got!.action, got!.object_kind, got!.object_id, got!.remote],
    ["C-GET", "study", xa.studyUid, "127.0.0.1"],
  );
  assert.deepEqual([asked!.action, asked!.object_kind, asked!.object_id], ["C-FIND", "peer", "RADIOLOGY"]);
  assert.ok(!JSON.stringify(rows).includes("Xaver"), "no values of patients");
});

test("more matches than a list may have are refused with A700, not cut", async () => {
  const { pool } = willis.services;
  const { Elsewhere } = willis.organisations;
  await pool.query(
    `with made as (insert into patient (organisation_id, identity, patient_id)
       select $1, 'many ' || n, 'MANY' || n from generate_series(1, 5001) as n returning id, patient_id)
     insert into study (organisation_id, patient_ref, study_uid) select $1, id, '1.2.9.' || substr(patient_id, 5) from made`,
    [Elsewhere],
  );
  for (const [model, level] of [
    ["study", "STUDY"],
    ["patient", "PATIENT"],
  ] as const) {
    const keys = dataSet({ QueryRetrieveLevel: level, PatientID: "" });
    const answers = await raw(QUERY_CLASSES[model].find, COMMAND.find, keys, "OTHERS", true);
    assert.deepEqual(
      answers.map((one) => one.status),
      [0xa700],
      level,
    );
    assert.match(text(answers[0]!.command, "ErrorComment") ?? "", /more than 5000 matches/);
  }
  const narrow = dataSet({ QueryRetrieveLevel: "STUDY", PatientID: "MANY77" });
  assert.equal((await raw(QUERY_CLASSES.study.find, COMMAND.find, narrow, "OTHERS", true)).length, 2);
});

test("C-CANCEL ends a query with FE00", async () => {
  const many = ctStack("Many", 150, 16);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of many.files) await storeObject(willis.services, file, origin);
  const contexts = [{ abstractSyntax: QUERY_CLASSES.study.find, transferSyntaxes: [TS.ImplicitLittle] }];
  const statuses = await withPeer(there(), us, { contexts }, async ({ session }) => {
    const context = session.dimse.contextFor(QUERY_CLASSES.study.find);
    const above = { StudyInstanceUID: many.studyUid, SeriesInstanceUID: many.seriesUid };
    const keys = dataSet({ QueryRetrieveLevel: "IMAGE", ...above, SOPInstanceUID: "", KVP: "" });
    const enough = new AbortController();
    const all: number[] = [];
    const data = writeDataSet(keys, TS.ImplicitLittle);
    const asked = { field: COMMAND.find, context, fields: { Priority: 0 }, data, cancel: enough.signal };
    for await (const { status } of session.ask(asked)) {
      all.push(status);
      enough.abort();
    }
    return all;
  });
  assert.equal(statuses.at(-1), 0xfe00);
  assert.ok(statuses.length < 150, `${statuses.length} answers came in spite of it`);
});

test("dcmtk's findscu reads our answers", async (t) => {
  if (missing) return t.skip(missing);
  const at = ["-aet", "RADIOLOGY", "-aec", "WILLIS", "127.0.0.1", String(willis.dimsePort)];
  const keys = [
    "-k",
    "QueryRetrieveLevel=STUDY",
    "-k",
    "StudyInstanceUID",
    "-k",
    "PatientName=Xaver*",
    "-k",
    "StudyDate",
  ];
  const { code, text: said } = await dcmtk("findscu", ["-v", "-S", ...keys, ...at]);
  assert.equal(code, 0, said);
  assert.ok(said.includes(xa.studyUid), said);
  const patients = ["-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=ID-Xaver", "-k", "PatientName"];
  const patient = await dcmtk("findscu", ["-v", "-P", ...patients, ...at]);
  assert.match(patient.text, /Xaver\^Test/);
});

test("dcmtk's getscu gets a study on its own association, and in the transfer syntax that it asks", async (t) => {
  if (missing) return t.skip(missing);
  const out = await mkdtemp(join(folder, "get-"));
  const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", `StudyInstanceUID=${ct.studyUid}`];
  const { code, text: said } = await dcmtk("getscu", [
    ...["-v", "-S", "-aet", "RADIOLOGY", "-aec", "WILLIS", "-od", out, "+B", ...keys],
    ...["127.0.0.1", String(willis.dimsePort)],
  ]);
  assert.equal(code, 0, said);
  const files = await filesOf(out);
  assert.equal(files.length, 5, said);
  const sent = new Map(ct.files.map((file) => [text(parsePart10(file).dataSet, "SOPInstanceUID"), file]));
  for (const { bytes } of files) {
    const got = parsePart10(bytes);
    const original = sent.get(text(got.dataSet, "SOPInstanceUID"));
    assert.deepEqual(
      Buffer.from(bytes.subarray(got.dataSetOffset)),
      Buffer.from(original!.subarray(parsePart10(original!).dataSetOffset)),
    );
  }
});
