import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { type DataSet, dataSet, items } from "../../src/dicom/data-set.ts";
import { frameBytes } from "../../src/dicom/frames.ts";
import { fromDicomJson, toDicomJson } from "../../src/dicom/json.ts";
import { attributeRows } from "../../src/dicom/objects/attribute-rows.ts";
import { type ContentItem, codeOf, contentTree } from "../../src/dicom/objects/content-tree.ts";
import { doseContent, kermaOverTime } from "../../src/dicom/objects/dose.ts";
import { objectKind, storageClass } from "../../src/dicom/objects/object-kind.ts";
import { objectSummary } from "../../src/dicom/objects/object-summary.ts";
import { placesOf } from "../../src/dicom/objects/places.ts";
import { presentation } from "../../src/dicom/objects/presentation.ts";
import { labColour, segmentation, segmentMask } from "../../src/dicom/objects/segments.ts";
import { STORAGE_CLASSES } from "../../src/dicom/objects/storage-classes.ts";
import { waveCurves, waveGroups } from "../../src/dicom/objects/waveform.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { pythonWith } from "../tools.ts";
import { dcmtk, withoutDcmtk } from "./dcmtk.ts";
import { REAL_FILES } from "./images.ts";
import { DOSE_EVENTS, oneOfEach, SIZE } from "./objects.ts";

const study = oneOfEach("SUMMARY");
const of = (kind: string): DataSet => study.objects.find((one) => one.kind === kind)!.dataSet;
const summary = (kind: string) => objectSummary(of(kind)).summary;
const fact = (kind: string, label: string) => summary(kind).facts.find(([name]) => name === label)?.[1];

test("every storage class has a kind, a name and a sentence; private, unknown and missing classes are named as such", () => {
  assert.ok(STORAGE_CLASSES.length > 190);
  for (const row of STORAGE_CLASSES) {
    const kind = objectKind(`1.2.840.10008.5.1.4.${row.split(" ")[0]}`);
    assert.ok(kind.name.length > 3 && kind.short && kind.purpose.endsWith("."), row);
    assert.notEqual(kind.code, "UNKNOWN", row);
  }
  assert.equal(new Set(STORAGE_CLASSES.map((row) => row.split(" ")[0])).size, STORAGE_CLASSES.length);
  assert.deepEqual(storageClass("1.2.840.10008.5.1.4.1.1.12.1.1"), ["XA", "Enhanced XA Image"]);
  assert.equal(objectKind("1.3.46.670589.5.0.2").code, "PRIVATE");
  assert.equal(
    objectKind("1.3.46.670589.5.0.2", "", "MR", 3).shownAs,
    "image",
    "a private class with pixels is an image",
  );
  assert.equal(objectKind("1.2.840.10008.5.1.4.1.1.9999").code, "UNKNOWN");
  assert.equal(objectKind("").name, "No SOP class");
  assert.equal(objectKind("1.2.840.10008.5.1.4.1.1.3.1", "1.2.840.10008.1.2.4.102").shownAs, "video");
});

test("each object says what it is: kind by kind, from the header as WADO-RS gives it", () => {
  for (const { kind, dataSet: ds } of study.objects) {
    const found = objectSummary(ds);
    assert.equal(found.kind.code, kind);
    const json = toDicomJson(ds, { bulkData: (path, bytes) => (bytes.length > 1024 ? `/x/${path}` : undefined) });
    const again = objectSummary(fromDicomJson(json, { bulkData: () => new Uint8Array(0) }));
    assert.deepEqual(again, found, `${kind} says the same from metadata`);
  }
  assert.equal(summary("SR").title, "Imaging Measurement Report");
  assert.equal(fact("SR", "Template"), "TID 1500");
  assert.equal(fact("KOS", "Says"), "For the board");
  assert.equal(fact("PR", "Window"), "80 wide at 40");
  assert.deepEqual(summary("RWVM").tables[0]!.rows[0]!.slice(1, 5), ["Hounsfield units", "[hnsf'U]", "1", "-1024"]);
  assert.deepEqual(summary("RTSTRUCT").tables[0]!.rows, [["1", "Nidus", "gtv", "manual", "1"]]);
  assert.deepEqual(summary("RTSTRUCT").tables[0]!.colours, ["rgb(255 128 0)"]);
  assert.deepEqual(
    summary("RTPLAN").tables.map(({ title }) => title),
    ["Prescription", "Fractions", "Beams"],
  );
  assert.match(summary("REG").tables[0]!.rows[0]!.join(), /rigid.*1 {2}0 {2}0 {2}2\.5/);
  assert.equal(summary("DOC").title, "Angiography report");
  assert.equal(fact("DOC", "Format"), "application/pdf");
  assert.equal(fact("SEG", "Segments"), "2");
  assert.deepEqual(
    summary("SEG").tables[0]!.rows.map((row) => row.at(-1)),
    ["3", "1"],
  );
  assert.match(summary("PRIVATE").title, /1\.3\.46/);
});

