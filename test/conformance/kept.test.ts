import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import type { KeptChange, KeptDraft, KeptOfStudy, KeptView, KeyImageView } from "../../src/cases/kept.ts";
import type { CaseView } from "../../src/cases/views.ts";
import { presentation } from "../../src/dicom/objects/presentation.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { createCase } from "../../src/server/db/cases/create-case.ts";
import { referCase } from "../../src/server/db/cases/status.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { onPath, pythonWith } from "../tools.ts";
import { ctStack, xaRun } from "./images.ts";

const run = promisify(execFile);
let willis: TestWillis;
let hub = "";
let stranger = "";
const ct = { study: "", series: "", objects: [] as string[] };
const xa = { study: "", series: "", objects: [] as string[] };

before(async () => {
  willis = await startWillis();
  hub = await willis.token("hub");
  stranger = await willis.token("spoke");
  for (const [into, files] of [
    [ct, ctStack("Kept-CT").files],
    [xa, xaRun("Kept-XA").files],
  ] as const) {
    for (const bytes of files) {
      const stored = await storeObject(willis.services, bytes, {
        organisationId: willis.organisations.Hub,
        via: "import",
      });
      if (!("studyUid" in stored)) throw new Error(JSON.stringify(stored));
      into.study = stored.studyUid;
      into.series = stored.seriesUid;
      into.objects.push(stored.sopUid);
    }
  }
});
after(() => willis?.stop());

