import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { text } from "../../src/dicom/data-set.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { ctStack, xaRun } from "../conformance/images.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
const study = ctStack("SCHNEIDER", 6, 64);
const problems: string[] = [];

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  for (const bytes of [...study.files, ...xaRun("SCHNEIDER", 3, 64).files]) {
    const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "image.dcm" } as const;
    assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  }
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function signedIn(login: "admin" | "hub", width = 1440, height = 900): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(await willis.signIn(login));
  return page;
}

/** For a person who wants to look at the page: WILLIS_SCREENSHOTS names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

test("an administrator looks at what would be done, exports without the name, and finds the patient again with a reason", async () => {
  const page = await signedIn("admin");
  await page.goto(`${willis.url}/read/${study.studyUid}`);
  await page.getByRole("button", { name: /Export/ }).click();
  await page.getByTestId("deidentify-study").getByText("SCHNEIDER, Test").waitFor();
  await page.getByTestId("deidentify-project-name").fill("Registry of thrombectomies");
  await picture(page, "deidentify-choice");
  await page.getByTestId("deidentify-look").click();
  const preview = page.getByTestId("deidentify-preview");
  await preview.getByText("SCHNEIDER^Test").first().waitFor({ timeout: 30_000 });
  await preview.getByText("Words taken out of descriptions").waitFor();
  const start = page.getByTestId("deidentify-start");
  const flagged = await page.getByTestId("deidentify-will-look").count();
  if (flagged > 0) {
    assert.ok(await start.isDisabled(), "what is flagged must be answered for");
    await page.getByTestId("deidentify-will-look").click();
  }
  await picture(page, "deidentify-preview");
  const [download] = await Promise.all([page.waitForEvent("download"), start.click()]);
  const files = unzipSync(await readFile(await download.path()));
  const objects = Object.entries(files).filter(([name]) => name.endsWith(".dcm"));
  assert.equal(objects.length, study.files.length + 1);
  for (const [name, bytes] of Object.entries(files))
    assert.ok(!name.includes("SCHNEIDER") && !Buffer.from(bytes).includes("SCHNEIDER"), name);
  await page.locator('[data-testid="deidentify-export"][data-state="done"]').waitFor({ timeout: 10_000 });
  await picture(page, "deidentify-exports");

  await page.getByTestId("tab-lookup").click();
  await page.getByTestId("deidentify-find").fill(text(parsePart10(objects[0]![1]).dataSet, "PatientID")!);
  await page.getByTestId("deidentify-reason").fill("an incidental finding");
  await page.getByTestId("deidentify-look-up").click();
  await page.getByTestId("deidentify-found").getByText("ID-SCHNEIDER").waitFor();
  await picture(page, "deidentify-lookup");
  assert.deepEqual(problems, []);
});

test("who treats is told that the export is not theirs, and has no button for it; on a phone the page fits", async () => {
  const hub = await signedIn("hub");
  await hub.goto(`${willis.url}/read/${study.studyUid}`);
  await hub.getByTestId("study").waitFor();
  assert.equal(await hub.getByRole("button", { name: /Export/ }).count(), 0);
  await hub.goto(`${willis.url}/deidentify`);
  await hub.getByText("Not for your role").waitFor();
  const phone = await signedIn("admin", 390, 844);
  await phone.goto(`${willis.url}/deidentify?study=${study.studyUid}`);
  await phone.getByTestId("deidentify-look").click();
  await phone.getByTestId("deidentify-preview").waitFor({ timeout: 30_000 });
  await picture(phone, "deidentify-phone-top");
  await phone.getByTestId("deidentify-preview").scrollIntoViewIfNeeded();
  await picture(phone, "deidentify-phone-preview");
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.ok(!wide, "nothing is wider than the phone");
});
