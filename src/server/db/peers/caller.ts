import type { Sql } from "../pool.ts";
import { PEER_COLUMNS, type Peer, type Permission } from "./peer.ts";

/** Who is at the other end of an association, and what it may do. */
export interface Caller {
  readonly aeTitle: string;
  /** What it sends belongs to this organisation; what it asks for is what people of this organisation may see. */
  readonly organisationId: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Null for a title that is in no row of `peer`: it may be served by the old list of its organisation, or is unknown. */
  readonly peer: Peer | null;
  /** An organisation has written down this title. */
  readonly known: boolean;
}

const SENDER: ReadonlySet<Permission> = new Set(["echo", "store"]);

/**
 * The caller of an AE title: a peer; else a title that an organisation lists as its own; else a stranger, whose objects go
 * to the hub that was there first. Undefined when there is no organisation at all, or the peer is switched off.
 */
export async function callerOf(sql: Sql, aeTitle: string): Promise<Caller | undefined> {
  const { rows } = await sql.query<Peer>(`select ${PEER_COLUMNS} from peer where ae_title = $1`, [aeTitle]);
  const peer = rows[0];
  if (peer) {
    const { organisationId } = peer;
    return peer.active
      ? { aeTitle, organisationId, permissions: new Set(peer.permissions), peer, known: true }
      : undefined;
  }
  const owner = await sql.query<{ id: string; known: boolean }>(
    `select id, ae_titles @> array[$1::text] as known from organisation
     where ae_titles @> array[$1::text] or kind = 'hub' order by known desc, created_at, id limit 1`,
    [aeTitle],
  );
  const found = owner.rows[0];
  return found && { aeTitle, organisationId: found.id, permissions: SENDER, peer: null, known: found.known };
}
