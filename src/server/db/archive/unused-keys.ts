import type { Sql } from "../pool.ts";

/** Which of these keys no row refers to. A discarded file counts until it can no longer be taken back. */
export async function unusedKeys(sql: Sql, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ key: string }>(
    `select key from unnest($1::text[]) as key where not exists (select from instance where blob_key = key)
       and not exists (select from instance_version where blob_key = key)
       and not exists (select from quarantine where blob_key = key and (state <> 'discarded' or coalesce(discard_until > now(), true)))
       and not exists (select from decision where pdf_blob_key = key)`,
    [keys],
  );
  return rows.map((row) => row.key);
}
