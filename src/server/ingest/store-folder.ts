import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { type ArchiveServices, type Origin, type StoreResult, storeObject } from "./store-object.ts";
import { storeZip } from "./store-zip.ts";

/** A file that could not be read or kept: it may be tried again. */
export interface FailedFile {
  readonly state: "failed";
  readonly name: string;
  readonly reason: string;
}

export interface FolderOptions {
  /** Files at once (default 4). */
  readonly parallel?: number;
  /** Called for each file (each file of a zip counts), with how many of how many are done. */
  readonly onResult?: (result: StoreResult | FailedFile, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Stores every file below a folder (or one file); zip archives are looked into. Every file is reported: stored,
 * duplicate, version, quarantined, ignored or failed. Links are not followed, so nothing is read twice or from elsewhere.
 */
export async function storeFolder(
  services: ArchiveServices,
  folder: string,
  origin: Origin,
  options: FolderOptions = {},
): Promise<void> {
  const { parallel = 4, onResult = () => {}, signal } = options;
  const found = await filesBelow(folder);
  let total = found.length;
  let done = 0;
  let next = 0;
  const tell = (result: StoreResult | FailedFile): void => onResult(result, ++done, total);
  const root = (await stat(folder)).isDirectory() ? folder : join(folder, "..");
  async function work(): Promise<void> {
    for (let file = found[next++]; file !== undefined; file = found[next++]) {
      if (signal?.aborted) return;
      const name = relative(root, file.path) || basename(file.path);
      if (!file.regular) {
        tell({ state: "ignored", name, reason: "a link or device, not a file: links are not followed" });
        continue;
      }
      try {
        const bytes = createReadStream(file.path, { highWaterMark: 1 << 20 });
        if (/\.zip$/i.test(name)) {
          total--; // its files are counted instead
          await storeZip(services, bytes, { ...origin, name }, (result) => {
            total++;
            tell("name" in result ? { ...result, name: `${name}/${result.name}` } : result);
          });
        } else tell(await storeObject(services, bytes, { ...origin, name }));
      } catch (error) {
        if (/\.zip$/i.test(name)) total++;
        tell({ state: "failed", name, reason: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
}

async function filesBelow(folder: string): Promise<{ path: string; regular: boolean }[]> {
  const at = await stat(folder);
  if (!at.isDirectory()) return [{ path: folder, regular: at.isFile() }];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: join(entry.parentPath, entry.name), regular: entry.isFile() }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
