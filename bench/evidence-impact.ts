// Part of the bench of evidence: whom another version of a pack judges otherwise, over cases in a real PostgreSQL table.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pack } from "../src/knowledge/index.ts";
import { impactOnCases } from "../src/server/knowledge/impact.ts";
import { openServices } from "../src/server/services.ts";

const PORTION = 50_000;

/** The packs with every NIHSS threshold of 6 raised to 10, as a draft would: the guideline that changed. */
function raised(packs: readonly Pack[]): readonly Pack[] {
  const [six, ten] = ['{"field":"nihss","op":"gte","value":6}', '{"field":"nihss","op":"gte","value":10}'];
  return packs.map((pack) => {
    const text = JSON.stringify(pack);
    return text.includes(six) ? (JSON.parse(text.replaceAll(six, ten)) as Pack) : pack;
  });
}

/**
 * Fills an own database with `rows` answered cases of the last year, each with a decision and the facts it was judged with
 * (those of the vignettes, with an NIHSS, age and hours of its own), counts, and removes it. Seconds of the clock.
 */
export async function impactOf(
  rows: number,
  patients: readonly object[],
): Promise<{
  readonly seconds: number;
  readonly counted: number;
  readonly otherwise: number;
  readonly compared: number;
}> {
  const home = await mkdtemp(join(tmpdir(), "willis-bench-impact-"));
  const opened = await openServices({ home, jobs: false });
  try {
    const { pool, packs } = opened.services;
    const hub = "insert into organisation (name, kind) values ('Bench', 'hub') returning id";
    const of = (await pool.query(hub)).rows[0].id as string;
    const person = await pool.query(
      "insert into person (organisation_id, login, name, role) values ($1, 'bench', 'Bench', 'neurologist') returning id",
      [of],
    );
    const by = person.rows[0].id as string;
    for (let from = 0; from < rows; from += PORTION) {
      await pool.query(
        `with made as (
           insert into clinical_case (from_organisation, to_organisation, kind, urgency, status, created_by)
           select $1, $1, 'stroke', 'critical', 'accepted', $2 from generate_series(1, $3::int) returning id
         ), numbered as (select id, row_number() over () as k from made)
         insert into decision (case_id, person_id, at, kind, basis, basis_digest)
         select id, $2, now() - random() * interval '364 days', 'accept',
           jsonb_build_object('options', jsonb_build_object('facts', ($4::jsonb -> ((k * 37) % $5)::int) || jsonb_build_object(
             'nihss', (random() * 30)::int, 'age_years', 30 + (random() * 60)::int, 'time_lkw_h', round((random() * 24)::numeric, 2)))), ''
         from numbered`,
        [of, by, Math.min(PORTION, rows - from), JSON.stringify(patients), patients.length],
      );
    }
    await pool.query("vacuum analyze decision");
    const begun = performance.now();
    const found = await impactOnCases(pool, { before: packs, after: raised(packs) }, new Date());
    const seconds = (performance.now() - begun) / 1000;
    const { patients: counted, otherwise, compared } = found.decided;
    return { seconds, counted, otherwise, compared: compared.length };
  } finally {
    await opened.close();
    await rm(home, { recursive: true, force: true });
  }
}
