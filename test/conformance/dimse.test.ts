import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { COMMAND, Dimse } from "../../src/dicom/dimse.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { startDimse } from "../../src/server/dimse/server.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { onPath } from "../tools.ts";
import { ctStack, stowBody, xaRun } from "./images.ts";

const run = promisify(execFile);
let willis: TestWillis;
let folder = "";
let dcmtk = "";
before(async () => {
  dcmtk = (await onPath("storescu")) ? "" : "dcmtk is not installed here";
  willis = await startWillis();
  folder = await mkdtemp(join(tmpdir(), "willis-dimse-"));
});
after(async () => {
  await willis.stop();
  await rm(folder, { recursive: true, force: true });
});

async function call(program: string, args: string[], port = willis.dimsePort): Promise<{ code: number; text: string }> {
  const words = [
    ...args.slice(0, args.indexOf("--")),
    "127.0.0.1",
    String(port),
    ...args.slice(args.indexOf("--") + 1),
  ];
  return run(program, words).then(
    ({ stdout, stderr }) => ({ code: 0, text: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      text: error.stdout + error.stderr,
    }),
  );
}

async function count(text: string, params: unknown[]): Promise<number> {
  return (await willis.services.pool.query<{ n: number }>(text, params)).rows[0]!.n;
}

test("dcmtk's C-ECHO is answered", async (t) => {
  if (dcmtk) return t.skip(dcmtk);
  assert.equal((await call("echoscu", ["-aec", "WILLIS", "--"])).code, 0);
});

test("a caller that means another AE title is rejected", async (t) => {
  if (dcmtk) return t.skip(dcmtk);
  const { code, text } = await call("echoscu", ["-aec", "ELSEWHERE", "--"]);
  assert.notEqual(code, 0);
  assert.match(text, /Called AE Title Not Recognized/);
});

test("dcmtk's C-STORE of a series is kept, and a second time changes nothing", async (t) => {
  if (dcmtk) return t.skip(dcmtk);
  const { files, studyUid } = ctStack("Dimse", 5, 64);
  const paths = await Promise.all(
    files.map(async (bytes, i) => {
      const path = join(folder, `ct-${i}.dcm`);
      await writeFile(path, bytes);
      return path;
    }),
  );
  for (let round = 0; round < 2; round++) {
    const { code, text } = await call("storescu", ["-v", "-aec", "WILLIS", "--", ...paths]);
    assert.equal(code, 0, text);
    assert.equal(text.match(/Received Store Response \(Success\)/g)?.length, 5, text);
  }
  assert.equal(await count("select instance_count as n from study where study_uid = $1", [studyUid]), 5);
  assert.equal(await count("select count(*)::int as n from instance_version", []), 0);
});

test("four senders at once lose nothing", async (t) => {
  if (dcmtk) return t.skip(dcmtk);
  const made = ["A", "B", "C", "D"].map((name) => xaRun(`Dimse-${name}`, 6, 128));
  const sent = await Promise.all(
    made.map(async ({ files }, i) => {
      const path = join(folder, `xa-${i}.dcm`);
      await writeFile(path, files[0]!);
      return call("storescu", ["-aec", "WILLIS", "--", path]);
    }),
  );
  assert.deepEqual(
    sent.map((s) => s.code),
    [0, 0, 0, 0],
  );
  const uids = made.map((m) => m.studyUid);
  assert.equal(await count("select sum(instance_count)::int as n from study where study_uid = any($1)", [uids]), 4);
});

test("an object sent over DIMSE and again by STOW-RS is one object", async (t) => {
  if (dcmtk) return t.skip(dcmtk);
  const { files, studyUid } = ctStack("Both", 1, 64);
  await writeFile(join(folder, "both.dcm"), files[0]!);
  assert.equal((await call("storescu", ["-aec", "WILLIS", "--", join(folder, "both.dcm")])).code, 0);
  const { body, headers } = stowBody(files);
  const answer = await willis.as("hub", "/dicom-web/studies", { method: "POST", body, headers });
  assert.equal(answer.status, 200, await answer.text());
  assert.equal(await count("select instance_count as n from study where study_uid = $1", [studyUid]), 1);
});

test("images belong to the organisation whose AE title sends them, else to the hub", async () => {
  await willis.services.pool.query("update organisation set ae_titles = '{SPOKE_CT}' where id = $1", [
    willis.organisations.Spoke,
  ]);
  assert.equal(await send("SPOKE_CT", ctStack("Of-Spoke", 1, 32).files[0]!), 0x0000);
  assert.equal(await send("SOMEBODY", ctStack("Of-Hub", 1, 32).files[0]!), 0x0000);
  const { rows } = await willis.services.pool.query(
    "select accession, organisation_id from study where accession in ('A-Of-Spoke', 'A-Of-Hub') order by accession",
  );
  assert.deepEqual(
    rows.map((r) => r.organisation_id),
    [willis.organisations.Hub, willis.organisations.Spoke],
  );
});