test("a general report that is titled a dose report is shown as one", () => {
  const ds = new Map([...of("RDSR"), ...dataSet({ SOPClassUID: "1.2.840.10008.5.1.4.1.1.88.22" })]);
  assert.equal(objectSummary(ds).kind.shownAs, "dose");
});

test("the dose report gives back what it was made of, with sums over time", () => {
  const dose = doseContent(of("RDSR"));
  assert.deepEqual(
    dose.events.map(({ dap, kerma, durationS, primary, secondary, pulses }) => [
      dap,
      kerma,
      durationS,
      primary,
      secondary,
      pulses,
    ]),
    DOSE_EVENTS.map((e) => [e.dap, e.kerma, e.durationS, e.primaryAngle, e.secondaryAngle, e.pulses]),
  );
  assert.deepEqual(
    dose.totals.map(({ dap, kerma, fluoroS }) => [dap, kerma, fluoroS]),
    [[0.002, 0.1, 6]],
  );
  const sums = kermaOverTime(dose.events);
  assert.deepEqual(
    sums.map(({ s }) => s),
    [0, 60, 240],
  );
  assert.ok(Math.abs(sums[2]!.kerma - 0.1) < 1e-12);
});

test("doses in all the units that devices write come out in one; a unit that is not known gives no number", () => {
  const units = [
    ["mGy.cm2", 2e4],
    ["uGy.m2", 2e3],
    ["dGy.cm2", 200],
    ["Gym2", 0.002],
    ["Gy.cm2", 20],
    ["furlong", 1],
  ] as const;
  const found = units.map(([unit, value]) => doseContent(withUnit(of("RDSR"), unit, value)).totals[0]!.dap);
  assert.deepEqual(found, [0.002, 0.002, 0.002, 0.002, 0.002, undefined]);
});

/** The report with its DAP total written in another unit. */
function withUnit(report: DataSet, unit: string, value: number): DataSet {
  const code = dataSet({ CodeValue: unit, CodingSchemeDesignator: "UCUM", CodeMeaning: unit });
  const measured = dataSet({ NumericValue: value, MeasurementUnitsCodeSequence: code });
  const changed = (item: DataSet): DataSet => {
    if (codeOf(item, "ConceptNameCodeSequence")?.value === "113722")
      return new Map([...item, ...dataSet({ MeasuredValueSequence: measured })]);
    const children = items(item, "ContentSequence");
    return children.length === 0 ? item : new Map([...item, ...dataSet({ ContentSequence: children.map(changed) })]);
  };
  return changed(report);
}

