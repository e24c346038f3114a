import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { type Ball, type MarkedSeries, markedSeries } from "../conformance/marked-volume.ts";
import { startWillis, type TestWillis } from "../harness.ts";

type Point = readonly [number, number, number];

const SIZE = 96;
/** The middle of what is imaged; nothing is symmetric about it. */
const CENTRE: Point = [12, -7, 30];
const LEFT: Ball = { at: [30, -2, 36], radius: 3, value: 900 };
const RIGHT: Ball = { at: [-11, -20, 24], radius: 3, value: 900 };
const DEEP: Ball = { at: [8, 10, 45], radius: 3, value: 600 };
const BALLS = [LEFT, RIGHT, DEEP];
const zs = (skipped: readonly number[] = []) =>
  Array.from({ length: 60 }, (_, k) => k).filter((k) => !skipped.includes(k));
const corner = (z: number): Point => [CENTRE[0] - SIZE / 2, CENTRE[1] - SIZE / 2, z];
const AXIAL = { row: [1, 0, 0], column: [0, 1, 0], spacing: 1, size: SIZE } as const;
const TILT = (14 * Math.PI) / 180;
const SERIES: Readonly<Record<string, MarkedSeries>> = {
  straight: { name: "MPR-STRAIGHT", ...AXIAL, origins: zs().map(corner) },
  tilted: {
    name: "MPR-TILTED",
    ...AXIAL,
    column: [0, Math.cos(TILT), -Math.sin(TILT)],
    // Tilted slices follow each other along the table, not along their normal.
    origins: zs().map((z) => [corner(0)[0], CENTRE[1] - (SIZE / 2) * Math.cos(TILT), z + (SIZE / 2) * Math.sin(TILT)]),
  },
  missing: { name: "MPR-MISSING", ...AXIAL, origins: zs([14, 15, 16]).map(corner) },
  mixed: { name: "MPR-MIXED", ...AXIAL, origins: [...zs().slice(0, 20).map(corner), ...[60, 130, 200].map(corner)] },
  timed: {
    name: "MPR-TIMED",
    ...AXIAL,
    origins: [20, 28, 36, 44].map(corner),
    times: [
      { clock: "101500", factor: 0.1 },
      { clock: "101502.5", factor: 1 },
      { clock: "101507", factor: 0.5 },
    ],
  },
};

let willis: TestWillis;
let browser: Browser;
let page: Page;

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1200, height: 820 } });
  page = await context.newPage();
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const stored = new Set<string>();

async function open(series: MarkedSeries): Promise<void> {
  const made = markedSeries(series, BALLS);
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "slice.dcm" } as const;
  if (!stored.has(series.name)) {
    for (const file of made.files) assert.equal((await storeObject(willis.services, file, origin)).state, "stored");
  }
  stored.add(series.name);
  await page.goto(`${willis.url}/read/${made.studyUid}`);
  await page.locator('[data-pane="pane-1"][data-state="rendered"]').waitFor({ timeout: 60_000 });
  await page.keyboard.press("Control+k");
  const palette = page.locator(".v-palette");
  await palette.waitFor();
  await page.keyboard.type("Panel: Volume");
  await page.keyboard.press("Enter");
  await palette.waitFor({ state: "hidden" });
}

const pane = () => page.locator('[data-pane="pane-1"]');

/** Waits for words in a corner of the image. */
async function words(text: string | RegExp): Promise<void> {
  await pane()
    .locator(".v-choice, .v-corner, .v-limitation")
    .filter({ hasText: text })
    .first()
    .waitFor({ timeout: 15_000 });
}

async function plane(name: string): Promise<void> {
  const choice = pane().getByRole("combobox", { name: "Plane" });
  await choice.selectOption(name);
  await choice.blur();
  await pane()
    .locator(`xpath=self::*[@data-mode="${name === "volume" ? "vr" : name}"][@data-state="rendered"]`)
    .waitFor({ timeout: 60_000 });
  await settled();
}

/** Puts the crosshair to a place in the patient by its figures. */
async function put(point: Point): Promise<void> {
  for (const [c, letters] of (["LR", "PA", "HF"] as const).entries()) {
    const field = page.getByLabel(new RegExp(`^Crosshair [${letters}], mm$`));
    const isPlus = (await field.getAttribute("aria-label"))!.includes(` ${letters[0]},`);
    await field.fill(String(isPlus ? point[c] : -point[c]!));
    await field.press("Enter");
    await field.blur();
  }
  await settled();
}

async function settled(): Promise<void> {
  await page.waitForTimeout(900);
}

async function picture(
  called?: string,
): Promise<{ readonly png: PNG; readonly grey: (x: number, y: number) => number }> {
  const bytes = await pane().screenshot();
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder && called) await page.screenshot({ path: `${folder}/volumes-${called}.png` });
  const png = PNG.sync.read(bytes);
  return { png, grey: (x, y) => png.data[4 * (Math.round(y) * png.width + Math.round(x))]! };
}

