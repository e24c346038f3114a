import type { Sql } from "../pool.ts";

/** The organisation that sends under an AE title; else the hub that was there first, with `known` false. */
export async function organisationOfAe(sql: Sql, aeTitle: string): Promise<{ id: string; known: boolean } | undefined> {
  const { rows } = await sql.query<{ id: string; known: boolean }>(
    `select id, ae_titles @> array[$1::text] as known from organisation
     where ae_titles @> array[$1::text] or kind = 'hub' order by known desc, created_at, id limit 1`,
    [aeTitle],
  );
  return rows[0];
}
