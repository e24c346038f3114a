import { type FileHandle, open } from "node:fs/promises";

interface Entry {
  readonly handle: Promise<FileHandle>;
  users: number;
  gone: boolean;
}

/** Keeps the last `max` files open for reading: a frame then costs one pread, not open + read + close. */
export function openFiles(max: number) {
  const entries = new Map<string, Entry>();

  async function closeIfIdle(entry: Entry): Promise<void> {
    if (entry.gone && entry.users === 0) await (await entry.handle.catch(() => null))?.close();
  }

  function acquire(path: string): Entry {
    let entry = entries.get(path);
    if (entry) entries.delete(path);
    else entry = { handle: open(path, "r"), users: 0, gone: false };
    entries.set(path, entry); // last in, last out
    entry.users++;
    if (entries.size > max) {
      const [oldest] = entries;
      if (oldest) void forget(oldest[0]);
    }
    return entry;
  }

  async function forget(path: string): Promise<void> {
    const entry = entries.get(path);
    if (!entry) return;
    entries.delete(path);
    entry.gone = true;
    await closeIfIdle(entry);
  }

  return {
    async use<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
      const entry = acquire(path);
      try {
        return await work(await entry.handle);
      } catch (error) {
        if (entries.get(path) === entry) entries.delete(path);
        entry.gone = true;
        throw error;
      } finally {
        entry.users--;
        await closeIfIdle(entry);
      }
    },
    forget,
    async close(): Promise<void> {
      await Promise.all([...entries.keys()].map(forget));
    },
  };
}