/** Where the crosshair is on the pane. */
async function crosshairAt(): Promise<readonly [number, number]> {
  const text = await pane().locator(".vo-crosshair").getAttribute("data-at");
  const [x = Number.NaN, y = Number.NaN] = (text ?? "").split(" ").map(Number);
  return [x, y];
}

/** The middle of what is bright within 25 pixels of a place. */
function brightMiddle(png: PNG, [x, y]: readonly [number, number]): readonly [number, number] {
  let [sum, sx, sy] = [0, 0, 0];
  for (let dy = -25; dy <= 25; dy++) {
    for (let dx = -25; dx <= 25; dx++) {
      const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
      const value = png.data[4 * (py * png.width + px)] ?? 0;
      if (value < 110) continue;
      sum += value;
      sx += value * px;
      sy += value * py;
    }
  }
  return [sx / sum, sy / sum];
}

for (const kind of ["straight", "tilted"] as const) {
  test(`${kind} slices: a ball lies in axial, coronal and sagittal sections where it is in the patient`, async () => {
    await open(SERIES[kind]!);
    if (kind === "tilted") await plane("axial");
    for (const name of ["axial", "coronal", "sagittal"]) {
      await plane(name);
      for (const ball of [LEFT, RIGHT]) {
        await put(ball.at);
        const at = await crosshairAt();
        const { png } = await picture(`${kind}-${name}`);
        const found = brightMiddle(png, at);
        const mm = png.width / 120; // about so many pixels a millimetre at least
        const off = Math.hypot(found[0] - at[0], found[1] - at[1]);
        assert.ok(off < 0.8 * mm, `${name}: crosshair at ${at}, ball at ${found.map((v) => v.toFixed(1))}`);
      }
    }
    if (kind === "tilted") await pane().getByText("Gantry tilted by 14.0°").first().waitFor();
  });
}

test("the patient's left is on the right of the screen, the head is above", async () => {
  await open(SERIES.straight!);
  await plane("coronal");
  await put(LEFT.at);
  const left = await crosshairAt();
  await put(RIGHT.at);
  const right = await crosshairAt();
  assert.ok(left[0] > right[0] + 50, "left ball is further right");
  assert.ok(left[1] < right[1] - 15, "left ball is 12 mm nearer to the head: higher");
});

test("turning the planes keeps the ball under the crosshair, and the corner says how far they are turned", async () => {
  await open(SERIES.straight!);
  await plane("coronal");
  await page.keyboard.press("t"); // everywhere: lines to turn by
  await put(LEFT.at);
  const whole = (await pane().boundingBox())!;
  const handles = await pane().locator(".vo-axial .vo-turn").all();
  const boxes = await Promise.all(handles.map((handle) => handle.boundingBox()));
  // Of the two handles of a line near the edge one lies outside the picture.
  const box = boxes.find((one) => one && one.x > whole.x + 20 && one.x < whole.x + whole.width - 20)!;
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + 10, box.y + 80, { steps: 5 });
  await page.mouse.up();
  await plane("axial");
  await words(/oblique, \d+° from axial/);
  await page.keyboard.press("t"); // nowhere
  const before = await picture("oblique");
  await page.keyboard.press("t"); // between planes: no line with one pane, but the place can be asked for
  await settled();
  const at = await crosshairAt();
  const found = brightMiddle(before.png, at);
  assert.ok(Math.hypot(found[0] - at[0], found[1] - at[1]) < 6, `${at} against ${found}`);
});

test("a slab shows the maximum, minimum or mean of its sections, and says which and how thick", async () => {
  await open(SERIES.straight!);
  await plane("axial");
  await put([DEEP.at[0], DEEP.at[1], DEEP.at[2] - 8]);
  const at = await crosshairAt();
  /** The grey on the crosshair, once it is what it should be; what it is after a minute if it never is. */
  const grey = async (from: number, to: number) => {
    for (let look = 0; ; look++) {
      const now = (await picture()).grey(at[0], at[1]);
      if ((now > from && now < to) || look === 120) return now;
      await page.waitForTimeout(500);
    }
  };
  await page.keyboard.press("4"); // from -750 to 1750: 0 is grey 76, 600 is grey 138
  await settled();
  assert.ok(Math.abs((await grey(71, 81)) - 76) < 5, "the section passes below the ball");
  await page.getByRole("button", { name: "MIP", exact: true }).click();
  await settled();
  await words("MIP 20 mm");
  const most = await grey(133, 143);
  assert.ok(Math.abs(most - 138) < 5, `the largest is 600: grey 138, not ${most}`);
  await page.getByRole("button", { name: "Average" }).click();
  await settled();
  const mean = await grey(83, 104);
  assert.ok(mean > 83 && mean < 104, `5 of 20 mm of 600: grey 92, not ${mean}`);
  await page.getByRole("button", { name: "MinIP" }).click();
  await settled();
  assert.ok(Math.abs((await grey(71, 81)) - 76) < 5, "the smallest is 0");
  await pane().click({ position: { x: 30, y: 300 } });
  await page.keyboard.press("b"); // average
  await page.keyboard.press("+");
  await words("average 30 mm");
});

