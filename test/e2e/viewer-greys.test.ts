import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type DataSet, dataSet, number, text } from "../../src/dicom/data-set.ts";
import { decodePart } from "../../src/dicom/decode.ts";
import { type DisplayImage, displayImage, type VoiWindow } from "../../src/dicom/grey.ts";
import { drawOverlays, overlaysOf } from "../../src/dicom/overlay.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { isOpen, type Shutters, shuttersOf } from "../../src/dicom/shutter.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { nodeCodecs } from "../../src/server/codecs/node-codecs.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { REAL_FILES } from "../conformance/images.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 1100 } })).newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const SIZE = 256;
type Fields = Parameters<typeof dataSet>[0];

/** A field of all values of 12 bits, falling steps and a bright disc, shown as the fields say. */
function phantom(name: string, fields: Fields): Uint8Array {
  const pixels = new Uint16Array(SIZE * SIZE);
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++)
      pixels[y * SIZE + x] = Math.hypot(x - 180, y - 70) < 30 ? 4000 : y < 200 ? 16 * x : 256 * (15 - (x >> 4));
  return writePart10(
    dataSet({
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", SOPInstanceUID: uidOf(`${name} object`), Modality: "XA" },
      ...{ StudyInstanceUID: uidOf(`${name} study`), SeriesInstanceUID: uidOf(`${name} series`), InstanceNumber: 1 },
      ...{ PatientID: name, PatientName: name, StudyDate: "20260101", StudyTime: "120000", SeriesDescription: name },
      ...{ Rows: SIZE, Columns: SIZE, SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
      ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0, PixelData: pixels },
      ...fields,
    }),
  );
}

const table = (count: number, first: number, bits: number, of: (k: number) => number): DataSet =>
  dataSet({ LUTDescriptor: [count, first, bits], LUTData: Uint16Array.from({ length: count }, (_, k) => of(k)) });
const curve = (k: number) => Math.round(4095 * Math.sqrt(k / 4095));
const bits = new Uint8Array((64 * 64) / 8).fill(0b10101111);
const palette = (turn: number) =>
  Uint16Array.from({ length: 4096 }, (_, k) => Math.round(32767 * (1 + Math.sin(k / 400 + turn))));

/** Every way in which a file may say how it is to be shown. */
const PHANTOMS: Readonly<Record<string, Fields>> = {
  LINEAR: { WindowCenter: 2000, WindowWidth: 1500 },
  "LINEAR EXACT": { WindowCenter: 2000, WindowWidth: 1500, VOILUTFunction: "LINEAR_EXACT" },
  SIGMOID: { WindowCenter: 2000, WindowWidth: 1500, VOILUTFunction: "SIGMOID" },
  RESCALE: { RescaleSlope: 0.5, RescaleIntercept: -200, RescaleType: "US", WindowCenter: 500, WindowWidth: 900 },
  "NO WINDOW": {},
  "MODALITY TABLE": { ModalityLUTSequence: [table(4096, 0, 16, curve)], WindowCenter: 2500, WindowWidth: 3000 },
  "VOI TABLE": { VOILUTSequence: [table(4096, 0, 12, curve)] },
  "PRESENTATION TABLE": {
    ...{ PresentationLUTSequence: [table(256, 0, 16, (k) => 65535 - 257 * k)], WindowCenter: 2000, WindowWidth: 3000 },
  },
  INVERSE: { PresentationLUTShape: "INVERSE", WindowCenter: 2000, WindowWidth: 3000 },
  "MONOCHROME 1": { PhotometricInterpretation: "MONOCHROME1", WindowCenter: 2000, WindowWidth: 3000 },
  PADDING: { PixelPaddingValue: 4000, WindowCenter: 2000, WindowWidth: 3000 },
  PALETTE: {
    PhotometricInterpretation: "PALETTE COLOR",
    ...Object.fromEntries(
      ["Red", "Green", "Blue"].flatMap((name, k) => [
        [`${name}PaletteColorLookupTableDescriptor`, [4096, 0, 16]],
        [`${name}PaletteColorLookupTableData`, palette(2 * k)],
      ]),
    ),
  },
  SHUTTERS: {
    ...{ WindowCenter: 2000, WindowWidth: 4000, ShutterShape: ["RECTANGULAR", "CIRCULAR"] },
    ...{ ShutterLeftVerticalEdge: 21, ShutterRightVerticalEdge: 230, ShutterPresentationValue: 20000 },
    ...{ ShutterUpperHorizontalEdge: 11, ShutterLowerHorizontalEdge: 240 },
    ...{ CenterOfCircularShutter: [128, 128], RadiusOfCircularShutter: 115 },
  },
  OVERLAY: {
    ...{ WindowCenter: 2000, WindowWidth: 4000, "60000010": 64, "60000011": 64, "60000040": "G" },
    ...{ "60000050": [33, 41], "60000100": 1, "60000102": 0, "60003000": bits },
  },
};

