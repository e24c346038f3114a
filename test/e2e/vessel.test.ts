import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { text } from "../../src/dicom/data-set.ts";
import { instanceOf } from "../../src/dicom/instance.ts";
import { VASCULAR_CASES } from "../../src/phantom/demo/vascular-cases.ts";
import { viewOf } from "../../src/phantom/render/dsa.ts";
import { axesOf, projectPoint } from "../../src/phantom/render/projection.ts";
import { renderCase } from "../../src/phantom/render-case.ts";
import type { Vessel } from "../../src/phantom/vessels/vessel.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
let studyUid = "";
let m1: Vessel;
const VIEW = viewOf("ap");

before(
  async () => {
    willis = await startWillis();
    browser = await launchBrowser();
    const theCase = VASCULAR_CASES.find(({ name }) => name === "unruptured-aneurysm")!;
    const rendered = renderCase({ ...theCase, views: ["ap"] }, 7, () => {}, { modalities: ["dsa", "3dra"] });
    m1 = rendered.patient.arteries.find(({ name }) => name === "M1-L")!;
    const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "run.dcm" } as const;
    for (const file of rendered) {
      assert.equal((await storeObject(willis.services, file.bytes, origin)).state, "stored");
      studyUid ||= text(instanceOf(file.bytes).dataSet, "StudyInstanceUID")!;
    }
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on("pageerror", (error) => console.error("page:", error.message, error.stack));
    await page.goto(await willis.signIn("hub"));
  },
  { timeout: 240_000 },
);
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function shot(name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `${name}.png`) });
}

/** Where a pixel of the square image of a pane lies on the page: the image is fitted into the pane. */
async function spot(pane: string, [column, row]: readonly number[], size: number): Promise<[number, number]> {
  // The picture is fitted anew when the panel has taken its place: three pictures that are the same, then it stands.
  const picture = async () => (await page.locator(`[data-pane="${pane}"]`).screenshot()).toString("base64");
  for (let same = 0, last = ""; same < 3; ) {
    const next = await picture();
    same = next === last ? same + 1 : 0;
    last = next;
    await page.waitForTimeout(1000);
  }
  const box = (await page.locator(`[data-pane="${pane}"] .v-image`).boundingBox())!;
  const scale = Math.min(box.width, box.height) / size;
  return [
    box.x + box.width / 2 + (column! - (size - 1) / 2) * scale,
    box.y + box.height / 2 + (row! - (size - 1) / 2) * scale,
  ];
}

test("two clicks on a run give callipers, diameters with their error in mm, and a stenosis by name", async () => {
  await page.goto(`${willis.url}/read/${studyUid}`);
  await page.locator('[data-pane][data-state="rendered"]').first().waitFor({ timeout: 90_000 });
  await page.getByRole("button", { name: "Diameter", exact: true }).click();
  const panel = page.locator('section[aria-label="Diameter"]');
  await panel.getByText("Click one end of the vessel").waitFor();
  const pane = (await page.locator("[data-pane]").first().getAttribute("data-pane"))!;
  for (const share of [0.3, 0.85]) {
    const n = Math.round(share * (m1.radius.length - 1));
    const [x, y] = projectPoint(VIEW, axesOf(VIEW), m1.xyz[3 * n]!, m1.xyz[3 * n + 1]!, m1.xyz[3 * n + 2]!);
    await page.mouse.click(...(await spot(pane, [x, y], VIEW.size)));
    await page.waitForTimeout(300);
  }
  await panel.locator(".x-plot").waitFor({ timeout: 60_000 });
  await shot("vessel-run");
  assert.ok(Number(await panel.getAttribute("data-points")) > 10);
  const narrowest = (await panel.locator(".x-sizes div").filter({ hasText: "narrowest" }).locator("dd").textContent())!;
  const [, value, error] = /([\d.]+) ± ([\d.]+) mm/.exec(narrowest)!.map(Number);
  const radii = m1.radius.slice(Math.round(0.3 * m1.radius.length), Math.round(0.85 * m1.radius.length));
  const [least, most] = [2 * Math.min(...radii), 2 * Math.max(...radii)];
  assert.ok(value! > least - 0.45 && value! < most + 0.2, `${narrowest}, truth ${least} to ${most}`);
  assert.ok(error! > 0.02 && error! < 1);
  assert.match((await panel.locator('tr[data-method="NASCET"] td').first().textContent())!, /%|reference/);
  await panel.getByTestId("keep-stenosis").click();
  await panel.getByText("Kept").waitFor();
});

