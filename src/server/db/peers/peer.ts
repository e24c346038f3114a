/** What a peer may do here. `retrieve` is C-MOVE and C-GET; `commit` is storage commitment. */
export const PERMISSIONS = ["echo", "store", "find", "retrieve", "worklist", "mpps", "commit"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** An application entity that we know: one row of the table `peer`. */
export interface Peer {
  readonly id: string;
  readonly organisationId: string;
  readonly aeTitle: string;
  /** Name or address; empty when it only calls us. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** A call under this title must come from `host`. */
  readonly addressCheck: boolean;
  readonly permissions: readonly Permission[];
  readonly note: string;
  readonly active: boolean;
}

export const PEER_COLUMNS = `peer.id, peer.organisation_id as "organisationId", peer.ae_title as "aeTitle", peer.host, peer.port,
  peer.tls, peer.address_check as "addressCheck", peer.permissions, peer.note, peer.active`;
