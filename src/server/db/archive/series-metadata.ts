import type { Sql } from "../pool.ts";

export interface SeriesMetadata {
  /** gzip of the JSON array. */
  readonly body: Buffer;
  readonly etag: string;
}

/**
 * The prepared metadata of a series, unless objects have come since. Without its body when it is still the one of the
 * tag that the caller has.
 */
export async function readSeriesMetadata(
  sql: Sql,
  seriesId: number,
  has = "",
): Promise<{ readonly body: Buffer | null; readonly etag: string } | undefined> {
  const { rows } = await sql.query<{ body: Buffer | null; etag: string }>({
    name: "archive-series-metadata",
    text: `select case when etag = $2 then null else body end as body, etag from series_metadata join series on series.id = series_id
      where series_id = $1 and series_metadata.instance_count = series.instance_count`,
    values: [seriesId, has],
  });
  return rows[0];
}

/** The header (gzip DICOM JSON) of each object of a series, in the order of their numbers. */
export async function instanceMetadata(sql: Sql, seriesId: number): Promise<Buffer[]> {
  const { rows } = await sql.query<{ metadata: Buffer }>({
    name: "archive-instance-metadata",
    text: "select metadata from instance where series_id = $1 order by number nulls last, id",
    values: [seriesId],
  });
  return rows.map((row) => row.metadata);
}

/** The header of one object. */
export async function oneMetadata(sql: Sql, seriesId: number, sopUid: string): Promise<Buffer | undefined> {
  const { rows } = await sql.query<{ metadata: Buffer }>({
    name: "archive-one-metadata",
    text: "select metadata from instance where sop_uid = $2 and series_id = $1",
    values: [seriesId, sopUid],
  });
  return rows[0]?.metadata;
}

/** The same by the id of its row. */
export async function headerOfInstance(sql: Sql, instanceId: number): Promise<Buffer | undefined> {
  const { rows } = await sql.query<{ metadata: Buffer }>({
    name: "archive-header-of-instance",
    text: "select metadata from instance where id = $1",
    values: [instanceId],
  });
  return rows[0]?.metadata;
}

/** Keeps what was built from `count` objects at a revision of the study; an older build never replaces a newer one. */
export async function saveSeriesMetadata(
  sql: Sql,
  seriesId: number,
  count: number,
  made: SeriesMetadata,
  revision: number,
): Promise<void> {
  await sql.query(
    `insert into series_metadata (series_id, instance_count, body, etag)
     select series.id, $2, $3, $4 from series join study on study.id = series.study_id
       where series.id = $1 and study.revision = $5 for key share of study
     on conflict (series_id) do update set instance_count = excluded.instance_count, body = excluded.body, etag = excluded.etag
     where series_metadata.instance_count <= excluded.instance_count`,
    [seriesId, count, made.body, made.etag, revision],
  );
}
