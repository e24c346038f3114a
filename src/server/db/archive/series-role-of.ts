import type { Sql } from "../pool.ts";

/** The role that a series has now, as tags or a person say. */
export async function roleOfSeries(sql: Sql, seriesId: number): Promise<string> {
  const { rows } = await sql.query<{ role: string }>("select role from series where id = $1", [seriesId]);
  return rows[0]?.role ?? "OTHER";
}
