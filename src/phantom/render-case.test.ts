import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { items, number, numbers, text } from "../dicom/data-set.ts";
import { doseTotals } from "../dicom/iod/dose-report.ts";
import { parsePart10 } from "../dicom/parse.ts";
import { isBrain } from "./anatomy/label.ts";
import { CASES, findCase } from "./demo/cases.ts";
import type { PhantomCase } from "./demo/phantom-case.ts";
import { arterial } from "./perfusion/bolus.ts";
import { ZONE } from "./perfusion/lesion.ts";
import { doseEvents } from "./render/dose.ts";
import { openStudy } from "./render/studio.ts";
import { type RenderedCase, renderCase } from "./render-case.ts";
import type { Modality } from "./spec.ts";

const EVERY: readonly Modality[] = ["ncct", "cta", "ctp", "dsa", "3dra", "rf", "mr", "us", "rdsr"];
const THE_CASE: PhantomCase = { ...findCase("late-window-m1"), views: ["lateral"] };

let rendered: RenderedCase;
/** First, middle and last file of each series, and the digest of every fifth file. */
const kept = new Map<string, Uint8Array[]>();
const counts = new Map<string, number>();

before(() => {
  rendered = renderCase(THE_CASE, 3, () => {}, { modalities: EVERY });
  const byFolder = new Map<string, Uint8Array[]>();
  for (const file of rendered) {
    const folder = file.path.split("/").slice(0, -1).join("/");
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
    const list = byFolder.get(folder) ?? [];
    if (list.length < 40) list.push(file.bytes);
    byFolder.set(folder, list);
  }
  for (const [folder, list] of byFolder) kept.set(folder, [list[0]!, list[list.length >> 1]!, list.at(-1)!]);
});

after(() => kept.clear());

function seriesOf(word: string): Uint8Array[] {
  const found = [...kept].find(([folder]) => folder.includes(word));
  assert.ok(found, `no series ${word} in ${[...kept.keys()].join(", ")}`);
  return found[1];
}

test("core and penumbra have the volumes that were prescribed, inside the perfusion slab", () => {
  const { slabVolumesMl: v } = rendered.truth;
  assert.ok(Math.abs(v.core! - 21) < 0.05, `core ${v.core}`);
  assert.ok(Math.abs(v.penumbra! - 76) < 0.05, `penumbra ${v.penumbra}`);
  assert.ok(Math.abs(v.tmax6! - 97) < 0.05, `Tmax > 6 s ${v.tmax6}`);
  assert.ok(v.tmax4! > v.tmax6! && v.tmax6! > v.tmax8! && v.tmax8! > v.tmax10!);
});

test("a left-sided lesion lies wholly at positive x", () => {
  const { head, lesion } = rendered.patient;
  for (let i = 0; i < lesion.zone.length; i++) {
    if (lesion.zone[i]! < ZONE.penumbra) continue;
    assert.ok(isBrain(head.labels[i]!));
    const x = head.origin[0] + (i % head.shape[0]);
    assert.ok(x > 0, `x ${x}`);
  }
});

test("the brain of an adult has a believable size", () => {
  const { brain } = rendered.truth.volumesMl;
  assert.ok(brain! > 900 && brain! < 1500, `${brain} mL`);
});

test("the artery peaks before the vein, and they carry the same area", () => {
  const { aifHu, vofHu, timesS } = rendered.truth.perfusion as { aifHu: number[]; vofHu: number[]; timesS: number[] };
  const peak = (c: number[]): number => timesS[c.indexOf(Math.max(...c))]!;
  assert.ok(peak(aifHu) + 2 < peak(vofHu));
  const area = (c: number[]): number => c.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(area(vofHu) / area(aifHu) - 1) < 0.03);
  assert.ok(arterial(rendered.patient.input, 0) === 0);
});

test("CT perfusion is 16 slices at 45 times with the true acquisition times", () => {
  const folder = [...counts.keys()].find((k) => k.includes("vpct"));
  assert.ok(folder);
  assert.equal(counts.get(folder), 720);
  const [first] = seriesOf("vpct");
  const ds = parsePart10(first!).dataSet;
  assert.equal(number(ds, "Rows"), 256);
  assert.equal(number(ds, "NumberOfTemporalPositions"), 45);
  assert.equal(text(ds, "AcquisitionTime"), "042900.000000");
});

