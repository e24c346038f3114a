import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { after, before, test } from "node:test";
import { zipSync } from "fflate";
import { dataSet, put } from "../../src/dicom/data-set.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { type StoreResult, settleArrivals, storeFolder, storeObject, storeZip } from "../../src/server/ingest/index.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack, filesBelow, REAL_FILES, xaRun } from "./images.ts";

let willis: TestWillis;
before(async () => {
  willis = await startWillis();
});
after(() => willis.stop());

const store = (bytes: Uint8Array, name = "") =>
  storeObject(willis.services, bytes, { organisationId: willis.organisations.Hub, via: "import", name });

async function one<T extends object>(text: string, params: unknown[] = []): Promise<T> {
  return (await willis.services.pool.query<T>(text, params)).rows[0]!;
}

test("sixteen first objects of one new patient at once make one patient, study and series, and are counted", async () => {
  const { files, studyUid } = ctStack("Parallel", 16, 32);
  const results = await Promise.all(files.map((file) => store(file)));
  assert.deepEqual(new Set(results.map((r) => r.state)), new Set(["stored"]));
  assert.deepEqual(
    await one(
      `select count(distinct patient.id)::int as patients, count(distinct study.id)::int as studies, max(series_count) as series,
         max(study.instance_count) as instances, count(*)::int as rows
       from patient join study on study.patient_ref = patient.id join series on series.study_id = study.id
       where patient_id = 'ID-Parallel'`,
    ),
    { patients: 1, studies: 1, series: 1, instances: 16, rows: 1 },
  );
  assert.equal(
    (
      await one<{ n: number }>(
        "select count(*)::int as n from instance join series on series.id = series_id join study on study.id = series.study_id where study_uid = $1",
        [studyUid],
      )
    ).n,
    16,
  );
});

test("the same object again is a duplicate; with other bytes both are kept and it is said", async () => {
  const [file] = ctStack("Twice", 1, 32).files;
  const { dataSet: header, pixels } = parsePart10(file!);
  assert.equal((await store(file!)).state, "stored");
  assert.equal((await store(file!)).state, "duplicate");
  put(header, 0x7fe00010, "OW", file!.subarray(pixels!.offset, pixels!.offset + pixels!.length));
  put(header, 0x00104000, "LT", "written later");
  const other = await store(writePart10(header));
  assert.equal(other.state, "version");
  assert.match("warnings" in other ? other.warnings.join() : "", /other content/);
  assert.equal((await one<{ n: number }>("select count(*)::int as n from instance_version")).n, 1);
});

test("the same data set under another file header is the same object", async () => {
  const [file] = ctStack("Header", 1, 32).files;
  await store(file!);
  const meta = Buffer.from(file!);
  const at = meta.indexOf("WILLIS_1");
  meta.write("OTHER__9", at, "latin1");
  assert.equal((await store(meta)).state, "duplicate");
});

test("what cannot be read waits in quarantine with its reason and its bytes", async () => {
  const [file] = ctStack("Broken", 1, 32).files;
  for (const [name, bytes, reason] of [
    ["noise", Buffer.from("this is no image"), /No "DICM"/],
    ["empty", Buffer.alloc(0), /./],
    ["cut", file!.subarray(0, file!.length - 100), /cut off/],
    ["nested", nested(100_000), /nested|deep/i],
    ["anonymous", withoutUid(file!), /StudyInstanceUID is missing/],
    ["palette", asPalette(file!), /of no patient and no study/],
  ] as const) {
    const result = await store(bytes, name);
    assert.equal(result.state, "quarantined", name);
    if (result.state !== "quarantined") continue;
    assert.match(result.reason, reason, name);
    const row = await one<{ size: number; blob_key: string }>("select size, blob_key from quarantine where id = $1", [
      result.id,
    ]);
    assert.equal(row.size, bytes.length);
    assert.deepEqual(Buffer.from(await willis.services.blobs.read(row.blob_key, 0, row.size)), Buffer.from(bytes));
  }
});

test("the list of a disc is left out, a damaged one as well", async () => {
  const sopClass = Buffer.from("\x02\0\x02\0UI\x14\x001.2.840.10008.1.3.10", "latin1");
  const damaged = Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), sopClass, Buffer.from("cut off")]);
  const result = await store(damaged, "DICOMDIR");
  assert.equal(result.state, "ignored");
  assert.match(result.state === "ignored" ? result.reason : "", /DICOMDIR/);
});

/** The same file as a colour palette. */
function asPalette(file: Uint8Array): Buffer {
  const [ct, palette] = ["1.2.840.10008.5.1.4.1.1.2\0", "1.2.840.10008.5.1.4.39.1\0\0"];
  return Buffer.from(Buffer.from(file).toString("latin1").replaceAll(ct, palette), "latin1");
}

/** A data set whose sequences are nested so deeply that a recursive reader loses its stack. */
function nested(depth: number): Buffer {
  const [file] = ctStack("Nested", 1, 32).files;
  const { dataSetOffset } = parsePart10(file!);
  const sequence = Buffer.from([
    0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff,
  ]);
  return Buffer.concat([file!.subarray(0, dataSetOffset), ...new Array<Buffer>(depth).fill(sequence)]);
}

function withoutUid(file: Uint8Array): Uint8Array {
  const { dataSet: header } = parsePart10(file);
  header.delete(0x0020000d);
  return writePart10(header);
}

test("nothing is kept of an object whose sender breaks off", async () => {
  const [file] = ctStack("Broken-off", 1, 32).files;
  async function* half() {
    yield file!.subarray(0, 2000);
    throw new Error("connection lost");
  }
  const origin = { organisationId: willis.organisations.Hub, via: "stow" } as const;
  await assert.rejects(storeObject(willis.services, half(), origin), /connection lost/);
  assert.equal(
    (await one<{ n: number }>("select count(*)::int as n from study where accession = 'A-Broken-off'")).n,
    0,
  );
});

