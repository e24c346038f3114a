// Every search and every hot statement of ingest uses its index: 15,000 studies are written straight into the tables.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fill } from "../../bench/archive-scale-rows.ts";
import { listArrivals } from "../../src/server/db/archive/arrivals.ts";
import { type IndexEntry, indexInstance } from "../../src/server/db/archive/index-instance.ts";
import { listStudies } from "../../src/server/db/archive/list-studies.ts";
import { matchKey } from "../../src/server/db/archive/match-keys.ts";
import { type Search, search } from "../../src/server/db/archive/search.ts";
import { archiveScope } from "../../src/server/db/archive/visible.ts";
import { listPatients } from "../../src/server/db/patients/list-patients.ts";
import type { Pool, Sql } from "../../src/server/db/pool.ts";
import { startWillis, type TestWillis } from "../harness.ts";

const STUDIES = 15_000;
const LARGE = ["study", "series", "patient", "instance", "study_key", "case_study", "arrival"];

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly "Actual Loops": number;
  readonly Plans?: readonly Node[];
}

interface Plans {
  /** Indexes that were read. */
  readonly used: ReadonlySet<string>;
  /** Large tables that were read from their first row to the last. */
  readonly whole: readonly string[];
  readonly pages: number;
}

let willis: TestWillis;
let pool: Pool;
let hub = "";

before(async () => {
  willis = await startWillis();
  pool = willis.services.pool;
  hub = willis.organisations.Hub;
  const client = await pool.connect();
  try {
    await fill(client, hub, { studies: STUDIES, seriesPerStudy: 2 }, () => {});
  } finally {
    client.release(true); // its session has settings of its own
  }
});
after(() => willis.stop());

type Asked = string | { readonly text: string; readonly values?: readonly unknown[] };

/** The plan of a statement that is run for it, in a transaction that is taken back. */
async function planOf(asked: Asked, values?: readonly unknown[]): Promise<Node> {
  const [text, given] = typeof asked === "string" ? [asked, values] : [asked.text, asked.values];
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query(`explain (analyze, buffers, format json) ${text}`, [...(given ?? [])]);
    return rows[0]["QUERY PLAN"][0].Plan as Node;
  } finally {
    await client.query("rollback");
    client.release();
  }
}

/** Runs the work, with the plans of its statements. */
async function explained(work: (sql: Sql) => Promise<unknown>): Promise<Plans> {
  const nodes: Node[] = [];
  const query = async (asked: Asked, values?: unknown[]) => {
    nodes.push(await planOf(asked, values));
    return typeof asked === "string" ? pool.query(asked, values) : pool.query(asked.text, [...(asked.values ?? [])]);
  };
  await work({ query } as unknown as Sql);
  return plansOf(nodes);
}

function plansOf(nodes: readonly Node[]): Plans {
  const all = nodes.flatMap(flat).filter((node) => node["Actual Loops"] > 0);
  return {
    used: new Set(all.flatMap((node) => node["Index Name"] ?? [])),
    whole: all.filter((node) => node["Node Type"] === "Seq Scan").flatMap((node) => node["Relation Name"] ?? []),
    pages: nodes.reduce((sum, node) => sum + node["Shared Hit Blocks"] + node["Shared Read Blocks"], 0),
  };
}

function flat(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}

function find(query: Readonly<Record<string, string>>, more: Partial<Search> = {}): (sql: Sql) => Promise<unknown> {
  const level = more.level ?? "study";
  const matches = Object.entries(query).map(([keyword, value]) => ({ key: matchKey(keyword, level)!, value }));
  const scope = archiveScope({ organisationId: hub });
  return async (sql) => {
    const found = await search(sql, { level, scope, matches, fuzzy: false, limit: 25, offset: 0, ...more });
    assert.ok(found.length > 0, `${JSON.stringify(query)} finds something`);
  };
}

async function uses(what: string, work: (sql: Sql) => Promise<unknown>, indexes: readonly string[], mostPages: number) {
  const { used, whole, pages } = await explained(work);
  const wrong = whole.filter((table) => LARGE.includes(table));
  assert.deepEqual(wrong, [], `${what} reads a whole table`);
  for (const index of indexes) assert.ok(used.has(index), `${what} uses ${index}, not only ${[...used].join(", ")}`);
  assert.ok(pages <= mostPages, `${what} reads ${pages} pages, at most ${mostPages}`);
}

const sample = async (text: string): Promise<string> => {
  const { rows } = await pool.query(text, [hub]);
  return Object.values(rows[0] as object)[0] as string;
};

test("what tells one patient or study is looked up", async () => {
  const number = await sample("select patient_id from patient where organisation_id = $1 order by id limit 1");
  const accession = await sample("select accession from study where organisation_id = $1 order by id limit 1");
  const uid = await sample("select study_uid from study where organisation_id = $1 order by id limit 1");
  await uses("patient id", find({ PatientID: number }), ["patient_number", "study_patient"], 60);
  await uses("accession", find({ AccessionNumber: accession }), ["study_accession"], 30);
  await uses("study UID", find({ StudyInstanceUID: uid }), ["study_uid"], 30);
});

