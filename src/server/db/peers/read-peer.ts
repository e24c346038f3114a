import type { Sql } from "../pool.ts";
import { PEER_COLUMNS, type Peer } from "./peer.ts";

/** A peer with when it last called. */
export interface ListedPeer extends Peer {
  readonly lastCalledAt: Date | null;
}

export async function peerByTitle(sql: Sql, aeTitle: string): Promise<Peer | undefined> {
  const { rows } = await sql.query<Peer>(`select ${PEER_COLUMNS} from peer where ae_title = $1`, [aeTitle]);
  return rows[0];
}

export async function readPeer(sql: Sql, id: string): Promise<Peer | undefined> {
  const { rows } = await sql.query<Peer>(`select ${PEER_COLUMNS} from peer where id = $1`, [id]);
  return rows[0];
}

/** The peers of an organisation by AE title. */
export async function listPeers(sql: Sql, organisationId: string): Promise<ListedPeer[]> {
  const { rows } = await sql.query<ListedPeer>(
    `select ${PEER_COLUMNS}, peer.last_called_at as "lastCalledAt" from peer where organisation_id = $1 order by ae_title`,
    [organisationId],
  );
  return rows;
}
