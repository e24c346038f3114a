import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { KeptOfStudy } from "../../src/cases/kept.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { ctStack, xaRun } from "../conformance/images.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
const ct = ctStack("Measure-CT");
const xa = xaRun("Measure-XA");

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "image.dcm" } as const;
  for (const file of [...ct.files, ...xa.files]) {
    assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
  }
  page = await opened(ct.studyUid);
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function opened(studyUid: string, login: "hub" | "surgeon" = "hub", press = ""): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(() => localStorage.setItem("willis.side-column.panel", "measure"));
  const made = await context.newPage();
  made.on("pageerror", (error) => console.error("page:", error.message, error.stack));
  await made.goto(await willis.signIn(login));
  await shown(made, studyUid, press);
  return made;
}

async function shown(made: Page, studyUid: string, press = ""): Promise<void> {
  await made.goto(`${willis.url}/read/${studyUid}`);
  if (press) await made.getByRole("button", { name: press }).click();
  await made.locator('[data-pane][data-state="rendered"]').first().waitFor({ timeout: 90_000 });
  await made.locator('[data-testid="measurements"]').waitFor({ timeout: 30_000 });
}

async function shot(made: Page, name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await made.screenshot({ path: join(process.env.WILLIS_SHOTS, `${name}.png`) });
}

/** Drags on the first pane between two places, given as shares of its size. */
async function drag(made: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const box = (await made.locator("[data-pane] .v-image").first().boundingBox())!;
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await made.mouse.move(...at(from));
  await made.mouse.down();
  await made.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]), { steps: 4 });
  await made.mouse.move(...at(to), { steps: 4 });
  await made.mouse.up();
}

const rows = (made: Page) => made.locator('[data-testid="measurement"]');

async function saved(made: Page): Promise<void> {
  await made.locator('[data-testid="saving"]', { hasText: "All saved" }).waitFor({ timeout: 20_000 });
}

async function kept(studyUid: string): Promise<KeptOfStudy> {
  return (await (await willis.as("hub", `/api/studies/${studyUid}/kept`)).json()) as KeptOfStudy;
}

test("a length that is drawn is saved as it is drawn, with its error and whose it is", {
  timeout: 120_000,
}, async () => {
  await page.keyboard.press("l");
  await drag(page, [0.4, 0.5], [0.6, 0.5]);
  await rows(page).first().waitFor({ timeout: 10_000 });
  await saved(page);
  await shot(page, "measure-length");
  const { measurements } = await kept(ct.studyUid);
  assert.equal(measurements.length, 1);
  const [length] = measurements;
  assert.equal(length!.kind, "length");
  assert.equal(length!.place.seriesUid, ct.seriesUid);
  assert.equal(length!.by.name, "Dr hub");
  const value = length!.values[0]!;
  assert.equal(value.unit, "mm");
  const [a, b] = length!.shape.points as [number[], number[]];
  assert.ok(Math.abs(value.value! - Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)) < 0.01, "pixels of 1 mm");
  assert.ok(value.uncertainty);
  assert.match(await rows(page).first().innerText(), /mm ± 1\.0[\s\S]*one pixel at each end/);
});

test("it is there after the page was loaded again, on the image and in the list", { timeout: 120_000 }, async () => {
  await shown(page, ct.studyUid);
  await rows(page).first().waitFor({ timeout: 10_000 });
  await page.locator(".v-image svg line, .v-image svg path").first().waitFor({ state: "attached", timeout: 10_000 });
  const words = await page.locator(".v-image svg text").first().textContent();
  assert.match(words ?? "", /mm/);
  await shot(page, "measure-reloaded");
});

test("a region gives HU and area; a name is kept; undo takes back deed by deed and redo does them again", {
  timeout: 120_000,
}, async () => {
  await page.keyboard.press("Shift+I");
  await drag(page, [0.5, 0.58], [0.55, 0.61]);
  await page.locator('[data-kind="ellipse"]').waitFor({ timeout: 10_000 });
  const region = page.locator('[data-kind="ellipse"]');
  assert.match(await region.innerText(), /Mean\s+\d+\.\d HU/);
  await region.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Name of the measurement").fill("Core");
  await page.keyboard.press("Enter");
  await saved(page);
  await shot(page, "measure-region");
  assert.deepEqual((await kept(ct.studyUid)).measurements.map(({ label }) => label).sort(), ["", "Core"]);
  await page.locator("[data-pane]").first().hover();
  await page.keyboard.press("Control+z");
  await page.getByRole("button", { name: "Core", exact: true }).waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await region.waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+Z");
  await page.keyboard.press("Control+Shift+Z");
  await page.getByRole("button", { name: "Core", exact: true }).waitFor();
  await saved(page);
  assert.deepEqual((await kept(ct.studyUid)).measurements.map(({ label }) => label).sort(), ["", "Core"]);
});

