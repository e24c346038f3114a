import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openFiles } from "../open-files.ts";

/** Blobs are fetched and kept in pieces of this length; the last one of a blob is shorter. */
export const BLOCK = 2 ** 20;

/** Blocks of blobs on the local disk, the least recently read given up first. Content-addressed: nothing in it goes stale. */
export interface BlockCache {
  has(key: string, block: number): boolean;
  /** Fills `into` from `offset` in the block. False: it is not there, or shorter than asked. */
  read(key: string, block: number, offset: number, into: Uint8Array): Promise<boolean>;
  /** Best effort: a cache that cannot be written costs time, not data. */
  put(key: string, block: number, bytes: Uint8Array): Promise<void>;
  forget(key: string): Promise<void>;
  readonly bytes: number;
  close(): Promise<void>;
}

/**
 * A cache in `folder` of at most `most` bytes. What a process that was killed had written is kept; after the machine was
 * down it is emptied, as its files are not flushed and a power cut may have left holes in them.
 */
export async function blockCache(folder: string, most: number): Promise<BlockCache> {
  await mkdir(folder, { recursive: true });
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
  const mark = join(folder, "boot");
  const before = await readFile(mark, "utf8").catch(() => "");
  if (boot === "" || before !== boot) {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
    await writeFile(mark, boot);
  }
  const entries = await found(folder);
  let bytes = 0;
  for (const size of entries.values()) bytes += size;
  const files = openFiles(64);
  const pathOf = (name: string): string => join(folder, name.slice(0, 2), name);

  async function drop(name: string): Promise<void> {
    bytes -= entries.get(name) ?? 0;
    entries.delete(name);
    await files.forget(pathOf(name));
    await rm(pathOf(name), { force: true }).catch(() => {});
  }
  async function shrink(): Promise<void> {
    while (bytes > most) {
      const [oldest] = entries.keys();
      if (oldest === undefined) return;
      await drop(oldest);
    }
  }

  await shrink();
  return {
    has: (key, block) => entries.has(nameOf(key, block)),
    async read(key, block, offset, into) {
      const name = nameOf(key, block);
      const size = entries.get(name);
      if (size === undefined || offset + into.length > size) return false;
      entries.delete(name);
      entries.set(name, size); // read last, given up last
      try {
        await files.use(pathOf(name), async (file) => {
          for (let at = 0; at < into.length; ) {
            const { bytesRead } = await file.read(into, at, into.length - at, offset + at);
            if (bytesRead === 0) throw new Error(`block ${name} of the cache is shorter than it was`);
            at += bytesRead;
          }
        });
        return true;
      } catch {
        await drop(name); // somebody emptied the folder, or the disk is bad: it is fetched again
        return false;
      }
    },
    async put(key, block, content) {
      const name = nameOf(key, block);
      if (entries.has(name) || content.length > most) return;
      const path = pathOf(name);
      const temporary = join(folder, name.slice(0, 2), `${name}.${randomBytes(4).toString("hex")}.new`);
      try {
        await mkdir(join(folder, name.slice(0, 2)), { recursive: true });
        await writeFile(temporary, content);
        await rename(temporary, path);
      } catch {
        await rm(temporary, { force: true }).catch(() => {});
        return;
      }
      if (!entries.has(name)) bytes += content.length;
      entries.set(name, content.length);
      await shrink();
    },
    async forget(key) {
      for (const name of [...entries.keys()].filter((one) => one.startsWith(key))) await drop(name);
    },
    get bytes() {
      return bytes;
    },
    close: () => files.close(),
  };
}

function nameOf(key: string, block: number): string {
  return `${key}-${block}`;
}

/** What lies there, the oldest first. Half-written files are removed. */
async function found(folder: string): Promise<Map<string, number>> {
  const list: { name: string; size: number; atMs: number }[] = [];
  for (const shard of await readdir(folder)) {
    for (const name of await readdir(join(folder, shard)).catch(() => [])) {
      const path = join(folder, shard, name);
      if (name.endsWith(".new")) await rm(path, { force: true });
      else {
        const { size, atimeMs, mtimeMs } = await stat(path);
        list.push({ name, size, atMs: Math.max(atimeMs, mtimeMs) });
      }
    }
  }
  list.sort((a, b) => a.atMs - b.atMs);
  return new Map(list.map(({ name, size }) => [name, size]));
}
