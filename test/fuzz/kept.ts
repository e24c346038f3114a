import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { OneServer } from "../chaos/one-server.ts";
import type { Outcome } from "./send.ts";

/** What the server has of what it said it has. */
export interface Kept {
  readonly objects: number;
  readonly versions: number;
  readonly quarantined: number;
  /** Mutants that it called stored or quarantined, and has not, or has with other bytes. */
  readonly lost: readonly string[];
}

const MOST_HEAD = 2000; // bytes

export function named({ mutant, via, status }: Outcome): string {
  return `mutant ${mutant.number} (${mutant.way} of ${mutant.kind.name}) by ${via}, answered ${status.toString(16)}`;
}

export async function kept(server: OneServer, outcomes: readonly Outcome[]): Promise<Kept> {
  return server.look(async (pool) => {
    const all = async (sql: string) => (await pool.query<{ digest: Buffer; blob_key: string; size: number }>(sql)).rows;
    const rows = [
      ...(await all("select digest, blob_key, size from instance")),
      ...(await all("select digest, blob_key, size from instance_version")),
    ];
    const stored = new Set(rows.map((row) => row.digest.toString("hex")));
    const { rows: put } = await pool.query<{ digest: Buffer }>("select digest from quarantine");
    const aside = new Set(put.map((row) => row.digest.toString("hex")));
    const count = async (table: string) =>
      (await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n;
    /** The same data set under another file head is the same object: it is there once, with the head that came first. */
    const underOtherHead = async ({ mutant }: Outcome): Promise<boolean> => {
      const dataSet = mutant.file.subarray(mutant.start);
      for (const { blob_key, size } of rows) {
        if (size < dataSet.length || size > dataSet.length + MOST_HEAD) continue;
        const bytes = await readFile(join(server.home, "blobs/objects", blob_key.slice(0, 2), blob_key));
        if (bytes.subarray(bytes.length - dataSet.length).equals(dataSet)) return true;
      }
      return false;
    };
    const lost: string[] = [];
    for (const outcome of outcomes) {
      if (outcome.said === "stored" && !stored.has(outcome.digest) && !(await underOtherHead(outcome)))
        lost.push(named(outcome));
      if (outcome.said === "quarantined" && !aside.has(outcome.digest)) lost.push(named(outcome));
    }
    const [objects, versions, quarantined] = [await count("instance"), await count("instance_version"), put.length];
    return { objects, versions, quarantined, lost };
  });
}