async function asked(method: string, path: string, json?: unknown, token = hub): Promise<Response> {
  return fetch(willis.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}

async function save(
  study: string,
  ...changes: KeptChange[]
): Promise<{ measurements: KeptView[]; overtook: string[] }> {
  const answer = await asked("PUT", `/api/studies/${study}/measurements`, { changes });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json() as Promise<{ measurements: KeptView[]; overtook: string[] }>;
}

function length(id: string, change: Partial<KeptDraft> = {}): KeptDraft {
  return {
    ...{ id, kind: "length", label: "", place: { studyUid: ct.study, seriesUid: ct.series, sopUid: ct.objects[0]! } },
    shape: {
      space: "image",
      points: [
        [10, 12],
        [40.5, 52.25],
      ],
    },
    values: [
      {
        ...{ code: "length", label: "Length", value: 24.7, unit: "mm" },
        uncertainty: { low: 23.9, high: 25.5, basis: "by geometry" },
      },
    ],
    ...{ method: { name: "Length between two points", version: "1" }, calibration: "mm in the patient" },
    ...change,
  };
}
const put = (measurement: KeptDraft, base = 0): KeptChange => ({ act: "put", base, measurement });

async function reports(study: string): Promise<Record<string, { Value?: unknown[] }>[]> {
  const answer = await asked("GET", `/dicom-web/studies/${study}/instances?Modality=SR&includefield=all`);
  return answer.status === 204 ? [] : ((await answer.json()) as Record<string, { Value?: unknown[] }>[]);
}

async function objectOf(study: string, series: string, sop: string): Promise<Buffer> {
  const path = `/dicom-web/studies/${study}/series/${series}/instances/${sop}`;
  const answer = await fetch(willis.url + path, {
    headers: { authorization: `Bearer ${hub}`, accept: 'multipart/related; type="application/dicom"' },
  });
  const body = Buffer.from(await answer.arrayBuffer());
  const start = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(start, body.lastIndexOf("\r\n--"));
}

test("a measurement is kept as a row and as a report, and told to whoever reads the study", async () => {
  const id = randomUUID();
  const { measurements } = await save(ct.study, put(length(id)));
  const [kept] = measurements;
  assert.equal(kept!.id, id);
  assert.equal(kept!.version, 1);
  assert.ok(kept!.by.name);
  assert.ok(kept!.place.sopClass, "the class comes from the archive");
  const seen = (await (await asked("GET", `/api/studies/${ct.study}/kept`)).json()) as KeptOfStudy;
  assert.deepEqual(seen.measurements, measurements);
  assert.equal((await reports(ct.study)).length, 1);
});

test("the same change again, as after a lost answer, makes neither a version nor a report", async () => {
  const before = (await (await asked("GET", `/api/studies/${ct.study}/kept`)).json()) as KeptOfStudy;
  const [kept] = before.measurements;
  const { measurements } = await save(ct.study, put(length(kept!.id), 1));
  assert.equal(measurements[0]!.version, 1);
  assert.equal((await reports(ct.study)).length, 1);
});

test("an edit is a new version of the report with its predecessor, a deletion is one that says so", async () => {
  const [kept] = ((await (await asked("GET", `/api/studies/${ct.study}/kept`)).json()) as KeptOfStudy).measurements;
  const edited = await save(ct.study, put(length(kept!.id, { label: "Neck" }), 1));
  assert.equal(edited.measurements[0]!.version, 2);
  const gone = await save(ct.study, { act: "delete", base: 2, id: kept!.id });
  assert.deepEqual(gone.measurements, []);
  const all = await reports(ct.study);
  assert.equal(all.length, 3);
  const numbers = all.map((one) => Number(one["00200013"]!.Value![0])).sort();
  assert.deepEqual(numbers, [1, 2, 3]);
  const last = all.find((one) => Number(one["00200013"]!.Value![0]) === 3)!;
  const bytes = await objectOf(ct.study, String(last["0020000E"]!.Value![0]), String(last["00080018"]!.Value![0]));
  assert.ok(bytes.includes('Deleted: length "Neck"'));
  const { rows } = await willis.services.pool.query(
    "select version, content is null as deleted from kept_measurement_state where measurement_id = $1 order by version",
    [kept!.id],
  );
  assert.deepEqual(
    rows.map(({ version, deleted }) => [version, deleted]),
    [
      [1, false],
      [2, false],
      [3, true],
    ],
  );
  const back = await save(ct.study, put(length(kept!.id, { label: "Neck" }), 3));
  assert.equal(back.measurements[0]!.version, 4, "undoing a deletion brings it back");
});

test("who changes what another changed meanwhile is told; nothing is lost", async () => {
  const id = randomUUID();
  await save(ct.study, put(length(id)));
  await save(ct.study, put(length(id, { label: "A" }), 1));
  const { overtook, measurements } = await save(ct.study, put(length(id, { label: "B" }), 1));
  assert.deepEqual(overtook, [id]);
  assert.equal(measurements.find((one) => one.id === id)!.label, "B");
  const { rows } = await willis.services.pool.query(
    "select content ->> 'label' as label from kept_measurement_state where measurement_id = $1 order by version",
    [id],
  );
  assert.deepEqual(
    rows.map(({ label }) => label),
    ["", "A", "B"],
  );
});

test("two readers who save at the same time both have their measurements in one report", async () => {
  const ids = Array.from({ length: 6 }, () => randomUUID());
  await Promise.all(ids.map((id) => save(xa.study, put(onRun(id)))));
  const { measurements } = (await (await asked("GET", `/api/studies/${xa.study}/kept`)).json()) as KeptOfStudy;
  assert.deepEqual(measurements.map(({ id }) => id).sort(), [...ids].sort());
});

function onRun(id: string): KeptDraft {
  return length(id, { place: { studyUid: xa.study, seriesUid: xa.series, sopUid: xa.objects[0]!, frame: 2 } });
}

test("what does not belong together is refused with the reason", async () => {
  const wrong = async (draft: KeptDraft, study = ct.study) => {
    const answer = await asked("PUT", `/api/studies/${study}/measurements`, { changes: [put(draft)] });
    return [answer.status, ((await answer.json()) as { detail: string }).detail] as const;
  };
  const place = { studyUid: ct.study, seriesUid: ct.series };
  assert.match((await wrong(length(randomUUID(), { place: { ...place, seriesUid: "1.2.3" } })))[1], /not in study/);
  assert.match((await wrong(length(randomUUID(), { place: { ...place, sopUid: "1.2.3" } })))[1], /not in series/);
  const far = { ...place, sopUid: ct.objects[0]!, frame: 9 };
  assert.match((await wrong(length(randomUUID(), { place: far })))[1], /no frame 9/);
  const [kept] = ((await (await asked("GET", `/api/studies/${ct.study}/kept`)).json()) as KeptOfStudy).measurements;
  assert.equal((await wrong(onRun(kept!.id), xa.study))[0], 409);
  assert.equal((await asked("GET", `/api/studies/${ct.study}/kept`, undefined, stranger)).status, 404);
  assert.equal((await asked("PUT", `/api/studies/${ct.study}/measurements`, { changes: [] })).status, 400);
});

const key = randomUUID();
async function mark(
  id: string,
  study: string,
  series: string,
  object: string,
  frame = "",
  change: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const rgb = Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => i & 255);
  const query = new URLSearchParams({
    ...{ series, object, reason: "report", caption: "Neck", words: "Length 24.7 mm\nmm at the detector" },
    ...{ columns: "64", rows: "48", laterality: "R" },
    ...(frame ? { frame } : {}),
    ...change,
  });
  return fetch(`${willis.url}/api/studies/${study}/keys/${id}?${query}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${hub}`, "content-type": "application/octet-stream" },
    body: deflateSync(rgb),
  });
}

