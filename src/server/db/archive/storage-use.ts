import { type Pool, transaction } from "../pool.ts";

/** Objects and bytes that an organisation received on one day. */
export interface StorageDay {
  readonly day: string;
  readonly objects: number;
  readonly bytes: number;
}

/** How much is kept: of one organisation by day, of the whole installation, and the database. */
export interface StorageUse {
  readonly days: readonly StorageDay[];
  readonly own: { readonly objects: number; readonly bytes: number };
  readonly all: { readonly objects: number; readonly bytes: number };
  readonly databaseBytes: number;
}

const SHOWN_DAYS = 30;

/**
 * What is kept. Objects are added up once, by the order in which they came; those of the last ten minutes, which other
 * transactions may still be adding to, are counted afresh each time: nobody counts the whole index. Versions and files in
 * quarantine are not in it.
 */
export async function storageUse(pool: Pool, organisationId: string): Promise<StorageUse> {
  return transaction(pool, async (sql) => {
    await sql.query("select from storage_cursor for update");
    await sql.query(
      `with settled as (select instance.organisation_id, instance.received_at::date as day, count(*) as objects, sum(size) as bytes,
           max(instance.id) as last
         from instance, storage_cursor where instance.id > storage_cursor.instance_id and instance.id < coalesce(
           (select min(id) from instance, storage_cursor where id > storage_cursor.instance_id and received_at > now() - interval '10 minutes'),
           9223372036854775807)
         group by 1, 2),
       added as (insert into storage_day (organisation_id, day, objects, bytes) select organisation_id, day, objects, bytes from settled
         on conflict (organisation_id, day) do update set objects = storage_day.objects + excluded.objects,
           bytes = storage_day.bytes + excluded.bytes)
       update storage_cursor set instance_id = greatest(instance_id, (select max(last) from settled))`,
    );
    const { rows } = await sql.query<StorageDay & { own: boolean }>(
      `select to_char(day, 'YYYY-MM-DD') as day, own, sum(objects)::bigint as objects, sum(bytes)::bigint as bytes from (
         select day, organisation_id = $1 as own, objects, bytes from storage_day
         union all select received_at::date, organisation_id = $1, 1, size from instance, storage_cursor
           where instance.id > storage_cursor.instance_id) counted
       group by day, own order by day desc`,
      [organisationId],
    );
    const size = await sql.query<{ bytes: number }>("select pg_database_size(current_database()) as bytes");
    const sum = (list: readonly StorageDay[]) => ({
      objects: list.reduce((n, one) => n + Number(one.objects), 0),
      bytes: list.reduce((n, one) => n + Number(one.bytes), 0),
    });
    const own = rows.filter((row) => row.own);
    const days = own.slice(0, SHOWN_DAYS).map(({ day, objects, bytes }) => ({
      ...{ day, objects: Number(objects), bytes: Number(bytes) },
    }));
    return { days, own: sum(own), all: sum(rows), databaseBytes: Number(size.rows[0]!.bytes) };
  });
}

/** One sweep of the blob store. */
export interface SweepView {
  readonly at: string;
  readonly setAside: number;
  readonly tookMs: number;
}

export async function lastSweeps(pool: Pool): Promise<SweepView[]> {
  const { rows } = await pool.query<SweepView>(
    `select at, set_aside as "setAside", took_ms as "tookMs" from blob_sweep order by id desc limit 10`,
  );
  return rows;
}

/** Writes down what a sweep found; of those that found nothing the last is kept. */
export async function noteSweep(pool: Pool, setAside: number, tookMs: number): Promise<void> {
  await pool.query("insert into blob_sweep (set_aside, took_ms) values ($1, $2)", [setAside, tookMs]);
  await pool.query("delete from blob_sweep where set_aside = 0 and id < (select max(id) from blob_sweep)");
}
