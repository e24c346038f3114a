import assert from "node:assert/strict";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { buildWeb } from "../../src/server/web-build.ts";
import { type OneServer, oneServer } from "../chaos/one-server.ts";
import { kept, named } from "./kept.ts";
import { allKinds, type Kind } from "./kinds.ts";
import { mutant, nested } from "./mutants.ts";
import { slowMs } from "./patience.ts";
import { readBack } from "./read-back.ts";
import { byStow, dimseSender, type Outcome } from "./send.ts";

/**
 * WILLIS_FUZZ_MUTANTS=20000 makes the long run, half by STOW and half by C-STORE; WILLIS_FUZZ_SEED another one. A failure
 * names the mutant: WILLIS_FUZZ_ONLY=12345 sends that one alone, both ways.
 */
const SEED = Number(process.env.WILLIS_FUZZ_SEED || 1);
const MUTANTS = Number(process.env.WILLIS_FUZZ_MUTANTS || 500);
const ONLY = process.env.WILLIS_FUZZ_ONLY;
const LONG = MUTANTS > 500;
const AT_ONCE = 2;
/** Resident memory of the server with its threads: two that parse (512 MB of heap at most each), two that decode. */
const MOST_MB = 1200;

/** Failure reasons of PS3.18 table I.2-2 (with the ranges of PS3.4 table B.2-1 that it takes over). */
const isReason = (code: number): boolean =>
  [0x0110, 0x0122, 0x0124, 0xc122].includes(code) || [0xa7, 0xa9].includes(code >> 8) || code >> 12 === 0xc;
/** Palettes, templates and protocols: of no patient, so their presentation contexts are not taken (PS3.4 annex GG). */
const OF_NO_PATIENT = /^1\.2\.840\.10008\.5\.1\.4\.(38|39|43|44|45)\.1$/;
/** Statuses of C-STORE: PS3.4 table B.2-1 and PS3.7 9.1.1.1.9. */
const isStatus = (code: number): boolean =>
  [0x0000, 0xb000, 0xb006, 0xb007, 0x0110, 0x0111, 0x0117, 0x0122, 0x0124, 0x0210, 0x0211, 0x0212, 0x0213].includes(
    code,
  ) ||
  [0xa7, 0xa9].includes(code >> 8) ||
  code >> 12 === 0xc;