test("another reader sees it without loading again, changes it, and the first one sees that", {
  timeout: 180_000,
}, async () => {
  const other = await opened(ct.studyUid, "surgeon");
  assert.equal(await rows(other).count(), 2);
  await other.locator('[data-kind="length"]').getByRole("button", { name: "Delete" }).click();
  await page.locator('[data-kind="length"]').waitFor({ state: "detached", timeout: 15_000 });
  await page.keyboard.press("l");
  await drag(page, [0.42, 0.42], [0.58, 0.58]);
  await other.locator('[data-kind="length"]').waitFor({ timeout: 15_000 });
  assert.match(await other.locator('[data-kind="length"]').innerText(), /Dr hub/);
  await shot(other, "measure-other");
  await other.context().close();
});

test("while the server cannot be reached nothing is lost: it is said, and saved when it is back", {
  timeout: 180_000,
}, async () => {
  const before = (await kept(ct.studyUid)).measurements.length;
  await page.context().setOffline(true);
  await page.keyboard.press("a");
  await page.keyboard.press("l");
  await drag(page, [0.3, 0.6], [0.45, 0.7]);
  await page.locator('[data-testid="saving"]', { hasText: "Not saved yet" }).waitFor({ timeout: 15_000 });
  await shot(page, "measure-offline");
  await page.context().setOffline(false);
  await saved(page);
  assert.equal((await kept(ct.studyUid)).measurements.length, before + 1);
});

test("a length on a projection is said with its calibration; the key image holds it, with reason and caption", {
  timeout: 180_000,
}, async () => {
  const angio = await opened(xa.studyUid, "hub", "All series");
  await angio.keyboard.press("l");
  await drag(angio, [0.4, 0.4], [0.6, 0.5]);
  await saved(angio);
  const { measurements } = await kept(xa.studyUid);
  assert.equal(measurements[0]!.place.frame !== undefined, true);
  assert.match(measurements[0]!.calibration, /detector|px|isocentre|calibrat/);
  await angio.getByLabel("What it shows").fill("Band before treatment");
  await angio.getByTestId("mark-key").click();
  await angio.locator('[data-testid="key-image"]').waitFor({ timeout: 20_000 });
  await angio.waitForTimeout(1500);
  await shot(angio, "measure-key-image");
  const { keys } = await kept(xa.studyUid);
  assert.equal(keys[0]!.caption, "Band before treatment");
  assert.equal(keys[0]!.reason, "report");
  assert.ok(
    keys[0]!.words.some((words) => /Length/.test(words)),
    JSON.stringify(keys[0]!.words),
  );
  assert.ok(keys[0]!.words.some((words) => /^Calibration/.test(words)));
  await angio.context().close();
});

test("the angiography room measures, takes back and marks key images in the same way", {
  timeout: 180_000,
}, async () => {
  const before = await kept(xa.studyUid);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const angio = await context.newPage();
  await angio.goto(await willis.signIn("hub"));
  await angio.goto(`${willis.url}/read/${xa.studyUid}`);
  await angio.locator('[data-pane="angio"][data-state="rendered"]').waitFor({ timeout: 90_000 });
  await angio.keyboard.press("l");
  await drag(angio, [0.35, 0.7], [0.5, 0.75]);
  await until(async () => (await kept(xa.studyUid)).measurements.length === before.measurements.length + 1);
  await angio.keyboard.press("Control+z");
  await until(async () => (await kept(xa.studyUid)).measurements.length === before.measurements.length);
  await angio.getByRole("button", { name: "Key image", exact: true }).click();
  await until(async () => (await kept(xa.studyUid)).keys.length === before.keys.length + 1);
  await angio.getByRole("button", { name: "Measurements", exact: true }).click();
  await angio.locator('[data-testid="measurements"]').waitFor();
  await angio.waitForTimeout(1000);
  await shot(angio, "measure-angio");
  await context.close();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 180; tries++) {
    if (await holds()) return;
    await page.waitForTimeout(500);
  }
  assert.fail("it did not come to be within 90 s");
}
