import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import type { KeptOfStudy } from "../../src/cases/kept.ts";
import { dataSet, number, text } from "../../src/dicom/data-set.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { CASES, renderCase } from "../../src/phantom/index.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { REAL_FILES } from "../conformance/images.ts";
import { startWillis, type TestWillis } from "../harness.ts";

type Fields = Parameters<typeof dataSet>[0];
type Point = readonly [number, number];

let willis: TestWillis;
let browser: Browser;
let page: Page;

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("pageerror", (error) => console.error("page:", error.message));
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const SIZE = 200;
/** Pixels of the screen for each of the image that is open. */
let scale = 4;

/** A projection or an ultrasound image whose values are given at each pixel. */
function image(name: string, modality: "XA" | "US" | "CT", value: (x: number, y: number) => number, fields: Fields) {
  const pixels = Uint16Array.from({ length: SIZE * SIZE }, (_, k) => value(k % SIZE, Math.floor(k / SIZE)));
  return writePart10(
    dataSet({
      ...{ SOPClassUID: `1.2.840.10008.5.1.4.1.1.${{ XA: "12.1", US: "6.1", CT: "2" }[modality]}` },
      ...{ SOPInstanceUID: uidOf(`SCALE ${name}`), StudyInstanceUID: uidOf(`SCALE ${name} study`), Modality: modality },
      ...{ SeriesInstanceUID: uidOf(`SCALE ${name} series`), InstanceNumber: 1, SeriesDescription: name },
      ...{ PatientID: name, PatientName: name, StudyDate: "20260101", StudyTime: "120000" },
      ...{ Rows: SIZE, Columns: SIZE, SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
      ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0, PixelData: pixels },
      ...{ WindowCenter: 2048, WindowWidth: 4096, ...fields },
    }),
  );
}

const pane = () => page.locator(".v-pane").first();
/** Where the middle of a pixel lies on the screen. */
const place = ([x, y]: Point): Point => [(x + 0.5) * scale, (y + 0.5) * scale];

/** Opens an image of a study from the corner of the screen, each of its pixels so many of the screen wide. */
async function open(bytes: Uint8Array, wide = 4, more: readonly Uint8Array[] = []): Promise<string> {
  scale = wide;
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "image.dcm" } as const;
  for (const one of [bytes, ...more])
    assert.ok(["stored", "duplicate"].includes((await storeObject(willis.services, one, origin)).state));
  const ds = parsePart10(bytes).dataSet;
  const [rows, columns] = [number(ds, "Rows")!, number(ds, "Columns")!];
  const path = `${willis.url}/read/${text(ds, "StudyInstanceUID")}`;
  await page.goto(path);
  await page
    .locator(`.v-pane[data-series="${text(ds, "SeriesInstanceUID")}"][data-state="rendered"]`)
    .first()
    .waitFor();
  await page.addStyleTag({
    content: `.v-pane:first-of-type .v-image { position: fixed !important; z-index: 50; left: 0 !important; top: 0 !important;
      width: ${columns * scale}px !important; height: ${rows * scale}px !important; }`,
  });
  await page.waitForFunction(
    ([w, h]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(".v-pane .v-image canvas");
      return canvas?.width === w && canvas.height === h;
    },
    [columns * scale, rows * scale] as const,
  );
  await page.keyboard.press("r");
  await page.waitForTimeout(600);
  return text(ds, "StudyInstanceUID")!;
}

