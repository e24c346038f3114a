import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { DataSet } from "../../src/dicom/data-set.ts";
import { type Codecs, decodePart, type Frame } from "../../src/dicom/decode.ts";
import { deidentify } from "../../src/dicom/deidentify/deidentify.ts";
import { optionsOf } from "../../src/dicom/deidentify/option-words.ts";
import { BASIC, type DeidentifyOptions } from "../../src/dicom/deidentify/profile.ts";
import { keyedPseudonyms } from "../../src/dicom/deidentify/pseudonyms.ts";
import { tagOf } from "../../src/dicom/dictionary.ts";
import { type Part10, parsePart10 } from "../../src/dicom/parse.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { onPath, pythonWith } from "../tools.ts";
import { filesBelow, REAL_FILES } from "./images.ts";

const run = promisify(execFile);
const names = keyedPseudonyms((message) => createHmac("sha256", "conformance").update(message).digest());
const RESEARCH = optionsOf(["dates-modified", "descriptors", "structured", "graphics", "patient"]);
const skip = REAL_FILES ? false : "the real files are not beside this checkout";
const dciodvfy = await onPath("dciodvfy");
const dcmdump = await onPath("dcmdump");
const python = await pythonWith("pydicom");

interface RealFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly part10: Part10;
}

const files: RealFile[] = [];
let folder = "";
let codecs: Codecs = {};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "willis-deidentify-"));
  codecs = await nodeCodecs();
  if (!REAL_FILES) return;
  for (const path of (await filesBelow(REAL_FILES)).sort()) {
    const bytes = new Uint8Array(await readFile(path));
    try {
      files.push({ name: relative(REAL_FILES, path), bytes, part10: parsePart10(bytes) });
    } catch {
      // no DICOM, or damaged on purpose: the other tests have it
    }
  }
});
after(() => rm(folder, { recursive: true, force: true }));

/** Names, identifiers, UIDs and dates of a data set, wherever they stand, that are long enough to be told from chance. */
function identifying(ds: DataSet, found = new Set<string>()): Set<string> {
  const IDS = new Set(["PatientID", "OtherPatientIDs", "AccessionNumber", "DeviceSerialNumber"].map(tagOf));
  for (const [tag, { vr, value }] of ds) {
    if (vr === "SQ") for (const item of value as readonly DataSet[]) identifying(item, found);
    if ((tag >>> 16) & 1) continue;
    for (const one of value as readonly unknown[]) {
      if (typeof one !== "string") continue;
      if (vr === "UI" && one.length >= 16 && !one.startsWith("1.2.840.10008.")) found.add(one);
      if ((vr === "PN" || IDS.has(tag)) && one.length >= 6 && one !== "REMOVED") found.add(one);
      if (vr === "DA" && /^(19|20)\d{6}$/.test(one) && one !== "19000101") found.add(one);
    }
  }
  return found;
}

/** UIDs of classes and codings, and words of kept attributes (a maker, a phantom), may repeat what was a name. */
function keptWords(ds: DataSet, found: string[] = []): string[] {
  for (const { vr, value } of ds.values()) {
    if (vr === "SQ") for (const item of value as readonly DataSet[]) keptWords(item, found);
    else if (["LO", "SH", "CS"].includes(vr)) found.push(...(value as readonly string[]));
    else if (vr === "UI") found.push(...(value as readonly string[]).filter((uid) => !uid.startsWith("2.25.")));
  }
  return found;
}

for (const [title, options] of [
  ["Basic Profile", BASIC],
  ["with the options for research", RESEARCH],
] as const) {
  test(`every readable real file, ${title}: no name, identifier, UID or date of it is left, and its pixels are the same`, {
    skip,
  }, () => {
    const counts = { done: 0, withheld: 0, frames: 0 };
    for (const { name, bytes, part10 } of files) {
      const result = deidentify(bytes, options, names);
      if (result.state === "withheld") {
        counts.withheld++;
        continue;
      }
      counts.done++;
      const back = parsePart10(result.bytes);
      const head = Buffer.from(back.inflated ?? result.bytes);
      const header = back.pixels ? head.subarray(0, back.pixels.offset) : head;
      const kept = keptWords(back.dataSet);
      for (const secret of identifying(part10.dataSet)) {
        if (kept.some((word) => word.includes(secret)))
          assert.ok(isNoIdentifier(secret, part10.dataSet), `${name}: ${secret}`);
        else assert.ok(!header.includes(secret, 0, "latin1"), `${name}: "${secret}" is still there`);
      }
      counts.frames += sameFrames(name, bytes, part10, result.bytes, back);
    }
    assert.ok(counts.done > 300 && counts.frames > 300, JSON.stringify(counts));
    console.log(`# ${title}: ${JSON.stringify(counts)}`);
  });
}

