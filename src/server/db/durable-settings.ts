import type { Sql } from "./pool.ts";

const NEEDED = ["fsync", "synchronous_commit", "full_page_writes"] as const;

/**
 * Settings of a PostgreSQL that is not ours under which a commit is not on disk when it returns: an object that was
 * acknowledged could be lost with the power. A sentence for each; empty when all is well.
 */
export async function notDurable(sql: Sql): Promise<string[]> {
  const asked = NEEDED.map((name) => `current_setting('${name}') as ${name}`).join(", ");
  const { rows } = await sql.query<Record<(typeof NEEDED)[number], string>>(`select ${asked}`);
  return NEEDED.filter((name) => rows[0]![name] === "off").map(
    (name) => `PostgreSQL has ${name} = off: a power cut can lose images that were acknowledged. Set it to on.`,
  );
}
