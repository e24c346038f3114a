import type { StrangerCall } from "../../../cases/archive-views.ts";
import type { Sql } from "../pool.ts";

const MOST = 1000; // anybody can invent AE titles

/** A peer has called: to the minute, so that a sender with an association an image costs nothing. */
export async function peerCalled(sql: Sql, peerId: string): Promise<void> {
  await sql.query(
    `update peer set last_called_at = now()
     where id = $1 and (last_called_at is null or last_called_at < now() - interval '1 minute')`,
    [peerId],
  );
}

/** Somebody has called who is no peer, or was refused. */
export async function strangerCalled(
  sql: Sql,
  call: Pick<StrangerCall, "aeTitle" | "address" | "called" | "refused">,
): Promise<void> {
  const words = [call.aeTitle, call.address, call.called, call.refused].map((one) => one.replaceAll("\0", ""));
  const { rows } = await sql.query<{ fresh: boolean }>(
    `insert into stranger_call (ae_title, address, called, refused) values ($1, $2, $3, $4)
     on conflict (ae_title, address) do update
       set called = excluded.called, refused = excluded.refused, calls = stranger_call.calls + 1, last_at = now()
     returning xmax = 0 as fresh`,
    words,
  );
  if (!rows[0]?.fresh) return;
  await sql.query(
    `delete from stranger_call where (ae_title, address) in
       (select ae_title, address from stranger_call order by last_at desc offset ${MOST})`,
  );
}

/** The last ones first; those that are a peer by now are left out. */
export async function strangerCalls(sql: Sql): Promise<StrangerCall[]> {
  const { rows } = await sql.query<StrangerCall>(
    `select ae_title as "aeTitle", address, called, refused, calls, first_at as "firstAt", last_at as "lastAt"
     from stranger_call where refused <> '' or not exists (select from peer where peer.ae_title = stranger_call.ae_title)
     order by last_at desc limit 200`,
  );
  return rows;
}