/** A word that a kept attribute says too is no name: it is a class, a maker, a coding. Names and dates never are. */
function isNoIdentifier(word: string, ds: DataSet): boolean {
  const name = String(ds.get(tagOf("PatientName"))?.value[0] ?? "");
  return word !== name || /phantom|test|anonym|demo|dicom|mr|ct|us|xa/i.test(name);
}

function sameFrames(name: string, bytes: Uint8Array, part10: Part10, out: Uint8Array, back: Part10): number {
  const count = part10.pixels?.frames?.frames ?? 0;
  const wanted = [...new Set([0, count >> 1, count - 1])].filter((i) => i >= 0 && i < count);
  let compared = 0;
  for (const i of wanted) {
    let before: ReturnType<typeof decodePart>;
    try {
      before = decodePart(bytes, part10, i, codecs);
    } catch {
      continue; // could not be decoded before either
    }
    const after = decodePart(out, back, i, codecs);
    assert.ok(samples(before).equals(samples(after)), `${name} frame ${i}`);
    compared++;
  }
  return compared;
}

const samples = ({ samples: s }: Frame) => Buffer.from(s.buffer, s.byteOffset, s.byteLength);

/** Of each original, looked at once. */
const knownErrors = new Map<string, Set<string>>();

/** Errors of dciodvfy without the values in them. */
async function errors(path: string): Promise<Set<string>> {
  const { stdout, stderr } = await run(dciodvfy!, [path], { maxBuffer: 1 << 26 }).catch(
    (error: { stdout?: string; stderr?: string }) => ({ stdout: error.stdout ?? "", stderr: error.stderr ?? "" }),
  );
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("Error"));
  return new Set(lines.map((line) => line.replace(/<[^>]*>/g, "<>").replace(/\d[\d.]*/g, "n")));
}

for (const [title, options] of [
  ["Basic Profile", BASIC],
  ["with the options for research", RESEARCH],
] as const) {
  test(`dciodvfy finds no error that was not there before, ${title}`, {
    skip: skip || (!dciodvfy && "dciodvfy is absent"),
  }, async () => {
    const worse: string[] = [];
    let checked = 0;
    for (const { name, bytes, part10 } of sample()) {
      const made = result(bytes, options);
      if (!made) continue;
      const [from, to] = [join(folder, "from.dcm"), join(folder, "to.dcm")];
      await writeFile(from, bytes);
      await writeFile(to, made);
      const known = knownErrors.get(name) ?? (await errors(from));
      knownErrors.set(name, known);
      for (const error of await errors(to))
        if (!known.has(error)) worse.push(`${name} ${part10.transferSyntax}: ${error}`);
      checked++;
    }
    assert.deepEqual(worse.slice(0, 20), [], `${worse.length} new errors in ${checked} files`);
    assert.ok(checked > 60);
  });
}

test("dcmdump and pydicom read what we write", {
  skip: skip || (!(dcmdump && python) && "dcmdump or pydicom is absent"),
}, async () => {
  const paths: string[] = [];
  for (const [i, { bytes }] of sample().entries()) {
    const made = result(bytes, RESEARCH);
    if (!made) continue;
    const path = join(folder, `read-${i}.dcm`);
    await writeFile(path, made);
    await run(dcmdump!, ["-q", path], { maxBuffer: 1 << 26 });
    paths.push(path);
  }
  const script =
    "import sys, pydicom\nfor p in sys.argv[1:]:\n  d = pydicom.dcmread(p)\n  assert d.PatientIdentityRemoved == 'YES'\n  [str(e) for e in d.iterall()]\n  print(p)";
  const { stdout } = await run(python!, ["-W", "ignore", "-c", script, ...paths], { maxBuffer: 1 << 26 });
  assert.equal(stdout.trim().split("\n").length, paths.length);
});

/** One file in six, and all that are no plain image. */
function sample(): RealFile[] {
  return files.filter(({ bytes, part10 }, i) => bytes.length < 4e6 && (i % 6 === 0 || !part10.pixels));
}

function result(bytes: Uint8Array, options: DeidentifyOptions): Uint8Array | null {
  const made = deidentify(bytes, options, names);
  return made.state === "done" ? made.bytes : null;
}
