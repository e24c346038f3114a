import type { Sql } from "../pool.ts";

/** The organisation where a scheduled step is done; null when there is none. */
export async function stepOwner(sql: Sql, stepId: string): Promise<string | null> {
  const { rows } = await sql.query("select organisation_id from scheduled_step where id = $1", [stepId]);
  return rows[0]?.organisation_id ?? null;
}
