import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { dataSet, text } from "../dicom/data-set.ts";
import { parsePart10 } from "../dicom/parse.ts";
import { writePart10 } from "../dicom/write.ts";

const INDEX = fileURLToPath(new URL("./index.ts", import.meta.url));
const SECRETS = ["OCTAVIAN", "MRN-90210", "19110126", "1.2.826.0.1.77.9"];
let folder = "";
const at = (...names: string[]) => join(folder, ...names);
const cli = (...args: string[]) => spawnSync(process.execPath, [INDEX, "deidentify", ...args], { encoding: "utf8" });
const written = (out: string) =>
  readdirSync(out, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".dcm"))
    .sort();

function object(n: number, sopClass = "1.2.840.10008.5.1.4.1.1.2"): Uint8Array {
  return writePart10(
    dataSet({
      ...{ SOPClassUID: sopClass, SOPInstanceUID: `1.2.826.0.1.77.9.1.${n}`, StudyInstanceUID: "1.2.826.0.1.77.9" },
      ...{ SeriesInstanceUID: "1.2.826.0.1.77.9.1", PatientName: "OCTAVIAN^ROFRANO", PatientID: "MRN-90210" },
      ...{
        PatientBirthDate: "19110126",
        StudyDate: "19110126",
        Modality: "CT",
        StudyDescription: "CT head for OCTAVIAN",
      },
    }),
  );
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), "willis-deidentify-"));
  mkdirSync(at("in", "OCTAVIAN"), { recursive: true });
  for (const n of [1, 2]) writeFileSync(at("in", "OCTAVIAN", `${n}.dcm`), object(n));
  writeFileSync(at("in", "readme.txt"), "no DICOM");
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("a folder comes out under new names, the same ones by the same vault, and the vault undoes them", () => {
  const first = cli(at("in"), at("out"), "--options", "descriptors", "--vault", at("vault.json"), "--json");
  assert.equal(first.status, 0, first.stderr);
  const summary = JSON.parse(first.stdout);
  assert.deepEqual([summary.files, summary.done, summary.skipped], [3, 2, 1]);
  assert.deepEqual(summary.removedWords, ["OCTAVIAN"]);
  const files = written(at("out"));
  assert.equal(files.length, 2);
  for (const name of [...files, "manifest.csv"])
    for (const secret of SECRETS)
      assert.ok(!name.includes(secret) && !readFileSync(at("out", name)).includes(secret), secret);
  assert.equal(cli(at("in"), at("again"), "--options", "descriptors", "--vault", at("vault.json")).status, 0);
  assert.deepEqual(written(at("again")), files);
  for (const name of files) assert.deepEqual(readFileSync(at("again", name)), readFileSync(at("out", name)));
  assert.equal(statSync(at("vault.json")).mode & 0o777, 0o600);
  const { dataSet: out } = parsePart10(readFileSync(at("out", files[0]!)));
  const back = cli("--lookup", text(out, "PatientID")!, "--vault", at("vault.json"), "--json");
  assert.equal(JSON.parse(back.stdout).patientId, "MRN-90210");
  const uid = cli("--lookup", text(out, "SOPInstanceUID")!, "--vault", at("vault.json"), "--json");
  assert.match(JSON.parse(uid.stdout).uid.original, /^1\.2\.826\.0\.1\.77\.9\.1\.[12]$/);
  const other = cli(at("in"), at("third"), "--vault", at("vault.json"));
  assert.equal(other.status, 2);
  assert.match(other.stderr, /begun with other options \(descriptors\)/);
});

test("without a vault or key two runs give different names; with a key file the same", () => {
  writeFileSync(at("key"), "sixteen bytes at least");
  for (const [out, ...key] of [["a"], ["b"], ["c", "--key", at("key")], ["d", "--key", at("key")]] as const)
    assert.equal(cli(at("in"), at(out!), ...key).status, 0);
  assert.notDeepEqual(written(at("a")), written(at("b")));
  assert.deepEqual(written(at("c")), written(at("d")));
});

test("the preview writes nothing and shows what would be done", () => {
  const run = cli(at("in"), "--preview", "--json");
  assert.equal(run.status, 0, run.stderr);
  const { changes } = JSON.parse(run.stdout);
  const name = changes.find((change: { path: string }) => change.path === "00100010");
  assert.deepEqual([name.before, name.did, name.count], ["OCTAVIAN^ROFRANO", "replaced", 2]);
});

test("a withheld document is exit 1, a wrong word or folder exit 2, no DICOM exit 3, each with what to do", () => {
  mkdirSync(at("pdf"));
  writeFileSync(at("pdf", "1.dcm"), object(3, "1.2.840.10008.5.1.4.1.1.104.1"));
  const pdf = cli(at("pdf"), at("pdf-out"));
  assert.equal(pdf.status, 1);
  assert.match(pdf.stdout, /1 withheld/);
  const wrong = cli(at("in"), at("x"), "--options", "faces");
  assert.match(wrong.stderr, /"faces" is no option/);
  assert.equal(wrong.status, 2);
  assert.equal(cli(at("in"), at("in", "out")).status, 2);
  assert.equal(cli(at("absent"), at("x")).status, 2);
  assert.equal(cli(at("in")).status, 2);
  mkdirSync(at("empty"));
  assert.equal(cli(at("empty"), at("empty-out")).status, 3);
  assert.equal(cli("--lookup", "P234", "--vault", at("none.json")).status, 2);
});
