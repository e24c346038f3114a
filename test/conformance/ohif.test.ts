import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ctStack, filesBelow, REAL_FILES, xaRun } from "./images.ts";
import { ohifDist, serveOhif } from "./ohif-app.ts";

let willis: TestWillis;
let browser: Browser | null = null;
let ohif: { url: string; stop(): void } | null = null;
let missing = "";
const studies: { ct: string; xa: string } = { ct: "", xa: "" };

before(async () => {
  const dist = await ohifDist();
  if (!dist) missing = "@ohif/app cannot be had from npm here";
  else browser = await launchBrowser().catch(() => null);
  if (!browser) missing ||= "no browser works here";
  if (!dist || !browser) return;
  willis = await startWillis();
  studies.ct = await store(await realOrMade("CT/dcm_qa_ct", ctStack("Ohif-CT").files));
  studies.xa = await store(await realOrMade("XA/dbdicom", xaRun("Ohif-XA").files));
  ohif = await serveOhif(dist, willis.url, await willis.token("hub"));
});
after(async () => {
  await browser?.close();
  ohif?.stop();
  await willis?.stop();
});

async function realOrMade(folder: string, made: Uint8Array[]): Promise<Uint8Array[]> {
  if (!REAL_FILES) return made;
  return Promise.all((await filesBelow(join(REAL_FILES, folder))).map((file) => readFile(file)));
}

async function store(files: readonly Uint8Array[]): Promise<string> {
  let study = "";
  for (const bytes of files) {
    const result = await storeObject(willis.services, bytes, {
      organisationId: willis.organisations.Hub,
      via: "import",
    });
    if ("studyUid" in result) study = result.studyUid;
  }
  return study;
}

/** A page of OHIF that notes what fails and where it goes. */
async function open(path: string): Promise<{ page: Page; failed: string[]; foreign: string[] }> {
  const page = await browser!.newPage({ viewport: { width: 1200, height: 800 } });
  const failed: string[] = [];
  const foreign: string[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/dicom-web") && response.status() >= 400)
      failed.push(`${response.status()} ${response.url()}`);
  });
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(ohif!.url)) foreign.push(request.url());
  });
  await page.goto(ohif!.url + path, { waitUntil: "domcontentloaded", timeout: 90_000 });
  return { page, failed, foreign };
}

/** How much the pixels of the largest viewport differ from each other: 0 while it is empty. */
function contrast(page: Page): Promise<number> {
  return page.evaluate(() => {
    let best = 0;
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>("canvas.cornerstone-canvas")) {
      if (canvas.width < 100 || canvas.height < 100) continue;
      const copy = document.createElement("canvas");
      copy.width = 64;
      copy.height = 64;
      const at = copy.getContext("2d")!;
      at.drawImage(canvas, 0, 0, 64, 64);
      const { data } = at.getImageData(0, 0, 64, 64);
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < data.length; i += 4) {
        sum += data[i]!;
        squares += data[i]! * data[i]!;
      }
      const n = data.length / 4;
      best = Math.max(best, Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)));
    }
    return best;
  });
}

async function untilSeen(page: Page): Promise<number> {
  for (let tries = 0; tries < 240; tries++) {
    const seen = await contrast(page).catch(() => 0);
    if (seen > 5) return seen;
    await page.waitForTimeout(500);
  }
  return contrast(page);
}

test("unmodified OHIF lists the studies", { timeout: 240_000 }, async (t) => {
  if (missing) return t.skip(missing);
  const { page, failed, foreign } = await open("/");
  // its list is drawn with "0-0 of 0" first and filled when the answer is there
  const words = async () => (await page.locator("body").innerText()).replace(/\s+/g, " ");
  let text = await words();
  for (let tries = 0; tries < 180 && !(/\bCT\b/.test(text) && /\bXA\b/.test(text)); tries++) {
    await page.waitForTimeout(500);
    text = await words();
  }
  assert.match(text, /\bCT\b/);
  assert.match(text, /\bXA\b/);
  assert.deepEqual(failed, []);
  assert.deepEqual(foreign, []);
  await page.close();
});

for (const modality of ["ct", "xa"] as const) {
  test(`unmodified OHIF shows ${modality.toUpperCase()} pixels`, { timeout: 240_000 }, async (t) => {
    if (missing) return t.skip(missing);
    const { page, failed, foreign } = await open(`/viewer?StudyInstanceUIDs=${studies[modality]}`);
    const seen = await untilSeen(page);
    if (process.env.WILLIS_SHOTS)
      await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `ohif-${modality}.png`) });
    assert.ok(seen > 5, `the viewport stays empty (spread of grey ${seen.toFixed(1)})`);
    assert.deepEqual(failed, []);
    assert.deepEqual(foreign, []);
    await page.close();
  });
}
