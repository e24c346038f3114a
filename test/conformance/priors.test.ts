import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { dataSet } from "../../src/dicom/data-set.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { orthancProgram, startOrthanc, type TestOrthanc } from "./orthanc-server.ts";

let willis: TestWillis;
let orthanc: TestOrthanc;
let missing = "";

interface Priors {
  readonly searches: readonly {
    readonly aeTitle: string;
    readonly state: string;
    readonly found: number;
    readonly chosen: number;
    readonly message: string;
  }[];
  readonly studies: readonly {
    readonly studyUid: string;
    readonly state: string;
    readonly aeTitle: string;
    readonly attachedAt: string | null;
    readonly refused: string;
    readonly about: { readonly why: string };
  }[];
}

before(async () => {
  const program = await orthancProgram();
  missing = program ? "" : "Orthanc is not installed here";
  willis = await startWillis();
  if (!program) return;
  orthanc = await startOrthanc(program, { aeTitle: "WILLIS", port: willis.dimsePort });
  await willis.services.pool.query(
    `insert into peer (organisation_id, ae_title, host, port, permissions) values
       ($1, 'ORTHANC', '127.0.0.1', $3, '{store,find,retrieve}'), ($2, 'OTHER', '127.0.0.1', $3, '{store,find}'),
       ($2, 'GONE', '127.0.0.1', 1, '{retrieve}')`,
    [willis.organisations.Spoke, willis.organisations.Hub, orthanc.dicomPort],
  );
  const anna = { PatientName: "VOGT^ANNA", PatientID: "P-1", PatientBirthDate: "19500102", PatientSex: "F" };
  await held("1.2.826.0.6.1", { ...anna, StudyDescription: "CT Kopf", StudyDate: "20250301", Modality: "CT" });
  await held("1.2.826.0.6.2", { ...anna, StudyDescription: "CT Thorax", StudyDate: "20260301", Modality: "CT" });
  await held("1.2.826.0.6.3", { ...anna, StudyDescription: "MRA head", StudyDate: "20200301", Modality: "MR" });
  await held("1.2.826.0.6.4", { ...anna, StudyDescription: "Mammography", StudyDate: "20260301", Modality: "MG" });
  const bert = { PatientName: "KRANZ^BERT", PatientID: "P-2", PatientBirthDate: "19700101", PatientSex: "M" };
  await held("1.2.826.0.6.5", { ...bert, StudyDescription: "CT head", StudyDate: "20250301", Modality: "CT" });
  const nobody = { PatientName: "", PatientID: "P-3", PatientBirthDate: "", PatientSex: "" };
  await held("1.2.826.0.6.6", { ...nobody, StudyDescription: "CT head", StudyDate: "20250301", Modality: "CT" });
});
after(async () => {
  await orthanc?.stop();
  await willis?.stop();
});

/** A study of two objects at Orthanc. */
async function held(studyUid: string, fields: Record<string, string>): Promise<void> {
  for (const n of [1, 2]) {
    const file = writePart10(
      dataSet({
        ...{
          SOPClassUID: "1.2.840.10008.5.1.4.1.1.2",
          SOPInstanceUID: `${studyUid}.1.${n}`,
          StudyInstanceUID: studyUid,
        },
        ...{ SeriesInstanceUID: `${studyUid}.1`, StudyTime: "101010", SeriesNumber: 1, InstanceNumber: n, ...fields },
        ...{ Rows: 8, Columns: 8, BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0 },
        ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", PixelData: new Uint8Array(128).fill(n) },
      }),
    );
    await orthanc.call("POST", "/instances", file);
  }
}

const post = (login: "hub" | "spoke", path: string, body: object) =>
  willis.as(login, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function newCase(patient: object): Promise<string> {
  const made = await post("spoke", "/api/cases", {
    kind: "aneurysm",
    toOrganisationId: willis.organisations.Hub,
    patient,
  });
  assert.equal(made.status, 201, await made.clone().text());
  return ((await made.json()) as { id: string }).id;
}
const priorsOf = async (id: string, login: "hub" | "spoke" = "spoke"): Promise<Priors> =>
  ((await (await willis.as(login, `/api/cases/${id}/procedure`)).json()) as { priors: Priors }).priors;

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 250; tries++) {
    const found = await look();
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`this does not come: ${what}`);
}

