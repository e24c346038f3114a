import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import type { KeptDraft } from "../../src/cases/kept.ts";
import type { DataSet } from "../../src/dicom/data-set.ts";
import { isOurReport } from "../../src/dicom/iod/measurement-report.ts";
import { type DicomJson, fromDicomJson } from "../../src/dicom/json.ts";
import { measurementGroups } from "../../src/dicom/objects/measurement-groups.ts";
import { placesOf } from "../../src/dicom/objects/places.ts";
import { packedMask } from "../../src/imaging/region/mask-bits.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { draftOfGroup, isDraft } from "../../src/web/viewer/measure/report-drafts.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack } from "./images.ts";
import { ohifDist, serveOhif } from "./ohif-app.ts";

let willis: TestWillis;
let browser: Browser | null = null;
let ohif: { url: string; stop(): void } | null = null;
let missing = "";
const ct = ctStack("Ohif-Kept");
const objects: string[] = [];
const SLICE = 6;

before(async () => {
  const dist = await ohifDist();
  if (!dist) missing = "@ohif/app cannot be had from npm here";
  else browser = await launchBrowser().catch(() => null);
  if (!browser) missing ||= "no browser works here";
  if (!dist || !browser) return;
  willis = await startWillis();
  for (const bytes of ct.files) objects.push(await store(bytes));
  ohif = await serveOhif(dist, willis.url, await willis.token("hub"));
});
after(async () => {
  await browser?.close();
  ohif?.stop();
  await willis?.stop();
});

async function store(bytes: Uint8Array): Promise<string> {
  const origin = { organisationId: willis.organisations.Hub, via: "import" } as const;
  const result = await storeObject(willis.services, bytes, origin);
  assert.ok("sopUid" in result, JSON.stringify(result));
  return result.sopUid;
}

const length: KeptDraft = {
  ...{ id: randomUUID(), kind: "length", label: "Disc" },
  place: { studyUid: ct.studyUid, seriesUid: ct.seriesUid, sopUid: "" },
  shape: {
    space: "image",
    points: [
      [40.5, 64.5],
      [87.5, 64.5],
    ],
  },
  values: [{ code: "length", label: "Length", value: 47, unit: "mm" }],
  ...{ method: { name: "Straight line between two points", version: "1.0" }, calibration: "mm" },
};

async function shot(page: Page, name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `${name}.png`) });
}

/** The tour that OHIF gives to who opens it for the first time lies over everything. */
async function endTour(page: Page): Promise<void> {
  const skip = page.locator(".shepherd-element button", { hasText: /skip/i }).first();
  await skip.waitFor({ timeout: 15_000 }).catch(() => {});
  if (await skip.isVisible()) await skip.click();
}

