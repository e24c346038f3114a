import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { KeptOfStudy } from "../../src/cases/kept.ts";
import type { CaseView } from "../../src/cases/views.ts";
import { unitCode, valueCode } from "../../src/dicom/iod/measurement-codes.ts";
import { measurementReport } from "../../src/dicom/iod/measurement-report.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { createCase } from "../../src/server/db/cases/create-case.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { ctStack } from "../conformance/images.ts";
import { markedSeries } from "../conformance/marked-volume.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
let caseId = "";
const ct = ctStack("Kept-Browser");
const sopOf = (k: number) => uidOf(`Kept-Browser slice ${k}`);
/** A ball of 900 HU in the middle of every slice, seen at three times. */
const timed = markedSeries(
  {
    ...{ name: "KEPT-TIMED", row: [1, 0, 0], column: [0, 1, 0], spacing: 1, size: 96 },
    origins: [28, 32, 36, 40].map((z) => [-48, -48, z] as const),
    times: [
      { clock: "101500", factor: 0.1 },
      { clock: "101502.5", factor: 1 },
      { clock: "101507", factor: 0.5 },
    ],
  },
  [{ at: [0, 0, 34], radius: 20, value: 900 }],
);

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const { pool } = willis.services;
  const hub = { personId: willis.people.hub, organisationId: willis.organisations.Hub };
  const patient = { name: "Kept, Karin", identifier: "K-7", birthDate: "1950-02-03", sex: "F" };
  const asking = { kind: "aneurysm", toOrganisationId: hub.organisationId, patient, question: "Coil?" } as const;
  caseId = await createCase(pool, asking, hub, new Date());
  const origin = { organisationId: hub.organisationId, via: "upload", who: "test", name: "image.dcm" } as const;
  for (const file of ct.files)
    assert.equal((await storeObject(willis.services, file, { ...origin, caseId })).state, "stored");
  for (const file of [...timed.files, reportOfAnother()])
    assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(() => localStorage.setItem("willis.side-column.panel", "measure"));
  page = await context.newPage();
  page.on("pageerror", (error) => console.error("page:", error.message, error.stack));
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

/** A report of the CT that another program has written: one length of 12.5 mm on the seventh slice. */
function reportOfAnother(): Uint8Array {
  const { dataSet: study } = parsePart10(ct.files[0]!);
  const sopClass = "1.2.840.10008.5.1.4.1.1.2";
  const image = { studyUid: ct.studyUid, seriesUid: ct.seriesUid, sopClass, sopUid: sopOf(6) };
  const points = [
    [54.5, 64.5],
    [67, 64.5],
  ];
  return writePart10(
    measurementReport({
      ...{ study, seriesUid: uidOf("report of another"), instanceUid: uidOf("report of another 1"), seriesNumber: 77 },
      ...{ instanceNumber: 1, deleted: [], device: { uid: "1.2.3.4" }, ms: Date.UTC(2026, 0, 2) },
      observer: { name: "Else^Somebody", organisation: "Elsewhere", login: "else" },
      equipment: { manufacturer: "Another Works", model: "Reader", serial: "1", software: "4.2" },
      measurements: [
        {
          ...{ trackingId: "Cornerstone3DTools@^0.1.0:Length", trackingUid: uidOf("tracked elsewhere"), form: "lines" },
          ...{ label: "Cyst", shapes: [{ on: "image", shape: "POLYLINE", points, image }], calibration: "" },
          values: [{ ...valueCode("length", "Length", true), unit: unitCode("mm"), value: 12.5 }],
          ...{ method: { name: "m", version: "1" }, observer: "Else^Somebody", ms: Date.UTC(2026, 0, 2) },
        },
      ],
    }),
  );
}

async function shown(path: string): Promise<void> {
  await page.goto(`${willis.url}${path}`);
  await page.locator('[data-pane="pane-1"][data-state="rendered"]').waitFor({ timeout: 90_000 });
  await page.locator('[data-testid="measurements"]').waitFor({ timeout: 30_000 });
}

async function shot(name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `${name}.png`) });
}

