import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Pool } from "./pool.ts";
import { transaction } from "./pool.ts";

const FOLDER = new URL("./migrations/", import.meta.url);
const LOCK = 77_105_108; // one migrator at a time, over all servers on this database

/** Brings the schema up to date; a migration that was changed after it ran is refused. Returns what was applied. */
export async function migrate(pool: Pool): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  return transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock($1)", [LOCK]);
    await sql.query(
      `create table if not exists migration (name text primary key, digest text not null, at timestamptz not null default now())`,
    );
    const { rows } = await sql.query<{ name: string; digest: string }>("select name, digest from migration");
    const done = new Map(rows.map((row) => [row.name, row.digest]));
    const applied: string[] = [];
    for (const name of files) {
      const text = await readFile(new URL(name, FOLDER), "utf8");
      const digest = createHash("sha256").update(text).digest("hex");
      const before = done.get(name);
      if (before === digest) continue;
      if (before) throw new Error(`migration ${name} was changed after it ran; write a new one instead`);
      await sql.query(text);
      await sql.query("insert into migration (name, digest) values ($1, $2)", [name, digest]);
      applied.push(name);
    }
    return applied;
  });
}
