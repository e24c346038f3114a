import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Peer } from "../db/peers/peer.ts";

const KEPT_MS = 60_000;
const known = new Map<string, { until: number; addresses: Promise<readonly string[]> }>();

/** Whether a call from this address may be the peer: always when it has no host, or its address is not checked. */
export async function comesFrom(peer: Pick<Peer, "host" | "addressCheck">, remote: string): Promise<boolean> {
  if (!peer.addressCheck || peer.host === "") return true;
  return (await addressesOf(peer.host)).includes(plain(remote));
}

function plain(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}

/** Addresses of a host; asked again after a minute. A name that does not resolve has none. */
function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host)) return Promise.resolve([plain(host)]);
  const kept = known.get(host);
  if (kept && kept.until > performance.now()) return kept.addresses;
  const addresses = lookup(host, { all: true }).then(
    (found) => found.map(({ address }) => plain(address)),
    () => [],
  );
  known.set(host, { until: performance.now() + KEPT_MS, addresses });
  return addresses;
}
