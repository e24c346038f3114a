import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { uidOf } from "../../src/dicom/uid.ts";
import type { Pool } from "../../src/server/db/pool.ts";
import { buildWeb } from "../../src/server/web-build.ts";
import { ctStack } from "../conformance/images.ts";
import { perfusionSeries } from "../perfusion-series.ts";
import { type Cluster, type Part, type Server, startCluster } from "./cluster.ts";
import { roundRobin, type Sent, sha256 } from "./round-robin.ts";

/**
 * WILLIS_TEST_CHAOS_MINUTES=10 and WILLIS_TEST_S3=swift make the long run; WILLIS_TEST_CHAOS_ACK=spool acknowledges what
 * is flushed on the disk of the server, which then keeps its disk.
 */
const MINUTES = Number(process.env.WILLIS_TEST_CHAOS_MINUTES || 0);
const ACKNOWLEDGE = process.env.WILLIS_TEST_CHAOS_ACK === "spool" ? "spool" : "uploaded";
const LANES = MINUTES > 0 ? 4 : 2;
const EACH = MINUTES > 0 ? 4 : 2; // objects in one request
const REST_MS = MINUTES > 0 ? 3000 : 700;
const OUTAGE_MS = MINUTES > 0 ? 2000 : 400;

let cluster: Cluster | null = null;
before(async () => {
  await buildWeb(() => {});
  cluster = await startCluster({ servers: 3, workers: 2, acknowledge: ACKNOWLEDGE });
});
after(() => cluster?.stop());

function objects(lane: number, round: number): Sent[] {
  const name = `chaos-${lane}-${round}`;
  const { studyUid, seriesUid, files } = ctStack(name, EACH, 64);
  return files.map((bytes, k) => ({ studyUid, seriesUid, sopUid: uidOf(`${name} slice ${k}`), bytes }));
}