/** What the server's renderer makes of the first frame, shutters and overlays as the page lays them over it. */
async function expected(bytes: Uint8Array, voi?: VoiWindow): Promise<DisplayImage> {
  const part10 = parsePart10(bytes);
  const ds = part10.dataSet;
  const frame = decodePart(bytes, part10, 0, await nodeCodecs());
  const made = displayImage(frame, ds, 0, voi ? { voi } : {});
  const image = { ...made, data: made.data.slice() };
  const shutters = shuttersOf(ds);
  for (let y = 0; y < image.rows; y++)
    for (let x = 0; x < image.columns; x++) {
      if (isOpen(shutters, x, y)) continue;
      for (let c = 0; c < image.channels; c++)
        image.data[(y * image.columns + x) * image.channels + c] = shutters.colour[c]!;
    }
  return drawOverlays(image, overlaysOf(ds));
}

/** What canvases over each other show, as RGBA. */
async function pixelsOf(canvases: string, rows: number, columns: number): Promise<Buffer> {
  const text = await page.evaluate(
    ([chosen, w, h]) => {
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [w, h];
      const context = copy.getContext("2d", { willReadFrequently: true })!;
      for (const one of document.querySelectorAll<HTMLCanvasElement>(chosen)) context.drawImage(one, 0, 0);
      const { data } = context.getImageData(0, 0, w, h);
      let binary = "";
      for (let k = 0; k < data.length; k += 8192) binary += String.fromCharCode(...data.subarray(k, k + 8192));
      return btoa(binary);
    },
    [canvases, columns, rows] as const,
  );
  return Buffer.from(text, "base64");
}

const origin = () =>
  ({ organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "object.dcm" }) as const;

/** Lays what is in a pane at one pixel of the screen for each of the image. */
async function atOneToOne(within: string, rows: number, columns: number): Promise<void> {
  await page.evaluate(
    (css) => {
      const style = document.querySelector("#one-to-one") ?? document.head.appendChild(document.createElement("style"));
      style.id = "one-to-one";
      style.textContent = css;
    },
    `${within} .v-image, ${within} canvas.v-map { position: fixed !important; left: 0 !important; top: 0 !important;
      width: ${columns}px !important; height: ${rows}px !important; }`,
  );
}

/** Goes to a study within the page that is open: the app is not loaded anew for each. */
async function goTo(studyUid: string): Promise<void> {
  const path = `/read/${studyUid}`;
  if (page.url().startsWith(`${willis.url}/read/`)) await page.evaluate((to) => history.pushState({}, "", to), path);
  else await page.goto(willis.url + path);
}

interface Shown {
  readonly rows: number;
  readonly columns: number;
  /** What is on the screen at this moment, with all that lies over the image, as RGBA, and the words beside it. */
  look(): Promise<{ data: Buffer; words: string }>;
}

