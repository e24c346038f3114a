import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { CASES, renderCase } from "../../src/phantom/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let images: string;
let files = 0;
const problems: string[] = [];

before(async () => {
  willis = await startWillis({ jobs: true });
  browser = await launchBrowser();
  images = await mkdtemp(join(tmpdir(), "willis-e2e-"));
  const spec = CASES.find((one) => one.name === "late-window-m1")!;
  for (const file of renderCase(spec, 1, () => {}, { modalities: ["ncct", "ctp"] })) {
    const path = join(images, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.bytes);
    files++;
  }
  await writeFile(join(images, "not-dicom.dcm"), "this is not a DICOM object");
});

after(async () => {
  await browser?.close();
  await willis?.stop();
});

test("a spoke refers with images, the hub sees images, numbers and options and accepts, the spoke sees it at once", async () => {
  const spoke = await signIn("spoke");
  const hub = await signIn("hub", { width: 1440, height: 900 });

  // The spoke: one screen, seven fields, images attached while typing.
  await spoke.goto(`${willis.url}/refer`);
  await spoke.getByTestId("images-folder").setInputFiles(images);
  await spoke.getByTestId("refer-patient-name").fill("Meyer, Anna");
  await spoke.getByTestId("refer-lkw-6h").click();
  await spoke.getByTestId("refer-nihss").fill("16");
  await spoke.getByTestId("refer-question").fill("M1 left, found this morning. Thrombectomy?");
  await spoke
    .locator(`[data-testid="images-meter"][data-busy="false"][data-images="${files}"]`)
    .waitFor({ timeout: 120_000 });
  await spoke.getByText(/1 file in quarantine/).waitFor();
  await spoke.getByTestId("refer-to").click();
  await spoke.getByRole("option", { name: "Hub" }).click();
  await spoke.getByTestId("refer-send").click();
  await spoke.waitForURL(/\/cases\//);
  const caseUrl = new URL(spoke.url()).pathname;

  // The hub: the case is on the list without a reload, images hang themselves, numbers come.
  const row = hub.getByTestId("worklist-row").first();
  await row.waitFor({ timeout: 10_000 });
  await row.click();
  await hub.waitForURL(`**${caseUrl}`);
  await hub.locator('[data-pane][data-state="rendered"]').first().waitFor({ timeout: 60_000 });
  assert.ok((await hub.getByTestId("option-card").count()) >= 2, "options stand side by side");
  await hub.getByTestId("tab-numbers").click();
  await hub.getByTestId("perfusion-core").getByText(/mL/).first().waitFor({ timeout: 300_000 });

  await hub.getByTestId("answer-accept").click();
  await hub.getByTestId("answer-confirm").click();
  await hub.getByTestId("decision").waitFor();

  // The spoke sees it without doing anything, and has the PDF.
  await spoke
    .getByTestId("decision")
    .getByText(/accept/i)
    .first()
    .waitFor({ timeout: 10_000 });
  const [download] = await Promise.all([spoke.waitForEvent("download"), spoke.getByTestId("decision-pdf").click()]);
  const pdf = await readFile(await download.path());
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");

  // The decision is also a DICOM object of the study.
  const found = await willis.as("spoke", "/dicom-web/series?Modality=DOC");
  assert.equal(found.status, 200);
  assert.ok(((await found.json()) as unknown[]).length >= 1, "the PDF is stored as an Encapsulated PDF");

  // A stranger sees nothing of it.
  const stranger = await signIn("stranger");
  await stranger.goto(`${willis.url}${caseUrl}`);
  await stranger
    .getByText(/not found|does not exist|may not/i)
    .first()
    .waitFor();
  assert.deepEqual(problems, []);
});

async function signIn(
  login: Parameters<TestWillis["signIn"]>[0],
  viewport = { width: 1280, height: 800 },
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport, acceptDownloads: true });
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`${login}: ${error.message}`));
  await page.goto(await willis.signIn(login));
  await page
    .getByText(/Cases|Waiting/)
    .first()
    .waitFor();
  return page;
}