test("a key image is the picture as a capture and a selection that points at the frame; once is enough", async () => {
  const answer = await mark(key, xa.study, xa.series, xa.objects[0]!, "2");
  assert.equal(answer.status, 201, await answer.clone().text());
  const kept = (await answer.json()) as KeyImageView;
  assert.equal(kept.place.frame, 2);
  assert.equal((await mark(key, xa.study, xa.series, xa.objects[0]!, "2")).status, 201);
  const { keys } = (await (await asked("GET", `/api/studies/${xa.study}/kept`)).json()) as KeptOfStudy;
  assert.equal(keys.length, 1);
  const path = `/dicom-web/studies/${xa.study}/series/${kept.captureSeriesUid}/instances/${kept.captureSopUid}/rendered`;
  const picture = await fetch(willis.url + path, { headers: { authorization: `Bearer ${hub}`, accept: "image/png" } });
  assert.equal(picture.headers.get("content-type"), "image/png");
  assert.equal((await asked("DELETE", `/api/studies/${xa.study}/keys/${key}`)).status, 204);
  const after = (await (await asked("GET", `/api/studies/${xa.study}/kept`)).json()) as KeptOfStudy;
  assert.deepEqual(after.keys, []);
});

test("the key images of a case are a document with their words; without one it says so", async () => {
  const { pool } = willis.services;
  const person = { personId: willis.people.hub, organisationId: willis.organisations.Hub };
  const patient = { name: "Kept, Carla", identifier: "K-1", birthDate: "1950-02-03", sex: "F" };
  const made = { kind: "aneurysm", toOrganisationId: willis.organisations.Hub, patient, question: "Coil?" } as const;
  const caseId = await createCase(pool, made, person, new Date());
  await pool.query("insert into case_study (case_id, study_id) select $1, id from study where study_uid = $2", [
    caseId,
    ct.study,
  ]);
  const empty = Buffer.from(await (await asked("GET", `/api/cases/${caseId}/key-images.pdf`)).arrayBuffer());
  assert.doesNotMatch(empty.toString("latin1"), /\/Subtype \/Image/);
  assert.equal((await mark(randomUUID(), ct.study, ct.series, ct.objects[3]!)).status, 201);
  const answer = await asked("GET", `/api/cases/${caseId}/key-images.pdf`);
  assert.equal(answer.headers.get("content-type"), "application/pdf");
  const pdf = Buffer.from(await answer.arrayBuffer());
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.match(pdf.toString("latin1"), /\/Subtype \/Image/);
  if (process.env.WILLIS_SHOTS) await writeFile(join(process.env.WILLIS_SHOTS, "key-images.pdf"), pdf);
});