async function show(bytes: Uint8Array): Promise<Shown> {
  const { state } = await storeObject(willis.services, bytes, origin());
  assert.ok(state === "stored" || state === "duplicate", state);
  const ds = parsePart10(bytes).dataSet;
  const [rows, columns] = [number(ds, "Rows")!, number(ds, "Columns")!];
  await goTo(text(ds, "StudyInstanceUID")!);
  await atOneToOne(".v-pane", rows, columns);
  const pane = page.locator(`.v-pane[data-series="${text(ds, "SeriesInstanceUID")}"][data-state="rendered"]`).first();
  await pane.waitFor({ timeout: 60_000 });
  await page.waitForFunction(
    ([w, h]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(".v-pane .v-image canvas");
      return canvas?.width === w && canvas.height === h;
    },
    [columns, rows] as const,
    { timeout: 15_000 },
  );
  await page.keyboard.press("r"); // the zoom was kept; fit anew
  return {
    ...{ rows, columns },
    look: async () => ({
      data: await pixelsOf(".v-pane .v-image canvas, .v-pane canvas.v-map", rows, columns),
      words: (await page.locator(".v-pane .v-tr").first().textContent()) ?? "",
    }),
  };
}

type Where = (x: number, y: number) => boolean;
const NOWHERE: Where = () => false;

function edgesOf(bytes: Uint8Array): Where {
  const shutters = shuttersOf(parsePart10(bytes).dataSet);
  return (x, y) => atEdge(shutters, x, y);
}

interface Difference {
  readonly share: number;
  readonly worst: number;
  readonly mean: number;
}

/** Looks until what is on the screen is what it should be; after six seconds what it then is counts. */
async function settled(name: string, rim: number, look: () => Promise<Difference>): Promise<void> {
  const end = Date.now() + 6_000;
  let found = await look();
  while (found.share > rim && Date.now() < end) {
    await page.waitForTimeout(80);
    found = await look();
  }
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/greys-${name.replaceAll("/", "-")}.png` });
  if (process.env.WILLIS_TELL) console.log(name, JSON.stringify(found));
  assert.ok(found.share <= rim, JSON.stringify(found));
}

/** Whether a shutter's edge goes through a pixel or its neighbours: it is smoothed on the screen. */
function atEdge(shutters: Shutters, x: number, y: number): boolean {
  if (shutters.openings.length === 0) return false;
  const open = isOpen(shutters, x, y);
  return [-1, 0, 1].some((dy) => [-1, 0, 1].some((dx) => isOpen(shutters, x + dx, y + dy) !== open));
}

/** Share of pixels (edges of the frame and of shutters left out) that differ by more than `levels`, and the worst of all. */
function difference(image: DisplayImage, data: Buffer, levels: number, isEdge = NOWHERE): Difference {
  let [beyond, worst, sum, count] = [0, 0, 0, 0];
  for (let y = 2; y < image.rows - 2; y++)
    for (let x = 2; x < image.columns - 2; x++) {
      if (isEdge(x, y)) continue;
      for (let c = 0; c < 3; c++) {
        const at = y * image.columns + x;
        const ours = image.data[image.channels === 3 ? 3 * at + c : at]!;
        const off = Math.abs(ours - data[4 * at + c]!);
        if (off > levels) beyond++;
        worst = Math.max(worst, off);
        sum += off;
        count++;
      }
    }
  return { share: beyond / count, worst, mean: sum / count };
}

for (const [name, fields] of Object.entries(PHANTOMS)) {
  test(`a pane shows ${name} with the levels of the server's renderer`, async () => {
    const bytes = phantom(name, fields);
    const [{ look }, image] = [await show(bytes), await expected(bytes)];
    const isEdge = edgesOf(bytes);
    await settled(name, 0, async () => difference(image, (await look()).data, 1, isEdge));
  });
}

const REAL = [
  "XA/dbdicom/XRayAngio-dicom_viewer_0002compressed/0002.DCM",
  "XA/dicom-test-files/XA1_JPLL",
  "XA/dicom-test-files/XA1_J2KR",
  "RF/dbdicom/XRayAngioUncompressed-dicom_viewer_0015/0015.DCM",
  "US/pydicom/examples_palette.dcm",
  "US/pydicom/examples_rgb_color.dcm",
  "US/pydicom/examples_ybr_color.dcm",
  "US/dbdicom/UltrasoundPaletteColor-dicom_viewer_0020/0020.DCM",
  "US/cornerstone3D/US-YBR_FULL_422-EVRLE.dcm",
  "CT/dicom-test-files/01.dcm",
  "MR/dbdicom/03-21-1904-BRAINRESEARCH-00598/14.000000-sag_3d_gre_c-04769/1-010.dcm",
  "MR/dicom-test-files/BRFSMPRS",
];

