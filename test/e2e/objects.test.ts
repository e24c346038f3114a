import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { oneOfEach } from "../conformance/objects.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
const study = oneOfEach();
const problems: string[] = [];

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  for (const bytes of [...study.ct.files, ...study.objects.map(({ file }) => file)]) await store(bytes);
  page = await opened(1440, 900, study.studyUid);
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function store(bytes: Uint8Array): Promise<void> {
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "object.dcm" } as const;
  assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
}

async function opened(width: number, height: number, studyUid: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true });
  const made = await context.newPage();
  made.on("pageerror", (error) => problems.push(error.message));
  await made.goto(await willis.signIn("hub"));
  await made.goto(`${willis.url}/read/${studyUid}`);
  await made.locator(".v-room").waitFor({ timeout: 60_000 });
  return made;
}

/** Opens the series of a kind from the strip and waits until its page is there. */
async function open(kind: string, on = page): Promise<Locator> {
  const wanted = study.objects.find((one) => one.kind === kind)!;
  await on.locator(`.v-strip button[data-kind="${kind}"]`).first().click();
  const pane = on.locator(`[data-series="${wanted.seriesUid}"][data-mode="object"]`);
  await pane.and(on.locator('[data-state="rendered"]')).waitFor({ timeout: 20_000 });
  assert.equal(await pane.getAttribute("data-kind"), kind);
  return pane;
}

/** For a person who wants to look at the page: WILLIS_SCREENSHOTS names a folder. */
async function picture(name: string, on = page): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await on.screenshot({ path: `${folder}/objects-${name}.png` });
}

test("every object of the study is in the strip by its kind, beside the images", async () => {
  const kinds = await page
    .locator(".v-strip button")
    .evaluateAll((all) => all.map((one) => one.getAttribute("data-kind")));
  for (const { kind } of study.objects) assert.ok(kinds.includes(kind), `${kind} is listed`);
  assert.ok(kinds.includes("CT"));
  await picture("strip");
});

test("a structured report reads as sections and lines, with the value, its unit and a link to its image", async () => {
  const pane = await open("SR");
  await pane.getByRole("heading", { name: "Imaging Measurement Report" }).waitFor();
  assert.match(await pane.locator(".o-line", { hasText: "Long Axis" }).innerText(), /7\.4 mm/);
  await pane.getByText("At the carotid bifurcation.").waitFor();
  await picture("sr");
  await pane.getByRole("button", { name: "Open the image" }).first().click();
  const image = page.locator(`[data-series="${study.ct.seriesUid}"][data-state="rendered"]`);
  await image.waitFor({ timeout: 20_000 });
  assert.equal(await image.getAttribute("data-slice"), "2", "the image that the report names");
});

test("a dose report shows totals, events with angles, and air kerma over time", async () => {
  const pane = await open("RDSR");
  const words = await pane.innerText();
  assert.match(words, /Dose area product\n20 Gy·cm²/);
  assert.match(words, /Air kerma at the reference point\n100 mGy/);
  assert.match(words, /RAO 30, CRA 15/);
  await pane.getByTestId("dose-plot").locator("canvas").waitFor();
  await picture("rdsr");
});

test("a segmentation lists its segments with volumes and is drawn over the images it was made on", async () => {
  const pane = await open("SEG");
  await pane.locator('.o-over[data-over="rendered"]').waitFor({ timeout: 20_000 });
  await pane.getByText("3.84 mL").waitFor({ timeout: 20_000 }); // 3 frames of 16 x 16 voxels of 1 x 1 x 5 mm
  await pane.getByText("0.32 mL").waitFor();
  const painted = () =>
    pane.locator("canvas.v-map").evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let k = 3; k < data.length; k += 4) if (data[k]! > 0) n++;
      return n;
    });
  await assert.doesNotReject(waitFor(async () => (await painted()) > 1000));
  const both = await painted();
  await picture("seg");
  await pane.getByRole("checkbox").first().click();
  await waitFor(async () => (await painted()) < both / 2);
});

test("a presentation state is applied to its image: window, circle and words", async () => {
  const pane = await open("PR");
  await pane.locator('.o-over[data-over="rendered"]').waitFor({ timeout: 20_000 });
  assert.equal(await pane.locator(".o-over").getAttribute("data-slice"), "3", "the image that is drawn on");
  assert.match(await pane.innerText(), /Window\n80 wide at 40/);
  await picture("pr");
});