test("segments, masks and colours are read exactly; places and graphics too", () => {
  const seg = segmentation(of("SEG"));
  assert.deepEqual(
    seg.segments.map(({ label, frames }) => [label, frames]),
    [
      ["Sac", [0, 1, 2]],
      ["Neck", [3]],
    ],
  );
  const file = study.objects.find(({ kind }) => kind === "SEG")!.file;
  const counts = [0, 1, 2, 3].map((f) => {
    const mask = segmentMask(frameBytes(file, parsePart10(file), f), SIZE * SIZE, 1, { ...seg, segment: 1 });
    return mask.filter((v) => v === 255).length;
  });
  assert.deepEqual(counts, [256, 256, 256, 64]);
  assert.deepEqual(labColour([65535, 32896, 32896]), [255, 255, 255]);
  assert.deepEqual(
    labColour([35580, 53665, 50856])!.map((v, k) => Math.abs(v - [255, 0, 0][k]!) <= 3),
    [true, true, true],
  );
  assert.deepEqual(
    [...segmentMask(Uint8Array.of(0, 128, 255), 3, 8, { type: "FRACTIONAL", whole: 255, segment: 1 })],
    [0, 128, 255],
  );
  assert.deepEqual(
    [...segmentMask(Uint8Array.of(1, 0, 2, 0), 2, 16, { type: "LABELMAP", whole: 1, segment: 2 })],
    [0, 255],
  );
  const places = placesOf(of("KOS"));
  assert.equal(places.size, 6);
  assert.ok([...places.values()].every(({ seriesUid }) => seriesUid === study.ct.seriesUid));
  const [marks] = presentation(of("PR")).annotations;
  assert.deepEqual(
    marks!.graphics.map(({ type, text, points }) => [type, text, points.length]),
    [
      ["CIRCLE", "", 2],
      ["TEXT", "aneurysm", 2],
    ],
  );
});

test("waveforms come in the unit of their channels; what is cut short gives what there is", () => {
  const [group] = waveGroups(of("WAVE"));
  const data = of("WAVE").get(0x54000100)!.value[0] as DataSet;
  const bytes = data.get(0x54001010)!.value as Uint8Array;
  const curves = waveCurves(group!, bytes)!;
  assert.deepEqual(
    curves.map((c) => [c.length, Math.min(...c), Math.max(...c)]),
    [
      [300, 0, 495],
      [300, -495, 0],
    ],
  );
  assert.equal(waveCurves(group!, bytes.subarray(0, 41))![0]!.length, 10);
  assert.equal(waveCurves({ ...group!, interpretation: "MB", bits: 8 }, bytes), undefined);
});

test("nothing nests or repeats too much: a deep report and a long header are read without a stack, with a limit that is told", () => {
  let item = dataSet({ ValueType: "TEXT", TextValue: "deep" });
  for (let k = 0; k < 30_000; k++) item = dataSet({ ValueType: "CONTAINER", ContentSequence: item });
  const tree = contentTree(item, 20_000);
  assert.deepEqual([tree.items.length, tree.more], [20_000, true]);
  assert.equal(attributeRows(item, 5000).more, true);
  const hostile = dataSet({ SOPClassUID: "1.2.840.10008.5.1.4.1.1.66.4", NumberOfFrames: "1e9" });
  assert.ok(objectSummary(hostile).summary.facts.length > 0);
});

test("no summary fails on an object that holds nothing but its class", () => {
  for (const row of STORAGE_CLASSES) {
    const ds = dataSet({ SOPClassUID: `1.2.840.10008.5.1.4.${row.split(" ")[0]}` });
    assert.ok(objectSummary(ds).summary.title, row);
  }
});

const folder = REAL_FILES ? join(REAL_FILES, "SR") : "";
const REPORTS = [
  ..."CT-ESR-GE_Optima CT-RDSR-GEPixelMed CT-RDSR-Siemens_Flash-TAP-SS CT-RDSR-Toshiba_DoseCheck DX-RDSR-Canon_CXDI"
    .split(" ")
    .map((name) => `modOpenREM/${name}.dcm`),
  ..."Dual-RDSR-DX Dual-RDSR-RF RF-No-kVp-and-others RF-RDSR-Eurocolumbus RF-RDSR-GE-OECEliteMiniView RF-RDSR-GE RF-RDSR-Philips_Allura"
    .split(" ")
    .map((name) => `modOpenREM/${name}.dcm`),
  ...["PySkinDose/siemens_axiom_example_procedure.dcm", "highdicom/sr_document.dcm"],
  ...["highdicom/sr_document_with_multiple_groups.dcm", "pydicom/test-SR.dcm", "pydicom/reportsi.dcm"],
  ..."arrow circle ellipse protractor rectangle roi ruler".split(" ").map((name) => `dwv/sr-${name}.dcm`),
];