test("unmodified OHIF takes our length up as one of its own, with its value", { timeout: 300_000 }, async (t) => {
  if (missing) return t.skip(missing);
  const measurement = { ...length, place: { ...length.place, sopUid: objects[SLICE]! } };
  const answer = await willis.as("hub", `/api/studies/${ct.studyUid}/measurements`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ changes: [{ act: "put", base: 0, measurement }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const page = await browser!.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${ohif!.url}/viewer?StudyInstanceUIDs=${ct.studyUid}`, { waitUntil: "domcontentloaded" });
  await page.locator("canvas.cornerstone-canvas").first().waitFor({ timeout: 120_000 });
  const thumbnail = page.locator('[data-cy="study-browser-thumbnail-no-image"]', { hasText: "SR" }).first();
  await thumbnail.waitFor({ timeout: 60_000 });
  await endTour(page);
  await thumbnail.dblclick();
  const yes = page.getByRole("button", { name: /^yes/i }).first();
  await yes.waitFor({ timeout: 60_000 }).catch(() => {});
  await shot(page, "ohif-sr-shown");
  if (await yes.isVisible()) await yes.click();
  const value = page.getByText(/47(\.0+)? ?mm/).first();
  await value.waitFor({ state: "attached", timeout: 60_000 }).catch(() => {});
  await page.waitForTimeout(2000);
  await shot(page, "ohif-sr");
  const words = (await page.locator("body").innerText()).replace(/\s+/g, " ");
  const drawn = (await page.locator("svg text").allTextContents()).join(" ");
  assert.match(`${words} ${drawn}`, /47(\.0+)? ?mm/);
  await storedByOhif(page);
  await page.close();
});

/** Lets OHIF store the measurement as a report of its own, by STOW, and reads that one as we read those of others. */
async function storedByOhif(page: Page): Promise<void> {
  await page.locator('[data-cy="trackedMeasurements-btn"], [data-cy="panelMeasurement-btn"]').first().click();
  const create = page.getByRole("button", { name: /create sr/i }).first();
  await create.waitFor({ timeout: 30_000 });
  await create.click();
  await page
    .getByRole("button", { name: /^(save|create|report)/i })
    .last()
    .click();
  const query = `/dicom-web/studies/${ct.studyUid}/instances?Modality=SR`;
  let report: DataSet | undefined;
  for (let tries = 0; tries < 40 && !report; tries++) {
    await page.waitForTimeout(1000);
    for (const one of (await (await willis.as("hub", query)).json()) as DicomJson[]) {
      const [series, sop] = [one["0020000E"], one["00080018"]].map((element) => String(element?.Value?.[0]));
      const address = `/dicom-web/studies/${ct.studyUid}/series/${series}/instances/${sop}/metadata`;
      const [header] = (await (await willis.as("hub", address)).json()) as DicomJson[];
      const found = fromDicomJson(header!);
      if (!isOurReport(found)) report = found;
    }
  }
  await shot(page, "ohif-stored");
  assert.ok(report, "OHIF stored a report of its own");
  const places = placesOf(report);
  const drafts = measurementGroups(report).groups.map((group) =>
    draftOfGroup(group, places, { name: "OHIF", version: "3.13.2" }),
  );
  const [draft] = drafts.filter(isDraft);
  assert.equal(draft?.kind, "length");
  assert.equal(draft.place.sopUid, objects[SLICE]);
  assert.ok(
    Math.abs(draft.values[0]!.value! - 47) < 0.1 && draft.values[0]!.unit === "mm",
    JSON.stringify(draft.values),
  );
  const ends = draft.shape.points.flat();
  assert.ok(
    ends.every((value, k) => Math.abs(value - [40.5, 64.5, 87.5, 64.5][k]!) < 0.1),
    JSON.stringify(ends),
  );
}

test("unmodified OHIF shows our segmentation and its segments by name", { timeout: 300_000 }, async (t) => {
  if (missing) return t.skip(missing);
  const mask = new Uint8Array(128 * 128 * 12);
  for (let k = 3; k < 9; k++)
    for (let y = 50; y < 80; y++) for (let x = 50; x < 80; x++) mask[(k * 128 + y) * 128 + x] = 1;
  const query = new URLSearchParams({
    ...{ series: ct.seriesUid, base: "0", kind: "vessel", label: "Painted artery", made: "MANUAL" },
    ...{ method: "Brush", version: "1.0", shape: "128,128,12", spacing: "1,1,5", origin: "-100,-100,0" },
    direction: "1,0,0,0,1,0,0,0,1",
  });
  const answer = await willis.as("hub", `/api/studies/${ct.studyUid}/masks/${randomUUID()}?${query}`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: deflateSync(packedMask(mask)),
  });
  assert.equal(answer.status, 201, await answer.text());
  const page = await browser!.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(`${ohif!.url}/segmentation?StudyInstanceUIDs=${ct.studyUid}`, { waitUntil: "domcontentloaded" });
  await page.locator("canvas.cornerstone-canvas").first().waitFor({ timeout: 120_000 });
  const thumbnail = page.locator('[data-cy="study-browser-thumbnail-no-image"]', { hasText: "SEG" }).first();
  await thumbnail.waitFor({ timeout: 60_000 });
  await thumbnail.dblclick();
  const yes = page.getByRole("button", { name: /^yes|hydrate|load/i }).first();
  await yes.waitFor({ timeout: 60_000 }).catch(() => {});
  await shot(page, "ohif-seg-shown");
  if (await yes.isVisible()) await yes.click();
  await page.getByText("Painted artery").first().waitFor({ timeout: 60_000 });
  const canvas = page.locator("canvas.cornerstone-canvas").first();
  let red = 0;
  for (let tries = 0; tries < 8 && red === 0; tries++) {
    await canvas.hover();
    await page.mouse.wheel(0, 100);
    await page.waitForTimeout(1500);
    red = await canvas.evaluate((source: HTMLCanvasElement) => {
      const copy = document.createElement("canvas");
      copy.width = source.width;
      copy.height = source.height;
      const at = copy.getContext("2d")!;
      at.drawImage(source, 0, 0);
      const { data } = at.getImageData(0, 0, copy.width, copy.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i]! > data[i + 1]! + 30) count++;
      return count;
    });
  }
  await shot(page, "ohif-seg");
  assert.ok(red > 1000, `${red} pixels in the colour of the segment`);
  await page.close();
});
