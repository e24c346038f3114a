import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import type { KeptOfStudy, KeptView } from "../../src/cases/kept.ts";
import { dataSet } from "../../src/dicom/data-set.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { type BadStudy, clip, ctSlices, SIZE, SLICES, tiltedSlices } from "./bad-studies.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1200, height: 820 } })).newPage();
  page.on("pageerror", (error) => console.error("page:", error.message));
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const pane = () => page.locator(".v-pane").first();

/** Stores a study and opens it, within the app once that is loaded; waits until its series is drawn, or is said not to be. */
async function open(study: BadStudy, state: "rendered" | "error" = "rendered"): Promise<void> {
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "bad.dcm" } as const;
  for (const file of study.files) assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
  const path = `/read/${study.studyUid}`;
  if (page.url().includes("/read/")) await page.evaluate((to) => history.pushState({}, "", to), path);
  else await page.goto(willis.url + path);
  const found = page.locator(`.v-pane[data-series="${study.seriesUid}"][data-state="${state}"]`).first();
  await found.waitFor({ timeout: 60_000 });
}

/** Waits for what stands on the image under a code, and reads it. */
async function stated(code: string): Promise<string> {
  const one = pane().locator(`[data-code="${code}"]`).first();
  await pane().locator("[data-code]").first().waitFor({ timeout: 15_000 });
  const more = pane().getByRole("button", { name: /show \d+ more/ });
  if ((await one.count()) === 0 && (await more.count()) > 0) await more.click();
  await one.waitFor({ timeout: 15_000 });
  return (await one.textContent()) ?? "";
}

/** The pane as it is drawn; fails when nothing comes onto it. A busy browser paints some time after it was told to. */
async function picture(name: string): Promise<PNG> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/bad-${name}.png` });
  for (let look = 0; ; look++) {
    const png = PNG.sync.read(await pane().screenshot());
    const middle = new Set<number>();
    for (let y = Math.floor(png.height * 0.4); y < png.height * 0.6; y += 3)
      for (let x = Math.floor(png.width * 0.15); x < png.width * 0.85; x += 3)
        middle.add(png.data[4 * (y * png.width + x)]! >> 4);
    if (middle.size > 1) return png;
    assert.ok(look < 20, "the pane stays blank");
    await page.waitForTimeout(250);
  }
}

/** A length drawn by hand across the middle of the pane, as it was kept. */
async function measured({ studyUid }: BadStudy): Promise<KeptView> {
  const box = (await pane().locator(".v-image").boundingBox())!;
  await page.keyboard.press("l");
  await page.mouse.move(box.x + box.width * 0.42, box.y + box.height * 0.5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.52, { steps: 4 });
  await page.mouse.move(box.x + box.width * 0.58, box.y + box.height * 0.54, { steps: 4 });
  await page.mouse.up();
  for (let k = 0; k < 60; k++) {
    const kept = (await (await willis.as("hub", `/api/studies/${studyUid}/kept`)).json()) as KeptOfStudy;
    if (kept.measurements[0]) return kept.measurements[0];
    await page.waitForTimeout(250);
  }
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/bad-not-kept.png` });
  throw new Error("the length was not kept");
}

/** That a length is told in pixels, on the image and where it is kept, and how many they are. */
async function inPixels(study: BadStudy): Promise<string> {
  const { shape, values, calibration } = await measured(study);
  const [a, b] = shape.points as [number[], number[]];
  assert.equal(values[0]!.unit, "px");
  assert.ok(Math.abs(values[0]!.value! - Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)) < 0.01);
  const words = (await pane().locator("svg.svg-layer text").first().textContent()) ?? "";
  assert.match(words, /\d+ px/);
  assert.doesNotMatch(words, /mm/);
  return calibration;
}

for (const [name, spacing] of [
  ["no-spacing", undefined],
  ["spacing-of-0", [0, 0]],
] as const) {
  test(`slices with ${name.replaceAll("-", " ")} say so, are measured in pixels and cut by no plane`, async () => {
    const study = ctSlices(name, { fields: () => ({ PixelSpacing: spacing && [...spacing] }) });
    await open(study);
    assert.match(await stated("no-spacing"), /lengths are in pixels only/);
    assert.equal(await pane().getAttribute("data-count"), String(SLICES), "nothing is dropped");
    assert.equal(await pane().getByRole("combobox", { name: "Plane" }).count(), 0);
    await inPixels(study);
    await picture(name);
  });
}

test("one slice that is turned by 5° among others is said, and no section is cut", async () => {
  const [c, s] = [Math.cos(Math.PI / 36), Math.sin(Math.PI / 36)];
  await open(
    ctSlices("one-turned", { fields: (k) => (k === 6 ? { ImageOrientationPatient: [c, 0, s, 0, 1, 0] } : {}) }),
  );
  assert.match(await stated("mixed-orientations"), /several orientations/);
  assert.equal(await pane().getByRole("combobox", { name: "Plane" }).count(), 0);
  assert.equal(await pane().getAttribute("data-count"), String(SLICES));
  await picture("one-turned");
});

