import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { WillisError } from "../../../core/errors.ts";
import type { BlobStore, BlobWriter } from "../blob-store.ts";
import { fileSystemBlobs } from "../file-system.ts";
import type { S3Settings } from "./settings.ts";

const LOOK_MS = 500;

/** What waits on this disk for the object store: a blob store of its own that knows how full it is. */
export interface Spool {
  /** Stays the same over restarts: it belongs to the folder. */
  readonly id: string;
  readonly files: BlobStore;
  /** Errors: `no-space` when the spool or its disk has come to its limit; nothing of the object is kept then. */
  writer(): Promise<BlobWriter>;
  has(key: string): boolean;
  /** Looks what lies on the disk, also by other processes on the same folder. */
  look(): Promise<string[]>;
  remove(key: string): Promise<void>;
  /** Takes what is not what its name says out of the way, to `orphans/`: kept there. */
  setAside(key: string): Promise<void>;
  readonly objects: number;
  readonly bytes: number;
  readonly freeBytes: () => Promise<number>;
}

/** Opens the spool in `folder`. */
export async function openSpool(folder: string, limits: Pick<S3Settings, "spoolBytes" | "freeBytes">): Promise<Spool> {
  await mkdir(folder, { recursive: true });
  const files = await fileSystemBlobs(folder, { strict: true });
  const id = await idOf(folder);
  const sizes = new Map<string, number>();
  let bytes = 0;
  let writing = 0;
  let free = { at: Number.NEGATIVE_INFINITY, bytes: 0 };

  function add(key: string, size: number): void {
    if (sizes.has(key)) return;
    sizes.set(key, size);
    bytes += size;
  }
  function drop(key: string): void {
    bytes -= sizes.get(key) ?? 0;
    sizes.delete(key);
  }
  async function freeBytes(): Promise<number> {
    const now = performance.now();
    if (now - free.at > LOOK_MS) {
      const { bavail, bsize } = await statfs(folder);
      free = { at: now, bytes: bavail * bsize };
    }
    return free.bytes;
  }
  async function room(more: number): Promise<void> {
    const what = "The object store is behind, or away. Send again later.";
    if (bytes + writing + more > limits.spoolBytes)
      throw new WillisError(
        "no-space",
        `The spool is full (${mb(bytes + writing)} of ${mb(limits.spoolBytes)}). ${what}`,
      );
    const left = await freeBytes();
    if (left - more < limits.freeBytes)
      throw new WillisError("no-space", `The disk of the spool is nearly full (${mb(left)} left). ${what}`);
  }
  async function writer(): Promise<BlobWriter> {
    await room(1);
    const inner = await files.writer();
    let size = 0;
    let open = true;
    const end = (): void => {
      if (open) writing -= size;
      open = false;
    };
    return {
      async write(chunk) {
        await room(chunk.length);
        size += chunk.length;
        writing += chunk.length;
        await inner.write(chunk);
      },
      async commit() {
        const blob = await inner.commit();
        end();
        add(blob.key, blob.size);
        return blob;
      },
      async abort() {
        end();
        await inner.abort();
      },
    };
  }
  async function look(): Promise<string[]> {
    const seen = new Set<string>();
    const before = new Set(sizes.keys());
    for (const shard of await readdir(join(folder, "objects")))
      for (const key of await readdir(join(folder, "objects", shard))) {
        const size = sizes.get(key) ?? (await files.size(key).catch(() => null)); // null: brought away this moment
        if (size === null) continue;
        seen.add(key);
        add(key, size);
      }
    for (const key of before) if (!seen.has(key)) drop(key); // another process on this folder brought it away
    return [...seen];
  }
  return {
    id,
    files,
    writer,
    has: (key) => sizes.has(key),
    look,
    async setAside(key) {
      await files.setAside(key, Number.POSITIVE_INFINITY);
      drop(key);
    },
    async remove(key) {
      drop(key);
      await files.remove(key);
    },
    get objects() {
      return sizes.size;
    },
    get bytes() {
      return bytes;
    },
    freeBytes,
  };
}

async function idOf(folder: string): Promise<string> {
  const file = join(folder, "spool-id");
  await writeFile(file, randomUUID(), { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  return (await readFile(file, "utf8")).trim();
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
