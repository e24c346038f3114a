import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const INDEX = fileURLToPath(new URL("../index.ts", import.meta.url));
let folder = "";
const cli = (...args: string[]) => spawnSync(process.execPath, [INDEX, ...args], { encoding: "utf8", maxBuffer: 1e8 });

before(() => {
  folder = mkdtempSync(join(tmpdir(), "willis-analyze-"));
  const made = cli("phantom", "--case", "late-window-m1", "--modality", "ctp", "--out", join(folder, "in"));
  assert.equal(made.status, 0, made.stderr);
  writeFileSync(join(folder, "in", "readme.txt"), "no DICOM");
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("the phantom's core and Tmax > 6 s come back within 4 and 8 mL, as JSON alone on standard output, with all maps", () => {
  const out = join(folder, "out");
  const run = cli("analyze", "perfusion", join(folder, "in"), "--out", out, "--json");
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stderr, "", "nothing on standard error when it is no terminal");
  const result = JSON.parse(run.stdout);
  const truth = JSON.parse(readFileSync(join(folder, "in", "truth.json"), "utf8")).slabVolumesMl;
  const volumes = result.volumes_ml;
  assert.ok(Math.abs(volumes.core_rcbf30 - truth.core) < 4, `core ${volumes.core_rcbf30}, truth ${truth.core}`);
  assert.ok(Math.abs(volumes.tmax6 - truth.tmax6) < 8, `Tmax > 6 s ${volumes.tmax6}, truth ${truth.tmax6}`);
  for (const key of ["core_rcbf30", "tmax4", "tmax6", "tmax8", "tmax10", "mismatch"])
    assert.equal(typeof volumes[key], "number", key);
  assert.ok(result.mismatch_ratio > 3 && result.hypoperfusion_intensity_ratio > 0);
  for (const input of [result.aif, result.vof]) {
    assert.equal(input.times_s.length, input.values_hu.length);
    assert.equal(input.position_mm.length, 3);
  }
  assert.ok(Array.isArray(result.quality) && result.method.version && result.steps_s.total > 0);
  const files = readdirSync(out);
  for (const name of ["cbf", "cbv", "mtt", "tmax", "ttp", "core", "tmax6"]) {
    assert.ok(files.includes(`${name}.nii`), name);
    assert.equal(readFileSync(join(out, `${name}.nii`)).length, 352 + 4 * 256 * 256 * 16);
  }
  assert.equal(readdirSync(join(out, "dicom")).length, 7);
});

test("a wrong word is exit 2, a folder without perfusion is exit 3, each with what to do", () => {
  assert.equal(cli("analyze", "liver", folder).status, 2);
  assert.equal(cli("analyze", "perfusion", join(folder, "absent")).status, 2);
  const empty = mkdtempSync(join(folder, "empty-"));
  const none = cli("analyze", "perfusion", empty, "--json");
  assert.equal(none.status, 3);
  assert.equal(none.stdout, "");
  assert.match(none.stderr, /No DICOM image/);
});
