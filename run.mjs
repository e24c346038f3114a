#!/usr/bin/env node
// Plain JavaScript for any Node >= 20: installs what is missing from the lock file, picks the pinned Node 24, runs a verb.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(fileURLToPath(import.meta.url));
const DEVELOPER_VERBS = { test: "test/run.ts", check: "test/run.ts", bench: "bench/run.ts" };
const [verb = "--help", ...args] = process.argv.slice(2);
const forDevelopers = verb in DEVELOPER_VERBS;

/** The packages of the lock file that this machine must have and has not: by name and version, as npm wrote them down. */
function missing() {
  const wanted = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
  const list = join(ROOT, "node_modules", ".package-lock.json");
  const present = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")).packages : {};
  return Object.entries(wanted).filter(
    ([path, p]) =>
      path && !p.optional && !(p.dev && !forDevelopers) && !p.devOptional && present[path]?.version !== p.version,
  );
}

async function install() {
  const lacking = missing();
  if (lacking.length === 0) return;
  const started = Date.now();
  const say = (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  const line = () =>
    `Installing ${lacking.length} packages from the lock file ... ${Math.round((Date.now() - started) / 1000)} s`;
  say(line());
  const ticking = setInterval(() => say(line()), process.stderr.isTTY ? 500 : 5000);
  const options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  if (!forDevelopers && !existsSync(join(ROOT, "node_modules"))) options.push("--omit=dev");
  let output = "";
  const npm = spawn("npm", options, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  for (const stream of [npm.stdout, npm.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve) => npm.on("close", resolve).on("error", () => resolve(127)));
  clearInterval(ticking);
  if (code !== 0) {
    say(`Installing failed (npm ended with ${code}).\n${output}`);
    process.exit(1);
  }
  say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/** The Node that the lock file pins, else this one when it is new enough. */
function pinnedNode() {
  const platform = { linux: "linux", win32: "win", darwin: "darwin" }[process.platform];
  const file = join(
    ROOT,
    "node_modules",
    `node-${platform}-${process.arch}`,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (existsSync(file)) return file;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 2)) return process.execPath;
  process.stderr.write(
    `Willis needs Node 24.2 or later here: there is no pinned Node for ${process.platform}-${process.arch}. You run ${process.version}.\n`,
  );
  process.exit(1);
}

await install();
const script = join(ROOT, DEVELOPER_VERBS[verb] ?? "src/cli/index.ts");
const node = pinnedNode();
// A server passes bytes on and keeps little: a small young generation frees them at once, where a big one would hold
// hundreds of MB; and several objects are flushed to disk at the same time, which needs more threads than four.
const serving = verb === "serve" || verb === "work";
const flags = serving ? ["--max-semi-space-size=2", "--initial-old-space-size=64"] : [];
const threads = serving ? { UV_THREADPOOL_SIZE: "8", MALLOC_ARENA_MAX: "4" } : {};
// Every thread compiles what it runs: kept from the last time, a thread starts in a quarter of the time.
const compiled = { NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "compiled") };
const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...flags, script, verb, ...args], {
  stdio: ["inherit", "inherit", "inherit", "ipc"], // the channel closes when this process dies: the server then stops cleanly
  env: {
    ...threads,
    ...(forDevelopers ? {} : compiled),
    ...process.env,
    PATH: `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`,
  },
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal); // a terminal has told the child already
  });
}
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
child.on("error", (error) => {
  process.stderr.write(`Cannot run ${node}: ${error.message}\n`);
  process.exit(1);
});