test("an archive is stored file by file, and says of each what became of it", async () => {
  const { files } = ctStack("Zip", 3, 32);
  const entries = {
    "disc/IM1": files[0]!,
    "disc/IM2": files[1]!,
    "disc/IM3": files[2]!,
    "disc/readme.txt": Buffer.from("hi"),
    "disc/odd": Buffer.from("?"),
  };
  const results: StoreResult[] = [];
  const origin = { organisationId: willis.organisations.Hub, via: "upload" } as const;
  await storeZip(willis.services, pieces(zipSync(entries), 777), origin, (r) => results.push(r));
  assert.deepEqual(results.map((r) => r.state).sort(), ["ignored", "quarantined", "stored", "stored", "stored"]);
});

test("an archive that unfolds beyond its limits is refused", async () => {
  const origin = { organisationId: willis.organisations.Hub, via: "upload" } as const;
  const bomb = zipSync({ big: new Uint8Array(80 << 20) }, { level: 9 });
  await assert.rejects(
    storeZip(willis.services, pieces(bomb, 65536), origin, () => {}),
    { code: "too-large" },
  );
  const many = zipSync(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}.txt`, Buffer.from("x")])));
  const limits = { files: 5, bytes: 1e9, ratio: 200 };
  await assert.rejects(
    storeZip(willis.services, pieces(many, 100), origin, () => {}, limits),
    { code: "too-large" },
  );
  await assert.rejects(
    storeZip(willis.services, pieces(bomb.subarray(0, 5000), 100), origin, () => {}),
    { code: "bad-request" },
  );
  await assert.rejects(
    storeZip(willis.services, pieces(Buffer.from("no zip"), 100), origin, () => {}),
    { code: "bad-request" },
  );
});

test("an archive that ends early, or is none behind its first bytes, is said to be damaged", async () => {
  const origin = { organisationId: willis.organisations.Hub, via: "upload" } as const;
  const whole = zipSync({ "a.txt": Buffer.from("one"), "b.txt": Buffer.from("two") }, { level: 0 });
  const second = whole.indexOf(0x50, 30); // where the next local header begins: a cut between two files
  for (const bytes of [
    Buffer.from("PK\x03\x04junk"),
    whole.subarray(0, second),
    whole.subarray(0, whole.length - 22),
  ]) {
    await assert.rejects(
      storeZip(willis.services, pieces(bytes, 100), origin, () => {}),
      { code: "bad-request" },
    );
  }
});

async function* pieces(bytes: Uint8Array, step: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

test("many images at each position make a series a perfusion series, whatever its name", async () => {
  const { studyUid } = ctStack("Perfusion", 1, 32);
  for (let time = 0; time < 10; time++) {
    for (const [k, file] of ctStack("Perfusion", 2, 32).files.entries()) {
      const { dataSet: header, pixels } = parsePart10(file);
      put(header, 0x7fe00010, "OW", file.subarray(pixels!.offset, pixels!.offset + pixels!.length));
      for (const [tag, element] of dataSet({ SOPInstanceUID: `1.2.3.${time}.${k}`, AcquisitionNumber: time + 1 }))
        header.set(tag, element);
      await store(writePart10(header));
    }
  }
  await settleArrivals(willis.services);
  const series = await one<{ role: string }>(
    "select role from series join study on study.id = series.study_id where study_uid = $1",
    [studyUid],
  );
  assert.equal(series.role, "CTP");
});

test("frames of a run are where the table says", async () => {
  const run = await store(xaRun("Frames", 4, 32).files[0]!);
  assert.equal(run.state, "stored");
  const row = await one<{ frames: number; pixels: { frames: { kind: string; bits: number } } }>(
    "select frames, pixels from instance where id = $1",
    ["instanceId" in run ? run.instanceId : 0],
  );
  assert.equal(row.frames, 4);
  assert.equal(row.pixels.frames.bits, 32 * 32 * 16);
});

test("of the real files none is lost: each is stored, known, quarantined or left out with a reason", {
  timeout: 120_000,
}, async (t) => {
  if (!REAL_FILES) return t.skip("the real files are not here");
  const files = await filesBelow(REAL_FILES);
  const results: { state: string; name?: string; reason?: string }[] = [];
  await storeFolder(
    willis.services,
    REAL_FILES,
    { organisationId: willis.organisations.Elsewhere, via: "import" },
    { onResult: (r) => results.push(r) },
  );
  assert.equal(results.length, files.length);
  assert.deepEqual(
    results.filter((r) => r.state === "failed"),
    [],
  );
  for (const { state, reason } of results)
    if (["quarantined", "ignored"].includes(state)) assert.ok(reason, "a reason is given");
  const left = new Set(results.filter((r) => r.state === "quarantined" || r.state === "ignored").map((r) => r.name));
  const parseable: string[] = [];
  for (const file of files) {
    const name = relative(REAL_FILES, file);
    if (left.has(name) && isWhole(await readFile(file))) parseable.push(name);
  }
  assert.deepEqual(parseable, [], "a file that can be read and says which object it is was not stored");
});

/** Read independently of the ingest: parses, and has its four UIDs. */
function isWhole(bytes: Uint8Array): boolean {
  try {
    const { dataSet: header } = parsePart10(bytes);
    const uids = [0x00080016, 0x00080018, 0x0020000d, 0x0020000e].map((tag) => header.get(tag)?.value[0]);
    return uids.every((uid) => typeof uid === "string" && /^[0-9.]{1,64}$/.test(uid));
  } catch {
    return false;
  }
}
