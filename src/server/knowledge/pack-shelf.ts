import type { PackVersion } from "../../knowledge/changes.ts";
import type { Pack } from "../../knowledge/index.ts";
import type { Sql } from "../db/pool.ts";
import { filesOfPack, packFolders, packOf } from "../packs.ts";

/** Every version of a pack that this installation ever ran with. */
export interface PackShelf {
  /** The pack of a content hash; undefined when it was never here, or came from a version that cannot be read any more. */
  byHash(hash: string): Promise<Pack | undefined>;
  /** The same, or why there is none: it was never here, or this version of Willis cannot read its form any more. */
  find(hash: string): Promise<{ readonly pack: Pack } | { readonly why: string }>;
  /** The texts of the files of a version; undefined when it was never here. */
  texts(hash: string): Promise<Readonly<Record<string, string>> | undefined>;
  /**
   * All versions that can still be read, with when each came here (UTC ISO time); `current` need not be read again. The
   * very same list until another version comes: nothing is read anew for a question.
   */
  versions(current: readonly Pack[]): Promise<readonly PackVersion[]>;
}

const MOST_IN_MEMORY = 100;

/** Puts the packs of a folder on the shelf, those that are not there yet. They stay when the folder changes. */
export async function shelve(sql: Sql, dir: string, packs: readonly Pack[]): Promise<void> {
  const { rows } = await sql.query<{ hash: string }>("select hash from pack_version where hash = any($1)", [
    packs.map((pack) => pack.hash),
  ]);
  const there = new Set(rows.map((row) => row.hash));
  const folders = packFolders(dir);
  for (const [k, pack] of packs.entries())
    if (!there.has(pack.hash)) await shelveOne(sql, pack, filesOfPack(folders[k]!));
}

/** Puts one version on the shelf; the same content twice is one version. */
export async function shelveOne(sql: Sql, pack: Pack, texts: Readonly<Record<string, string>>): Promise<void> {
  await sql.query(
    "insert into pack_version (hash, pack, version, files) values ($1, $2, $3, $4) on conflict (hash) do nothing",
    [pack.hash, pack.id, pack.version, JSON.stringify(texts)],
  );
}

/** The shelf of a database; what was read once is kept in memory. */
export function packShelf(sql: Sql): PackShelf {
  const read = new Map<string, Pack>();
  let all: { readonly key: string; readonly versions: Promise<readonly PackVersion[]> } | null = null;
  async function readAll(current: readonly Pack[]): Promise<readonly PackVersion[]> {
    const { rows } = await sql.query<{ hash: string; first_seen: Date }>(
      "select hash, first_seen from pack_version order by first_seen, hash",
    );
    const running = new Map(current.map((pack) => [pack.hash, pack] as const));
    const versions: PackVersion[] = [];
    for (const { hash, first_seen } of rows) {
      const pack = running.get(hash) ?? (await shelf.byHash(hash));
      if (pack) versions.push({ pack, installedAt: first_seen.toISOString() });
    }
    return versions;
  }
  const shelf: PackShelf = {
    async versions(current) {
      // versions only come, they are never changed and never go: their number says whether there are others
      const { rows } = await sql.query<{ n: number }>("select count(*)::int as n from pack_version");
      const key = [rows[0]!.n, ...current.map((pack) => pack.hash)].join(" ");
      if (all?.key !== key) {
        const versions = readAll(current);
        all = { key, versions };
        versions.catch(() => {
          if (all?.versions === versions) all = null;
        });
      }
      return all.versions;
    },
    async texts(hash) {
      const { rows } = await sql.query<{ files: Record<string, string> }>(
        "select files from pack_version where hash = $1",
        [hash],
      );
      return rows[0]?.files;
    },
    async byHash(hash) {
      const found = await shelf.find(hash);
      return "pack" in found ? found.pack : undefined;
    },
    async find(hash) {
      const known = read.get(hash);
      if (known) return { pack: known };
      const texts = await shelf.texts(hash);
      if (!texts) return { why: "this version was never kept here" };
      try {
        const pack = packOf(texts, hash);
        if (pack.hash !== hash) return { why: "its content does not have this hash any more" };
        if (read.size >= MOST_IN_MEMORY) read.clear();
        read.set(hash, pack);
        return { pack };
      } catch (error) {
        // the frozen decision still stands by itself
        return { why: `it is kept, but not of a form that this version of Willis reads: ${(error as Error).message}` };
      }
    },
  };
  return shelf;
}
