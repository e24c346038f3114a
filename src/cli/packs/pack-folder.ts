import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { PACKS_DIR } from "../../server/packs.ts";
import { UsageError } from "../verb.ts";

/** The folder of a pack: a folder that holds a pack.json, or the id of one that comes with Willis. */
export function packFolder(given: string | undefined): string {
  if (given === undefined) throw new UsageError("Name a pack: its id or its folder.");
  for (const folder of [resolve(given), join(PACKS_DIR, given)])
    if (existsSync(join(folder, "pack.json"))) return folder;
  throw new UsageError(
    `There is no pack "${given}": neither a folder with a pack.json nor one that comes with Willis.`,
  );
}
