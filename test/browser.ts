import { execFile } from "node:child_process";
import { access, constants, mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";
import type { Browser } from "playwright-core";

const run = promisify(execFile);
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const FLAGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-gpu-watchdog", // a processor that draws for a busy machine is slow, not hung
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface FoundBrowser {
  readonly path: string;
  readonly libraries: string | null;
  readonly from: string;
}

/**
 * A browser that works here: one that is installed, else the one inside an npm package (with the libraries it carries),
 * else Debian's when we may install it. Throws one line that says what to do.
 */
export async function findBrowser(): Promise<FoundBrowser> {
  const asked = process.env.WILLIS_CHROME;
  const installed = asked ? [asked] : onPath();
  for (const path of installed) {
    if (await works(path, null)) return { path, libraries: null, from: "this machine" };
  }
  const packaged = await fromPackage().catch(() => null);
  if (packaged && (await works(packaged.path, packaged.libraries))) return packaged;
  if (process.getuid?.() === 0 && (await exists("/usr/bin/apt-get"))) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env }).catch(() => {});
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env }).catch(() => {});
    if (await works("/usr/bin/chromium", null))
      return { path: "/usr/bin/chromium", libraries: null, from: "Debian, just installed" };
  }
  throw new Error(
    "No browser works here: install Chromium (Debian: apt-get install chromium) or set WILLIS_CHROME to a Chrome or Chromium program.",
  );
}

/** Starts the browser that the test command found, or finds one. */
export async function launchBrowser(): Promise<Browser> {
  const found: FoundBrowser = process.env.WILLIS_TEST_BROWSER
    ? JSON.parse(process.env.WILLIS_TEST_BROWSER)
    : await findBrowser();
  return start(found.path, found.libraries);
}

function onPath(): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function environment(libraries: string | null): Record<string, string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  if (!libraries) return env;
  const path = [libraries, env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { ...env, LD_LIBRARY_PATH: path, FONTCONFIG_PATH: join(tmpdir(), "fonts") }; // the package unpacks fonts there
}

/** Starts it and asks for WebGL 2, which the viewer needs. */
async function works(path: string, libraries: string | null): Promise<boolean> {
  if (!(await exists(path))) return false;
  try {
    const browser = await start(path, libraries);
    const page = await browser.newPage();
    const webgl = await page.evaluate(() => document.createElement("canvas").getContext("webgl2") !== null);
    await browser.close();
    return webgl;
  } catch {
    return false;
  }
}

async function start(path: string, libraries: string | null): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  return chromium.launch({ executablePath: path, args: FLAGS, env: environment(libraries), timeout: 60_000 });
}

/** Unpacks the browser of `@sparticuz/chromium`, and the NSS libraries beside it, into a folder that stays. */
async function fromPackage(): Promise<FoundBrowser> {
  const { default: chromium } = await import("@sparticuz/chromium");
  const path = await chromium.executablePath();
  const archive = new URL("../bin/al2023.tar.br", import.meta.resolve("@sparticuz/chromium"));
  const packed = await readFile(archive);
  const folder = join(tmpdir(), "willis-browser-libraries");
  await mkdir(folder, { recursive: true });
  for (const file of untar(brotliDecompressSync(packed))) {
    await writeFile(join(folder, file.name.split("/").pop()!), file.bytes, { mode: 0o755 });
  }
  return { path, libraries: folder, from: "the @sparticuz/chromium package" };
}

/** The regular files of a tar archive (ustar): name and bytes. */
function* untar(tar: Buffer): Generator<{ name: string; bytes: Buffer }> {
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, length: number) =>
      tar
        .toString("latin1", at + from, at + from + length)
        .replace(/\0.*$/s, "")
        .trim();
    const size = Number.parseInt(field(124, 12), 8) || 0;
    const kind = field(156, 1);
    if (kind === "0" || kind === "") yield { name: field(0, 100), bytes: tar.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
