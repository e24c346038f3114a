import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { REAL_FILES } from "../../../test/conformance/images.ts";
import { text } from "../../dicom/data-set.ts";
import { instanceOf } from "../../dicom/instance.ts";
import { vesselJob } from "../../server/jobs/kinds/vessel.ts";

const INDEX = fileURLToPath(new URL("../index.ts", import.meta.url));
const REAL = REAL_FILES ? join(REAL_FILES, "CTA/niivue-demo-images/CT_AVM.nii.gz") : "";
let folder = "";
let m1: { startMm: number[]; endMm: number[]; radiusMm: number[] };
const cli = (...args: string[]) => spawnSync(process.execPath, [INDEX, ...args], { encoding: "utf8", maxBuffer: 1e8 });

before(() => {
  folder = mkdtempSync(join(tmpdir(), "willis-vessel-"));
  const made = cli("phantom", "--case", "unruptured-aneurysm", "--modality", "3dra", "--out", join(folder, "in"));
  assert.equal(made.status, 0, made.stderr);
  const truth = JSON.parse(readFileSync(join(folder, "in", "truth.json"), "utf8"));
  m1 = truth.vessels.find(({ name }: { name: string }) => name === "M1-L");
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the middle cerebral artery of the digital patient is measured from its rotational angiogram", () => {
  const out = join(folder, "out");
  const [seed, to] = [m1.endMm, m1.startMm].map((place) => place.join(","));
  const run = cli("analyze", "vessel", join(folder, "in"), "--seed", seed!, "--to", to!, "--out", out, "--json");
  assert.equal(run.status, 0, run.stderr);
  const result = JSON.parse(run.stdout);
  const [line] = result.centrelines;
  const straight = Math.hypot(...m1.startMm.map((v, a) => v - m1.endMm[a]!));
  assert.ok(line.length_mm > 0.9 * straight && line.length_mm < 1.6 * straight, `${line.length_mm} of ${straight}`);
  const rows = readFileSync(join(out, "centreline.csv"), "utf8")
    .trim()
    .split("\r\n")
    .slice(1)
    .map((row) => row.split(","));
  const inner = rows.slice(Math.floor(rows.length / 3), Math.floor((2 * rows.length) / 3)).map((row) => Number(row[6]));
  const mean = inner.reduce((a, b) => a + b, 0) / inner.length;
  assert.ok(
    mean > 2 * Math.min(...m1.radiusMm) - 0.15 && mean < 2 * Math.max(...m1.radiusMm) + 0.15,
    `diameter ${mean}`,
  );
  assert.ok(result.surface.watertight && result.steps_s.total > 0 && Array.isArray(result.limitations));
  assert.equal(readFileSync(join(out, "segmentation.nii")).length, 352 + 4 * 256 * 256 * 200);
  assert.ok(readFileSync(join(out, "surface.stl")).length > 1e5);
  const kept = instanceOf(readFileSync(join(out, "dicom", "segmentation.dcm"))).dataSet;
  assert.equal(text(kept, "Modality"), "SEG");
});

test("the job of the server finds the same and keeps it as a segmentation", async () => {
  const files = readdirSync(join(folder, "in"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "truth.json")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const seeds = [m1.endMm as [number, number, number]];
  const steps = new Set<string>();
  const { result, objects } = await vesselJob.run(
    { run: "r1", ms: 0, params: { seeds, to: m1.startMm as [number, number, number] }, series: [files] },
    (step) => steps.add(step),
  );
  const least = result.measurements.find(({ code }) => code === "vessel.least_diameter_mm");
  assert.ok(least?.value && least.uncertainty && least.tier === "C");
  assert.equal(objects.length, 1);
  assert.equal(text(instanceOf(objects[0]!.bytes).dataSet, "SeriesInstanceUID"), result.objects.segmentation);
  assert.ok(steps.size > 4);
  await assert.rejects(
    vesselJob.run({ run: "r2", ms: 0, params: { seeds: [[900, 0, 0]] }, series: [files] }, () => {}),
    /outside the volume/,
  );
});

test("a wrong word is exit 2, a seed outside or a folder without a volume exit 3, with what to do", () => {
  assert.equal(cli("analyze", "vessel", folder, "--seed", "1,2").status, 2);
  const outside = cli("analyze", "vessel", join(folder, "in"), "--seed", "900,0,0", "--json");
  assert.equal(outside.status, 3);
  assert.match(outside.stderr, /outside the volume/);
  assert.equal(cli("analyze", "vessel", join(folder, "none.nii")).status, 2);
});

test("a real CT angiogram in NIfTI gives a watertight vessel of sane size", {
  skip: !existsSync(REAL) && "REAL_FILES are not here",
}, () => {
  const run = cli("analyze", "vessel", REAL, "--step", "3", "--json");
  assert.equal(run.status, 0, run.stderr);
  const { surface, centrelines, limitations, volume_ml } = JSON.parse(run.stdout);
  assert.ok(surface.watertight && volume_ml > 1 && volume_ml < 80);
  assert.ok(centrelines.length > 5 && centrelines[0].length_mm > 50);
  assert.ok(limitations.some(({ code }: { code: string }) => code === "seed-chosen"));
});