test("missing slices are interpolated under hatching, and the image says so", async () => {
  await open(SERIES.missing!);
  await plane("coronal");
  await pane().getByRole("img", { name: "Hatched: interpolated, not imaged" }).waitFor();
  await pane()
    .getByText(/3 slices are missing/)
    .first()
    .waitFor();
  await picture("missing");
  await put(LEFT.at);
  const at = await crosshairAt();
  const found = brightMiddle((await picture()).png, at);
  assert.ok(Math.hypot(found[0] - at[0], found[1] - at[1]) < 5, "what lies above the gap is not moved by it");
});

test("slices with a wide gap stay as acquired, with the reason", async () => {
  await open(SERIES.mixed!);
  assert.equal(await pane().getByRole("combobox", { name: "Plane" }).count(), 0);
  assert.equal(await pane().getAttribute("data-count"), "23", "nothing is dropped");
});

test("a volume rendering shows the balls on their sides, turns, and is full when still", async () => {
  await open(SERIES.straight!);
  await plane("volume");
  const canvas = pane().locator('.vo-rendering[data-quality="full"]');
  await canvas.waitFor({ timeout: 60_000 });
  const { png } = await picture("rendering");
  let [left, right] = [0, 0];
  for (let y = 60; y < png.height - 40; y++) {
    for (let x = 60; x < png.width - 60; x++) {
      const p = 4 * (y * png.width + x);
      // Of the presets' own colours: warm, never grey as words and lines are.
      if (png.data[p]! < 70 || png.data[p]! - png.data[p + 2]! < 20) continue;
      if (x > png.width / 2) left++;
      else right++;
    }
  }
  assert.ok(left > 100 && right > 100, `balls on both sides: ${left} and ${right} pixels`);
  await page.getByRole("button", { name: "Box" }).click();
  await page.getByLabel("Box, side R, mm").fill("12");
  await settled();
  await canvas.waitFor({ timeout: 60_000 });
  const cut = await picture("rendering-cut");
  let rest = 0;
  for (let y = 60; y < cut.png.height - 40; y++) {
    for (let x = 60; x < cut.png.width / 2 - 20; x++) {
      const p = 4 * (y * cut.png.width + x);
      if (cut.png.data[p]! > 70 && cut.png.data[p]! - cut.png.data[p + 2]! > 20) rest++;
    }
  }
  assert.equal(rest, 0, "what lies to the right of the box's side is cut away");
});

test("times are gone through by Shift and wheel and by keys, slices by the wheel alone; true seconds are shown", async () => {
  await open(SERIES.timed!);
  const bar = pane().locator(".vo-time");
  await bar.getByText("1 / 3 · 0.0 s").waitFor();
  await page.locator(".vo-panel").waitFor();
  await settled();
  await page.keyboard.press(".");
  await bar.getByText("2 / 3 · 2.5 s").waitFor();
  const slice = await pane().getAttribute("data-slice");
  await pane().hover({ position: { x: 200, y: 200 } });
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 100);
  await page.keyboard.up("Shift");
  await bar.getByText("3 / 3 · 7.0 s").waitFor();
  assert.equal(await pane().getAttribute("data-slice"), slice, "the slice stays");
  await page.mouse.wheel(0, 100);
  await settled();
  assert.notEqual(await pane().getAttribute("data-slice"), slice);
  await bar.getByText("3 / 3 · 7.0 s").waitFor();
});

test("a second series of the same frame of reference lies over the first where it belongs", async () => {
  const study = "MPR-FUSED";
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "slice.dcm" } as const;
  const thick = { ...AXIAL, spacing: 2, size: 48, name: "MPR-FUSED-SECOND", study, origins: zs().map(corner) };
  const other = markedSeries(thick, [DEEP]);
  for (const file of other.files) await storeObject(willis.services, file, origin);
  await open({ ...SERIES.straight!, name: study, study });
  await pane().getByLabel("Series in this pane").selectOption({ index: 0 });
  await settled();
  await page.getByRole("combobox", { name: "Fuse with" }).selectOption({ index: 1 });
  await pane().locator(".vo-fused[data-fused]").waitFor({ timeout: 30_000 });
  await page.getByLabel("Value of the darkest colour").fill("200");
  await page.getByLabel("Value of the lightest colour").fill("700");
  await pane().getByText("same frame of reference").waitFor();
  await plane("axial");
  await put(DEEP.at);
  const at = await crosshairAt();
  const { png } = await picture("fused");
  const p = 4 * (Math.round(at[1]) * png.width + Math.round(at[0]));
  const [r, , b] = [png.data[p]!, png.data[p + 1]!, png.data[p + 2]!];
  assert.ok(b > r + 15, `the colours of the second series (cool) lie over the ball: ${r}, ${b}`);
});
