import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { solidSeries } from "../../../test/solid-series.ts";
import { length, sub, type Vec3 } from "../../core/geometry.ts";
import { uidOf } from "../../dicom/uid.ts";
import { moved, rigidOf } from "../../imaging/registration/rigid.ts";
import { SOLID_CT, SOLID_MR, solidHead } from "../../imaging/registration/solid-head.ts";

const INDEX = fileURLToPath(new URL("../index.ts", import.meta.url));
const POSE = rigidOf([3, -2, 6], [7, -4, 9]);
let folder = "";
const cli = (...args: string[]) => spawnSync(process.execPath, [INDEX, ...args], { encoding: "utf8", maxBuffer: 1e8 });

before(() => {
  folder = mkdtempSync(join(tmpdir(), "willis-register-"));
  const write = (name: string, volume: Parameters<typeof solidSeries>[0]): void => {
    mkdirSync(join(folder, name));
    for (const { sopUid, bytes } of solidSeries(volume, uidOf(`${name} study`), uidOf(`${name} series`), "T8"))
      writeFileSync(join(folder, name, `${sopUid}.dcm`), bytes);
  };
  write("fixed", solidHead(SOLID_CT, [2.5, 2.5, 4], "HU"));
  write("moving", solidHead(SOLID_MR, [2.5, 2.5, 3], "", POSE));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("a known motion comes back within a millimetre of voxels of 2.5 x 2.5 x 4 mm, with the resampled volume, the DICOM object and what limits it", () => {
  const out = join(folder, "out");
  const run = cli("analyze", "register", join(folder, "fixed"), join(folder, "moving"), "--out", out, "--json");
  assert.equal(run.status, 0, run.stderr);
  const result = JSON.parse(run.stdout);
  const points: Vec3[] = [-60, 60].flatMap((x) => [-70, 70].flatMap((y) => [-50, 50].map((z): Vec3 => [x, y, z])));
  const misses = points.map((p) => length(sub(moved(result.matrix, moved(POSE, p)), p)));
  assert.ok(Math.max(...misses) < 1, `misses by ${Math.max(...misses).toFixed(2)} mm`);
  assert.ok(result.inverse_mm.max < 1 && result.nmi.after > result.nmi.before && result.overlap > 0.8);
  assert.ok(result.limitations.every((one: { code: string; message: string }) => one.code && one.message));
  for (const step of ["headers", "reading", "registration", "there", "back", "writing", "total"])
    assert.equal(typeof result.steps_s[step], "number", step);
  assert.equal(readFileSync(join(out, "moving.nii")).length, 352 + 4 * 80 * 92 * 45, "on the grid of FIXED");
  assert.ok(readFileSync(join(out, "dicom", "registration.dcm")).length > 1000);
  assert.deepEqual(JSON.parse(readFileSync(join(out, "result.json"), "utf8")).matrix, result.matrix);
});

test("what cannot be used is exit 2 with words, a folder without a volume exit 3", () => {
  const [fixed, moving] = [join(folder, "fixed"), join(folder, "moving")];
  const bad = cli("analyze", "register", fixed, moving, "--start", "1,2,3");
  assert.equal(bad.status, 2);
  assert.match(bad.stderr, /no rigid matrix/);
  const line = cli("analyze", "register", fixed, moving, "--points", "0,0,0>0,0,0;1,1,1>1,1,1;40,40,40>40,40,40");
  assert.equal(line.status, 2);
  assert.match(line.stderr, /on a line/);
  assert.equal(cli("analyze", "register", fixed).status, 2);
  const empty = mkdtempSync(join(folder, "empty-"));
  const none = cli("analyze", "register", fixed, empty);
  assert.equal(none.status, 3);
  assert.match(none.stderr, /No DICOM image/);
});
