import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const VERB = new URL("./phantom.ts", import.meta.url).href;

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const script = `const { phantom } = await import(${JSON.stringify(VERB)}); process.exitCode = await phantom.run(process.argv.slice(1));`;
  const r = spawnSync(process.execPath, ["--input-type=module", "-e", script, "--", ...args], { encoding: "utf8" });
  return { code: r.status, out: r.stdout, err: r.stderr };
}

test("a wrong command line ends with 2 and says what to do", () => {
  for (const args of [
    ["--case", "nobody", "--out", "x"],
    ["--case", "avm"],
    ["--case", "avm", "--out", "x", "--dt", "often"],
    ["--wrong"],
    ["--case", "avm", "--out", "x", "--core-ml", "5"],
  ]) {
    const { code, out, err } = run(...args);
    assert.equal(code, 2, args.join(" "));
    assert.equal(out, "");
    assert.match(err, /--help/);
  }
});

test("--list --json is JSON alone", () => {
  const { code, out } = run("--list", "--json");
  assert.equal(code, 0);
  assert.ok((JSON.parse(out) as { name: string }[]).some((c) => c.name === "late-window-m1"));
});

test("it writes DICOM and the truth of what was asked for", () => {
  const folder = mkdtempSync(join(tmpdir(), "phantom-cli-"));
  try {
    const { code, out } = run(
      "--case",
      "late-window-m1",
      "--seed",
      "2",
      "--modality",
      "rdsr",
      "--core-ml",
      "10",
      "--side",
      "right",
      "--out",
      folder,
      "--json",
    );
    assert.equal(code, 0);
    const summary = JSON.parse(out) as { files: number };
    assert.equal(summary.files, 1);
    const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as {
      slabVolumesMl: { core: number };
      occlusion: { side: string; positionMm: number[] };
    };
    assert.ok(Math.abs(truth.slabVolumesMl.core - 10) < 0.05);
    assert.equal(truth.occlusion.side, "right");
    assert.ok(truth.occlusion.positionMm[0]! < 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
