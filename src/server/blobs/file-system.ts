import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WillisError } from "../../core/errors.ts";
import type { BlobStore, BlobWriter, StoredBlob } from "./blob-store.ts";
import { openFiles } from "./open-files.ts";

const HOUR = 3_600_000;

/** A blob store that can also say what lies in it, for the sweep of what no row refers to. */
export interface FileSystemBlobs extends BlobStore {
  list(): AsyncIterable<{ readonly key: string; readonly modifiedMs: number }>;
  /**
   * Takes a blob out of sight without destroying it: to `orphans/`, kept there. Not when it was written again after
   * `beforeMs`. Says whether it did.
   */
  setAside(key: string, beforeMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Blobs as files in `folder`. Layout: `objects/ab/cd/<sha256 in hex>`, `writing/` for what is not finished (removed at
 * the next start), `orphans/` for what a crash left without an index row. The key is the digest in hex.
 */
export async function fileSystemBlobs(folder: string): Promise<FileSystemBlobs> {
  const objects = join(folder, "objects");
  const writing = join(folder, "writing");
  for (const made of [objects, writing]) await mkdir(made, { recursive: true });
  await flushFolder(folder);
  await removeUnfinished(writing);
  const files = openFiles(128);
  const known = new Set<string>();

  /** The folder of a key, durable with every folder above it that had to be made. */
  async function shard(key: string): Promise<string> {
    const at = dirname(pathOf(objects, key));
    if (known.has(at)) return at;
    if (await mkdir(at, { recursive: true })) {
      await flushFolder(dirname(at));
      await flushFolder(objects);
    }
    known.add(at);
    return at;
  }

  async function writer(): Promise<BlobWriter> {
    const temporary = join(writing, `${process.pid}-${randomBytes(9).toString("hex")}`);
    const file = await open(temporary, "wx", 0o640);
    const hash = createHash("sha256");
    let size = 0;
    let open_ = true;
    return {
      async write(chunk) {
        hash.update(chunk);
        await writeAll(file, chunk, size);
        size += chunk.length;
      },
      async commit(): Promise<StoredBlob> {
        await file.sync();
        await file.close();
        open_ = false;
        const digest = hash.digest();
        const key = digest.toString("hex");
        const at = await shard(key);
        await rename(temporary, join(at, key)); // the same key is the same bytes, so writing over it changes nothing
        await flushFolder(at);
        return { key, size, digest };
      },
      async abort() {
        if (open_) await file.close();
        open_ = false;
        await rm(temporary, { force: true });
      },
    };
  }

  return {
    writer,
    async put(bytes) {
      const one = await writer();
      try {
        await one.write(bytes);
        return await one.commit();
      } catch (error) {
        await one.abort();
        throw error;
      }
    },
    async read(key, offset, length) {
      const bytes = Buffer.allocUnsafeSlow(length);
      await files.use(pathOf(objects, key), async (file) => {
        for (let at = 0; at < length; ) {
          const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
          if (bytesRead === 0)
            throw new WillisError(
              "internal",
              `blob ${key} ends before byte ${offset + length}: restore it from a backup`,
            );
          at += bytesRead;
        }
      });
      return bytes;
    },
    stream(key, range) {
      const path = pathOf(objects, key);
      const options = { highWaterMark: 256 * 1024 };
      if (!range) return createReadStream(path, options);
      return createReadStream(path, { ...options, start: range.offset, end: range.offset + range.length - 1 });
    },
    size: async (key) => (await stat(pathOf(objects, key))).size,
    async remove(key) {
      const path = pathOf(objects, key);
      await files.forget(path);
      await rm(path, { force: true });
      await flushFolder(dirname(path)).catch(() => {});
    },
    async *list() {
      for (const a of await readdir(objects))
        for (const b of await readdir(join(objects, a)))
          for (const key of await readdir(join(objects, a, b)))
            yield { key, modifiedMs: (await stat(join(objects, a, b, key))).mtimeMs };
    },
    async setAside(key, beforeMs) {
      const aside = join(folder, "orphans");
      const path = pathOf(objects, key);
      await mkdir(aside, { recursive: true });
      await files.forget(path);
      if ((await stat(path)).mtimeMs >= beforeMs) return false;
      await rename(path, join(aside, key));
      return true;
    },
    close: () => files.close(),
  };
}

function pathOf(objects: string, key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new WillisError("internal", `"${key}" is not the key of a blob`);
  return join(objects, key.slice(0, 2), key.slice(2, 4), key);
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at, chunk.length - at, position + at);
    at += bytesWritten;
  }
}

/** A rename is durable only when the folder that names the file is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
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
