import type { Sql } from "../pool.ts";

/** The organisation of a peer; null when there is none. */
export async function peerOwner(sql: Sql, peerId: string): Promise<string | null> {
  const { rows } = await sql.query("select organisation_id from peer where id = $1", [peerId]);
  return rows[0]?.organisation_id ?? null;
}

/** The organisation of a transfer; null when there is none. */
export async function transferOwner(sql: Sql, transferId: string): Promise<string | null> {
  const { rows } = await sql.query("select organisation_id from transfer where id = $1", [transferId]);
  return rows[0]?.organisation_id ?? null;
}
