import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../src/server/services.ts";

const run = promisify(execFile);
const PURE = ["core", "dicom", "imaging", "phantom", "knowledge", "cases", "fhir"];
const ROOMS = [...PURE, "server", "cli", "web"];
const LONGEST = 500;
/** Tables, not prose: length says nothing about them. */
const TABLES = [/dictionary-table\.ts$/, /wasm\/.*-binary\.ts$/, /\.css$/];
const FORBIDDEN_NAMES = /^(utils?|helpers?|types|common|misc|base)\.tsx?$/;

export interface Broken {
  readonly file: string;
  readonly rule: string;
}

/** The house rules that no compiler and no linter knows. Returns what breaks them. */
export async function rules(): Promise<Broken[]> {
  const { stdout } = await run(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "src", "test", "bench"],
    { cwd: ROOT },
  );
  const files = stdout.split("\n").filter((file) => /\.(ts|tsx|css)$/.test(file));
  const broken: Broken[] = [];
  for (const file of files) {
    const text = await readFile(join(ROOT, file), "utf8").catch(() => null);
    if (text === null) continue;
    const say = (rule: string) => broken.push({ file, rule });
    const lines = text.split("\n").length;
    if (lines > LONGEST && !TABLES.some((pattern) => pattern.test(file)))
      say(`${lines} lines; split it below ${LONGEST}`);
    if (FORBIDDEN_NAMES.test(basename(file))) say("name it after what it holds");
    if (!/^[a-z0-9.-]+$/.test(basename(file))) say("file names are kebab-case");
    const room = file.split("/")[1]!;
    if (
      file.startsWith("src/") &&
      PURE.includes(room) &&
      /\.ts$/.test(file) &&
      !/\.(test|d)\.ts$/.test(file) &&
      !file.includes("/assembly/")
    ) {
      for (const name of undocumented(text)) say(`export "${name}" has no docstring`);
    }
  }
  broken.push(...(await arrows()));
  return broken;
}

/** Exported functions, classes and interfaces of a pure room without a comment block before them. */
function undocumented(text: string): string[] {
  const found: string[] = [];
  const lines = text.split("\n");
  lines.forEach((line, at) => {
    const match = /^export (?:async )?(?:function\*?|class|interface) (\w+)/.exec(line);
    if (match && !lines[at - 1]?.trim().endsWith("*/")) found.push(match[1]!);
  });
  return found;
}

/** The table of ARCHITECTURE.md is what the compiler is told. */
async function arrows(): Promise<Broken[]> {
  const text = await readFile(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const broken: Broken[] = [];
  for (const room of ROOMS) {
    const row = new RegExp(`^\\| \`${room}\` \\| ([^|]*) \\|`, "m").exec(text)?.[1];
    const config = JSON.parse(await readFile(join(ROOT, `src/${room}/tsconfig.json`), "utf8"));
    const real = config.references.map((reference: { path: string }) => reference.path.replace("../", "")).sort();
    const told = row === undefined ? null : (row.match(/`\w+`/g) ?? []).map((word) => word.slice(1, -1)).sort();
    if (JSON.stringify(told) !== JSON.stringify(real)) {
      broken.push({
        file: "ARCHITECTURE.md",
        rule: `says "${room}" imports ${told ?? "nothing at all"}; its tsconfig.json says ${real.join(", ") || "nothing"}`,
      });
    }
  }
  return broken;
}
