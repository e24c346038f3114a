import type { Sql } from "../pool.ts";

/** An object that waits in the spool of some server. */
export interface BlobPlace {
  readonly spool: string;
  readonly seenAt: Date;
}

// The row of the object is committed, and flushed, after this one: the log is written in order, so this need not wait.
const UNFLUSHED = "unflushed as (select set_config('synchronous_commit', 'off', true))";

/** Notes that these objects lie in a spool and not in the object store yet. */
export async function notePlaces(sql: Sql, spoolId: string, keys: readonly string[]): Promise<void> {
  await sql.query({
    name: "blob-note-places",
    text: `with ${UNFLUSHED} insert into blob_place (key, spool_id)
      select key, $1 from unflushed, unnest($2::text[]) as key
      on conflict (key, spool_id) do update set since = now()`,
    values: [spoolId, keys],
  });
}

/** These objects are in the object store now. */
export async function forgetPlaces(sql: Sql, spoolId: string, keys: readonly string[]): Promise<void> {
  await sql.query({
    name: "blob-forget-places",
    text: `with ${UNFLUSHED} delete from blob_place using unflushed where spool_id = $1 and key = any($2::text[])`,
    values: [spoolId, keys],
  });
}

/** The spools in which an object waits; empty: it is in the object store, or nowhere. */
export async function placesOf(sql: Sql, key: string): Promise<BlobPlace[]> {
  const { rows } = await sql.query<BlobPlace>(
    `select blob_spool.name as spool, seen_at as "seenAt" from blob_place join blob_spool on blob_spool.id = spool_id
     where key = $1 order by seen_at desc`,
    [key],
  );
  return rows;
}

/** Says that a server lives and how much waits in its spool. */
export async function noteSpool(
  sql: Sql,
  spool: { readonly id: string; readonly name: string; readonly objects: number; readonly bytes: number },
): Promise<void> {
  await sql.query(
    `insert into blob_spool (id, name, objects, bytes) values ($1, $2, $3, $4)
     on conflict (id) do update set name = $2, objects = $3, bytes = $4, seen_at = now()`,
    [spool.id, spool.name, spool.objects, spool.bytes],
  );
}

/** Drops what is said of this spool and is not so any more: all older than a minute but these keys. */
export async function forgetOtherPlaces(sql: Sql, spoolId: string, keys: readonly string[]): Promise<void> {
  await sql.query(
    `delete from blob_place where spool_id = $1 and since < now() - interval '1 minute' and not key = any($2::text[])`,
    [spoolId, keys],
  );
}

/**
 * Takes note of the blob store of this database at the first call (`isNew`); later calls return the one that was noted. Two
 * servers with two folders on one database would each miss half of the images.
 */
export async function blobStoreOf(
  sql: Sql,
  id: string,
  place: string,
): Promise<{ id: string; place: string; isNew: boolean }> {
  const made = await sql.query("insert into blob_store (id, place) values ($1, $2) on conflict do nothing", [
    id,
    place,
  ]);
  const { rows } = await sql.query<{ id: string; place: string }>("select id, place from blob_store");
  return { ...rows[0]!, isNew: made.rowCount === 1 };
}