for (const path of REAL) {
  test(`a pane shows ${path} with the levels of the server's renderer`, {
    skip: REAL_FILES ? false : "the real files are not there",
  }, async () => {
    const bytes = new Uint8Array(readFileSync(join(REAL_FILES!, path)));
    const { look } = await show(bytes);
    const isCt = path.startsWith("CT/");
    const [, width, centre] = isCt ? (/W (\d+) L (-?\d+)/.exec((await look()).words) ?? []) : [];
    const voi = isCt ? { centre: Number(centre), width: Number(width), shape: "LINEAR_EXACT" as const } : undefined;
    const image = await expected(bytes, voi);
    const isEdge = edgesOf(bytes);
    await settled(path, 0.001, async () => difference(image, (await look()).data, 3, isEdge));
  });
}

/** A presentation state of an image: its tables, a turn, a mirror and a shutter. */
function stateOf(name: string, fields: Fields): Uint8Array {
  const uid = {
    ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1",
    ReferencedSOPInstanceUID: uidOf(`${name} object`),
  };
  const series = dataSet({ SeriesInstanceUID: uidOf(`${name} series`), ReferencedImageSequence: [dataSet(uid)] });
  return writePart10(
    dataSet({
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.11.1", SOPInstanceUID: uidOf(`${name} state`), Modality: "PR" },
      ...{ StudyInstanceUID: uidOf(`${name} study`), SeriesInstanceUID: uidOf(`${name} states`), InstanceNumber: 1 },
      ...{ PatientID: name, PatientName: name, StudyDate: "20260101", StudyTime: "120000", SeriesDescription: "state" },
      ...{ ContentLabel: "STATE", PresentationCreationDate: "20260101", PresentationCreationTime: "120000" },
      ...{ ReferencedSeriesSequence: [series], ...fields },
    }),
  );
}

test("a presentation state shows its table, its turn, its mirror and its shutter", async () => {
  const name = "STATE";
  const image = phantom(name, { WindowCenter: 2000, WindowWidth: 4000 });
  const voi = { VOILUTSequence: [table(4096, 0, 12, curve)] };
  const state = stateOf(name, {
    SoftcopyVOILUTSequence: [dataSet(voi)],
    ...{ PresentationLUTShape: "INVERSE", ImageRotation: 90, ImageHorizontalFlip: "Y" },
    ...{ ShutterShape: "RECTANGULAR", ShutterLeftVerticalEdge: 31, ShutterRightVerticalEdge: 200 },
    ...{ ShutterUpperHorizontalEdge: 21, ShutterLowerHorizontalEdge: 220 },
  });
  for (const bytes of [image, state])
    assert.equal((await storeObject(willis.services, bytes, origin())).state, "stored");
  await goTo(uidOf(`${name} study`));
  await atOneToOne(".o-over", SIZE, SIZE);
  await page
    .getByRole("button", { name: /Presentation/ })
    .first()
    .click();
  await page.locator('.o-over[data-over="rendered"]').waitFor({ timeout: 30_000 });
  const under = phantom(name, { ...voi, PresentationLUTShape: "INVERSE" });
  const shown = await expected(under);
  const shutters = shuttersOf(parsePart10(state).dataSet);
  // A quarter turn to the right and then a mirror is a transposition.
  const turned = Uint8Array.from({ length: SIZE * SIZE }, (_, k) => {
    const [x, y] = [Math.floor(k / SIZE), k % SIZE];
    return isOpen(shutters, x, y) ? shown.data[y * SIZE + x]! : 0;
  });
  const isEdge = (x: number, y: number) => atEdge(shutters, y, x);
  await settled(name, 0, async () => {
    const data = await pixelsOf(".o-over .v-image canvas, .o-over canvas.v-map", SIZE, SIZE);
    return difference({ ...shown, data: turned }, data, 3, isEdge);
  });
});
