import { randomBytes } from "node:crypto";
import { rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobState } from "./blob-store.ts";

const LEAST_FREE = 64 * 2 ** 20;

/** Whether the folder of a file system store takes files now, and how much space is left; tried by writing one. */
export async function folderState(folder: string): Promise<BlobState> {
  const freeBytes = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  const probe = join(folder, "writing", `probe-${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(probe, "x", { flag: "wx", mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const there = code !== "ENOENT" && code !== "EIO";
    return { writable: false, readable: there, freeBytes, text: `${folder} takes no files (${code}).` };
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
  const full = freeBytes < LEAST_FREE;
  const text = full ? `${folder} is full: free some space.` : `${folder} can be written.`;
  return { writable: !full, readable: true, freeBytes, text };
}