test("an unknown caller is rejected when only known ones may send", async () => {
  const strict = await startDimse(willis.services, { host: "127.0.0.1", port: 0, aeTitle: "WILLIS", knownOnly: true });
  await assert.rejects(send("SOMEBODY", ctStack("Nobody", 1, 32).files[0]!, strict.port), /rejected/);
  await strict.stop();
});

test("what does not parse is refused with 'cannot understand' and kept in quarantine", async () => {
  const [file] = ctStack("Refused", 1, 32).files;
  const status = await send("SOMEBODY", file!.subarray(0, file!.length - 500));
  assert.equal(status, 0xc000);
  assert.equal(await count("select count(*)::int as n from quarantine where via = 'dimse'", []), 1);
});

test("an object of a known UID with other content is kept beside the first and answered with warning B000", async () => {
  const [file] = ctStack("Versions", 1, 32).files;
  assert.equal(await send("SOMEBODY", file!), 0x0000);
  const other = file!.slice();
  other[other.length - 7]! ^= 1;
  assert.equal(await send("SOMEBODY", other), 0xb000);
  assert.equal(await count("select count(*)::int as n from instance_version", []), 1);
});

test("a full disk is answered with A700 while the sender still sends; it is stored when there is space again", async () => {
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const blobs = Object.create(willis.services.blobs, { writer: { value: () => Promise.reject(full) } });
  const server = await startDimse({ ...willis.services, blobs }, { host: "127.0.0.1", port: 0, aeTitle: "WILLIS" });
  const [file] = ctStack("Full", 1, 2048).files; // 8 MB: far more than is read ahead
  try {
    assert.equal(await send("SOMEBODY", file!, server.port), 0xa700);
    assert.equal(await count("select count(*)::int as n from study where accession = 'A-Full'", []), 0);
  } finally {
    await server.stop();
  }
  assert.equal(await send("SOMEBODY", file!), 0x0000, "it is stored when there is space again");
});

test("a sender that breaks off leaves no object, and the next one is served", async () => {
  const [file] = ctStack("Abort", 1, 256).files;
  await assert.rejects(send("SOMEBODY", file!, willis.dimsePort, 20_000), /broken off/);
  assert.equal(await send("SOMEBODY", ctStack("After", 1, 32).files[0]!), 0x0000);
  assert.equal(await count("select count(*)::int as n from study where accession = 'A-Abort'", []), 0);
});

test("bytes that are no DICOM end the connection, not the server", async () => {
  const socket = connect(willis.dimsePort, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((done) => socket.once("close", done).resume());
  assert.equal(await send("SOMEBODY", ctStack("Alive", 1, 32).files[0]!), 0x0000);
});

/** One C-STORE by our own sender; `breakAfter` bytes of the data set it hangs up. Resolves with the status. */
function send(
  calling: string,
  file: Uint8Array,
  port = willis.dimsePort,
  breakAfter = Number.POSITIVE_INFINITY,
): Promise<number> {
  const head = file.length > 2000 ? parseLoosely(file) : null;
  assert.ok(head);
  const { sopClass, sopUid, transferSyntax, dataSetOffset } = head;
  const dimse = new Dimse({ aeTitle: calling });
  const socket = connect(port, "127.0.0.1");
  socket.write(dimse.association.request("WILLIS", [{ abstractSyntax: sopClass, transferSyntaxes: [transferSyntax] }]));
  return new Promise((done, failed) => {
    socket.on("error", failed);
    socket.on("close", () => failed(new Error("closed")));
    socket.on("data", (bytes) => {
      for (const event of dimse.receive(bytes)) {
        if (event.kind === "send") socket.write(event.bytes);
        if (event.kind === "rejected") failed(new Error(`rejected, reason ${event.reason}`));
        if (event.kind === "response" && event.message.field === COMMAND.store) {
          done(event.status);
          socket.end(dimse.association.release());
        }
        if (event.kind !== "accepted") continue;
        const begun = dimse.store(sopClass, sopUid, transferSyntax);
        for (const piece of begun.bytes) socket.write(piece);
        const body = file.subarray(dataSetOffset, dataSetOffset + breakAfter);
        const whole = dataSetOffset + breakAfter >= file.length;
        for (const piece of dimse.storeData(begun.context, body, whole)) socket.write(piece);
        if (!whole) socket.end(() => failed(new Error("broken off")));
      }
    });
  });
}

function parseLoosely(file: Uint8Array) {
  const { dataSet: header, transferSyntax, dataSetOffset } = parsePart10(file, { cutOffPixels: true });
  const value = (tag: number) => String(header.get(tag)?.value[0]);
  return { sopClass: value(0x00080016), sopUid: value(0x00080018), transferSyntax, dataSetOffset };
}