/** Drags on the first pane between two places, given as shares of the square image that is fitted into it. */
async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const box = (await page.locator('[data-pane="pane-1"] .v-image').boundingBox())!;
  const side = Math.min(box.width, box.height);
  const at = ([x, y]: readonly [number, number]) =>
    [box.x + box.width / 2 + (x - 0.5) * side, box.y + box.height / 2 + (y - 0.5) * side] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]), { steps: 4 });
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

const rows = () => page.locator('[data-testid="measurement"]');
const saved = () => page.locator('[data-testid="saving"]', { hasText: "All saved" }).waitFor({ timeout: 20_000 });
const kept = async (study: string) =>
  (await (await willis.as("hub", `/api/studies/${study}/kept`)).json()) as KeptOfStudy;

test("a length given to the case is shown beside what the case held, both stand, and the facts say whence", {
  timeout: 180_000,
}, async () => {
  const typed = await willis.as("hub", `/api/cases/${caseId}/facts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "aneurysm_neck_mm", value: 3 }),
  });
  assert.equal(typed.status, 201, await typed.text());
  await shown(`/cases/${caseId}`);
  await page.locator("[data-pane]").first().hover();
  await page.keyboard.press("l");
  await drag([0.42, 0.5], [0.58, 0.5]);
  await rows().first().waitFor({ timeout: 10_000 });
  await saved();
  await page.getByLabel("Fact of the case").selectOption("aneurysm_neck_mm");
  await page.getByTestId("give-aneurysm_neck_mm").click();
  const dialog = page.getByTestId("give-fact");
  await dialog.waitFor();
  await shot("give-fact");
  const { measurements } = await kept(ct.studyUid);
  const length = measurements[0]!.values[0]!.value!;
  const words = (await dialog.innerText()).replace(/\s+/g, " ");
  assert.match(words, /In the case 3(\.0)? mm typed by Dr hub/);
  assert.ok(words.includes(`Measured now ${length.toFixed(1)} mm ± 1.0`), words);
  assert.match(words, /one pixel at each end/);
  await page.getByTestId("give-both").click();
  await page.getByText("Given to the case").waitFor({ timeout: 15_000 });

  await page.getByTestId("tab-facts").click();
  const fact = page.getByTestId("fact-aneurysm_neck_mm");
  await fact.getByText(/given by Dr hub/).waitFor({ timeout: 15_000 });
  await shot("give-fact-shown");
  const both = (await fact.innerText()).replace(/\s+/g, " ");
  assert.match(both, /measured by [A-Z].*given by Dr hub/);
  assert.match(both, /typed by Dr hub/);
  const view = (await (await willis.as("hub", `/api/cases/${caseId}`)).json()) as CaseView;
  const group = view.facts.find(({ name }) => name === "aneurysm_neck_mm")!;
  const given = [group.current!, ...group.others].find(({ source }) => source.kind === "measured")!;
  assert.equal(given.value, Math.round(length * 10) / 10);
  assert.ok(given.source.kind === "measured");
  assert.equal(given.source.image?.sopUid, measurements[0]!.place.sopUid);
  assert.ok(given.source.range!.low < length && given.source.range!.high > length);
});

test("the mean of a region over a series of several times is drawn in seconds, with the values of the truth", {
  timeout: 120_000,
}, async () => {
  await shown(`/read/${timed.studyUid}`);
  await page.keyboard.press("Shift+Q");
  await drag([0.46, 0.46], [0.54, 0.54]);
  await rows().first().waitFor({ timeout: 10_000 });
  await page.getByRole("button", { name: /^Draw the curve of/ }).click();
  const plot = page.getByTestId("time-curve-plot");
  await plot.locator("canvas").waitFor({ timeout: 30_000 });
  assert.match((await plot.getAttribute("aria-label"))!, /^Mean of \S+ in HU: 90 at 0 s, 900 at 2\.5 s, 450 at 7 s$/);
  await plot.scrollIntoViewIfNeeded();
  await shot("time-curve");
});

test("the pixels of a region are kept as a mask in the study, shown in the list and in a pane, and deleted", {
  timeout: 120_000,
}, async () => {
  const region = rows().first();
  await region.getByLabel("What the mask is of").selectOption("lesion");
  await region.getByRole("button", { name: "Keep as a mask" }).click();
  const mask = page.getByTestId("kept-mask");
  await mask.waitFor({ timeout: 30_000 });
  const { masks, measurements } = await kept(timed.studyUid);
  const pixels = measurements[0]!.values.find(({ label }) => label === "Pixels")!.value!;
  assert.deepEqual([masks[0]!.kind, masks[0]!.version, masks[0]!.inside], ["lesion", 1, pixels]);
  await region.getByText("Kept as a mask, version 1").waitFor();
  await mask.getByRole("button", { name: "Show" }).click({ timeout: 30_000 });
  await page
    .locator('[data-pane="pane-1"] [data-drawn="true"] .o-segments b', { hasText: "Lesion" })
    .waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1500);
  await shot("mask-shown");
  await mask.getByRole("button", { name: "Delete Lesion" }).click();
  await mask.waitFor({ state: "detached", timeout: 15_000 });
  assert.deepEqual((await kept(timed.studyUid)).masks, []);
});

test("a view that is saved is opened again as a presentation state: its window, and the length drawn on it", {
  timeout: 120_000,
}, async () => {
  await shown(`/read/${ct.studyUid}`);
  await page.locator('[data-pane="pane-1"]').hover();
  await page.getByLabel("What it shows").fill("Close to the neck");
  await page.getByTestId("save-view").click();
  await page.getByText("View saved").waitFor({ timeout: 20_000 });
  const state = page.locator('.v-strip button[data-kind="PR"]');
  await state.waitFor({ timeout: 20_000 });
  await state.click();
  const pane = page.locator('[data-pane="pane-1"]');
  await pane.locator(".o-beside article").waitFor({ timeout: 60_000 });
  await pane.getByText("Close to the neck").first().waitFor();
  await page.waitForTimeout(2000);
  await shot("view-opened");
  // What is drawn over the image has the colour of the state's layer, along the length: nothing else in the pane has it.
  const drawn = await pane.locator("canvas").evaluateAll((canvases) => {
    let count = 0;
    for (const canvas of canvases as HTMLCanvasElement[]) {
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [canvas.width, canvas.height];
      const at = copy.getContext("2d")!;
      at.drawImage(canvas, 0, 0);
      const { data } = at.getImageData(0, 0, copy.width, copy.height);
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3]! > 100 && Math.abs(data[i]! - data[i + 2]!) > 60) count++;
    }
    return count;
  });
  assert.ok(drawn > 100, `${drawn} coloured pixels`);
});

test("a measurement in the report of another program is read, taken over once, and kept with its origin", {
  timeout: 120_000,
}, async () => {
  await shown(`/read/${ct.studyUid}`);
  const before = await rows().count();
  const reports = page.getByTestId("report-measures");
  const theirs = reports.getByTestId("report-measure");
  for (const button of await reports.getByRole("button", { name: /^Read those of others in/ }).all()) {
    await button.click();
    await page.waitForTimeout(1500);
    if ((await theirs.count()) > 0) break;
  }
  assert.equal(await theirs.count(), 1);
  assert.match((await theirs.innerText()).replace(/\s+/g, " "), /Cyst .*Length 12\.5 mm.*Another Works/);
  await theirs.getByRole("button", { name: "Take over" }).click();
  await theirs.getByRole("button", { name: "In the list" }).waitFor();
  assert.ok(await theirs.getByRole("button", { name: "In the list" }).isDisabled());
  await saved();
  assert.equal(await rows().count(), before + 1);
  const { measurements } = await kept(ct.studyUid);
  const taken = measurements.find(({ label }) => label === "Cyst")!;
  assert.deepEqual([taken.kind, taken.place.sopUid, taken.values[0]!.value], ["length", sopOf(6), 12.5]);
  assert.match(taken.method.name, /Another Works/);
  await shot("report-taken-over");
});
