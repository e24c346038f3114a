import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { encodeRle } from "../../src/dicom/codec-rle.ts";
import { dataSet } from "../../src/dicom/data-set.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

/** WILLIS_LARGE=1: 3,000 slices and 20 runs, minutes; else a tenth of it. */
const whole = process.env.WILLIS_LARGE === "1";
const SLICES = whole ? 3000 : 300;
const RUNS = whole ? 20 : 2;
const FRAMES = 20;
const GIGABYTE = 1024 ** 3;
const RLE = "1.2.840.10008.1.2.5";

let willis: TestWillis;
let browser: Browser;
let page: Page;
const studyUid = uidOf("LARGE study");

/** A disc that grows, so that slices differ and stay small under RLE, while each is 512 KB in memory. */
function picture(size: number, radius: number): Uint8Array {
  const pixels = new Int16Array(size * size).fill(0);
  for (let y = 0; y < size; y++) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (y - size / 2) ** 2));
    pixels.fill(40, y * size + Math.round(size / 2 - half), y * size + Math.round(size / 2 + half));
  }
  return encodeRle(new Uint8Array(pixels.buffer), 1, 2);
}

function object(
  name: string,
  series: string,
  frames: Uint8Array[],
  size: number,
  fields: Parameters<typeof dataSet>[0],
) {
  return writePart10(
    dataSet({
      ...{ StudyInstanceUID: studyUid, SeriesInstanceUID: uidOf(`LARGE ${series}`), SeriesDescription: series },
      ...{ SOPInstanceUID: uidOf(`LARGE ${name}`), PatientID: "LARGE", PatientName: "Large", StudyDate: "20260101" },
      ...{ StudyTime: "120000", Rows: size, Columns: size, SamplesPerPixel: 1, BitsAllocated: 16, BitsStored: 16 },
      ...{ HighBit: 15, PixelRepresentation: 1, PhotometricInterpretation: "MONOCHROME2" },
      ...{ PixelData: encapsulate(frames), ...fields },
    }),
    RLE,
  );
}

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "object.dcm" } as const;
  const store = async (bytes: Uint8Array) =>
    assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  for (let k = 0; k < SLICES; k++) {
    const fields = {
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.2", Modality: "CT", InstanceNumber: k + 1, SliceThickness: 0.5 },
      ...{ ImagePositionPatient: [-100, -100, 0.5 * k], ImageOrientationPatient: [1, 0, 0, 0, 1, 0] },
      ...{ PixelSpacing: [0.4, 0.4], RescaleIntercept: 0, RescaleSlope: 1, FrameOfReferenceUID: uidOf("LARGE frame") },
    };
    await store(object(`slice ${k}`, "CT body", [picture(512, 60 + (k % 150))], 512, fields));
  }
  for (let r = 0; r < RUNS; r++) {
    const fields = {
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", Modality: "XA", InstanceNumber: 1, NumberOfFrames: FRAMES },
      ...{ FrameTime: 250, WindowCenter: 30, WindowWidth: 100, PixelIntensityRelationship: "LIN" },
    };
    const frames = Array.from({ length: FRAMES }, (_, f) => picture(1024, 100 + 10 * f));
    await store(object(`run ${r}`, `run ${r + 1}`, frames, 1024, fields));
  }
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

/** Memory of the largest renderer of the browser, bytes: the tab with everything that it holds. */
function tabBytes(): number {
  let most = 0;
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${id}/cmdline`, "utf8").includes("--type=renderer")) continue;
      const pages = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0);
      most = Math.max(most, 1024 * pages);
    } catch {
      // It has ended meanwhile.
    }
  }
  return most;
}

test(`a case of ${SLICES} CT slices and ${RUNS} runs is read in a tab of 4 GB`, { timeout: 1_800_000 }, async (t) => {
  await page.goto(`${willis.url}/read/${studyUid}`);
  await page.locator(".v-room").waitFor({ timeout: 120_000 });
  const choose = page.getByRole("combobox", { name: "Series in this pane" }).first();
  await choose.waitFor({ timeout: 120_000 });
  await choose.selectOption(uidOf("LARGE CT body"));
  const ct = page.locator(`.v-pane[data-series="${uidOf("LARGE CT body")}"]`).first();
  await page
    .locator(`.v-pane[data-series="${uidOf("LARGE CT body")}"][data-state="rendered"]`)
    .first()
    .waitFor({ timeout: 120_000 });
  let peak = tabBytes();
  const note = () => {
    peak = Math.max(peak, tabBytes());
  };
  // Until what fits is here, then to both ends: every slice is reached whether it is held or not.
  for (let k = 0; k < (whole ? 600 : 120) && (await ct.locator(".v-load").count()) > 0; k++) {
    await page.waitForTimeout(1000);
    note();
  }
  await ct.click();
  for (const key of ["End", "Home"]) {
    await page.keyboard.press(key);
    const slice = key === "End" ? SLICES - 1 : 0;
    await page.locator(`.v-pane[data-slice="${slice}"]`).first().waitFor({ timeout: 60_000 });
    note();
  }
  const usedJSHeapSize = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  for (let r = 0; r < RUNS; r++) {
    await choose.selectOption(uidOf(`LARGE run ${r + 1}`));
    const run = page.locator(`.v-pane[data-series="${uidOf(`LARGE run ${r + 1}`)}"][data-state="rendered"]`).first();
    await run.waitFor({ timeout: 120_000 });
    for (let k = 0; k < 60 && (await run.locator(".v-load").count()) > 0; k++) await page.waitForTimeout(500);
    note();
  }
  const figure = (bytes: number) => `${(bytes / GIGABYTE).toFixed(2)} GB`;
  t.diagnostic(`tab at most ${figure(peak)}, JavaScript heap ${figure(usedJSHeapSize)} after the CT`);
  assert.ok(peak < 4 * GIGABYTE, `the tab held ${figure(peak)}`);
});
