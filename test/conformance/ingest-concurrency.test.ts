import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataSet } from "../../src/dicom/data-set.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { associate, type RawPeer, store, storeCommand } from "../fuzz/pdu-sender.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { dcmtk, withoutDcmtk } from "./dcmtk.ts";
import { ctStack, stowBody } from "./images.ts";

let willis: TestWillis;
let second: ChildProcess;
let places: { readonly url: string; readonly dimsePort: number }[] = [];
let folder = "";

before(async () => {
  willis = await startWillis();
  folder = await mkdtemp(join(tmpdir(), "willis-concurrency-"));
  second = fork(join(import.meta.dirname, "second-server.ts"), [willis.services.home]);
  const [listening] = await once(second, "message");
  places = [{ url: willis.url, dimsePort: willis.dimsePort }, listening as (typeof places)[number]];
});
after(async () => {
  const gone = once(second, "exit");
  second.disconnect();
  await gone;
  await willis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** `count` objects of one patient that is new: two studies, four series, dealt out in turn. */
function newPatient(name: string, count: number): Uint8Array[] {
  return ctStack(name, count, 32).files.map((file, k) => {
    const { dataSet: header, pixels } = parsePart10(file);
    const moved = dataSet({
      StudyInstanceUID: uidOf(`${name} study ${k % 2}`),
      SeriesInstanceUID: uidOf(`${name} series ${k % 4}`),
      PixelData: file.slice(pixels!.offset, pixels!.offset + pixels!.length),
    });
    for (const [tag, element] of moved) header.set(tag, element);
    return writePart10(header);
  });
}

/** What the index says of a patient, against what its rows say. */
async function counted(name: string) {
  const { rows } = await willis.services.pool.query(
    `select count(distinct patient.id)::int as patients, count(distinct study.id)::int as studies,
       count(distinct series.id)::int as series, count(instance.id)::int as objects,
       bool_and(series.instance_count = (select count(*) from instance i where i.series_id = series.id)) as "seriesRight",
       bool_and(study.instance_count = (select count(*) from instance i join series s on s.id = i.series_id
         where s.study_id = study.id)) as "studiesRight",
       bool_and(study.series_count = (select count(*) from series s where s.study_id = study.id)) as "countRight"
     from patient join study on study.patient_ref = patient.id join series on series.study_id = study.id
       left join instance on instance.series_id = series.id where patient_id = $1`,
    [`ID-${name}`],
  );
  return rows[0];
}
const RIGHT = { patients: 1, studies: 2, series: 4, seriesRight: true, studiesRight: true, countRight: true };

async function stow(at: number, files: readonly Uint8Array[]): Promise<Response> {
  const { body, headers } = stowBody(files);
  const authorization = `Bearer ${await willis.token("hub")}`;
  return fetch(`${places[at]!.url}/dicom-web/studies`, {
    method: "POST",
    body,
    headers: { ...headers, authorization },
  });
}

test("two servers on one database, sixteen requests with the first objects of one patient: one patient, right counts", async () => {
  const files = newPatient("Twofold", 64);
  const answers = await Promise.all(Array.from({ length: 16 }, (_, k) => stow(k % 2, files.slice(4 * k, 4 * k + 4))));
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  assert.deepEqual(await counted("Twofold"), { ...RIGHT, objects: 64 });
});

test("the same objects to two servers at once are there once, and nobody is refused", async () => {
  const files = newPatient("Same", 24);
  const answers = await Promise.all([0, 1, 0, 1].map((at) => stow(at, files)));
  for (const answer of answers) {
    assert.equal(answer.status, 200);
    const told = (await answer.json()) as Record<string, { Value: unknown[] }>;
    assert.equal(told["00081199"]!.Value.length, 24);
  }
  assert.deepEqual(await counted("Same"), { ...RIGHT, objects: 24 });
  const { rows } = await willis.services.pool.query("select count(*)::int as n from instance_version");
  assert.equal(rows[0].n, 0);
});

test("a bad object among good ones that go into the index together is alone in its trouble", async () => {
  const files = newPatient("Mixed", 12);
  const noUid = parsePart10(files[5]!);
  noUid.dataSet.delete(0x0020000e);
  const mixed = files.with(5, writePart10(noUid.dataSet));
  const answer = await stow(0, mixed);
  assert.equal(answer.status, 202);
  const told = (await answer.json()) as Record<string, { Value: unknown[] }>;
  assert.equal(told["00081199"]!.Value.length, 11);
  assert.deepEqual(await counted("Mixed"), { ...RIGHT, objects: 11 });
});

test("sixteen associations at once bring the first objects of one patient to two servers", async (t) => {
  const missing = await withoutDcmtk();
  if (missing) return t.skip(missing);
  const files = newPatient("Associations", 48);
  const paths = await Promise.all(
    files.map(async (file, k) => {
      const path = join(folder, `${k}.dcm`);
      await writeFile(path, file);
      return path;
    }),
  );
  const codes = await Promise.all(
    Array.from({ length: 16 }, async (_, k) => {
      const { dimsePort } = places[k % 2]!;
      const part = paths.slice(3 * k, 3 * k + 3);
      return (await dcmtk("storescu", ["-aec", "WILLIS", "127.0.0.1", `${dimsePort}`, ...part])).code;
    }),
  );
  assert.deepEqual(new Set(codes), new Set([0]));
  assert.deepEqual(await counted("Associations"), { ...RIGHT, objects: 48 });
});

const CT = "1.2.840.10008.5.1.4.1.1.2";

/** Opens sixteen associations to both servers first, then sends one object on each at the same moment: the statuses. */
async function allAtOnce(files: readonly Uint8Array[]): Promise<number[]> {
  const peers = await Promise.all(
    files.map((_, k) => associate(places[k % 2]!.dimsePort, [[CT, "1.2.840.10008.1.2.1"]], `AT-ONCE-${k}`)),
  );
  assert.ok(peers.every((peer) => peer !== null));
  const statuses = await Promise.all(
    (peers as RawPeer[]).map((peer, k) => {
      const { dataSet: header, dataSetOffset } = parsePart10(files[k]!);
      const command = storeCommand(CT, String(header.get(0x00080018)?.value[0]));
      return store(peer, 1, command, files[k]!.subarray(dataSetOffset), 60_000);
    }),
  );
  for (const peer of peers as RawPeer[]) peer.end();
  return statuses.map(Number);
}

test("sixteen open associations send the first objects of one new patient at the same moment: one patient, several times", async () => {
  for (const turn of [1, 2, 3, 4, 5]) {
    const name = `Moment-${turn}`;
    assert.deepEqual(await allAtOnce(newPatient(name, 16)), Array(16).fill(0));
    assert.deepEqual(await counted(name), { ...RIGHT, objects: 16 });
  }
});

test("sixteen other contents under one UID at the same moment: one in use, each other one kept and told as a version", async () => {
  const [file] = ctStack("Versions-at-once", 1, 32).files;
  const files = Array.from({ length: 16 }, (_, k) => {
    const other = file!.slice();
    other[other.length - 9] = k;
    return other;
  });
  const statuses = (await allAtOnce(files)).sort();
  assert.deepEqual(statuses, [0, ...Array(15).fill(0xb000)]);
  const { rows } = await willis.services.pool.query(
    `select (select count(*)::int from instance where sop_uid = $1) as used,
       (select count(*)::int from instance_version v join instance i on i.id = v.instance_id where sop_uid = $1) as kept,
       (select count(distinct v.digest)::int from instance_version v join instance i on i.id = v.instance_id
         where sop_uid = $1) as digests`,
    [uidOf("Versions-at-once slice 0")],
  );
  assert.deepEqual(rows[0], { used: 1, kept: 15, digests: 15 });
});