test("content trees of real reports are those of dcmtk's dsrdump: depth, relation, type, concept, codes, numbers, units", {
  skip: REAL_FILES ? (await withoutDcmtk()) || false : "the folder of real files is not there",
}, async () => {
  const differ: string[] = [];
  let compared = 0;
  for (const name of REPORTS) {
    const path = join(folder, name);
    const { text } = await dcmtk("dsrdump", ["-q", "-Er", "-Ev", "-Ec", "-Ee", "+U8", "+Pl", path]);
    const theirs = text.split("\n").filter((line) => /^ *<.*>( \{[^}]*\})?( {2}# .*)?$/.test(line));
    const ours = contentTree(parsePart10(readFileSync(path)).dataSet).items;
    if (theirs.length === 0) continue; // dcmtk refuses some of what devices write
    const [a, b] = [theirs.map(lineOf), ours.map(lineOfItem)];
    if (a.length !== b.length) differ.push(`${name}: ${b.length} items, dsrdump has ${a.length}`);
    for (let k = 0; k < Math.min(a.length, b.length); k++) {
      compared++;
      if (a[k] !== b[k]) differ.push(`${name} item ${k}: ${b[k]}, dsrdump: ${a[k]}`);
    }
  }
  assert.deepEqual(differ.slice(0, 10), []);
  assert.ok(compared > 1500, `${compared} items were compared`);
});

/** "depth|relation|TYPE|concept|value" of a line of dsrdump; values only of codes, numbers and UIDs. */
function lineOf(line: string): string {
  const part = /^( *)<(?:([a-z ]+) )?([A-Z0-9]+):(?:\(,,"(.*?)"\))?=(.*)>(?: \{[^}]*\})?(?: {2}# .*)?$/.exec(line);
  const by = /^( *)<([a-z ]+) ([\d.]+)>$/.exec(line); // an item by its place in the tree
  if (by) return [by[1]!.length / 2, by[2], "REFERENCE", "", by[3]].join("|");
  if (!part) return line;
  const [, indent = "", relation = "", kind = "", concept = "", value = ""] = part;
  // In its words for what is missing: no relation, no code.
  const related = relation === "unknown relationship type" ? "" : relation;
  return [indent.length / 2, related, kind, concept, wordOf(kind, value)].join("|");
}

function wordOf(kind: string, value: string): string {
  if (kind === "CODE")
    return /^\(([^,]*),([^,]*),/.exec(value)?.slice(1, 3).join(",") ?? (value === "invalid code" ? "," : value);
  if (kind === "NUM") return /^"([^"]*)" \(([^,]*),/.exec(value)?.slice(1, 3).join(" ") ?? "";
  return kind === "UIDREF" ? value.replaceAll('"', "") : "";
}

function lineOfItem({ depth, relation, kind, concept, value, code, unit }: ContentItem): string {
  const word =
    kind === "CODE"
      ? `${code?.value ?? ""},${code?.scheme ?? ""}`
      : kind === "NUM" && value
        ? `${value} ${unit?.value}`
        : kind === "UIDREF"
          ? value
          : kind === "REFERENCE"
            ? value.replace("item ", "")
            : "";
  return [depth, relation.toLowerCase(), kind, concept?.meaning ?? "", word].join("|");
}

const python = await pythonWith("pydicom");
const FILES = [
  ...REPORTS.map((name) => `SR/${name}`),
  ...["CT/dicom-test-files/label.seg", "CT/dicom-test-files/liver.dcm", "CT/dicom-test-files/seg.dcm"],
  ...["SR/highdicom/seg_image_ct_binary.dcm", "SR/highdicom/seg_image_ct_binary_fractional.dcm"],
  ...["SR/pydicom/waveform_ecg.dcm", "CT/dicom-test-files/rwvm.dcm"],
];

