import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, CDPSession, Page } from "playwright-core";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { ctStack, xaRun } from "../conformance/images.ts";
import { markedSeries } from "../conformance/marked-volume.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
let touch: CDPSession;
const ct = ctStack("Touch-CT", 24);
const run = xaRun("Touch-XA");
const second = markedSeries(
  {
    ...{ name: "Touch-CT-second", study: "Touch-CT", row: [1, 0, 0], column: [0, 1, 0], spacing: 2, size: 64 },
    origins: Array.from({ length: 5 }, (_, k) => [-64, -64, 5 * k] as const),
  },
  [{ at: [0, 0, 10], radius: 20, value: 60 }],
);

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "image.dcm" } as const;
  for (const file of [...ct.files, ...second.files, ...run.files])
    assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
  const context = await browser.newContext({
    ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  });
  page = await context.newPage();
  page.on("pageerror", (error) => console.error("page:", error.message));
  touch = await context.newCDPSession(page);
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const pane = () => page.locator(".v-pane").first();

async function shot(name: string): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/touch-${name}.png` });
}

async function open(studyUid: string): Promise<void> {
  await page.goto(`${willis.url}/read/${studyUid}`);
  await page.locator('.v-room[data-layout="phone"] .v-pane[data-state="rendered"]').waitFor({ timeout: 90_000 });
  await page.waitForTimeout(500);
}

type Point = readonly [number, number];

/** Fingers that go from where they are put to other places, in steps, and leave; their clock does not wait for a busy machine. */
async function fingers(from: readonly Point[], to: readonly Point[], steps = 10, ms = 30): Promise<void> {
  const at = (share: number) =>
    from.map(([x, y], id) => ({ id, x: x + share * (to[id]![0] - x), y: y + share * (to[id]![1] - y) }));
  const begin = Date.now() / 1000;
  const clock = (k: number) => ({ timestamp: begin + (k * ms) / 1000 });
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0), ...clock(0) });
  for (let k = 1; k <= steps; k++) {
    await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(k / steps), ...clock(k) });
  }
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [], ...clock(steps) });
  await page.waitForTimeout(400);
}

const slice = async () => Number(await pane().getAttribute("data-slice"));

/** How wide the bright disc is on the screen, CSS pixels, in the row through its middle. */
async function discWidth(): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".v-pane .v-image canvas")!;
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d")!;
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, Math.floor(copy.height / 2), copy.width, 1);
    let count = 0;
    for (let x = 0; x < copy.width; x++) if (data[4 * x]! > 100) count++;
    return (count * canvas.clientWidth) / canvas.width;
  });
}

test("on a phone the image says that it is not for primary diagnosis", async () => {
  await open(ct.studyUid);
  await page.getByText("Not for primary diagnosis", { exact: true }).waitFor();
  const box = (await pane().boundingBox())!;
  assert.ok(box.width >= 380 && box.height > 380, `the image is ${box.width} x ${box.height}`);
  await shot("ct");
});

test("two fingers that go the same way scroll, down is on, and zoom nothing", async () => {
  const [before, width] = [await slice(), await discWidth()];
  await fingers(
    [
      [150, 400],
      [240, 400],
    ],
    [
      [150, 300],
      [240, 300],
    ],
  );
  const up = await slice();
  assert.notEqual(up, before);
  await fingers(
    [
      [150, 300],
      [240, 300],
    ],
    [
      [150, 400],
      [240, 400],
    ],
  );
  assert.equal(await slice(), before, "as far back as it went");
  assert.ok(Math.abs((await discWidth()) - width) < 3);
});

test("two fingers that go apart zoom, and scroll nothing", async () => {
  const [before, width] = [await slice(), await discWidth()];
  await fingers(
    [
      [195, 380],
      [195, 440],
    ],
    [
      [195, 320],
      [195, 500],
    ],
  );
  const wide = await discWidth();
  assert.ok(wide > 1.2 * width, `the disc of ${width} px is ${wide} px wide`);
  assert.equal(await slice(), before);
  await shot("pinched");
  await page.getByRole("button", { name: "Reset" }).click();
  await page.waitForTimeout(400);
  assert.ok(Math.abs((await discWidth()) - width) < 3, "Reset fits it again");
});

test("one finger up and down goes through the slices; a quick swipe aside goes to the next series", async () => {
  const before = await slice();
  await fingers([[195, 500]], [[195, 320]], 12, 50);
  assert.notEqual(await slice(), before);
  const first = await pane().getAttribute("data-series");
  await fingers([[320, 400]], [[90, 410]], 4, 20);
  await page.locator('.v-pane[data-state="rendered"]').waitFor();
  const other = await pane().getAttribute("data-series");
  assert.notEqual(other, first, "to the left is on");
  await fingers([[90, 400]], [[320, 410]], 4, 20);
  await page.locator(`.v-pane[data-series="${first}"][data-state="rendered"]`).waitFor();
  await page.waitForTimeout(2000); // what a swipe sets going takes the next tap until it is at rest
});

test("windows are chosen from a sheet under the thumb", async () => {
  await page.getByRole("button", { name: "Window" }).tap();
  const sheet = page.getByRole("list", { name: "Windows" });
  await sheet.waitFor();
  await shot("windows");
  await sheet.getByRole("button", { name: /Bone/ }).tap();
  await sheet.waitFor({ state: "detached" });
  await pane().getByText("W 2500 L 500").waitFor();
  await page.getByRole("button", { name: "Invert" }).tap();
  await pane()
    .getByText(/W 2500 L 500 inverted/)
    .waitFor();
});

test("a run is played by the thumb, and its limitations stand on the phone, too", async () => {
  await open(run.studyUid);
  await pane().locator('[data-code="no-spacing"]').waitFor();
  await page.getByRole("button", { name: "Play" }).tap();
  const seen = new Set<number>();
  for (let k = 0; k < 30 && seen.size < 3; k++) {
    seen.add(await slice());
    await page.waitForTimeout(150);
  }
  assert.ok(seen.size >= 3, `frames ${[...seen]}`);
  await page.getByRole("button", { name: "Stop" }).tap();
  await shot("run");
});
