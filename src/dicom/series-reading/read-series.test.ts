import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { dataSet } from "../data-set.ts";
import { instanceOf } from "../instance.ts";
import { phasesByOrder } from "./contrast-phase.ts";
import { byAngles } from "./projection.ts";
import { readSeries } from "./read-series.ts";

type Fields = Parameters<typeof dataSet>[0];
const mask = { MaskSubtractionSequence: [dataSet({ MaskOperation: "AVG_SUB" })] };
const run = (fields: Fields) => readSeries(dataSet({ Modality: "XA", ...mask, ...fields }));
const called = (SeriesDescription: string) => run({ SeriesDescription });
const ct = (fields: Fields, facts = {}) =>
  readSeries(dataSet({ Modality: "CT", ImageOrientationPatient: [1, 0, 0, 0, 1, 0], ...fields }), facts);

test("vessel and side of a run are read in seven languages", () => {
  const told: readonly (readonly [string, string])[] = [
    ["ICA right AP", "ICA right, AP"],
    ["R ICA lateral", "ICA right, lateral"],
    ["LICA 4f/s", "ICA left"],
    ["ACI re. seitlich", "ICA right, lateral"],
    ["A. carotis interna links ap", "ICA left, AP"],
    ["ACI li schräg", "ICA left, oblique"],
    ["Carotide interne gauche face", "ICA left, AP"],
    ["CIG profil", "ICA left, lateral"],
    ["Carotide interna dx LL", "ICA right, lateral"],
    ["Carótida interna derecha", "ICA right"],
    ["Carótida externa izq lateral", "ECA left, lateral"],
    ["Carótida comum esquerda", "CCA left"],
    ["Carotis communis rechts", "CCA right"],
    ["ACE sin", "ECA left"],
    ["Artère vertébrale droite", "VA right"],
    ["A. vertebralis li", "VA left"],
    ["LVA frontal", "VA left, AP"],
    ["Art. vertebrale sinistra", "VA left"],
    ["Aortenbogen LAO", "arch, oblique"],
    ["Crosse aortique", "arch"],
    ["A. meningea media links", "MMA left"],
    ["Sous-clavière gauche", "subclavian left"],
    ["Linker ACI", "ICA left"],
  ];
  assert.deepEqual(
    told.map(([words]) => [words, called(words).label]),
    told,
  );
});

test("what is not said is not guessed: no side without a word, none when both are named", () => {
  assert.deepEqual(called("DSA 4 f/s").qualifiers, {});
  assert.equal(called("DSA 4 f/s").label, "DSA");
  const both = called("ICA right after left stent");
  assert.equal(both.qualifiers.side, undefined);
  assert.match(both.why, /both sides are named/);
  assert.equal(called("AV fistula").qualifiers.vessel, undefined);
  assert.equal(called("Karotiden bds.").label, "carotid both");
});

test("the projection comes from the angles, and where the words differ that is told", () => {
  assert.equal(byAngles([0, -24]), "AP CAU 24");
  assert.equal(byAngles([-2, 3]), "AP");
  assert.equal(byAngles([90, 0]), "lateral");
  assert.equal(byAngles([-90, 1]), "lateral");
  assert.equal(byAngles([35, 0]), "LAO 35");
  assert.equal(byAngles([-30, 20]), "RAO 30 CRA 20");
  const angled = { PositionerPrimaryAngle: "90", PositionerSecondaryAngle: "0" } as Fields;
  const right = run({ SeriesDescription: "ACI re ap", ...angled });
  assert.equal(right.label, "ICA right, lateral");
  assert.match(right.why, /mask operation AVG_SUB, the word ACI, the word RE, angles 90\/0, its words say AP/);
  assert.equal(right.sure, "likely");
  const plane = run({ ImageType: ["ORIGINAL", "PRIMARY", "BIPLANE B"], ...angled });
  assert.deepEqual([plane.qualifiers.biplane, plane.label, plane.sure], ["B", "DSA lateral", "stated"]);
});