test("slices of two orientations are read in groups that say why, and all in one list on request", async () => {
  await open(
    ctSlices("two-orientations", {
      fields: (k) =>
        k >= 10 ? { ImageOrientationPatient: [0, 1, 0, 0, 0, -1], ImagePositionPatient: [k, -32, 32] } : {},
    }),
  );
  const chosen = (words: string) => pane().locator(".v-choice").filter({ hasText: words }).first().waitFor();
  await chosen("group 1 of 2 · axial");
  assert.equal(await pane().getAttribute("data-count"), "10");
  const choice = pane().getByRole("combobox", { name: "Which group of the series" });
  await choice.selectOption("1");
  await chosen("group 2 of 2 · sagittal");
  await pane().locator('xpath=self::*[@data-count="6"]').waitFor();
  await choice.selectOption("all");
  await pane().locator(`xpath=self::*[@data-count="${SLICES}"]`).waitFor();
  assert.match(await stated("mixed-orientations"), /no volume/);
  await picture("two-orientations");
});

test("missing slices are counted on the image; a section through them is hatched there", async () => {
  const kept = Array.from({ length: SLICES }, (_, k) => k).filter((k) => k !== 7 && k !== 8);
  await open(ctSlices("missing-slices", { origins: kept.map((k) => [-32, -32, 3 * k]) }));
  assert.match(await stated("missing-slices"), /About 2 slices are missing \(between 7 and 8\)/);
  const choice = pane().getByRole("combobox", { name: "Plane" });
  await choice.selectOption("coronal");
  await pane().locator('xpath=self::*[@data-mode="coronal"][@data-state="rendered"]').waitFor({ timeout: 60_000 });
  await pane().getByRole("img", { name: "Hatched: interpolated, not imaged" }).waitFor();
  assert.match(await stated("missing-slices"), /hatched parts are interpolated/);
  await picture("missing-slices");
});

test("a gap of many slices is not cut across", async () => {
  const kept = Array.from({ length: SLICES }, (_, k) => (k < 9 ? k : k + 20));
  await open(ctSlices("wide-gap", { origins: kept.map((k) => [-32, -32, 3 * k]) }));
  assert.match(await stated("missing-slices"), /About 20 slices are missing/);
  assert.equal(await pane().getByRole("combobox", { name: "Plane" }).count(), 0);
});

/** The middle of what is bright in a row of the picture. */
function brightIn(png: PNG, y: number): number {
  let [sum, at] = [0, 0];
  for (let x = Math.floor(png.width * 0.2); x < png.width * 0.8; x++) {
    if (png.data[4 * (y * png.width + x)]! < 180) continue;
    sum++;
    at += x;
  }
  return at / sum;
}

test("a tilted gantry is said by its degrees, and a rod along the table is straight in the section", async () => {
  await open(tiltedSlices("tilted", 15));
  assert.match(await stated("tilted-gantry"), /tilted by 15\.0°/);
  await pane().getByRole("combobox", { name: "Plane" }).selectOption("sagittal");
  await pane().locator('xpath=self::*[@data-mode="sagittal"][@data-state="rendered"]').waitFor({ timeout: 60_000 });
  assert.match(await stated("tilted-gantry"), /moved to its true place/);
  await page.waitForTimeout(1000);
  const png = await picture("tilted");
  const rows = [0.42, 0.5, 0.58].map((share) => brightIn(png, Math.floor(share * png.height)));
  // Sheared by 15° it would go 0.27 pixels to the side with each row.
  const slant = (Math.max(...rows) - Math.min(...rows)) / (0.16 * png.height);
  assert.ok(slant < 0.03, `the rod leans by ${slant.toFixed(3)}: ${rows.map((x) => x.toFixed(1))}`);
});

test("a run without frame times says that its pace is assumed, and gives no time of a frame", async () => {
  const study = clip("no-times", "XA", { fields: { PixelIntensityRelationship: "LIN" } });
  await open(study);
  assert.match(await stated("frame-time-missing"), /No frame time is stated: shown at 15 a second/);
  assert.match(await stated("no-spacing"), /pixels only/);
  const corner = (await pane().locator(".v-bl").textContent()) ?? "";
  assert.match(corner, /frame \d+ \/ 8/);
  assert.doesNotMatch(corner, /\d s/);
  await inPixels(study);
  await picture("no-times");
});

test("a frame time of 0 is not used, and said with its value", async () => {
  await open(clip("zero-time", "XA", { fields: { FrameTime: 0, PixelIntensityRelationship: "LIN" } }));
  assert.match(await stated("frame-time-missing"), /The stated frame time is 0 ms/);
  assert.doesNotMatch((await pane().locator(".v-bl").textContent()) ?? "", /\d s/);
});

test("a frame time vector that is too short is not used, and said", async () => {
  await open(
    clip("short-vector", "XA", { fields: { FrameTimeVector: [0, 100, 100], PixelIntensityRelationship: "LIN" } }),
  );
  assert.match(await stated("frame-time-vector"), /has 3 values for 8 frames/);
});

