import type { Sql } from "../pool.ts";
import { PEER_COLUMNS, type Peer } from "./peer.ts";

export async function peerByTitle(sql: Sql, aeTitle: string): Promise<Peer | undefined> {
  const { rows } = await sql.query<Peer>(`select ${PEER_COLUMNS} from peer where ae_title = $1`, [aeTitle]);
  return rows[0];
}

export async function readPeer(sql: Sql, id: string): Promise<Peer | undefined> {
  const { rows } = await sql.query<Peer>(`select ${PEER_COLUMNS} from peer where id = $1`, [id]);
  return rows[0];
}