test("a raw run is not measured: it says why", async () => {
  await page.getByRole("button", { name: "Subtracted", exact: true }).click();
  await page.locator('section[aria-label="Diameter"]').getByText("not subtracted").waitFor();
});

test("a seed in a rotational angiogram is grown, measured and mended by brush with undo", async () => {
  await page.goto(`${willis.url}/read/${studyUid}`);
  await page.getByRole("button", { name: "All series" }).click();
  await page.locator('[data-pane="pane-1"][data-state="rendered"]').waitFor({ timeout: 90_000 });
  await page.keyboard.press("Shift+1");
  await page.getByRole("button", { name: /^3DRA ICA left/ }).click();
  const pane = page.locator('[data-pane="pane-1"][data-role="3DRA"][data-state="rendered"]');
  await pane.waitFor({ timeout: 120_000 });
  await page.keyboard.press("Control+k");
  await page.getByLabel("What to do").fill("Panel: Vessel");
  await page.keyboard.press("Enter");
  const panel = page.locator('section[aria-label="Vessel"]');
  await panel.getByText("Click into the vessel").waitFor();
  // The picture is fitted anew when the panel has taken its place.
  await page.waitForTimeout(4000);
  const box = (await page.locator('[data-pane="pane-1"] .v-image').boundingBox())!;
  const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  // The dome of the aneurysm, on the thick section that the script opens.
  await page.mouse.click(...at(0.663, 0.476));
  await page.locator('section[aria-label="Vessel"][data-state="grown"]').waitFor({ timeout: 180_000 });
  await page.locator("[data-pane='pane-1'] image[data-mask]").waitFor({ timeout: 30_000 });
  await shot("vessel-grown");
  const seed = Number(await page.locator(".x-seed").getAttribute("cx"));
  assert.ok(Math.abs(seed - 0.663 * box.width) < 6, `the seed is drawn at ${seed}, clicked at ${0.663 * box.width}`);
  const grown = Number.parseFloat((await panel.getByText("mL segmented").textContent())!);
  assert.ok(grown > 1 && grown < 12, `${grown} mL`);
  await panel.getByRole("button", { name: "Paint" }).click();
  await page.mouse.move(...at(0.8, 0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.82, 0.22), { steps: 4 });
  await page.mouse.up();
  const undo = panel.getByRole("button", { name: "Undo" });
  await page.waitForFunction(
    () =>
      !document.querySelector<HTMLButtonElement>('section[aria-label="Vessel"] .x-acts button:nth-child(3)')?.disabled,
  );
  assert.ok(Number.parseFloat((await panel.getByText("mL segmented").textContent())!) >= grown);
  await undo.click();
  await panel.getByText(`${grown.toFixed(2)} mL`).waitFor({ timeout: 20_000 });
  await panel.getByRole("button", { name: "Paint" }).click();
  await panel.getByRole("button", { name: "To a place" }).click();
  await page.mouse.click(...at(0.47, 0.493));
  await page.locator('section[aria-label="Vessel"][data-state="measured"]').waitFor({ timeout: 240_000 });
  await panel.locator(".x-surface canvas[data-turn='0']").waitFor({ timeout: 60_000 });
  await page.waitForTimeout(1500);
  await shot("vessel-measured");
  await panel.locator(".x-surface").scrollIntoViewIfNeeded();
  await shot("vessel-surface");
});
