import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { toPatient, type Vec3 } from "../../src/core/geometry.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { inverse, moved, rigidOf } from "../../src/imaging/registration/rigid.ts";
import { SOLID_CT, SOLID_MR, solidHead } from "../../src/imaging/registration/solid-head.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { solidSeries } from "../solid-series.ts";

const STUDY = uidOf("registration in the browser");
const FIXED = uidOf("registration in the browser, fixed");
const MOVING = uidOf("registration in the browser, moving");
/** Where the head of the moving series lies: laying it back is the inverse. */
const POSE = rigidOf([3, -4, 8], [12, -8, 10]);
/** The shift of the middle of the fixed series, which is the origin. */
const TRUTH = moved(inverse(POSE), [0, 0, 0]);
const head = solidHead(SOLID_CT, [3, 3, 4], "HU");
/** elastix in a thread of a busy machine: a minute and more. */
const WAIT_MS = 240_000;

let willis: TestWillis;
let browser: Browser;
let page: Page;

before(async () => {
  willis = await startWillis({ jobs: true });
  browser = await launchBrowser();
  const origin = { organisationId: willis.organisations.Hub, via: "import", name: "slice.dcm" } as const;
  for (const [volume, uid] of [
    [head, FIXED],
    [solidHead(SOLID_MR, [3, 3, 4], "", POSE), MOVING],
  ] as const)
    for (const { bytes } of solidSeries(volume, STUDY, uid, "T7"))
      assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.on("pageerror", (error) => console.error("page:", error.message, error.stack));
  await page.goto(await willis.signIn("hub"));
  await page.goto(`${willis.url}/read/${STUDY}`);
  await page.locator('[data-pane="pane-1"][data-state="rendered"]').waitFor({ timeout: 90_000 });
  await panel("Registration");
  await page.getByLabel("Fixed: its space is kept").selectOption(FIXED);
  await page.getByLabel("Moving: is laid on it").selectOption(MOVING);
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function panel(name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByLabel("What to do").fill(`Panel: ${name}`);
  await page.keyboard.press("Enter");
}

async function shot(name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `${name}.png`) });
}

const dialog = () => page.getByRole("dialog", { name: "Look at the fit" });
const plane = (name: "axial" | "coronal" | "sagittal") => dialog().locator(`canvas[data-plane="${name}"]`);

/** The picture of the axial plane. */
const drawn = () => plane("axial").evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

/** Shift of the middle in mm, as the dialog says it. */
async function shift(): Promise<Vec3> {
  const words = (await dialog().locator("dd").first().textContent())!;
  return words.match(/-?\d+\.\d/g)!.map(Number) as unknown as Vec3;
}

const far = (a: Vec3, b: Vec3) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Puts the crossing of the planes from one place to another by two clicks: in the axial plane, then in the coronal one. */
async function click(from: Vec3, to: Vec3): Promise<void> {
  const wide = Number.parseFloat(
    (await dialog()
      .getByText(/mm wide/)
      .textContent())!,
  );
  const at = async (name: "axial" | "coronal", right: number, down: number) => {
    const { width } = (await plane(name).boundingBox())!;
    const position = { x: width / 2 + (right * width) / wide, y: width / 2 + (down * width) / wide };
    await plane(name).click({ position });
  };
  await at("axial", to[0] - from[0], to[1] - from[1]);
  await at("coronal", 0, from[2] - to[2]);
}

test("points that are clicked in both series lay one on the other", { timeout: 120_000 }, async () => {
  await page.getByRole("button", { name: "Place by hand" }).click();
  await plane("axial").waitFor({ timeout: 60_000 });
  await plane("axial").focus();
  await page.keyboard.press("4");
  const points = dialog().locator(".v-fit-points");
  const places: Vec3[] = [
    [30, -52, -20],
    [-38, 22, 15],
    [12, -10, 30],
  ];
  let crossing = toPatient(head, (head.shape[0] - 1) / 2, (head.shape[1] - 1) / 2, (head.shape[2] - 1) / 2);
  for (const place of places) {
    for (const to of [place, moved(POSE, place)]) {
      await click(crossing, to);
      crossing = to;
      await plane("axial").focus();
      await page.keyboard.press("Enter");
    }
  }
  await shot("registration-points");
  assert.equal(await points.getAttribute("data-pairs"), "3");
  assert.match(await points.innerText(), /3 pairs, which miss each other by 0\.\d mm/);
  await page.keyboard.press("Backspace");
  assert.deepEqual([await points.getAttribute("data-pairs"), await points.getAttribute("data-side")], ["2", "moving"]);
  assert.ok(await points.getByRole("button", { name: "Lay on by the points" }).isDisabled());
  await plane("axial").focus();
  await page.keyboard.press("Enter");
  await points.getByRole("button", { name: "Lay on by the points" }).click();
  const laid = await shift();
  assert.ok(far(laid, TRUTH) < 1.5, `${laid}, truth ${TRUTH}`);
  await dialog()
    .getByText(/Laid on by 3 points/)
    .waitFor();
  await dialog().getByRole("button", { name: "Close" }).click();
});

test("two series are registered, compared, nudged by keys, taken back and accepted by name", {
  timeout: WAIT_MS + 120_000,
}, async () => {
  await page.getByRole("button", { name: "Register", exact: true }).click();
  const run = page.locator(".v-fusion-run");
  await page.locator('.v-fusion-run[data-state="done"]').waitFor({ timeout: WAIT_MS });
  assert.match(await run.innerText(), /not looked at by anybody yet[\s\S]*There and back: \d\.\d+ mm/);
  await run.getByRole("button", { name: "Look at the fit" }).click();
  await plane("axial").waitFor({ timeout: 60_000 });
  const found = await shift();
  assert.ok(far(found, TRUTH) < 1, `${found}, truth ${TRUTH}`);
  await plane("axial").focus();
  const board = await drawn();
  await page.keyboard.press("2");
  await page.waitForTimeout(300);
  assert.notEqual(await drawn(), board, "the overlay is another picture than the checkerboard");
  await page.keyboard.press("1");
  await page.waitForTimeout(300);
  assert.equal(await drawn(), board, "the same checkerboard again");
  await shot("registration-board");

  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  const nudged = await shift();
  assert.ok(far(nudged, [found[0] + 2, found[1] + 0.25, found[2]]) < 0.11, `${found} to ${nudged}`);
  await dialog()
    .getByText(/Corrected by hand/)
    .waitFor();
  await page.waitForTimeout(300);
  assert.notEqual(await drawn(), board, "what is moved is drawn moved");
  for (let step = 0; step < 3; step++) await page.keyboard.press("z");
  assert.deepEqual(await shift(), found);
  await dialog().getByRole("button", { name: "Accept the fit" }).click();
  await run.getByText(/accepted by Dr hub/).waitFor({ timeout: 20_000 });
  await shot("registration-accepted");
});

test("what is laid over the other series says whose registration it lies by", { timeout: 120_000 }, async () => {
  const pane = page.locator('[data-pane="pane-1"]');
  const other = (await pane.getAttribute("data-series")) === FIXED ? MOVING : FIXED;
  await pane.click();
  await panel("Volume");
  await page.getByRole("combobox", { name: "Fuse with" }).selectOption(other);
  await pane.locator(`canvas[data-fused="${other}"]`).waitFor({ timeout: 60_000 });
  await pane.getByText(/registered, accepted by Dr hub/).waitFor();
  await shot("registration-fused");
});