test("a CTA is told by region and phase, from coverage and words", () => {
  const agent = { ContrastBolusAgent: "Iomeprol" };
  const facts = (mm: number) => ({ positions: 300, instances: 300, timePoints: 1, extentMm: [0, 0, mm] });
  assert.equal(ct({ SeriesDescription: "CTA arteriell", ...agent }, facts(310)).label, "CTA head and neck, arterial");
  assert.equal(ct({ SeriesDescription: "CTA Kopf 0.6", ...agent }, facts(150)).label, "CTA head");
  assert.equal(ct({ SeriesDescription: "CTA head neck", ...agent }, facts(150)).label, "CTA head");
  assert.equal(ct({ SeriesDescription: "CTA Hals venös", ...agent }).label, "CTA neck, venous");
  assert.equal(ct({ SeriesDescription: "Angio TSA tardif", ...agent }).label, "CTA neck, late");
  assert.equal(ct({ SeriesDescription: "CTA", ...agent }, { timePoints: 3 }).qualifiers.phase, "multiphase");
  const tilted = readSeries(
    dataSet({ Modality: "CT", SeriesDescription: "CTA", ImageOrientationPatient: [1, 0, 0, 0, 0, -1] }),
    { positions: 90, extentMm: [0, 178, 0] },
  );
  assert.deepEqual([tilted.label, tilted.qualifiers.coverageMm], ["CTA, coronal", 178]);
});

test("how sure a plain CT is depends on what says so", () => {
  assert.equal(ct({}).sure, "uncertain");
  assert.equal(ct({ SeriesDescription: "Schädel nativ" }).sure, "likely");
  assert.equal(ct({ ConvolutionKernel: "H70h" }).label, "NCCT bone");
  assert.equal(ct({ ConvolutionKernel: "Hr40f" }).label, "NCCT");
});

test("cone-beam CT, rotational angiography, fluoroscopy and susceptibility are told apart", () => {
  const xa = (fields: Fields) => readSeries(dataSet({ Modality: "XA", ...fields }));
  const CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2";
  assert.equal(xa({ SOPClassUID: CT_IMAGE, SeriesDescription: "DynaCT Head" }).role, "CBCT");
  assert.equal(xa({ SOPClassUID: CT_IMAGE, SeriesDescription: "3DRA ICA left" }).label, "3DRA ICA left");
  assert.equal(xa({ RadiationSetting: "SC" }).label, "Fluoroscopy");
  assert.equal(xa({ SeriesDescription: "Durchleuchtung" }).role, "RF");
  const mr = (SeriesDescription: string) => readSeries(dataSet({ Modality: "MR", SeriesDescription })).role;
  assert.deepEqual([mr("t2_swi3d"), mr("SWI_Images"), mr("t2_tse_tra")], ["SWI", "SWI", "T2"]);
  const us = readSeries(dataSet({ Modality: "US", SeriesDescription: "Carotid right" }));
  assert.equal(us.label, "Duplex carotid right");
});

test("phases follow from the order of acquisitions only where there are several within two minutes", () => {
  const at = (id: string, acquired: number | undefined) => ({ id, acquired });
  const phases = (all: Parameters<typeof phasesByOrder>[0]) =>
    Object.fromEntries([...phasesByOrder(all)].map(([id, { phase }]) => [id, phase]));
  assert.deepEqual(phases([at("c", 120), at("a", 100), at("b", 109), at("a thick", 101)]), {
    ...{ a: "arterial", "a thick": "arterial", b: "venous", c: "late" },
  });
  assert.deepEqual(phases([at("a", 100)]), {});
  assert.deepEqual(phases([at("a", 100), at("b", 1000)]), {});
  assert.deepEqual(phases([at("a", undefined), at("b", 100)]), {});
});

const data = new URL("../../../../shared/data/", import.meta.url);
const real = ["XA/dbdicom/XRayAngio-dicom_viewer_0002compressed/0002.DCM", "CT/dcm_qa_ct/GE/01.dcm"];
const skip = real.every((path) => existsSync(new URL(path, data))) ? false : "the sample data are not there";

test("real files are read without a wrong word", { skip }, () => {
  const read = (path: string) => readSeries(instanceOf(new Uint8Array(readFileSync(new URL(path, data)))).dataSet);
  const [xa, head] = real.map(read);
  assert.match(xa!.role, /^(XA|DSA)$/);
  assert.equal(xa!.qualifiers.side, undefined);
  assert.deepEqual([head!.role, head!.qualifiers.plane], ["NCCT", "axial"]);
});
