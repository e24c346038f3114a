import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ROOT } from "./services.ts";

const run = promisify(execFile);
const WEB = join(ROOT, "src/web");
const STAMP = join(WEB, "dist/.built-from");

/** Builds the web app when its sources, or those of the rooms it is made from, are not those of the last build. */
export async function buildWeb(say: (text: string) => void): Promise<void> {
  const digest = await sourceDigest();
  const before = await readFile(STAMP, "utf8").catch(() => "");
  if (before === digest) return;
  say("Building the web app");
  // in a process of its own: a gigabyte of memory goes with it, and this one can still be stopped
  const vite = fileURLToPath(new URL("bin/vite.js", import.meta.resolve("vite/package.json")));
  const options = [vite, "build", WEB, "--config", join(WEB, "vite.config.ts"), "--logLevel", "error"];
  await run(process.execPath, options, { cwd: ROOT, maxBuffer: 1 << 24 }).catch((error) => {
    throw new Error(`The web app could not be built:\n${error.stderr || error.message}`);
  });
  await writeFile(STAMP, digest);
}

/** A digest over name, size and content of what the web app is built from. */
async function sourceDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const room of ["core", "dicom", "imaging", "phantom", "knowledge", "cases", "web"]) {
    const folder = join(ROOT, "src", room);
    const names = (await readdir(folder, { recursive: true })).sort();
    for (const name of names) {
      if (name.startsWith("dist") || name.includes(".test.") || !/\.(ts|tsx|css|html|svg|woff2|png|json)$/.test(name))
        continue;
      if (!(await stat(join(folder, name))).isFile()) continue;
      hash.update(`${room}/${name}\n`).update(await readFile(join(folder, name)));
    }
  }
  return hash.update(await readFile(join(ROOT, "package-lock.json"))).digest("hex");
}
