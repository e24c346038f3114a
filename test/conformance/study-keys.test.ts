// The keys by which studies are found stay those that the rows say, whatever changes the rows.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { wordsOf } from "../../src/server/db/archive/study-keys.ts";
import type { Pool } from "../../src/server/db/pool.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let pool: Pool;
let patient = "";
let other = "";
let study = 0;

before(async () => {
  willis = await startWillis();
  pool = willis.services.pool;
  patient = await made("=meyer^hans=王^小东=", "KH-123", "1950-03-12");
  other = await made("=kurz^anna=", "77", null);
});
after(() => willis.stop());

async function made(name: string, number: string, born: string | null): Promise<string> {
  const { rows } = await pool.query(
    `insert into patient (organisation_id, identity, patient_id, name, name_search, birth_date) values ($1, $2, $2, $3, $3, $4)
     returning id`,
    [willis.organisations.Spoke, number, name, born],
  );
  return rows[0].id;
}

async function keysOf(organisation: "Spoke" | "Hub"): Promise<string[]> {
  const { rows } = await pool.query("select key from study_key where organisation_id = $1 order by key", [
    willis.organisations[organisation],
  ]);
  return rows.map((row) => row.key as string);
}

/** Keys as they would be made anew: those of the own organisation, and of each that the study is shared with. */
async function asMadeAnew(): Promise<void> {
  const anew = `select viewer as organisation_id, key, study_day(study) as day, study.id as study_id
    from study join patient on patient.id = study.patient_ref,
      unnest(array_remove(study_viewers(study.id), study.organisation_id) || study.organisation_id) as viewer,
      unnest(study_keys(study, patient) || case when viewer <> study.organisation_id then '{s:}'::text[] else '{}' end) as key`;
  const { rows } = await pool.query(
    `(select 'too many' as what, * from (select * from study_key except ${anew}) as a)
     union all (select 'missing', * from (${anew} except select * from study_key) as b)`,
  );
  assert.deepEqual(rows, []);
}

test("a study is found by its modalities, each group of the name, and the words of the pages", async () => {
  const { rows } = await pool.query(
    `insert into study (organisation_id, patient_ref, study_uid, accession, description) values ($1, $2, '1.2', 'A77', 'CT Schädel')
     returning id`,
    [willis.organisations.Spoke, patient],
  );
  study = rows[0].id;
  await pool.query("update study set modalities = '{CT,SR}', instance_count = 1 where id = $1", [study]);
  const words = ["123", "19500312", "a77", "ct", "hans", "kh", "kh-123", "meyer", "schadel", "小东", "王"];
  const keys = ["m:CT", "m:SR", "n:meyer^hans", "n:王^小东", ...words.map((word) => `w:${word}`)];
  assert.deepEqual(await keysOf("Spoke"), keys);
  assert.deepEqual(await keysOf("Hub"), []);
  await asMadeAnew();
});

test("a corrected study, a renamed patient and a move are followed", async () => {
  for (const change of [
    "update study set study_date = '2020-01-02', modalities = '{CT}' where id = $1",
    "update study set description = 'other words', accession = '' where id = $1",
    "update patient set name_search = '=lang=', birth_date = null where id = (select patient_ref from study where id = $1)",
  ]) {
    await pool.query(change, [study]);
    await asMadeAnew();
  }
  await pool.query("update study set patient_ref = $2 where id = $1", [study, other]);
  await asMadeAnew();
  assert.ok((await keysOf("Spoke")).includes("n:kurz^anna"));
});

test("a case shows a study to its other side once it is no draft, as it is then, until it is taken out", async () => {
  const { rows } = await pool.query(
    `insert into clinical_case (from_organisation, to_organisation, kind, urgency, status, created_by)
     values ($1, $2, 'stroke', 'urgent', 'draft', $3) returning id`,
    [willis.organisations.Spoke, willis.organisations.Hub, willis.people.spoke],
  );
  await pool.query("insert into case_study (case_id, study_id) values ($1, $2)", [rows[0].id, study]);
  assert.deepEqual(await keysOf("Hub"), []);
  await pool.query("update clinical_case set status = 'waiting' where id = $1", [rows[0].id]);
  assert.ok((await keysOf("Hub")).includes("s:"));
  for (const change of [
    "update study set study_date = null where id = $1",
    "update study set modalities = '{CT,MR}' where id = $1",
    "update patient set name_search = '=neu^eva=' where id = (select patient_ref from study where id = $1)",
  ]) {
    await pool.query(change, [study]);
    await asMadeAnew();
  }
  assert.ok((await keysOf("Hub")).includes("n:neu^eva"));
  await pool.query("delete from case_study");
  assert.deepEqual(await keysOf("Hub"), []);
  await pool.query("delete from study where id = $1", [study]);
  assert.deepEqual(await keysOf("Spoke"), []);
});

test("what a person types becomes words: numbers with their dashes, dates as one", () => {
  assert.deepEqual(wordsOf("Schmidt, Anna"), ["schmidt", "anna"]);
  assert.deepEqual(wordsOf("KH-123 1950-03-12 1950-03"), ["kh-123", "19500312", "195003"]);
  assert.deepEqual(wordsOf(' "Müller-Lüdenscheidt" '), ["muller", "ludenscheidt"]);
});