test("a run of 8 bits in JPEG says what the coding took away", async () => {
  await open(clip("jpeg", "XA", { jpeg: true, fields: { FrameTime: 100, ImagerPixelSpacing: [0.3, 0.3] } }));
  assert.match(await stated("eight-bit"), /8 bits a pixel/);
  assert.match(await stated("lossy"), /Compressed with loss/);
  await picture("jpeg");
});

test("an image is drawn anew when the browser took the graphics away", async () => {
  const context = await browser.newContext({ viewport: { width: 1200, height: 820 } });
  const other = await context.newPage();
  const problems: string[] = [];
  other.on("pageerror", (error) => problems.push(error.message));
  await other.addInitScript(() => {
    const made: WebGL2RenderingContext[] = [];
    Object.assign(window, { made });
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...asked: [string]) {
      const found = getContext.apply(this, asked as never) as WebGL2RenderingContext | null;
      if (found && asked[0].startsWith("webgl") && !made.includes(found)) made.push(found);
      return found;
    } as never;
  });
  const study = ctSlices("graphics");
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "bad.dcm" } as const;
  for (const file of study.files) assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
  await other.goto(await willis.signIn("hub"));
  await other.goto(`${willis.url}/read/${study.studyUid}`);
  const drawn = other.locator(`.v-pane[data-series="${study.seriesUid}"][data-state="rendered"]`).first();
  await drawn.waitFor({ timeout: 60_000 });
  const contexts = () => other.evaluate(() => (window as unknown as { made: unknown[] }).made.length);
  for (let turn = 0; turn < 2; turn++) {
    const before = await contexts();
    await other.evaluate(() => {
      const { made } = window as unknown as { made: WebGL2RenderingContext[] };
      const held = made.filter((one) => !one.isContextLost()).map((one) => one.getExtension("WEBGL_lose_context")!);
      for (const one of held) one.loseContext();
      setTimeout(() => held.map((one) => one.restoreContext()), 1000);
    });
    await other.waitForFunction((count) => (window as unknown as { made: unknown[] }).made.length > count, before);
    await drawn.waitFor({ timeout: 60_000 });
    await other.waitForTimeout(2000); // those of before come back to nobody
    await drawn.waitFor({ timeout: 60_000 });
  }
  const shown = PNG.sync.read(await drawn.locator(".v-image").screenshot());
  const greys = new Set(
    Array.from({ length: shown.width }, (_, x) => shown.data[4 * ((shown.height >> 1) * shown.width + x)]),
  );
  assert.ok(greys.size > 4, "something is drawn");
  assert.deepEqual(problems, []);
  await context.close();
});

test("600 frames of 512 × 512: the first is there before all are, the last is reached, none is lost", async () => {
  const huge = clip("huge", "XA", {
    ...{ frames: 600, size: 512, jpeg: true },
    fields: { FrameTime: 40, PixelIntensityRelationship: "LIN", ImagerPixelSpacing: [0.3, 0.3] },
  });
  await open(huge);
  const loaded = Number(await pane().getAttribute("data-loaded"));
  assert.ok(loaded < 600, `${loaded} were waited for`);
  assert.equal(await pane().getAttribute("data-count"), "600");
  await pane()
    .locator(".v-image")
    .click({ position: { x: 300, y: 500 } });
  await page.keyboard.press("End");
  await pane()
    .getByText(/frame 600 \/ 600 · 23\.96 s/)
    .waitFor({ timeout: 30_000 });
  await page.waitForTimeout(300);
  await picture("huge");
});

test("an ultrasound clip without regions and times says both, and is measured in pixels", async () => {
  const study = clip("us-bare", "US");
  await open(study);
  assert.match(await stated("no-spacing"), /pixels only/);
  assert.match(await stated("no-frame-times"), /15 frames a second are an assumption/);
  await inPixels(study);
  await picture("us-bare");
});

test("ultrasound that was resized under its regions is measured in pixels, with the reason", async () => {
  const region = dataSet({
    ...{ RegionSpatialFormat: 1, RegionDataType: 1, RegionFlags: 0, RegionLocationMinX0: 10, RegionLocationMinY0: 10 },
    ...{ RegionLocationMaxX1: 250, RegionLocationMaxY1: 250, PhysicalUnitsXDirection: 3, PhysicalUnitsYDirection: 3 },
    ...{ PhysicalDeltaX: 0.02, PhysicalDeltaY: 0.02 },
  });
  const study = clip("us-resized", "US", { fields: { FrameTime: 40, SequenceOfUltrasoundRegions: [region] } });
  await open(study);
  assert.match(await stated("regions-beyond-image"), /reaches to 250, 250 on an image of 128 x 128/);
  assert.match(await inPixels(study), /its scale is not used/);
  await picture("us-resized");
});

test("an image whose pixels are cut short is refused in words, not shown blank", async () => {
  const study = ctSlices("cut-short", { fields: () => ({ Rows: SIZE * 2 }) });
  await open(study, "error");
  const words = (await pane().getByRole("alert").textContent()) ?? "";
  assert.ok(words.length > 20, words);
});