test("a decision holds the key images marked for the report, with words and pictures, as they were when it was made", async (t) => {
  const { pool } = willis.services;
  const spoke = { personId: willis.people.spoke, organisationId: willis.organisations.Spoke };
  const patient = { name: "Answered, Anna", identifier: "A-1", birthDate: "1950-02-03", sex: "F" };
  const asking = { kind: "aneurysm", toOrganisationId: willis.organisations.Hub, patient, question: "Coil?" } as const;
  const caseId = await createCase(pool, asking, spoke, new Date());
  await pool.query("insert into case_study (case_id, study_id) select $1, id from study where study_uid = $2", [
    caseId,
    xa.study,
  ]);
  await referCase(pool, caseId, spoke, new Date());
  const [shown, taught] = [randomUUID(), randomUUID()];
  const query = { caption: "Neck of 3.4 mm", words: "Length 3.4 mm ± 0.3\nmm by catheter 6F ± 5 %" };
  assert.equal((await mark(shown, xa.study, xa.series, xa.objects[0]!, "2", query)).status, 201);
  const other = { ...query, reason: "teaching", caption: "For teaching alone" };
  assert.equal((await mark(taught, xa.study, xa.series, xa.objects[0]!, "1", other)).status, 201);
  const answer = await asked("POST", `/api/cases/${caseId}/answer`, { kind: "accept", option: "Coiling" });
  assert.equal(answer.status, 201, await answer.clone().text());
  const { id, warnings } = (await answer.json()) as { id: string; warnings: string[] };
  assert.deepEqual(warnings, []);
  // What is marked or taken back later changes nothing of what the decision rested on.
  assert.equal((await asked("DELETE", `/api/studies/${xa.study}/keys/${shown}`)).status, 204);
  const record = (await (await asked("GET", `/api/decisions/${id}`)).json()) as {
    basis: { keyImages: KeyImageView[] };
    intact: boolean;
  };
  assert.ok(record.intact);
  assert.deepEqual(
    record.basis.keyImages.map((key) => [key.id, key.caption, key.laterality]),
    [[shown, "Neck of 3.4 mm", "R"]],
  );
  if (!(await onPath("pdftotext")) || !(await onPath("pdfimages"))) return t.skip("poppler's tools are not here");
  const folder = await mkdtemp(join(tmpdir(), "decision-"));
  try {
    const file = join(folder, "decision.pdf");
    await writeFile(file, Buffer.from(await (await asked("GET", `/api/decisions/${id}/pdf`)).arrayBuffer()));
    const said = (await run("pdftotext", ["-layout", "-f", "2", file, "-"])).stdout.replace(/\s+/g, " ");
    for (const words of ["Neck of 3.4 mm", "For the report · Right", "Length 3.4 mm ± 0.3", "by catheter 6F ± 5 %"])
      assert.ok(said.includes(words), `"${words}" is missing in: ${said}`);
    assert.doesNotMatch(said, /teaching/);
    assert.match((await run("pdftotext", ["-l", "1", file, "-"])).stdout.replace(/\s+/g, " "), /1 key image follows/);
    const { stdout: listed } = await run("pdfimages", ["-list", file]);
    const pictures = listed.trim().split("\n").slice(2);
    assert.equal(pictures.length, 1, listed);
    assert.match(pictures[0]!, /^ *2 +0 +image +64 +48 /);
    if (process.env.WILLIS_SHOTS)
      await run("pdftoppm", ["-r", "80", "-png", file, join(process.env.WILLIS_SHOTS, "decision")]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a number of an image of the case becomes a fact with error, method, image and giver; others are refused", async () => {
  const { pool } = willis.services;
  const person = { personId: willis.people.hub, organisationId: willis.organisations.Hub };
  const patient = { name: "Fact, Fritz", identifier: "F-1", birthDate: "1950-02-03", sex: "M" };
  const made = { kind: "aneurysm", toOrganisationId: willis.organisations.Hub, patient, question: "Coil?" } as const;
  const caseId = await createCase(pool, made, person, new Date());
  await pool.query("insert into case_study (case_id, study_id) select $1, id from study where study_uid = $2", [
    caseId,
    ct.study,
  ]);
  const fact = {
    ...{ name: "aneurysm_neck_mm", value: 3.4, unit: "mm", method: { name: "Straight line", version: "1.0" } },
    image: { studyUid: ct.study, seriesUid: ct.series, sopUid: ct.objects[0]! },
    range: { low: 3, high: 3.8, basis: "one pixel at each end" },
  };
  const give = (change: object) => asked("POST", `/api/cases/${caseId}/facts/measured`, { ...fact, ...change });
  assert.equal((await give({})).status, 201);
  const shown = (await (await asked("GET", `/api/cases/${caseId}`)).json()) as CaseView;
  const held = shown.facts.find(({ name }) => name === "aneurysm_neck_mm")!.current!;
  assert.equal(held.value, 3.4);
  const { source } = held;
  assert.ok(source.kind === "measured");
  assert.deepEqual([source.range?.low, source.image?.sopUid, source.given?.name], [3, ct.objects[0], "Dr hub"]);
  assert.match(((await (await give({ unit: "cm" })).json()) as { detail: string }).detail, /kept in mm/);
  const elsewhere = await give({ image: { studyUid: xa.study, seriesUid: xa.series } });
  assert.match(((await elsewhere.json()) as { detail: string }).detail, /not among the images of this case/);
});

test("a saved view is a presentation state in the study: window, part and drawings of the image", async () => {
  const place = { studyUid: ct.study, seriesUid: ct.series, sopUid: ct.objects[2]! };
  const view = {
    ...{ label: "Neck, close", place, inverted: false, window: { centre: 40, width: 80 } },
    area: { from: [20, 30], to: [90, 100] },
    graphics: [
      {
        kind: "line",
        shape: "POLYLINE",
        points: [
          [30, 40],
          [60, 70],
        ],
      },
      { kind: "text", text: "24.7 mm", at: [62, 72] },
    ],
  };
  const answer = await asked("POST", `/api/studies/${ct.study}/views`, view);
  assert.equal(answer.status, 201, await answer.clone().text());
  const { seriesUid, sopUid } = (await answer.json()) as { seriesUid: string; sopUid: string };
  const { dataSet } = parsePart10(await objectOf(ct.study, seriesUid, sopUid));
  const state = presentation(dataSet);
  assert.deepEqual([state.windows[0]!.centre, state.windows[0]!.width], [40, 80]);
  assert.deepEqual(state.areas[0]!.from, [20, 30]);
  assert.equal(state.annotations[0]!.graphics.length, 2);
  assert.equal(state.creator, "Dr hub");
});

/** Every object that readers' work has put into a study, as files. */
async function made(study: string): Promise<Buffer[]> {
  const { rows } = await willis.services.pool.query(
    `select s.series_uid, i.sop_uid from study st join series s on s.study_id = st.id join instance i on i.series_id = s.id
     where st.study_uid = $1 and s.number >= 9200`,
    [study],
  );
  return Promise.all(rows.map((row) => objectOf(study, row.series_uid, row.sop_uid)));
}

test("dciodvfy finds no error in any object of it, and pydicom reads them", async (t) => {
  const [dciodvfy, python] = [await onPath("dciodvfy"), await pythonWith("pydicom")];
  if (!dciodvfy || !python) return t.skip("dciodvfy or pydicom is not here");
  const folder = await mkdtemp(join(tmpdir(), "kept-"));
  try {
    const files = [...(await made(ct.study)), ...(await made(xa.study))];
    assert.ok(files.length >= 9, `${files.length} objects`);
    for (const [i, bytes] of files.entries()) {
      const file = join(folder, `${i}.dcm`);
      await writeFile(file, bytes);
      const found: { stdout: string; stderr: string } = await run(dciodvfy, [file]).catch((error) => error);
      const errors = `${found.stdout}${found.stderr}`.split("\n").filter((line) => line.startsWith("Error"));
      assert.deepEqual(errors, []);
      const read = "import pydicom,sys; d=pydicom.dcmread(sys.argv[1]); print(d.Modality, d.SOPClassUID.name)";
      const { stdout: said } = await run(python, ["-c", read, file]);
      assert.match(said, /^(SR Comprehensive SR|KO Key Object|OT Secondary Capture|PR Grayscale Softcopy)/);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
