import { createHash, randomBytes } from "node:crypto";
import { close, createReadStream, fsync, ftruncate, open, read, write } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { WillisError } from "../../core/errors.ts";
import { type BlobStore, type BlobWriter, inOnePiece, type StoredBlob } from "./blob-store.ts";
import { folderState } from "./folder-state.ts";
import { openFiles } from "./open-files.ts";

const HOUR = 3_600_000;
const AT_ONCE = 1 << 20;

// Plain descriptors: several files are opened for each object, and a FileHandle costs more than the call itself.
const openFile = promisify(open) as (path: string, flags: string, mode: number) => Promise<number>;
const closeFile = promisify(close);
const syncFile = promisify(fsync);
const truncateFile = promisify(ftruncate);

function writeBytes(file: number, bytes: Uint8Array): Promise<number> {
  return new Promise((done, failed) => write(file, bytes, (error, written) => (error ? failed(error) : done(written))));
}

function readBytes(file: number, into: Uint8Array, at: number, position: number): Promise<number> {
  return new Promise((done, failed) =>
    read(file, into, at, into.length - at, position, (error, got) => (error ? failed(error) : done(got))),
  );
}

export interface FileOptions {
  /** Others look at the folder on their own: no file is under its name before it is whole and on disk. */
  readonly strict?: boolean;
}

/**
 * Blobs as files in `folder`. Layout: `objects/ab/<sha256 in hex>`, `writing/` for what is not finished (removed at
 * the next start), `orphans/` for what a crash left without an index row. The key is the digest in hex.
 */
export async function fileSystemBlobs(folder: string, { strict = false }: FileOptions = {}): Promise<BlobStore> {
  const objects = join(folder, "objects");
  const writing = join(folder, "writing");
  await mkdir(writing, { recursive: true });
  await makeShards(objects);
  for (const above of [folder, dirname(folder), dirname(dirname(folder))]) await flushFolder(above).catch(mayNotRead);
  await removeUnfinished(writing);
  const files = openFiles(128);
  const shards = folderHandles();

  /** A file that is written whole, made durable together with its name. */
  async function publish(temporary: string, file: number, path: string): Promise<void> {
    await syncFile(file);
    await rename(temporary, path); // the same key is the same bytes, so writing over it changes nothing
    await shards.flush(dirname(path));
  }

  /**
   * Small objects, still in memory when their digest is known, are written under their name at once, and the journal of the
   * file system takes file and name together. A crash on the way leaves a part of it that no row refers to. So a name that
   * is taken is never trusted: false, and the caller replaces it.
   */
  async function writeInPlace(path: string, bytes: Uint8Array): Promise<boolean> {
    let file: number;
    try {
      file = await openFile(path, "wx", 0o640);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw away(error);
    }
    try {
      await writeAll(file, bytes);
      await Promise.all([syncFile(file), shards.flush(dirname(path))]);
      return true;
    } catch (error) {
      // not unlinked: another writer may have put the whole object under this name meanwhile
      await truncateFile(file, 0).catch(() => {});
      throw error;
    } finally {
      await closeFile(file);
    }
  }

  async function writer(): Promise<BlobWriter> {
    let temporary = "";
    const hash = createHash("sha256");
    let file = -1;
    let size = 0;
    let block: Uint8Array<ArrayBuffer> | null = null; // what has come and is not written yet
    let filled = 0;
    const flush = async (): Promise<void> => {
      if (file < 0) {
        temporary = join(writing, `${process.pid}-${randomBytes(9).toString("hex")}`);
        file = await openFile(temporary, "wx", 0o640).catch((error: unknown) => {
          throw away(error);
        });
      }
      if (block) await writeAll(file, block.subarray(0, filled));
      filled = 0;
    };
    const end = async (): Promise<void> => {
      if (block) blocks.give(block);
      block = null;
      const closing = file;
      file = -1;
      if (closing >= 0) await closeFile(closing);
    };
    const overflow = async (chunk: Uint8Array): Promise<void> => {
      for (let at = 0; at < chunk.length; ) {
        if (filled === AT_ONCE) await flush();
        const part = chunk.subarray(at, at + AT_ONCE - filled);
        block!.set(part, filled);
        filled += part.length;
        at += part.length;
      }
    };
    return {
      write(chunk) {
        hash.update(chunk);
        size += chunk.length;
        block ??= blocks.take();
        if (filled + chunk.length > AT_ONCE) return overflow(chunk);
        block.set(chunk, filled);
        filled += chunk.length;
        return WRITTEN;
      },
      async commit(): Promise<StoredBlob> {
        const digest = hash.digest();
        const key = digest.toString("hex");
        const path = pathOf(objects, key);
        const whole = (block ?? NOTHING).subarray(0, filled);
        if (strict || file >= 0 || !(await writeInPlace(path, whole))) {
          await flush();
          await publish(temporary, file, path);
        }
        await end();
        return { key, size, digest };
      },
      async abort() {
        const begun = file >= 0;
        await end();
        if (begun) await rm(temporary, { force: true });
      },
    };
  }

  /** A file that is not there is a fault of the store, or all of the store is not there. */
  async function absent(key: string, error: unknown): Promise<unknown> {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
    if (!(await stat(objects).catch(() => null))) return away(error);
    return new WillisError("internal", `blob ${key} is not there: restore it from a backup`);
  }

  async function readInto(key: string, offset: number, into: Uint8Array): Promise<void> {
    const reading = files.use(pathOf(objects, key), async ({ fd }) => {
      for (let at = 0; at < into.length; ) {
        const got = await readBytes(fd, into, at, offset + at);
        if (got === 0)
          throw new WillisError(
            "internal",
            `blob ${key} ends before byte ${offset + into.length}: restore it from a backup`,
          );
        at += got;
      }
    });
    await reading.catch(async (error: unknown) => {
      throw await absent(key, error);
    });
  }

  return {
    writer,
    readInto,
    ...inOnePiece({ writer, readInto }),
    stream(key, range) {
      const path = pathOf(objects, key);
      const options = { highWaterMark: 256 * 1024 };
      if (!range) return createReadStream(path, options);
      return createReadStream(path, { ...options, start: range.offset, end: range.offset + range.length - 1 });
    },
    async size(key) {
      try {
        return (await stat(pathOf(objects, key))).size;
      } catch (error) {
        throw await absent(key, error);
      }
    },
    async remove(key) {
      const path = pathOf(objects, key);
      await files.forget(path);
      await rm(path, { force: true });
      await flushFolder(dirname(path)).catch(() => {});
    },
    async *list() {
      for (const shard of await readdir(objects))
        for (const key of await readdir(join(objects, shard)))
          yield { key, modifiedMs: (await stat(join(objects, shard, key))).mtimeMs };
    },
    async setAside(key, beforeMs) {
      const aside = join(folder, "orphans");
      const path = pathOf(objects, key);
      await mkdir(aside, { recursive: true });
      await files.forget(path);
      if ((await stat(path)).mtimeMs >= beforeMs) return false;
      await rename(path, join(aside, key));
      if ((await stat(join(aside, key))).mtimeMs < beforeMs) return true;
      await rename(join(aside, key), path); // it was written again between the two
      await shards.flush(dirname(path));
      return false;
    },
    state: () => folderState(folder),
    async close() {
      await Promise.all([files.close(), shards.close()]);
    },
  };
}