test("values of real objects are those of pydicom: doses, segments voxel by voxel, waveforms, mappings", {
  skip: !REAL_FILES ? "the folder of real files is not there" : python ? false : "no Python with pydicom",
}, () => {
  const paths = FILES.map((name) => join(REAL_FILES!, name));
  const run = spawnSync(python!, [join(import.meta.dirname, "objects-pydicom.py"), ...paths], {
    ...{ encoding: "utf8", maxBuffer: 1 << 26 },
  });
  assert.equal(run.status, 0, run.stderr);
  const lines = run.stdout.trim().split("\n");
  assert.equal(lines.length, FILES.length);
  for (const line of lines) {
    const theirs = JSON.parse(line);
    const file = new Uint8Array(readFileSync(theirs.name));
    const part10 = parsePart10(file);
    const ds = part10.dataSet;
    if (theirs.events) compareDose(theirs, ds);
    if (theirs.segments) {
      const seg = segmentation(ds);
      const rows = seg.segments.map((s) => [s.number, s.label, s.type, s.frames.length]);
      assert.deepEqual(rows, theirs.segments, theirs.name);
      const bits = Number(ds.get(0x00280100)!.value[0]);
      const voxels = Number(ds.get(0x00280010)!.value[0]) * Number(ds.get(0x00280011)!.value[0]);
      const marked = (theirs.marked as number[]).map((_, f) => {
        const mask = segmentMask(frameBytes(file, part10, f), voxels, bits, { ...seg, segment: 1 });
        return mask.filter((v) => v > 0).length;
      });
      assert.deepEqual(marked, theirs.marked, theirs.name);
    }
    if (theirs.waves) {
      const groups = waveGroups(ds);
      const data = (ds.get(0x54000100)!.value as readonly DataSet[]).map(
        (one) => one.get(0x54001010)!.value as Uint8Array,
      );
      const curves = groups.map((group, k) => waveCurves(group, data[k]!)!);
      const ends = curves.map((all) => all.map((c) => [Math.min(...c), Math.max(...c), c.reduce((a, b) => a + b, 0)]));
      for (const [g, all] of ends.entries())
        for (const [c, three] of all.entries())
          for (const [k, v] of three.entries())
            assert.ok(
              Math.abs(v - theirs.waves[g][c][k]) <= 1e-4 * Math.abs(v) + 0.5,
              `${theirs.name} ${g} ${c} ${k}: ${v}`,
            );
    }
    if (theirs.slope) {
      const [row] = objectSummary(ds).summary.tables[0]!.rows;
      assert.equal(Number(row![3]), Number(theirs.slope.toPrecision(8)));
      assert.equal(row![2], theirs.unit);
      assert.equal(objectSummary(ds).summary.references.length, theirs.images);
    }
  }
});

/** Our doses are in base units: the ratio to what is written must be the same for all of a column, a power of ten. */
function compareDose(
  theirs: { name: string; events: (number | null)[][]; totals: (number | null)[][]; ct: (number | null)[][] },
  ds: DataSet,
): void {
  const dose = doseContent(ds);
  const pairs: [string, (number | undefined)[][], (number | null)[][]][] = [
    ["events", dose.events.map((e) => [e.dap, e.kerma, e.primary, e.secondary, e.pulses]), theirs.events],
    ["totals", dose.totals.map((t) => [t.dap, t.kerma, t.fluoroS]), theirs.totals],
    ["ct", dose.ct.map((c) => [c.ctdi, c.dlp]), theirs.ct],
  ];
  for (const [what, ours, wanted] of pairs) {
    assert.equal(ours.length, wanted.length, `${theirs.name} ${what}`);
    ours.forEach((row, r) => {
      row.forEach((v, c) => {
        const w = wanted[r]![c]!;
        if (w === null || w === undefined) {
          assert.equal(v, undefined, `${theirs.name} ${what} ${r} ${c}`);
          return;
        }
        assert.ok(v !== undefined, `${theirs.name} ${what} ${r} ${c}: ${w} was not read`);
        if (w === 0) {
          assert.equal(v, 0);
          return;
        }
        const power = Math.log10(v / w);
        assert.ok(Math.abs(power - Math.round(power)) < 1e-9, `${theirs.name} ${what} ${r} ${c}: ${v} of ${w}`);
      });
    });
  }
}
