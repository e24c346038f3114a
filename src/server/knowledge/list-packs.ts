import type { ListedPack, PackDeed, PackList } from "../../cases/pack-views.ts";
import type { Pack } from "../../knowledge/index.ts";
import { referenceOf } from "../../knowledge/pack.ts";
import type { Pool } from "../db/pool.ts";
import type { PacksInForce } from "./packs-in-force.ts";

const MOST_DEEDS = 200;

/** What is in force, where it came from, what is not and why, and the log of the last deeds. */
export async function listPacks(pool: Pool, inForce: PacksInForce, now: string): Promise<PackList> {
  const deed = `s.pack, v.files->>'pack.json' as header, v.version, s.hash, s.why, p.name as by, s.at, s.signature,
    k.name as "keyName", k.revoked_at as "revokedAt", k.revoked_why as "revokedWhy"
    from pack_standing s left join pack_key k on k.key_id = s.signature->>'keyId' and s.signature->>'state' = 'signed'
    left join pack_version v on v.hash = s.hash left join person p on p.id = s.person`;
  const { rows: log } = await pool.query(`select ${deed} order by s.seq desc limit ${MOST_DEEDS}`);
  const { rows: last } = await pool.query(`select distinct on (s.pack) ${deed} order by s.pack, s.seq desc`);
  const deeds = last.map(deedOf);
  const shippedOf = new Map(inForce.shipped.map((pack) => [pack.id, pack]));
  const other = (id: string, hash: string | null) => {
    const shipped = shippedOf.get(id);
    return shipped && shipped.hash !== hash ? { version: shipped.version, hash: shipped.hash } : null;
  };
  const listed = (pack: Pack): ListedPack => ({
    ...referenceOf(pack, now),
    recommendations: pack.recommendations.length,
    trials: pack.trials.length,
    scales: pack.scales.length,
    from: deeds.find((one) => one.hash === pack.hash && one.pack === pack.id) ?? "with Willis",
    shipped: other(pack.id, pack.hash),
  });
  const removed = deeds
    .filter((one) => one.hash === null)
    .map((one) => ({ pack: one.pack, why: one.why, shipped: other(one.pack, null) }));
  const unread = inForce.unreadable().map(({ pack, hash, why }) => ({ pack, why, shipped: other(pack, hash) }));
  return { packs: inForce.current().map(listed), silent: [...unread, ...removed], log: log.map(deedOf) };
}

function deedOf(row: {
  pack: string;
  header: string | null;
  version: string | null;
  hash: string | null;
  why: string;
  by: string | null;
  at: Date;
  signature: Record<string, string>;
  keyName: string | null;
  revokedAt: Date | null;
  revokedWhy: string | null;
}): PackDeed {
  const { header, at, keyName, revokedAt, revokedWhy, ...deed } = row;
  const key = keyName === null ? null : { name: keyName, revokedAt: revokedAt?.toISOString() ?? null, revokedWhy };
  return { ...deed, key, title: header === null ? null : titleOf(header), at: at.toISOString() };
}

function titleOf(header: string): string | null {
  try {
    return (JSON.parse(header) as { title?: string }).title ?? null;
  } catch {
    return null;
  }
}