test("a DSA run is 1024 x 1024 in 12 bits, unsubtracted, and its mask frames hold no contrast", () => {
  const [file] = seriesOf("dsa");
  const part = parsePart10(file!);
  assert.equal(number(part.dataSet, "Rows"), 1024);
  assert.equal(number(part.dataSet, "BitsStored"), 12);
  assert.equal(text(part.dataSet, "PixelIntensityRelationship"), "LIN");
  const frames = number(part.dataSet, "NumberOfFrames")!;
  const mask = items(part.dataSet, "MaskSubtractionSequence")[0]!;
  assert.deepEqual(numbers(mask, "MaskFrameNumbers"), [1, 2]);
  const n = 1024 * 1024;
  const bytes = file!.slice(file!.length - frames * n * 2);
  const px = new Uint16Array(bytes.buffer);
  const sum = (f: number): number => {
    let s = 0;
    for (let i = 0; i < n; i++) s += px[f * n + i]!;
    return s / n;
  };
  assert.ok(Math.abs(sum(0) - sum(1)) < 1);
  assert.ok(sum(0) - sum(6) > 3, "contrast darkens the picture");
});

test("quantum noise of a run has a variance in proportion to the signal", () => {
  const [file] = seriesOf("dsa");
  const frames = number(parsePart10(file!).dataSet, "NumberOfFrames")!;
  const n = 1024 * 1024;
  const px = new Uint16Array(file!.slice(file!.length - frames * n * 2).buffer);
  let ratio = 0;
  let used = 0;
  for (let i = 0; i < n; i++) {
    const mean = (px[i]! + px[n + i]!) / 2;
    if (mean > 3500 || mean < 200) continue;
    ratio += (px[i]! - px[n + i]!) ** 2 / 2 / mean;
    used++;
  }
  assert.ok(Math.abs(ratio / used - 0.32) < 0.03, `${ratio / used}`);
});

test("every object says that its patient is synthetic", () => {
  for (const [folder, list] of kept) {
    const ds = parsePart10(list[0]!).dataSet;
    assert.equal(text(ds, "QualityControlSubject"), "YES", folder);
    assert.match(text(ds, "PatientID") ?? "", /^SYN-/);
    assert.match(text(ds, "PatientComments") ?? "", /Synthetic/);
  }
});

test("the same case and seed give the same bytes, another seed gives others", () => {
  const digest = (seed: number): string => {
    const hash = createHash("sha256");
    let n = 0;
    for (const f of renderCase(THE_CASE, seed, () => {}, { modalities: ["ncct"] })) if (n++ < 20) hash.update(f.bytes);
    return hash.digest("hex");
  };
  const one = digest(3);
  assert.equal(one, digest(3));
  assert.notEqual(one, digest(4));
});

test("the totals of a dose report are the sums of its events", () => {
  const { patient } = THE_CASE;
  const studio = openStudy(
    "k",
    "xa",
    { ...patient, issuer: "x", synthetic: true },
    { id: "1", ms: 0, accession: "a", description: "d", referringPhysician: "r", institution: "i" },
  );
  const events = doseEvents(studio, 3, 0, ["ap", "lateral"], true);
  const total = doseTotals(events);
  const sum = events.reduce((s, e) => s + e.dap, 0);
  assert.ok(Math.abs(total.dap - sum) < 1e-12);
  assert.ok(Math.abs(total.dap - total.fluoroDap - total.runDap) < 1e-12);
  assert.equal(new Set(events.map((e) => e.uid)).size, events.length);
});

test("at least eight cases exist, each with a distinct patient and a question", () => {
  assert.ok(CASES.length >= 8);
  assert.equal(new Set(CASES.map((c) => c.patient.patientId)).size, CASES.length);
  for (const c of CASES) assert.ok(c.question.endsWith("?") && c.modalities.length > 0, c.name);
});

const verifier = spawnSync("dciodvfy", ["--help"]).error === undefined;

test("an independent verifier finds no error in any kind of object", {
  skip: verifier ? false : "dciodvfy is not installed",
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "phantom-"));
  try {
    for (const [name, list] of kept) {
      list.forEach((bytes, i) => {
        const path = join(folder, `${i}.dcm`);
        writeFileSync(path, bytes);
        const out = spawnSync("dciodvfy", [path], { encoding: "utf8" });
        const errors = `${out.stdout}${out.stderr}`.split("\n").filter((l) => l.startsWith("Error"));
        assert.deepEqual(errors, [], `${name} ${i}`);
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