test("a case with a number has earlier studies of the head fetched and attached, newest first", async (t) => {
  if (missing) return t.skip(missing);
  const heard: string[] = [];
  const stop = willis.services.live.subscribe((event) => {
    if (event.type === "case" && event.what === "images") heard.push(event.caseId);
  });
  const id = await newCase({ name: "Vogt, Anna", identifier: "P-1", birthDate: "1950-01-02", sex: "F" });
  const done = await until("both attached", async () => {
    const now = await priorsOf(id);
    return now.studies.length === 2 && now.studies.every((study) => study.attachedAt) && now;
  });
  stop();
  assert.deepEqual(
    done.studies.map(({ studyUid, state, aeTitle, about }) => [studyUid, state, aeTitle, about.why]),
    [
      ["1.2.826.0.6.1", "done", "ORTHANC", "CT of head or neck"],
      ["1.2.826.0.6.3", "done", "ORTHANC", "MR of head or neck"],
    ],
  );
  assert.deepEqual([done.searches[0]!.found, done.searches[0]!.chosen], [4, 2]);
  assert.match(done.searches[0]!.message, /1 left: of another part of the body/);
  assert.match(done.searches[0]!.message, /1 left: MG is not fetched/);
  assert.ok(heard.filter((one) => one === id).length >= 3, "the case was told live");
  const shown = (await (await willis.as("spoke", `/api/cases/${id}`)).json()) as {
    images: { studies: string[]; received: number };
    timeline: { text: string }[];
  };
  assert.deepEqual([...shown.images.studies].sort(), ["1.2.826.0.6.1", "1.2.826.0.6.3"]);
  assert.equal(shown.images.received, 4);
  assert.ok(shown.timeline.some((event) => event.text === "ORTHANC has 4 earlier studies, 2 of them fetched"));
});

test("a number that is somebody else's there takes nothing: two identifiers must agree", async (t) => {
  if (missing) return t.skip(missing);
  for (const patient of [
    { name: "Vogt, Anna", identifier: "P-2", birthDate: "1950-01-02" },
    { name: "", identifier: "P-2", birthDate: null },
    { name: "Stern, Dora", identifier: "P-3", birthDate: "1960-01-01" },
  ]) {
    const id = await newCase(patient);
    const { searches, studies } = await until("the search", async () => {
      const now = await priorsOf(id);
      return now.searches[0]?.state === "done" && now;
    });
    assert.deepEqual([searches[0]!.found, studies.length], [0, 0], JSON.stringify(patient));
    assert.match(searches[0]!.message, /1 under this number left: name or birth date do not agree, or are not known/);
  }
  const { rows } = await willis.services.pool.query(
    "select from study where study_uid in ('1.2.826.0.6.5', '1.2.826.0.6.6')",
  );
  assert.equal(rows.length, 0);
});

test("objects that say another patient than the answer did are kept and not attached", async (t) => {
  if (missing) return t.skip(missing);
  const id = await newCase({ name: "Kranz, Bert", identifier: "P-9", birthDate: "1970-01-01", sex: "M" });
  const { pool } = willis.services;
  await until("its search", async () => (await priorsOf(id)).searches.length > 0);
  await pool.query(
    "insert into expected_study (case_id, organisation_id, study_uid) values ($1, $2, '1.2.826.0.6.1')",
    [...[id, willis.organisations.Spoke]],
  );
  const { rows } = await until("the refusal", async () => {
    const found = await pool.query("select refused from expected_study where case_id = $1 and refused <> ''", [id]);
    return found.rows.length > 0 && found;
  });
  assert.match(rows[0].refused, /These may be two patients/);
  const shown = (await (await willis.as("spoke", `/api/cases/${id}`)).json()) as {
    images: { studies: string[] };
    timeline: { kind: string; text: string }[];
  };
  assert.deepEqual(shown.images.studies, []);
  assert.ok(shown.timeline.some(({ kind, text }) => kind === "warning" && /was not attached/.test(text)));
});

test("a peer that does not answer is said on the case of its side, tried again, and can be asked again", async (t) => {
  if (missing) return t.skip(missing);
  const id = await newCase({ name: "Vogt, Anna", identifier: "P-1", birthDate: "1950-01-02", sex: "F" });
  assert.deepEqual(
    (await priorsOf(id)).searches.filter(({ aeTitle }) => aeTitle === "GONE"),
    [],
    "not before the referral",
  );
  assert.equal((await post("spoke", `/api/cases/${id}/refer`, {})).status, 200);
  const search = await until("the failed try", async () =>
    (await priorsOf(id, "hub")).searches.find(({ message }) => message !== ""),
  );
  assert.deepEqual([search.aeTitle, search.state], ["GONE", "queued"]);
  assert.match(search.message, /nothing listens there/);
  await willis.services.pool.query("update peer set port = $1 where ae_title = 'GONE'", [orthanc.dicomPort]);
  assert.equal((await post("hub", `/api/cases/${id}/priors`, {})).status, 200);
  const found = await until("the answer", async () =>
    (await priorsOf(id, "hub")).searches.find(({ state }) => state === "done" || state === "failed"),
  );
  assert.deepEqual([found.state, found.found], ["done", 4], found.message);
});
