// node run.mjs bench [NAME...] [--json] [--full]: each bench file in a process of its own, one after the other, its table as it is.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** Named like a part of another one, but a bench: minutes and gigabytes, so it runs only when it is asked for. */
const LONG = ["archive-scale"];
const names = readdirSync(HERE)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -3))
  .filter((name, _, all) => LONG.includes(name) || !all.some((other) => name.startsWith(`${other}-`))) // archive-load.ts is a part
  .sort();
const HELP = `node run.mjs bench [${names.join("|")}]... [--json]

Runs the benches named, or all but archive-scale: each hot path against a named peer in the same run, printed as ratios.
A peer that is not installed is said so; the figures of Willis are printed all the same.

  --json   one line of JSON a bench on standard output
  --full   the whole load of the archive bench (1 GB) instead of half of it

Exit: 0 all within their limits, 1 one is not, 2 the command line is wrong.`;

const args = process.argv.slice(process.argv[2] === "bench" ? 3 : 2);
const asked = args.filter((arg) => !arg.startsWith("-"));
const options = args.filter((arg) => arg.startsWith("-"));
const wrong = [
  ...asked.filter((name) => !names.includes(name)),
  ...options.filter((option) => !["--json", "--full", "--help", "-h"].includes(option)),
];
if (options.includes("--help") || options.includes("-h")) console.log(HELP);
else if (wrong.length > 0) {
  console.error(`There is no bench or option "${wrong[0]}". ${HELP.split("\n")[0]}`);
  process.exitCode = 2;
} else {
  const chosen = asked.length > 0 ? asked : names.filter((name) => !LONG.includes(name));
  chosen.forEach((name, k) => {
    if (!options.includes("--json")) console.log(`${k > 0 ? "\n" : ""}== ${name}`);
    const { status } = spawnSync(
      process.execPath,
      [`${HERE}${name}.ts`, ...options.filter((option) => option !== "--full" || name === "archive")],
      { stdio: "inherit" },
    );
    if (status !== 0) process.exitCode = 1;
  });
}