/** Until every server says that it is ready, as a load balancer waits. */
async function allReady(servers: readonly Server[]): Promise<void> {
  for (const { url, name } of servers)
    for (let tries = 0; ; tries++) {
      if (
        await fetch(`${url}/health/ready`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        break;
      assert.ok(tries < 300, `${name} is not ready 30 s after what it needs has returned`);
      await sleep(100);
    }
}

test("three servers and two workers on one database and one bucket: any may be killed under load, and nothing is lost", async (t) => {
  if (!cluster)
    return t.skip(
      `there is no object store "${process.env.WILLIS_TEST_S3}" here: install swift-proxy, swift-account, swift-container, swift-object`,
    );
  const { servers, workers, postgres, store, token, pool } = cluster;
  const client = roundRobin(servers, token);
  const acknowledged: Sent[] = [];
  const wrong: string[] = [];
  let loading = true;
  let reads = 0;

  const write = async (lane: number): Promise<void> => {
    for (let round = 0; loading; round++) {
      const sent = objects(lane, round);
      await client.store(sent);
      acknowledged.push(...sent);
    }
  };
  const read = async (): Promise<void> => {
    for (let k = 0; loading; k++) {
      const one = acknowledged[(k * 7919) % Math.max(1, acknowledged.length)];
      if (!one) await sleep(50);
      else if ((await client.digest(one)) === sha256(one.bytes)) reads++;
      else wrong.push(one.sopUid);
    }
  };
  const load = Promise.all([...Array.from({ length: LANES }, (_, lane) => write(lane)), read()]);
  let failed: unknown = null;
  load.catch((error: unknown) => {
    failed = error;
  });

  /** A series for the workers to compute, which are killed meanwhile. */
  const heads: string[] = [];
  const storeHead = async (n: number): Promise<string[]> => {
    const [studyUid, seriesUid] = [uidOf(`chaos head study ${n}`), uidOf(`chaos head series ${n}`)];
    const images = perfusionSeries(studyUid, seriesUid, 30).map((one) => ({ ...one, studyUid, seriesUid }));
    for (let at = 0; at < images.length; at += 6) await client.store(images.slice(at, at + 6));
    acknowledged.push(...images);
    return [seriesUid];
  };

  const began = performance.now();
  const killed = new Map<string, number>();
  const some: Part[] = [servers[0]!, store, workers[0]!, postgres];
  const victims = MINUTES > 0 ? [...some, servers[1]!, store, servers[2]!, workers[1]!] : some;
  const enough = () => (MINUTES > 0 ? performance.now() - began > MINUTES * 60_000 : killed.size === victims.length);
  try {
    for (let k = 0; !enough() && !failed; k++) {
      const victim = victims[k % victims.length]!;
      const needed = victim === store || victim === postgres;
      await sleep(REST_MS);
      client.outage = needed;
      await victim.kill();
      await sleep(OUTAGE_MS);
      await victim.start();
      if (needed) await allReady(servers);
      client.outage = false;
      if (MINUTES > 0 && victim.name.startsWith("worker")) heads.push(...(await storeHead(heads.length)));
      killed.set(victim.name, (killed.get(victim.name) ?? 0) + 1);
    }
    await sleep(REST_MS);
  } finally {
    loading = false; // the lanes end, whatever went wrong
  }
  await load;
  const seconds = (performance.now() - began) / 1000;

  const { rows } = await pool.query<{ sop_uid: string; n: number }>(
    "select sop_uid, count(*)::int as n from instance group by sop_uid",
  );
  const indexed = new Map(rows.map((row) => [row.sop_uid, row.n]));
  const missing = acknowledged.filter((one) => indexed.get(one.sopUid) !== 1);
  const unreadable: string[] = [];
  for (const server of servers) {
    const direct = roundRobin([server], token);
    const left = acknowledged.filter((_, i) => i % servers.length === servers.indexOf(server));
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let one = left.pop(); one; one = left.pop())
          if ((await direct.digest(one)) !== sha256(one.bytes)) unreadable.push(`${one.sopUid} at ${server.name}`);
      }),
    );
  }
  const { tries, refused, most, mostAlone, statuses } = client.counts;
  t.diagnostic(
    `${seconds.toFixed(0)} s on ${cluster.storeName}, acknowledged when ${ACKNOWLEDGE === "spool" ? "in the spool" : ACKNOWLEDGE}: ${acknowledged.length} objects acknowledged, ${reads} read under load, ` +
      `${[...killed].map(([name, n]) => `${name} killed ${n}x`).join(", ")}; ${refused} of ${tries} tries refused ` +
      `(${[...statuses].map(([status, n]) => `${status || "no answer"}: ${n}`).join(", ") || "none"}), most tries of one request: ${mostAlone} with one server or worker dead, ${most} with database or store away; ` +
      `acknowledged but missing ${missing.length}, unreadable ${unreadable.length}, read wrong ${wrong.length}`,
  );
  assert.ok(acknowledged.length > 20 && reads > 20, "there was a load");
  assert.deepEqual(
    missing.map((one) => one.sopUid),
    [],
  );
  assert.deepEqual(unreadable, []);
  assert.deepEqual(wrong, []);
  if (ACKNOWLEDGE === "uploaded")
    // else what lies in the spool of the dead one is read when it returns
    assert.ok(
      mostAlone <= 2,
      `one retry at the next server is enough while one is dead; ${mostAlone} tries were needed`,
    );
  const { rows: counts } = await pool.query(
    `select (select count(*)::int from study where instance_count <>
         (select count(*) from instance join series on series.id = series_id where study_id = study.id)) as miscounted,
       (select count(*)::int from instance_version) as versions,
       (select count(*)::int from (select from patient group by patient_id having count(*) > 1)) as patients`,
  );
  assert.deepEqual(counts, [{ miscounted: 0, versions: 0, patients: 0 }], "counted right, whoever counted");
  for (const series of heads) await analysedOnce(pool, series);
  if (heads.length > 0)
    t.diagnostic(`${heads.length} perfusion series stored while workers were killed: each analysed once`);
});

async function analysedOnce(pool: Pool, seriesUid: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const { rows } = await pool.query(
      "select state, error from analysis join series on series.id = series_id where series_uid = $1",
      [seriesUid],
    );
    if (rows.length === 1 && rows[0].state === "done") return;
    assert.ok(tries < 240 && rows.length <= 1, `series ${seriesUid} after 2 minutes: ${JSON.stringify(rows)}`);
    await sleep(500);
  }
}