async function shot(name: string): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/scale-${name}.png` });
}

async function drag(from: Point, to: Point): Promise<void> {
  const [a, b] = [place(from), place(to)];
  await page.mouse.move(...a);
  await page.mouse.down();
  await page.mouse.move((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, { steps: 3 });
  await page.mouse.move(...b, { steps: 3 });
  await page.mouse.up();
}

async function kept(studyUid: string, count: number): Promise<KeptOfStudy["measurements"]> {
  for (let k = 0; k < 60; k++) {
    const found = (await (await willis.as("hub", `/api/studies/${studyUid}/kept`)).json()) as KeptOfStudy;
    if (found.measurements.length === count) return found.measurements;
    await page.waitForTimeout(250);
  }
  throw new Error(`not ${count} measurements are kept`);
}

/** What is written beside drawings on the image. */
async function written(words: RegExp): Promise<void> {
  await page.locator(".v-image svg.svg-layer text").filter({ hasText: words }).first().waitFor({ timeout: 15_000 });
}

async function panel(name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByLabel("What to do").fill(`Panel: ${name}`);
  await page.keyboard.press("Enter");
}

const MARK: Point = [61, 42];
const PLACED = {
  ...{
    ImagePositionPatient: [-30, -40, 10],
    ImageOrientationPatient: [0.8, 0.6, 0, 0, 0, -1],
    PixelSpacing: [0.5, 0.5],
  },
  ...{ FrameOfReferenceUID: uidOf("SCALE frame"), RescaleIntercept: -1024, RescaleSlope: 1 },
};

for (const [name, modality, fields] of [
  ["MARKED RUN", "XA", { ImagerPixelSpacing: [0.3, 0.3] }],
  ["MARKED SLICE", "CT", PLACED],
] as const) {
  test(`${name}: a pixel that is lit is where it is said to be: on the screen, when it is read, in what is kept`, async () => {
    const lit = (x: number, y: number) => (x === MARK[0] && y === MARK[1] ? 4000 : 300 + ((x + y) & 1));
    const studyUid = await open(image(name, modality, lit, { ...fields }));
    const png = PNG.sync.read(await page.screenshot({ clip: { x: 0, y: 0, width: 500, height: 400 } }));
    let [sum, sx, sy] = [0, 0, 0];
    for (let y = 100; y < 240; y++)
      for (let x = 180; x < 340; x++) {
        const value = png.data[4 * (y * png.width + x)]!;
        if (value < 60) continue;
        sum += value;
        sx += value * (x + 0.5);
        sy += value * (y + 0.5);
      }
    const [x, y] = [sx / sum, sy / sum];
    const [ex, ey] = place(MARK);
    assert.ok(Math.hypot(x - ex, y - ey) < 0.3, `lit at ${x}, ${y} of the screen, not ${ex}, ${ey}`);
    await page.keyboard.press("Shift+V");
    await page.mouse.click(x, y);
    const [probe] = await kept(studyUid, 1);
    const [point] = probe!.shape.points as [number[]];
    const off = Math.hypot(point![0]! - MARK[0] - 0.5, point![1]! - MARK[1] - 0.5);
    assert.ok(off < 0.2, `kept at ${point}: half a pixel from the corner of the lit one is its middle`);
    const value = modality === "CT" ? 4000 - 1024 : 4000;
    assert.equal(probe!.values[0]!.value, value);
    await written(new RegExp(`${value}`));
    await shot(name);
  });
}

/** What is left of the beam behind a catheter of 12 px, over pixels of one and a focal spot of 0.8 px (one SD). */
const BEAM = Float64Array.from({ length: SIZE }, (_, x) => {
  let [sum, weights] = [0, 0];
  for (let u = -3; u <= 3; u += 0.05) {
    const off = Math.abs(x + u - 80);
    const weight = Math.exp(-0.5 * (u / Math.hypot(0.8, 1 / Math.sqrt(12))) ** 2);
    weights += weight;
    sum += weight * Math.exp(off < 6 ? -0.7 * Math.sqrt(1 - (off / 6) ** 2) : 0);
  }
  return sum / weights;
});

/** A catheter straight down the image; two balls 60 px apart beside it. */
function catheter(x: number, y: number): number {
  const ball = Math.hypot(x - 120, y - 60) < 3 || Math.hypot(x - 180, y - 60) < 3;
  return ball ? 400 : Math.round(3000 * BEAM[x]!);
}

test("a run is calibrated on a catheter: scale and error in the corner and in each length, kept, taken back", async () => {
  const studyUid = await open(image("CATHETER", "XA", catheter, {}));
  await page.keyboard.press("l");
  await drag([74, 120], [86, 120]);
  await kept(studyUid, 1);
  await written(/12 px/);
  await panel("Calibration");
  await page.getByRole("button", { name: "Calibrate on the catheter" }).click();
  const corner = pane().locator(".v-tl");
  await corner.getByText(/0\.1[67]\d mm\/px by a 6 F catheter \(2\.00 mm\) ± \d/).waitFor({ timeout: 15_000 });
  const said = (await corner.textContent()) ?? "";
  const mm = Number(/(0\.\d{3}) mm\/px/.exec(said)?.[1]);
  const error = Number(/± ([\d.]+) %/.exec(said)?.[1]) / 100;
  assert.ok(error < 0.04, `the edges are found, not taken from the hand: ${said}`);
  await page.getByText(/^12\.\d px by model fit/).waitFor();
  assert.ok(Math.abs(mm - 2 / 12) < (2 / 12) * error, `${said}: 2 mm over 12 px within its own error`);
  await written(/2\.0 mm ± 0\.\d/);
  await written(/0\.16\d mm\/px ± 0\.00\d/);
  await kept(studyUid, 2);
  await shot("catheter");

  await page.reload();
  await corner.getByText(/mm\/px by a 6 F catheter/).waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Take back" }).click();
  await corner.getByText(/mm\/px by a 6 F catheter/).waitFor({ state: "detached", timeout: 15_000 });
  await written(/12 px/);
  await kept(studyUid, 1);
  await page.reload();
  await pane().locator('xpath=self::*[@data-state="rendered"]').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1500);
  assert.doesNotMatch((await corner.textContent()) ?? "", /catheter/, "what was taken back stays so");
});

test("a run is calibrated on an object of known length", async () => {
  await open(image("OBJECT", "XA", catheter, {}));
  await page.keyboard.press("l");
  await drag([120, 60], [180, 60]);
  await written(/60 px/);
  await panel("Calibration");
  await page.getByLabel("Length of the object, mm").fill("12");
  await page.getByRole("button", { name: "Calibrate on the object" }).click();
  await pane()
    .locator(".v-tl")
    .getByText(/0\.200 mm\/px by an object of 12 mm ± 1\.\d %/)
    .waitFor({ timeout: 15_000 });
  await written(/12\.0 mm ± 0\.\d/);
  await shot("object");
});

const region = (fields: Fields, [left, top, right, bottom]: readonly [number, number, number, number]) =>
  dataSet({
    ...{ RegionFlags: 0, RegionLocationMinX0: left, RegionLocationMinY0: top, RegionLocationMaxX1: right },
    ...{ RegionLocationMaxY1: bottom, ...fields },
  });
const IMAGE = region(
  {
    ...{ RegionSpatialFormat: 1, RegionDataType: 1, PhysicalUnitsXDirection: 3, PhysicalUnitsYDirection: 3 },
    ...{ PhysicalDeltaX: 0.02, PhysicalDeltaY: 0.01, ReferencePixelX0: 0, ReferencePixelY0: 0 },
  },
  [0, 0, 199, 99],
);
const SPECTRUM = region(
  {
    ...{ RegionSpatialFormat: 3, RegionDataType: 3, PhysicalUnitsXDirection: 4, PhysicalUnitsYDirection: 7 },
    ...{ PhysicalDeltaX: 0.01, PhysicalDeltaY: -2, ReferencePixelX0: 0, ReferencePixelY0: 60 },
    ...{ ReferencePixelPhysicalValueX: 0, ReferencePixelPhysicalValueY: 0, DopplerCorrectionAngle: 60 },
  },
  [0, 100, 199, 199],
);

test("ultrasound: a length by the region under it, none across two, velocity and time under the cursor", async () => {
  const studyUid = await open(
    image("DUPLEX", "US", (x, y) => (y < 100 ? 800 + 10 * x : 200 + 8 * y), {
      SequenceOfUltrasoundRegions: [IMAGE, SPECTRUM],
    }),
  );
  await page.keyboard.press("l");
  await drag([40, 20], [70, 60]); // 6 mm along, 4 mm down
  await written(/7\.2 mm/);
  const [first] = await kept(studyUid, 1);
  assert.ok(Math.abs(first!.values[0]!.value! - Math.hypot(6, 4)) < 0.1, `${first!.values[0]!.value}`);
  await drag([100, 60], [100, 150]);
  await written(/across two regions/);
  const both = await kept(studyUid, 2);
  const across = both.find(({ id }) => id !== first!.id)!;
  assert.equal(across.values[0]!.unit, "px");
  await page.mouse.move(...place([125, 145]));
  // 160 is the baseline: 15 pixels above it at 2 cm/s a pixel.
  await page.getByText("PW Doppler · 30.0 cm/s above the baseline · 1.25 s · angle 60°").waitFor({ timeout: 10_000 });
  await page.mouse.move(...place([20, 30]));
  await page.getByText(/2-D · 3\.0 mm deep/).waitFor({ timeout: 10_000 });
  await page.keyboard.press("Shift+V");
  await page.mouse.click(...place([125, 175]));
  await written(/-30\.0? cm\/s/);
  await shot("duplex");
});

const REAL: readonly (readonly [string, Point, Point, number | null])[] = [
  ["US/cornerstone3D/US-YBR_FULL_422-EVRLE.dcm", [300, 200], [400, 200], 6.16],
  ["US/cornerstone3D/no-pixel-spacing.dcm", [300, 200], [300, 280], 26.443],
  ["US/dicom-test-files/OBXXXX1A_2frame.dcm", [300, 200], [400, 200], 26.229],
  ["US/fo-dicom/DIRW0007", [200, 150], [280, 210], 52.478],
  ["US/pydicom/examples_ybr_color.dcm", [120, 80], [200, 80], null],
  ["US/dicom-test-files/US1_UNCR.dcm", [120, 80], [200, 80], null],
];

test("ultrasound of other makers is measured by its regions, or in pixels with the reason", {
  skip: REAL_FILES ? false : "the real files are not there",
}, async (t) => {
  for (const [path, from, to, mm] of REAL) {
    await t.test(path, async () => {
      const studyUid = await open(new Uint8Array(readFileSync(join(REAL_FILES!, path))), 1);
      await page.keyboard.press("l");
      await drag(from, to);
      const [one] = await kept(studyUid, 1);
      const { value, unit } = one!.values[0]!;
      const px = Math.hypot(
        ...(one!.shape.points as [number[], number[]])[0]!.map((v, k) => v - one!.shape.points[1]![k]!),
      );
      assert.equal(unit, mm === null ? "px" : "mm", `${one!.calibration}: ${JSON.stringify(one!.shape.points)}`);
      const wanted = mm === null ? px : (mm / Math.hypot(to[0] - from[0], to[1] - from[1])) * px;
      assert.ok(Math.abs(value! - wanted) < 0.01 * wanted, `${value} ${unit}, not ${wanted}`);
      assert.match(one!.calibration, mm === null ? /px, / : /region: 2-D/);
      await shot(path.replaceAll("/", "-"));
    });
  }
});

test("the carotid of the demo is measured by its region, and its colour box is the same plane", async () => {
  const spec = CASES.find(({ phantom, modalities }) => phantom.variants?.stenosis && modalities.includes("us"))!;
  const files = [...renderCase(spec, 1, () => {}, { modalities: ["us"] })].map(({ bytes }) => bytes);
  const studyUid = await open(files[0]!, 1, files.slice(1));
  await page.keyboard.press("l");
  await drag([100, 100], [200, 100]);
  const [one] = await kept(studyUid, 1);
  const px = Math.abs(one!.shape.points[0]![0]! - one!.shape.points[1]![0]!);
  assert.equal(one!.values[0]!.unit, "mm");
  assert.ok(
    Math.abs(one!.values[0]!.value! - 0.085 * px) < 0.02,
    `${one!.values[0]!.value} mm over ${px} px of 0.085 mm`,
  );
  await shot("carotid");
});