let folder = "";
let server: OneServer;
let kinds: Kind[] = [];
let pid: number | null = null;
const outcomes: Outcome[] = [];
before(async () => {
  await buildWeb(() => {});
  folder = await mkdtemp(join(tmpdir(), "willis-fuzz-"));
  await chmod(folder, 0o755);
  kinds = await allKinds();
  server = await oneServer(join(folder, "home"));
  await server.start();
  ({ pid } = server);
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

function numbers(): number[] {
  return ONLY === undefined ? Array.from({ length: MUTANTS }, (_, k) => k) : [Number(ONLY)];
}

function alive(): void {
  assert.equal(server.pid, pid);
  assert.doesNotThrow(() => process.kill(pid!, 0), `the server died:\n${server.said.slice(-3000)}`);
}

/** An answer that came late on a busy machine is asked for again, alone: it is the server that is measured. */
async function lateOnes(t: TestContext, all: readonly Outcome[], again: (o: Outcome) => Promise<Outcome | null>) {
  const late = all.filter((o) => o.ms > slowMs());
  const slow: string[] = [];
  for (const outcome of late) {
    const second = await again(outcome);
    if (second && second.ms > slowMs())
      slow.push(`${named(outcome)}: ${Math.round(outcome.ms)} ms, then ${Math.round(second.ms)} ms`);
  }
  const sorted = all.map((o) => o.ms).sort((a, b) => a - b);
  const at = (q: number) => Math.round(sorted[Math.floor(q * (sorted.length - 1))] ?? 0);
  t.diagnostic(`median ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms; ${late.length} late ones asked again`);
  assert.deepEqual(slow, []);
}

function tally(t: TestContext, all: readonly Outcome[], kindOf: (o: Outcome) => string): void {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(kindOf(one), (counts.get(kindOf(one)) ?? 0) + 1);
  const words = [...counts].sort((a, b) => b[1] - a[1]).map(([what, n]) => `${what}: ${n}`);
  t.diagnostic(`seed ${SEED}, ${all.length} mutants of ${kinds.length} kinds; ${words.join(", ")}`);
}

test("sequences in sequences, 20,000 deep (the body that ends other archives): refused with words, and kept", async () => {
  const kind = kinds[0]!;
  for (const defined of [false, true]) {
    const parts = [kind.file.subarray(0, kind.pixelsAt), nested(20_000, defined), kind.file.subarray(kind.pixelsAt)];
    const file = Buffer.concat(parts);
    const one = { number: -1, way: "nested", kind, file, sopUid: kind.sopUid, start: kind.start };
    const sender = dimseSender(server, kinds, "NESTED");
    const both = [await byStow(server, one), (await sender.send(one))!];
    sender.end();
    alive();
    assert.deepEqual(
      both.map(({ said, status, reason }) => [said, reason ?? status]),
      [
        ["quarantined", 0xc000],
        ["quarantined", 0xc000],
      ],
    );
    assert.match(both[0]!.words, /nested/i);
    outcomes.push(...both);
  }
});

test("mutants by STOW: each is stored, or refused with a reason of the standard", async (t) => {
  const mine = numbers().filter((n) => ONLY !== undefined || n % 2 === 0);
  const sent: Outcome[] = [];
  const lane = async (): Promise<void> => {
    for (let n = mine.pop(); n !== undefined; n = mine.pop()) {
      const one = mutant(kinds, SEED, n);
      sent.push(
        await byStow(server, one).catch((error) =>
          assert.fail(`mutant ${n} (${one.way} of ${one.kind.name}): ${error}`),
        ),
      );
      if (n % 64 === 0) alive();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  alive();
  outcomes.push(...sent);
  tally(t, sent, (o) =>
    o.said === "stored" ? `stored ${o.status}` : `${o.said} ${o.reason?.toString(16) ?? o.status}`,
  );
  for (const one of sent) {
    assert.ok(
      [200, 202, 409].includes(one.status) || (one.status === 400 && one.mutant.file.length === 0),
      `${named(one)}: ${one.words}`,
    );
    if (one.said !== "stored" && one.reason !== null) {
      assert.ok(isReason(one.reason), `${named(one)}: ${one.reason.toString(16)} is no failure reason`);
      assert.ok(one.words.length > 10, `${named(one)} is refused without words`);
    }
    assert.ok(one.reason !== 0xa700 && one.reason !== 0x0110, `${named(one)}: a fault of ours: ${one.words}`);
  }
  await lateOnes(t, sent, (o) => byStow(server, o.mutant));
});

test("mutants by C-STORE, sent as raw PDUs: each is stored, or refused with a status of the standard", async (t) => {
  const mine = numbers().filter((n) => ONLY !== undefined || n % 2 === 1);
  const sent: Outcome[] = [];
  let associations = 0;
  const lane = async (k: number): Promise<void> => {
    const sender = dimseSender(server, kinds, `FUZZ${k}`);
    for (let n = mine.pop(); n !== undefined; n = mine.pop()) {
      const one = mutant(kinds, SEED, n);
      const outcome = await sender.send(one);
      assert.equal(outcome === null, OF_NO_PATIENT.test(one.kind.sopClass), `${one.kind.name}: presentation context`);
      if (outcome) sent.push(outcome);
      if (n % 64 === 1) alive();
    }
    sender.end();
    associations += sender.associations;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, k) => lane(k)));
  alive();
  outcomes.push(...sent);
  tally(t, sent, (o) => `${o.said} ${o.status.toString(16)}`);
  t.diagnostic(`${associations} associations were needed`);
  for (const one of sent) {
    assert.notEqual(one.said, "broken off", `${named(one)}: ${one.words}`);
    assert.ok(isStatus(one.status), `${named(one)}: no status of C-STORE`);
    assert.ok(one.said !== "refused" && one.status !== 0x0110, `${named(one)}: a fault of ours`);
  }
  const again = dimseSender(server, kinds, "FUZZ");
  await lateOnes(t, sent, (o) => again.send(o.mutant));
  again.end();
});

test("what was called stored or quarantined is there, byte for byte", async (t) => {
  const found = await kept(server, outcomes);
  t.diagnostic(
    `${found.objects} objects, ${found.versions} versions, ${found.quarantined} in quarantine; lost ${found.lost.length}`,
  );
  assert.deepEqual(found.lost, []);
  const refused = new Set(outcomes.filter((o) => o.said === "quarantined").map((o) => o.digest));
  const { n } = await server.look(
    async (pool) =>
      (await pool.query<{ n: number }>("select count(distinct digest)::int as n from quarantine")).rows[0]!,
  );
  assert.equal(n, refused.size, "quarantine holds exactly what was refused for its content");
});

test("every mutant that was stored can be asked for: an answer or words, at once", async (t) => {
  const { asked, statuses, slow, wordless, faults } = await readBack(server, LONG ? 4000 : 150);
  alive();
  t.diagnostic(
    `${asked} requests: ${[...statuses]
      .sort()
      .map(([what, n]) => `${what} ${n}`)
      .join(", ")}`,
  );
  assert.deepEqual([slow, wordless, faults], [[], [], []]);
});

test("its memory stays bounded", async (t) => {
  const peak = await server.peakMb();
  t.diagnostic(`peak ${Math.round(peak)} MB`);
  assert.ok(peak < MOST_MB, `${peak} MB`);
  await sleep(0);
});
