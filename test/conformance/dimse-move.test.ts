import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataSet, number, text, texts } from "../../src/dicom/data-set.ts";
import { COMMAND } from "../../src/dicom/dimse.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { writeDataSet, writePart10 } from "../../src/dicom/write.ts";
import { withPeer } from "../../src/server/dimse/client/connect.ts";
import { QUERY_CLASSES } from "../../src/server/dimse/query-model.ts";
import type { Answer, Requests, Session } from "../../src/server/dimse/session.ts";
import { storeObject } from "../../src/server/ingest/store-object.ts";
import { steadyPort } from "../free-port.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { dcmtk, filesOf, listening, withoutDcmtk } from "./dcmtk.ts";
import { ctStack, type MadeStudy } from "./images.ts";

let willis: TestWillis;
let folder = "";
let missing = "";
let port = 0;
let ct: MadeStudy;
let packed: { uid: string; sopUid: string; file: Buffer };

before(async () => {
  missing = await withoutDcmtk();
  willis = await startWillis();
  folder = await mkdtemp(join(tmpdir(), "willis-move-"));
  port = await steadyPort();
  const { Hub, Elsewhere } = willis.organisations;
  await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, host, port, permissions) values
       ($1, 'ASKING', '', 104, '{find,retrieve}'), ($1, 'DEST', '127.0.0.1', $3, '{}'), ($2, 'FOREIGN', '127.0.0.1', $3, '{}')`,
    [Hub, Elsewhere, port],
  );
  ct = ctStack("Move", 4, 32);
  const origin = { organisationId: Hub, via: "import" } as const;
  for (const file of ct.files) await storeObject(willis.services, file, origin);
  if (missing) return;
  const plain = ctStack("Packed", 1, 32);
  await writeFile(join(folder, "plain.dcm"), plain.files[0]!);
  const made = await dcmtk("dcmcrle", [join(folder, "plain.dcm"), join(folder, "packed.dcm")]);
  assert.equal(made.code, 0, made.text);
  const file = await readFile(join(folder, "packed.dcm"));
  packed = { uid: plain.studyUid, sopUid: text(parsePart10(file).dataSet, "SOPInstanceUID")!, file };
  await storeObject(willis.services, file, origin);
});
after(async () => {
  await willis?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function moved(studyUid: string, receiver: readonly string[]): Promise<{ said: string; files: Buffer[] }> {
  const out = await mkdtemp(join(folder, "in-"));
  const scp = await listening("storescp", [...receiver, "-aet", "DEST", "-od", out, String(port)]);
  const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", `StudyInstanceUID=${studyUid}`];
  const at = ["-aet", "ASKING", "-aec", "WILLIS", "-aem", "DEST", "127.0.0.1", String(willis.dimsePort)];
  const { code, text: said } = await dcmtk("movescu", ["-v", "-S", ...keys, ...at]);
  await scp.stop();
  assert.equal(code, 0, said);
  return { said, files: (await filesOf(out)).map(({ bytes }) => bytes) };
}

/** Raw responses to a C-MOVE of a study. */
function ask(destination: string, studyUid: string, calling = "ASKING"): Promise<Answer[]> {
  const sopClass = QUERY_CLASSES.study.move;
  const there = { aeTitle: "WILLIS", host: "127.0.0.1", port: willis.dimsePort, tls: false };
  const contexts = [{ abstractSyntax: sopClass, transferSyntaxes: [TS.ImplicitLittle] }];
  return withPeer(there, { aeTitle: calling, tls: null }, { contexts }, async ({ session }) => {
    const context = session.dimse.contextFor(sopClass);
    const data = writeDataSet(dataSet({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: studyUid }), TS.ImplicitLittle);
    const answers: Answer[] = [];
    const fields = { Priority: 0, MoveDestination: destination };
    for await (const answer of session.ask({ field: COMMAND.move, context, fields, data })) answers.push(answer);
    return answers;
  });
}

test("dcmtk's movescu has a study sent to storescp, byte for byte", async (t) => {
  if (missing) return t.skip(missing);
  const { files } = await moved(ct.studyUid, []);
  assert.equal(files.length, 4);
  const bodies = (list: readonly Uint8Array[]): string[] =>
    list.map((file) => Buffer.from(file.subarray(parsePart10(file).dataSetOffset)).toString("base64")).sort();
  assert.deepEqual(bodies(files), bodies(ct.files));
});

test("a compressed object goes as stored to whom takes it so, decoded to others, in implicit to the simplest", async (t) => {
  if (missing) return t.skip(missing);
  const [same] = (await moved(packed.uid, ["+xa"])).files;
  assert.equal(parsePart10(same!).transferSyntax, TS.RleLossless);
  const [explicit] = (await moved(packed.uid, ["+xe"])).files;
  assert.equal(parsePart10(explicit!).transferSyntax, TS.ExplicitLittle);
  const [implicit] = (await moved(packed.uid, ["+xi"])).files;
  assert.equal(parsePart10(implicit!).transferSyntax, TS.ImplicitLittle);
  const pixels = (file: Buffer): Buffer => {
    const { pixels: at } = parsePart10(file);
    return file.subarray(at!.offset, at!.offset + at!.length);
  };
  const original = await readFile(join(folder, "plain.dcm"));
  assert.deepEqual(pixels(explicit!), pixels(original));
  assert.deepEqual(pixels(implicit!), pixels(original));
});

test("what people corrected of a patient goes out corrected, in the stored and in another transfer syntax", async (t) => {
  if (missing) return t.skip(missing);
  const { rows } = await willis.services.pool.query("select id from patient where patient_id = 'ID-Packed'");
  const answer = await willis.as("admin", `/api/patients/${rows[0].id}/correct`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      change: { name: "Right^Name" },
      reason: "misspelt at the scanner",
      confirmed: "same person",
    }),
  });
  assert.equal(answer.status, 200, await answer.text());
  for (const option of ["+xa", "+xe", "+xi"]) {
    const [file] = (await moved(packed.uid, [option])).files;
    const got = parsePart10(file!);
    assert.equal(text(got.dataSet, "PatientName"), "Right^Name", option);
    assert.ok(got.pixels && got.pixels.length > 0, option);
  }
});

test("a destination that is no peer of the organisation is unknown: A801", async () => {
  for (const title of ["NOBODY", "FOREIGN", "ASKING"]) {
    const [answer] = await ask(title, ct.studyUid);
    assert.equal(answer!.status, 0xa801, title);
  }
});

test("objects that do not arrive are counted and named: A702 when nothing is sent", async () => {
  const answers = await ask("DEST", ct.studyUid); // nobody listens there now
  const last = answers.at(-1)!;
  assert.equal(last.status, 0xa702);
  assert.equal(number(last.command, "NumberOfFailedSuboperations"), 4);
  assert.equal(texts(last.dataSet!, "FailedSOPInstanceUIDList").length, 4);
  assert.match(text(last.command, "ErrorComment") ?? "", /DEST at 127.0.0.1/);
});

test("a study that is not there, or not for this caller, is a success with no sub-operation", async () => {
  const answers = await ask("DEST", "1.2.3.4.5.6");
  assert.deepEqual(
    answers.map((one) => one.status),
    [0],
  );
  assert.equal(number(answers[0]!.command, "NumberOfCompletedSuboperations"), 0);
});

/** A raw C-GET of a study by a caller that is SCP of these classes and answers each object with this status. */
async function getting(
  studyUid: string,
  classes: readonly string[],
  answer: number,
  cancelAfter = Number.POSITIVE_INFINITY,
) {
  const sopClass = QUERY_CLASSES.study.get;
  const there = { aeTitle: "WILLIS", host: "127.0.0.1", port: willis.dimsePort, tls: false };
  const contexts = [sopClass, ...classes].map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: [TS.ExplicitLittle],
  }));
  const roles = classes.map((one) => ({ sopClass: one, scu: false, scp: true }));
  const enough = new AbortController();
  let got = 0;
  const requests = (session: Session): Requests => ({
    busy: false,
    request: async () => {},
    data: async (message, _, last) => {
      if (!last) return;
      await session.send(session.dimse.respond(message, answer));
      if (++got === cancelAfter) enough.abort();
    },
    end: async () => {},
  });
  const last = await withPeer(
    there,
    { aeTitle: "ASKING", tls: null },
    { contexts, roles, requests },
    async ({ session }) => {
      const context = session.dimse.contextFor(sopClass);
      const data = writeDataSet(
        dataSet({ QueryRetrieveLevel: "STUDY", StudyInstanceUID: studyUid }),
        TS.ExplicitLittle,
      );
      return session.askOnce({ field: COMMAND.get, context, fields: { Priority: 0 }, data, cancel: enough.signal });
    },
  );
  return { last, got };
}

test("a C-GET of which some objects fail ends with B000 and names them; warnings are counted", async () => {
  const [CT, SC] = ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.7"];
  const mixed = ctStack("Mixed", 3, 16);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of mixed.files) await storeObject(willis.services, file, origin);
  const picture = dataSet({
    ...{ SOPClassUID: SC, SOPInstanceUID: "1.2.77.1", StudyInstanceUID: mixed.studyUid, SeriesInstanceUID: "1.2.77" },
    ...{ PatientID: "ID-Mixed", PatientName: "Mixed^Test", Modality: "OT" },
  });
  await storeObject(willis.services, writePart10(picture), origin);
  const { last, got } = await getting(mixed.studyUid, [CT], 0xb000);
  assert.equal(last.status, 0xb000);
  assert.equal(got, 3);
  assert.deepEqual(texts(last.dataSet!, "FailedSOPInstanceUIDList"), ["1.2.77.1"]);
  const count = (keyword: string) => number(last.command, keyword);
  assert.deepEqual(
    [
      count("NumberOfCompletedSuboperations"),
      count("NumberOfWarningSuboperations"),
      count("NumberOfFailedSuboperations"),
    ],
    [0, 3, 1],
  );
  const none = await getting(mixed.studyUid, [CT, SC], 0xa700);
  assert.equal(none.last.status, 0xa702, "a receiver that refuses all");
});

test("C-CANCEL ends a C-GET with FE00 and the counts so far", async () => {
  const many = ctStack("Cancel", 40, 16);
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  for (const file of many.files) await storeObject(willis.services, file, origin);
  const { last, got } = await getting(many.studyUid, ["1.2.840.10008.5.1.4.1.1.2"], 0, 2);
  assert.equal(last.status, 0xfe00);
  assert.ok(got < 40, `${got} came in spite of it`);
  assert.equal(number(last.command, "NumberOfRemainingSuboperations"), 40 - got);
});

test("getscu gets a compressed object in the transfer syntax that it proposes", async (t) => {
  if (missing) return t.skip(missing);
  for (const [option, wanted] of [
    ["+xr", TS.RleLossless],
    ["+xe", TS.ExplicitLittle],
  ] as const) {
    const out = await mkdtemp(join(folder, "get-"));
    const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", `StudyInstanceUID=${packed.uid}`];
    const at = ["-aet", "ASKING", "-aec", "WILLIS", "127.0.0.1", String(willis.dimsePort)];
    const { code, text: said } = await dcmtk("getscu", ["-v", "-S", option, "-od", out, "+B", ...keys, ...at]);
    assert.equal(code, 0, said);
    const [file] = await filesOf(out);
    assert.ok(file, said);
    assert.equal(parsePart10(file.bytes).transferSyntax, wanted, said);
  }
});
