import { problem, WillisError } from "../../core/errors.ts";
import { type CommittedObject, commitmentReport, FAILURE_REASON, failureWords } from "../../dicom/commitment.ts";
import { peerByTitle } from "../db/peers/read-peer.ts";
import type { Pool } from "../db/pool.ts";
import {
  type Commitment,
  claimCommitment,
  commitmentItems,
  holdCommitment,
  moveCommitment,
  readCommitment,
  settleItems,
} from "../db/workflow/commitments.ts";
import { askToCommit, reportOn, reportTo } from "./client/commit.ts";
import { checkObjects } from "./commitment-check.ts";
import { lookEvery } from "./looking.ts";
import type { DimseServices } from "./service.ts";
import type { Session } from "./session.ts";
import { dimseSettings } from "./settings.ts";

const LOOK_MS = 1000;
const BEAT_MS = 2000;
const AT_ONCE = 2;
/** With those that just came: whoever asks many times in a row does not have all of them read at once. */
const MOST_AT_ONCE = 8;
const SETTLE_EVERY = 50;
/** Pauses after failed tries, s; the last one again and again. A day and a half in all. */
const PAUSES = [5, 15, 60, 300, 900, 3600];
const MOST_TRIES = 40;
const STAY_MS = 5000;
const ANSWER_WITHIN_S = 24 * 3600;

interface Runner {
  readonly stopping: AbortSignal;
  readonly running: Set<Promise<void>>;
}

const runners = new WeakMap<Pool, Runner>();

/**
 * Works on requests for storage commitment, asked of us and by us. The row in the database is the queue: what a process
 * leaves behind when it is killed is taken up half a minute later by any other, or by itself after a restart.
 */
export function startCommitments(services: DimseServices): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const looking = lookEvery(LOOK_MS, "commitments", async (stopping) => {
    while (running.size < AT_ONCE && !stopping.aborted) {
      const next = await claimCommitment(services.pool);
      if (!next) return;
      begin(services, runner, next, null);
    }
  });
  const runner: Runner = { stopping: looking.stopping, running };
  runners.set(services.pool, runner);
  return {
    async stop() {
      await looking.stop();
      await Promise.all(running);
    },
  };
}

/** Begins at once with one that just came on an association, so that its result can go out on that. */
export function workOnCommitment(services: DimseServices, id: string, session: Session): void {
  const runner = runners.get(services.pool);
  if (!runner || runner.stopping.aborted) return; // it is taken up when its claim is stale
  const take = async (row: Commitment | undefined): Promise<void> => {
    if (!row) return;
    if (runner.running.size < MOST_AT_ONCE) begin(services, runner, row, session);
    else await moveCommitment(services.pool, id, row.state, { state: row.state }); // it waits its turn like the others
  };
  void readCommitment(services.pool, id)
    .then(take)
    .catch((error: Error) => console.error(`commitment ${id}: ${error.message}`));
}

function begin(services: DimseServices, { stopping, running }: Runner, row: Commitment, session: Session | null): void {
  const { pool } = services;
  const beat = setInterval(() => {
    holdCommitment(pool, row.id).catch((error: Error) => console.error(`commitment ${row.id}: ${error.message}`));
  }, BEAT_MS);
  const work = runCommitment(services, row, session, stopping)
    .catch((error: unknown) => console.error(`commitment ${row.id}: ${problem(error).detail}`))
    .finally(() => {
      clearInterval(beat);
      running.delete(work);
    });
  running.add(work);
}

async function runCommitment(
  services: DimseServices,
  row: Commitment,
  session: Session | null,
  stopping: AbortSignal,
): Promise<void> {
  let { state } = row;
  try {
    if (row.role === "user") return await ask(services, row, stopping);
    if (state === "queued") {
      await check(services, row, stopping);
      await moveCommitment(services.pool, row.id, "queued", { state: "checked" });
      state = "checked";
      await holdCommitment(services.pool, row.id); // it is still ours: the report follows
    }
    await report(services, row, session, stopping);
    await moveCommitment(services.pool, row.id, "checked", {
      state: "done",
      message: await failureText(services, row),
    });
  } catch (error) {
    if (stopping.aborted) return moveCommitment(services.pool, row.id, state, { state });
    if (!(error instanceof WillisError)) console.error(`commitment ${row.id}:`, error);
    const tries = (state === row.state ? row.attempts : 0) + 1;
    const again = tries < MOST_TRIES;
    await moveCommitment(services.pool, row.id, state, {
      ...{ state: again ? state : "failed", message: problem(error).detail, tried: true },
      inSeconds: PAUSES[Math.min(tries, PAUSES.length) - 1]!,
    });
  }
}

/** Reads and hashes what has no outcome yet. */
async function check(services: DimseServices, row: Commitment, stopping: AbortSignal): Promise<void> {
  const open = (await commitmentItems(services.pool, row.id)).filter(({ reason }) => reason === null);
  for (let at = 0; at < open.length; at += SETTLE_EVERY) {
    const settled: CommittedObject[] = [];
    const some = open.slice(at, at + SETTLE_EVERY);
    for await (const one of checkObjects(services, row.organisationId, some, stopping)) settled.push(one);
    await settleItems(services.pool, row.id, settled);
  }
}

/** On the association that asked while it is open, else on one of ours. */
async function report(
  services: DimseServices,
  row: Commitment,
  session: Session | null,
  stopping: AbortSignal,
): Promise<void> {
  const objects = (await commitmentItems(services.pool, row.id)).map((item) => ({
    ...item,
    reason: item.reason ?? FAILURE_REASON.processingFailure,
  }));
  const settings = dimseSettings(services.pool);
  const event = commitmentReport(row.transactionUid, objects, settings.aeTitle);
  if (session?.dimse.association.state === "open") {
    const told = await reportOn(session, event).then(
      () => true,
      () => false, // it went away, or does not take it there
    );
    if (told) return;
  }
  const peer = await peerByTitle(services.pool, row.aeTitle);
  if (!peer?.active || !peer.permissions.includes("commit"))
    throw new WillisError(
      "unavailable",
      `${row.aeTitle} is no peer that may ask for commitment: set it up under Peers.`,
    );
  await reportTo(peer, settings, event, stopping);
}

/** Which reasons there were, for a person. */
async function failureText(services: DimseServices, row: Commitment): Promise<string> {
  const counts = new Map<number, number>();
  for (const { reason } of await commitmentItems(services.pool, row.id))
    if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} × ${failureWords(reason)}`).join("; ");
}

async function ask(services: DimseServices, row: Commitment, stopping: AbortSignal): Promise<void> {
  const { pool } = services;
  if (row.state === "asked") {
    const message = `${row.aeTitle} did not report within a day.`;
    return moveCommitment(pool, row.id, "asked", { state: "failed", message });
  }
  const peer = await peerByTitle(pool, row.aeTitle);
  if (!peer?.active) throw new WillisError("unavailable", `${row.aeTitle} is switched off: switch it on to retry.`);
  const objects = await commitmentItems(pool, row.id);
  const stay = {
    ms: STAY_MS,
    asked: () => moveCommitment(pool, row.id, "queued", { state: "asked", inSeconds: ANSWER_WITHIN_S }),
    until: async () => stopping.aborted || (await readCommitment(pool, row.id))?.state === "done",
  };
  await askToCommit(peer, dimseSettings(pool), services, { ...row, objects }, stay, stopping);
}