test("a modality is walked in the order of the answer, a frequent one and a rare one, on all days and on one", async () => {
  const day = await sample(
    "select to_char(study_date, 'YYYYMMDD') from study where organisation_id = $1 and modalities = '{CT}' order by id limit 1",
  );
  await uses("CT", find({ ModalitiesInStudy: "CT" }), ["study_key_pkey"], 400);
  await uses("NM", find({ ModalitiesInStudy: "NM" }), ["study_key_pkey"], 400);
  await uses("CT on a day", find({ ModalitiesInStudy: "CT", StudyDate: day }), ["study_key_pkey"], 400);
});

test("a name is found by how it begins, of which group and of how many it may be", async () => {
  for (const name of ["Müller*", "M*", "Rosen*", "Fischer^A*", "王*", "Иванов^Сергей"])
    await uses(name, find({ PatientName: name }), ["study_key_pkey"], 3000);
  await uses("name and modality", find({ PatientName: "Fischer*", ModalitiesInStudy: "MR" }), ["study_key_pkey"], 3000);
});

test("the newest studies come from the index in that order, the next page as cheaply as the first", async () => {
  await uses("newest", find({}), ["study_date", "study_key_pkey"], 800);
  const { rows } = await pool.query(
    "select study_date::text as day, id::text from study where organisation_id = $1 order by id limit 1 offset 6000",
    [hub],
  );
  await uses("a page far behind", find({}, { after: [rows[0].day, rows[0].id] }), ["study_date"], 800);
});

test("series of a study, and objects of a series", async () => {
  const study = await sample("select id from study where organisation_id = $1 and id % 200 = 0 order by id limit 1");
  const series = await sample("select series_id from instance where organisation_id = $1 order by id limit 1");
  await uses("series", find({}, { level: "series", studyId: Number(study) }), ["series_study_id_series_uid_key"], 40);
  const objects = find({}, { level: "instance", seriesId: Number(series), studyId: Number(await studyOf(series)) });
  await uses("objects", objects, ["instance_series"], 120);
});

async function studyOf(series: string): Promise<string> {
  return (await pool.query("select study_id from series where id = $1", [series])).rows[0].study_id;
}

test("the lists of the pages", async () => {
  const scope = archiveScope({ organisationId: hub });
  const studies = (q: string) => (sql: Sql) => listStudies(sql, scope, { q, limit: 50, offset: 0 });
  await uses("study list", studies(""), ["study_date"], 1500);
  await uses("study list by name", studies("rosen"), ["study_key_pkey"], 3000);
  await uses("study list by two words", studies("fischer spine"), ["study_key_pkey"], 4000);
  await uses("study list by a word that is nowhere", studies("xyzzy"), [], 20);
  await uses("patients by name", (sql) => listPatients(sql, hub, "goldober", 50), ["study_key_pkey"], 9000);
  await uses("arrivals", (sql) => listArrivals(sql, hub, { limit: 50 }), ["arrival_latest"], 900);
});

test("ingest finds the rows above an object by their UIDs, and puts it in by its own", async () => {
  const { rows } = await pool.query(
    `select study.study_uid as study, series.series_uid as series, patient.identity, patient.name,
       to_char(patient.birth_date, 'YYYY-MM-DD') as birth from study join series on series.study_id = study.id
       join patient on patient.id = study.patient_ref where study.organisation_id = $1 order by series.id limit 1`,
    [hub],
  );
  const { study, series, identity, name, birth } = rows[0];
  const nodes: Node[] = [];
  const connect = async () => {
    const client = await pool.connect();
    return {
      release: () => client.release(),
      async query(asked: Asked, values?: unknown[]) {
        if (typeof asked !== "string") nodes.push(await planOf(asked));
        return client.query(asked as string, values as unknown[]);
      },
    };
  };
  const patient = { identity, issuer: "", patientId: "", name, nameSearch: "", birthDate: birth, sex: "" };
  const none = {
    date: null,
    time: "",
    accession: "",
    description: "",
    id: "",
    referringPhysician: "",
    attributes: "{}",
  };
  const ofSeries = { uid: series, modality: "CT", number: 1, description: "", role: "OTHER", attributes: "{}" };
  const instance = {
    ...{ sopUid: "1.2.3.4", sopClass: "1.2.840.10008.5.1.4.1.1.2", number: 1, transferSyntax: "1.2.840.10008.1.2.1" },
    ...{ rows: 8, columns: 8, frames: 1, pixels: null, attributes: "{}", metadata: new Uint8Array(1) },
  };
  const blob = { key: "made/index-use", size: 1, digest: Buffer.alloc(32) };
  const entry: IndexEntry = { patient, study: { uid: study, ...none }, series: ofSeries, instance };
  const done = await indexInstance({ connect } as unknown as Pool, hub, entry, blob);
  assert.equal(done.state, "stored");
  const { used, whole, pages } = plansOf(nodes);
  for (const either of [
    ["study_organisation_id_study_uid_key", "study_uid"],
    ["series_study_id_series_uid_key", "series_uid"],
  ])
    assert.ok(
      either.some((index) => used.has(index)),
      `${either.join(" or ")} is used, not only ${[...used].join(", ")}`,
    );
  assert.deepEqual(whole, []);
  assert.ok(pages > 0 && pages <= 250, `one object reads ${pages} pages`);
});
