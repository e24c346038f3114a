import type { Sql } from "../pool.ts";
import { PEER_COLUMNS, type Peer } from "./peer.ts";

/** What an administrator says of a peer. */
export type PeerFields = Omit<Peer, "id" | "organisationId">;

const FIELDS = "ae_title, host, port, tls, address_check, permissions, note, active";

function values(peer: PeerFields): unknown[] {
  return [
    ...[peer.aeTitle, peer.host, peer.port, peer.tls, peer.addressCheck, [...new Set(peer.permissions)]],
    ...[peer.note, peer.active],
  ];
}

/** Undefined when the AE title is taken already. */
export async function createPeer(sql: Sql, organisationId: string, peer: PeerFields): Promise<Peer | undefined> {
  const { rows } = await sql.query<Peer>(
    `insert into peer (organisation_id, ${FIELDS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (ae_title) do nothing returning ${PEER_COLUMNS}`,
    [organisationId, ...values(peer)],
  );
  return rows[0];
}

/** Undefined when the new AE title is that of another peer. */
export async function changePeer(sql: Sql, id: string, peer: PeerFields): Promise<Peer | undefined> {
  const { rows } = await sql.query<Peer>(
    `update peer set (${FIELDS}, updated_at) = ($2, $3, $4, $5, $6, $7, $8, $9, now())
     where id = $1 and not exists (select from peer other where other.ae_title = $2 and other.id <> $1)
     returning ${PEER_COLUMNS}`,
    [id, ...values(peer)],
  );
  return rows[0];
}

/** Its transfers go with it; what it sent stays. */
export async function removePeer(sql: Sql, id: string): Promise<void> {
  await sql.query("delete from peer where id = $1", [id]);
}
