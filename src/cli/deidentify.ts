import { randomBytes } from "node:crypto";
import { lstat, mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { problem, WillisError } from "../core/errors.ts";
import { text } from "../dicom/data-set.ts";
import type { Change } from "../dicom/deidentify/changes.ts";
import { type Deidentified, deidentify as treat } from "../dicom/deidentify/deidentify.ts";
import { OPTION_WORDS, optionsOf } from "../dicom/deidentify/option-words.ts";
import { keyedPseudonyms } from "../dicom/deidentify/pseudonyms.ts";
import { type ManifestLine, manifestCsv } from "../server/deidentify/manifest.ts";
import { macOf } from "../server/deidentify/projects.ts";
import { openVault } from "./deidentify-vault.ts";
import { status } from "./status.ts";
import { EXIT, UsageError, type Verb } from "./verb.ts";

const HELP = `node run.mjs deidentify IN OUT [--options A,B] [--vault FILE | --key FILE] [--json]
node run.mjs deidentify IN --preview [--options A,B] [--json]
node run.mjs deidentify --lookup WORD --vault FILE [--json]

De-identifies DICOM files by the Basic Profile of PS3.15 Annex E, without a server. OUT gets
PATIENT/STUDY/SERIES/OBJECT.dcm under the new names, and manifest.csv. The files of IN are not touched.

  IN, OUT          a file or folder, and a folder
  --options A,B    keep, beyond the Basic Profile:
${OPTION_WORDS.map(([word, keeps]) => `                     ${word.padEnd(15)} ${keeps}`).join("\n")}
  --vault FILE     new names come from this vault, made when it is not there, and can be undone with it: guard it
  --key FILE       new names come from the bytes of this file (16 or more), and nothing is put down
                   without either the key is thrown away: nobody can undo or repeat the names
  --preview        say what would be done and write nothing; shows values of the patient
  --lookup WORD    who stands behind a pseudonym or a new UID of the vault
  --json           print the result as JSON on standard output and nothing else there

Text burned into pixels and faces are NOT removed: what needs a person to look at is listed.
Exit codes: 0 all done; 1 an object failed or was withheld; 2 the command line is wrong; 3 there is no DICOM object.
`;

const OPTIONS = {
  options: { type: "string", default: "" },
  vault: { type: "string" },
  key: { type: "string" },
  preview: { type: "boolean", default: false },
  lookup: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

interface Summary {
  files: number;
  done: number;
  skipped: number;
  readonly withheld: { file: string; reason: string }[];
  readonly failed: { file: string; reason: string }[];
  readonly look: { file: string; risk: string; kind: string; why: string }[];
  readonly removedWords: string[];
  changes?: Change[];
}

/** The verb `deidentify`. */
export const deidentify: Verb = {
  summary: "remove the patient from DICOM files by PS3.15 Annex E",
  help: HELP,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (values.lookup !== undefined) return lookUp(values.lookup, values.vault, values.json);
    const [from, to, ...more] = positionals;
    if (from === undefined || more.length > 0 || (to === undefined) !== values.preview)
      throw new UsageError(values.preview ? "with --preview give IN alone" : "give IN and OUT");
    if (values.vault !== undefined && values.key !== undefined) throw new UsageError("give --vault or --key, not both");
    const words = values.options
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
    known(words);
    const files = await filesBelow(from);
    if (to !== undefined) await apart(from, to);
    const { secret, vault } = await secretOf(values, words);
    const line = status();
    const { summary, lines } = await all({ from, files, to: to ?? null, words, secret, vault, line });
    if (to !== undefined && lines.length > 0) await writeFile(join(to, "manifest.csv"), manifestCsv(lines));
    await vault?.save();
    line.done();
    console.log(values.json ? JSON.stringify(summary, null, 2) : inWords(summary, values.preview));
    if (summary.done + summary.withheld.length + summary.failed.length === 0) return EXIT.nothing;
    return summary.withheld.length + summary.failed.length === 0 ? EXIT.ok : EXIT.failed;
  },
};

function known(words: readonly string[]): void {
  try {
    optionsOf(words);
  } catch (error) {
    throw new UsageError(`--options: ${(error as Error).message}`);
  }
}

async function lookUp(word: string, path: string | undefined, json: boolean): Promise<number> {
  if (path === undefined) throw new UsageError("--lookup needs --vault FILE");
  const found = (await openVault(path, null)).find(word);
  if (!found) throw new WillisError("not-found", `The vault ${path} knows no pseudonym or UID ${word}.`);
  console.log(
    json
      ? JSON.stringify(found, null, 2)
      : Object.entries(found)
          .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
          .join("\n"),
  );
  return EXIT.ok;
}

async function secretOf(
  values: { readonly vault?: string | undefined; readonly key?: string | undefined; readonly preview: boolean },
  words: readonly string[],
): Promise<{ secret: Buffer; vault: Awaited<ReturnType<typeof openVault>> | null }> {
  if (values.vault !== undefined && !values.preview) {
    const vault = await openVault(values.vault, words);
    return { secret: vault.secret, vault };
  }
  if (values.key === undefined) return { secret: randomBytes(32), vault: null };
  const secret = await readFile(values.key);
  if (secret.length < 16) throw new UsageError(`the key ${values.key} has ${secret.length} bytes; give 16 or more`);
  return { secret, vault: null };
}

async function filesBelow(from: string): Promise<string[]> {
  const entry = await lstat(from).catch(() => null);
  if (!entry) throw new UsageError(`there is no ${from}`);
  if (!entry.isDirectory()) return [from];
  const found = await readdir(from, { recursive: true, withFileTypes: true });
  return found
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .sort();
}

/** OUT inside IN would be read again, IN inside OUT would lie among what is given away. */
async function apart(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const [a, b] = [await realpath(from), await realpath(to)];
  if (a === b || a.startsWith(b + sep) || b.startsWith(a + sep))
    throw new UsageError(`IN (${resolve(from)}) and OUT (${resolve(to)}) lie in each other: give a folder apart`);
}

interface Work {
  readonly from: string;
  readonly files: readonly string[];
  readonly to: string | null;
  readonly words: readonly string[];
  readonly secret: Buffer;
  readonly vault: Awaited<ReturnType<typeof openVault>> | null;
  readonly line: ReturnType<typeof status>;
}

async function all(work: Work): Promise<{ summary: Summary; lines: ManifestLine[] }> {
  const { files, words, secret, line } = work;
  const summary: Summary = {
    files: files.length,
    done: 0,
    skipped: 0,
    withheld: [],
    failed: [],
    look: [],
    removedWords: [],
  };
  const lines: ManifestLine[] = [];
  const changes = new Map<string, Change>();
  const removed = new Set<string>();
  const options = optionsOf(words);
  const names = keyedPseudonyms(macOf(secret));
  const made = new Set<string>();
  for (const [i, path] of files.entries()) {
    // On a terminal the line is rewritten; in a log twenty lines are enough.
    if (process.stderr.isTTY || i % Math.ceil(files.length / 20) === 0)
      line.step(`file ${i + 1} of ${files.length}`, i / files.length);
    const file = relative(work.from, path) || path;
    const bytes = new Uint8Array(await readFile(path));
    let result: Deidentified;
    try {
      result = treat(bytes, options, names);
    } catch (error) {
      const isDicom = Buffer.from(bytes.subarray(128, 132)).toString("latin1") === "DICM";
      if (!(error instanceof WillisError) || isDicom) summary.failed.push({ file, reason: problem(error).detail });
      else summary.skipped++;
      continue;
    }
    if (result.state === "withheld") {
      summary.withheld.push({ file, reason: result.reason });
      continue;
    }
    for (const flag of result.flags) summary.look.push({ file, ...flag });
    for (const word of result.removedWords) removed.add(word);
    for (const change of result.changes) {
      const key = `${change.path} ${change.did}`;
      const known = changes.get(key);
      if (known) known.count += change.count;
      else changes.set(key, { ...change });
    }
    work.vault?.remember(result.subject);
    if (work.to !== null) lines.push(await written(work.to, result, made));
    summary.done++;
  }
  summary.removedWords.push(...[...removed].sort());
  if (work.to === null) summary.changes = [...changes.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { summary, lines };
}

async function written(to: string, result: Deidentified & { state: "done" }, made: Set<string>): Promise<ManifestLine> {
  const { subject, dataSet, flags, bytes } = result;
  const [study, series, object] = [subject.uids.study[0], subject.uids.series[0], subject.uids.instance[0]];
  const base = [subject.pseudonym, study || "study", series || "series", object].join("/");
  let file = `${base}.dcm`;
  for (let n = 2; made.has(file); n++) file = `${base}-${n}.dcm`; // another file with the same UID: both are kept
  made.add(file);
  await mkdir(dirname(join(to, file)), { recursive: true });
  await writeFile(join(to, file), bytes);
  return {
    ...{ file, patient: subject.pseudonym, study, series, object, state: "given" },
    modality: text(dataSet, "Modality") ?? "",
    description: text(dataSet, "SeriesDescription") ?? "",
    look: flags.map((flag) => `${flag.risk} ${flag.kind}: ${flag.why}`).join("; "),
  };
}

const MOST_LINES = 20;

function inWords(summary: Summary, preview: boolean): string {
  const { files, done, skipped, withheld, failed, look, removedWords, changes } = summary;
  const some = (list: readonly string[]) =>
    list.slice(0, MOST_LINES).concat(list.length > MOST_LINES ? [`    and ${list.length - MOST_LINES} more`] : []);
  const reasons = (list: readonly { file: string; reason: string }[]) =>
    some(list.map((one) => `    ${one.file}: ${one.reason}`));
  const table = (changes ?? []).map(
    (one) =>
      `  ${one.path.padEnd(17)} ${one.did.padEnd(8)} ${String(one.count).padStart(6)}  ${one.name}: ${one.before} -> ${one.after || "nothing"}`,
  );
  return [
    `${files} files: ${done} ${preview ? "would be de-identified" : "de-identified"}, ${skipped} are no DICOM`,
    ...table,
    ...(withheld.length > 0 ? [`  ${withheld.length} withheld`, ...reasons(withheld)] : []),
    ...(failed.length > 0 ? [`  ${failed.length} FAILED`, ...reasons(failed)] : []),
    ...(removedWords.length > 0 ? [`  words taken out of descriptions: ${removedWords.slice(0, 100).join(", ")}`] : []),
    ...(look.length > 0 ? [`  ${look.length} to LOOK AT before they are given away`, ...some(alike(look))] : []),
  ].join("\n");
}

/** What is alike in one line, with how many and the first file. */
function alike(look: Summary["look"]): string[] {
  const groups = new Map<string, { count: number; file: string }>();
  for (const { file, risk, kind, why } of look) {
    const key = `${risk} ${kind}, ${why}`;
    const known = groups.get(key);
    if (known) known.count++;
    else groups.set(key, { count: 1, file });
  }
  return [...groups].map(
    ([what, { count, file }]) => `    ${file}${count > 1 ? ` and ${count - 1} more` : ""}: ${what}`,
  );
}