function pathOf(objects: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new WillisError("internal", `"${key}" is not the key of a blob`);
  return join(objects, key.slice(0, 2), key);
}

/** The 256 folders of the first byte of a digest, made once: no object waits for a folder to be made durable. */
async function makeShards(objects: string): Promise<void> {
  await mkdir(objects, { recursive: true });
  const there = new Set(await readdir(objects));
  const names = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
  const missing = names.filter((name) => !there.has(name));
  for (const name of missing) await mkdir(join(objects, name));
  if (missing.length > 0) await flushFolder(objects);
}

/** The folder that everything lies in is not there: its disk is not mounted, or somebody moved it. */
function away(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") return error;
  return new WillisError("unavailable", "The disk where images are kept is not there: mount it, then try again.");
}

const WRITTEN = Promise.resolve();
const NOTHING = new Uint8Array(0);
const BLOCKS_KEPT = 16;

/** Memory that one object after another is gathered in: chunks of a socket, of which there are many, are let go at once. */
const blocks = {
  free: [] as Uint8Array<ArrayBuffer>[],
  take(): Uint8Array<ArrayBuffer> {
    return this.free.pop() ?? new Uint8Array(AT_ONCE);
  },
  give(block: Uint8Array<ArrayBuffer>): void {
    if (this.free.length < BLOCKS_KEPT) this.free.push(block);
    else block.buffer.transfer(0); // freed now, not when garbage is collected
  },
};

/** Folders kept open: each object's folder is flushed, and there are only 256 of them. */
function folderHandles() {
  const open = new Map<string, Promise<number>>();
  return {
    async flush(folder: string): Promise<void> {
      let handle = open.get(folder);
      if (!handle) {
        handle = openFile(folder, "r", 0);
        handle.catch(() => open.delete(folder));
        open.set(folder, handle);
      }
      await syncFile(await handle);
    },
    async close(): Promise<void> {
      const all = [...open.values()];
      open.clear();
      await Promise.all(all.map(async (handle) => closeFile(await handle)));
    },
  };
}

async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += await writeBytes(file, bytes.subarray(at));
}

/** A folder further up may be of others: what is not ours to read was not made by us. */
function mayNotRead(error: NodeJS.ErrnoException): void {
  if (error.code !== "EACCES" && error.code !== "EPERM") throw error;
}

/** A rename is durable only when the folder that names the file is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await openFile(folder, "r", 0);
  try {
    await syncFile(handle);
  } finally {
    await closeFile(handle);
  }
}

/** Removes what a process that is gone was writing: nobody was told that it is kept. */
async function removeUnfinished(writing: string): Promise<void> {
  const startedMs = Date.now() - process.uptime() * 1000;
  for (const name of await readdir(writing)) {
    const path = join(writing, name);
    const modifiedMs = (await stat(path).catch(() => null))?.mtimeMs ?? 0;
    const pid = Number(name.split("-")[0]);
    const ours = pid === process.pid && modifiedMs >= startedMs;
    if (!ours && (pid === process.pid || !isRunning(pid) || Date.now() - modifiedMs > 24 * HOUR))
      await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
