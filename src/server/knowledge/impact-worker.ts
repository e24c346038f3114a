import { parentPort, workerData } from "node:worker_threads";
import { openPool } from "../db/pool.ts";
import { type DecidedSpan, type ImpactPacks, impactOnDecided, type PartOfImpact } from "./impact-decided.ts";

/** One span of decisions, to be counted with a connection of its own. */
export interface ImpactTask {
  readonly connectionString: string;
  readonly packs: ImpactPacks;
  readonly now: string;
  readonly span: DecidedSpan;
}

export type ImpactReply =
  | { readonly kind: "seen"; readonly count: number }
  | { readonly kind: "done"; readonly part: PartOfImpact }
  /** `code` of the database or the net: what passes is tried again. */
  | { readonly kind: "failed"; readonly message: string; readonly code: string | null };

const send = (reply: ImpactReply): void => parentPort?.postMessage(reply);
const { connectionString, packs, now, span } = workerData as ImpactTask;
const pool = openPool(connectionString, 1);
try {
  const part = await impactOnDecided(pool, packs, now, span, (count) => send({ kind: "seen", count }));
  send({ kind: "done", part });
} catch (error) {
  const { message, code } = error as Error & { code?: unknown };
  send({ kind: "failed", message, code: typeof code === "string" ? code : null });
} finally {
  await pool.end();
}