test("key images come as pictures with what was said of them, and open where they are", async () => {
  const pane = await open("KOS");
  await pane.getByText("For the board").waitFor();
  const pictures = pane.locator(".o-key img");
  assert.equal(await pictures.count(), 2);
  await waitFor(() => pictures.first().evaluate((img: HTMLImageElement) => img.naturalWidth > 0));
  await picture("kos");
  await pane.locator(".o-key").nth(1).click();
  const image = page.locator(`[data-series="${study.ct.seriesUid}"][data-state="rendered"]`);
  await image.waitFor({ timeout: 20_000 });
  assert.equal(await image.getAttribute("data-slice"), "4");
});

test("a PDF is read in the pane; the answer may stand in a page of this origin alone", async () => {
  const pane = await open("DOC");
  const doc = study.objects.find(({ kind }) => kind === "DOC")!;
  const address = `/dicom-web/studies/${study.studyUid}/series/${doc.seriesUid}/instances/${doc.sopUid}/rendered`;
  const answer = await willis.as("hub", address);
  assert.equal(answer.headers.get("content-type"), "application/pdf");
  assert.equal(answer.headers.get("x-frame-options"), "SAMEORIGIN");
  assert.match(answer.headers.get("content-security-policy") ?? "", /frame-ancestors 'self'/);
  const reader = await page.evaluate(() => navigator.pdfViewerEnabled);
  if (reader) {
    await pane.locator("iframe").waitFor();
    await page.waitForTimeout(1500);
  } else await pane.getByRole("link", { name: "Open the document" }).waitFor();
  await picture("pdf");
});

test("an ECG is drawn as curves in microvolts", async () => {
  const pane = await open("WAVE");
  await pane.locator('[data-testid="waveform"][data-channels="2"]').waitFor();
  assert.match(await pane.innerText(), /0 to 495 uV/);
  await picture("ecg");
});

for (const [kind, says] of [
  ["RWVM", /\[hnsf'U\]/],
  ["RTSTRUCT", /Nidus/],
  ["RTPLAN", /Arc 1/],
  ["REG", /2\.5/],
  ["RAW", /Only the software of its manufacturer/],
  ["PRIVATE", /Private class 1\.3\.46\.670589\.5\.0\.2/],
] as const)
  test(`in words, with what it says and why it is not drawn: ${kind}`, async () => {
    const pane = await open(kind);
    assert.match(await pane.innerText(), says);
    await picture(kind.toLowerCase());
  });

test("every object has a header to search and a file to download, images too", async () => {
  const pane = await open("RTSTRUCT");
  await pane.getByRole("button", { name: "Header" }).click();
  await pane.getByRole("searchbox").fill("ROIName");
  assert.deepEqual(await pane.locator(".o-attributes .o-value").allInnerTexts(), ["Nidus"]);
  await picture("header");
  const [download] = await Promise.all([page.waitForEvent("download"), pane.getByText("Download").click()]);
  const bytes = await (await import("node:fs/promises")).readFile(await download.path());
  const stored = study.objects.find(({ kind }) => kind === "RTSTRUCT")!.file;
  assert.ok(Buffer.from(stored).equals(bytes), "the file is what was stored");
  await page.locator('.v-strip button[data-kind="CT"]').click();
  await page.locator(`[data-series="${study.ct.seriesUid}"][data-state="rendered"]`).waitFor();
  await page.keyboard.press("h");
  const header = page.locator(`[data-series="${study.ct.seriesUid}"][data-mode="object"]`);
  await header.getByRole("searchbox").fill("WindowWidth");
  assert.deepEqual(await header.locator(".o-attributes .o-value").allInnerTexts(), ["400"]);
});

test("on a phone each object is a chip and fits the width", async () => {
  const phone = await opened(390, 844, study.studyUid);
  for (const [name, kind] of [
    ["Dose report", "RDSR"],
    ["Segmentation", "SEG"],
    ["Report", "SR"],
    ["Document", "DOC"],
  ] as const) {
    await phone.getByRole("button", { name, exact: true }).click();
    await phone.locator(`[data-kind="${kind}"][data-state="rendered"]`).waitFor({ timeout: 20_000 });
    await phone.waitForTimeout(600);
    await picture(`phone-${kind.toLowerCase()}`, phone);
    assert.ok(!(await phone.evaluate(() => document.documentElement.scrollWidth > innerWidth)), `${kind} fits`);
  }
});

test("no page threw", () => assert.deepEqual(problems, []));

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  for (let k = 0; k < 100; k++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("It did not come to hold within 10 s.");
}
