import { type SpawnOptions, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../src/server/services.ts";
import { buildWeb } from "../src/server/web-build.ts";
import { findBrowser } from "./browser.ts";
import { findTools } from "./tools.ts";

const HELP = `Everything that is checked: compiler, linter, house rules, unused code, and all tests, a real browser included.

  npm test                 everything
  npm test -- WORD ...     only the test files whose path contains one of the words`;

/** What compares our time with that of another program: nothing else may run beside it. */
const ALONE = /viewer-speed\.test\.ts$/;

/** What drives a browser, which draws on all cores itself: two at a time would measure how long a page may starve. */
const BROWSER = /test[\\/](e2e[\\/]|conformance[\\/]ohif)/;

const words = process.argv.slice(3);
if (words.includes("--help")) {
  console.log(HELP);
  process.exit(0);
}

const failures: string[] = [];
if (words.length === 0) {
  await step("compiler", "node_modules/.bin/tsc", ["-b"]);
  await step("linter", "node_modules/.bin/biome", ["ci", "--error-on-warnings", "."]);
  await step("house rules", process.execPath, ["test/rules/run.ts"]);
  await step("unused code", "node_modules/.bin/knip", ["--no-progress"]);
}

const browser = await findBrowser().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(`browser: ${browser.path} (from ${browser.from})`);
console.log(await findTools());
await buildWeb((text) => console.log(text));

const tests = (await testFiles()).filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (tests.length === 0) failures.push(`no test file is named like ${words.join(", ")}`);
else {
  const env = { ...process.env, WILLIS_TEST_BROWSER: JSON.stringify(browser) };
  const options = ["--test", "--test-timeout=600000"];
  const alone = tests.filter((file) => ALONE.test(file));
  const paged = tests.filter((file) => BROWSER.test(file) && !ALONE.test(file));
  const plain = tests.filter((file) => !BROWSER.test(file) && !ALONE.test(file));
  for (const [name, files, together] of [
    ["tests", plain, 2],
    ["tests in a browser", paged, 1],
    ["tests that compare times", alone, 1],
  ] as const)
    if (files.length > 0)
      await step(name, process.execPath, [...options, `--test-concurrency=${together}`, ...files], { env });
}
if (failures.length > 0) {
  console.error(`\nNot passed: ${failures.join(", ")}`);
  process.exit(1);
}
console.log("\nAll passed.");

async function step(name: string, program: string, args: string[], options: SpawnOptions = {}): Promise<void> {
  const started = Date.now();
  const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"], ...options });
  const code = await new Promise((done) => child.on("close", done).on("error", () => done(127)));
  console.log(`${code === 0 ? "passed" : "FAILED"}: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) failures.push(name);
}

async function testFiles(): Promise<string[]> {
  const found: string[] = [];
  for (const folder of ["src", "test", "bench"]) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    found.push(
      ...names
        .filter((name) => /\.test\.tsx?$/.test(name) && !name.includes("dist/"))
        .map((name) => join(folder, name)),
    );
  }
  return found.sort();
}
