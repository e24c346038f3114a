import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { type DicomJson, fromDicomJson, toDicomJson } from "./json.ts";
import { parsePart10 } from "./parse.ts";

const data = new URL("../../../shared/data/", import.meta.url);
const FILES = [
  "CT/dcm_qa_ct/GE/01.dcm",
  "MR/dcm_qa_xa30/28_asl_2d_tra/0001_1.3.12.2.1107.5.2.43.67093.2022071112144709702713453.dcm",
  "SR/modOpenREM/RF-RDSR-Philips_Allura.dcm",
  "US/fo-dicom/DIRW0007",
  "CHARSET/pydicom/charset_files/chrH32.dcm",
];
const absent = FILES.find((f) => !existsSync(new URL(f, data)));
const skip = absent ? `${absent} is not there` : spawnSync("dcm2json", ["--version"]).error ? "no dcm2json" : false;

/** Where two DICOM JSON objects differ, but for the character set, group lengths and rounding of decimals. */
function differences(ours: DicomJson, theirs: DicomJson, path = ""): string[] {
  const out: string[] = [];
  for (const tag of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [a, b] = [ours[tag], theirs[tag]];
    if (tag === "00080005" || tag.endsWith("0000") || tag === "7FE00010") continue;
    if (!a || !b || a.vr !== b.vr) out.push(`${path}${tag} ${a?.vr} ${b?.vr}`);
    else if (a.vr === "SQ") {
      const [x, y] = [a.Value ?? [], b.Value ?? []] as [DicomJson[], DicomJson[]];
      if (x.length !== y.length) out.push(`${path}${tag} has ${x.length} items, not ${y.length}`);
      else out.push(...x.flatMap((item, i) => differences(item, y[i]!, `${path}${tag}/${i}/`)));
    } else {
      const [x, y] = [a.Value ?? [a.InlineBinary], b.Value ?? [b.InlineBinary]];
      const near = x.every((v, i) => typeof v === "number" && Math.abs(v - Number(y[i])) <= 1e-6 * Math.abs(v));
      if (JSON.stringify(x) !== JSON.stringify(y) && !near) out.push(`${path}${tag} ${JSON.stringify(x)}`);
    }
  }
  return out;
}

test("DICOM JSON says what dcmtk's dcm2json says, and reads back", { skip }, () => {
  for (const file of FILES) {
    const name = fileURLToPath(new URL(file, data));
    const { dataSet } = parsePart10(new Uint8Array(readFileSync(name)));
    const ours = toDicomJson(dataSet);
    const { stdout, status } = spawnSync("dcm2json", ["+fc", name], { maxBuffer: 2 ** 28 });
    if (status === 0) assert.deepEqual(differences(ours, JSON.parse(stdout.toString("utf8"))), [], file);
    assert.equal(JSON.stringify(toDicomJson(fromDicomJson(ours))), JSON.stringify(ours), file);
  }
});
