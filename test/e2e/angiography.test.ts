import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { GradeView } from "../../src/cases/grades.ts";
import { dataSet, text } from "../../src/dicom/data-set.ts";
import { instanceOf } from "../../src/dicom/instance.ts";
import { findCase } from "../../src/phantom/demo/cases.ts";
import { viewOf } from "../../src/phantom/render/dsa.ts";
import { axesOf, projectPoint } from "../../src/phantom/render/projection.ts";
import { renderCase } from "../../src/phantom/render-case.ts";
import type { Vessel } from "../../src/phantom/vessels/vessel.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { type BadStudy, clip } from "./bad-studies.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
let studyUid = "";
let arteries: readonly Vessel[] = [];
const VIEW = viewOf("ap");
const SLOW = { timeout: 90_000 };

async function store(bytes: Uint8Array): Promise<void> {
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "run.dcm" } as const;
  assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
}

before(
  async () => {
    willis = await startWillis();
    browser = await launchBrowser();
    // frontal and lateral before, frontal after the second pass
    const rendered = renderCase(findCase("late-window-m1"), 3, () => {}, { modalities: ["dsa"] });
    arteries = rendered.patient.arteries;
    for (const { path, bytes } of rendered) {
      if (!/(001|002|021)-/.test(path)) continue;
      await store(bytes);
      studyUid ||= text(instanceOf(bytes).dataSet, "StudyInstanceUID")!;
    }
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on("pageerror", (error) => console.error("page:", error.message, error.stack));
    await page.goto(await willis.signIn("hub"));
    await page.goto(`${willis.url}/read/${studyUid}`);
  },
  { timeout: 240_000 },
);
after(async () => {
  await browser?.close();
  await willis?.stop();
});

const pane = () => page.locator('[data-pane="angio"]');
const corner = (at: "tl" | "tr" | "bl") => pane().locator(`.v-${at}`);
const panel = (name: string) => page.locator(".v-panel-names").getByRole("button", { name, exact: true }).click();
const section = (label: string) => page.locator(`section[aria-label="${label}"]`);

async function shot(name: string): Promise<void> {
  if (process.env.WILLIS_SHOTS) await page.screenshot({ path: join(process.env.WILLIS_SHOTS, `${name}.png`) });
}

/** Opens a run by its place in the strip and its name, and waits until its curves are there. */
async function openRun(place: number, name: string): Promise<void> {
  await page.locator(".v-run").nth(place).click();
  await corner("tl").getByText(name, { exact: true }).waitFor(SLOW);
  await page.locator('.v-density[data-curves="shown"]').waitFor(SLOW);
}

/** Corrects the motion of the run that is open, and waits until all of its frames are done. */
async function correct(kind: "Shift" | "Local"): Promise<void> {
  await page.getByRole("group", { name: "Motion correction" }).getByRole("button", { name: kind }).click();
  await page.locator('.v-motion[data-running="false"][data-aligned="18"]').waitFor(SLOW);
}

/** Where a place of the patient lies on the page, seen from the front. */
async function spot(x: number, y: number, z: number): Promise<readonly [number, number]> {
  const [column, row] = projectPoint(VIEW, axesOf(VIEW), x, y, z);
  const box = (await pane().locator(".v-image").boundingBox())!;
  const scale = Math.min(box.width, box.height) / VIEW.size;
  return [
    box.x + box.width / 2 + (column - (VIEW.size - 1) / 2) * scale,
    box.y + box.height / 2 + (row - (VIEW.size - 1) / 2) * scale,
  ];
}

function along(name: string, share: number): readonly [number, number, number] {
  const { xyz, radius } = arteries.find((one) => one.name === name)!;
  const n = 3 * Math.round(share * (radius.length - 1));
  return [xyz[n]!, xyz[n + 1]!, xyz[n + 2]!];
}

/** A circle of some pixels of the screen around a place of an artery. */
async function circle(name: string, share: number): Promise<void> {
  const [x, y] = await spot(...along(name, share));
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 4, y);
  await page.mouse.up();
}

test("a run opens subtracted by the mask it states, with its phases under it", async () => {
  await pane().and(page.locator('[data-state="rendered"]')).waitFor(SLOW);
  assert.match((await corner("tr").textContent())!, /subtracted, mask = mean of frames 1–2/);
  assert.match((await corner("tr").textContent())!, /mask not shifted/);
  await page.locator('.v-density[data-curves="shown"]').waitFor(SLOW);
  const bands = await page.locator(".v-density text").allTextContents();
  assert.deepEqual(bands.slice(0, 2), ["mask", "arterial"]);
  assert.match((await corner("bl").textContent())!, /frame \d+ \/ 18 · \d\.\d\d s · arterial/);
});

test("the mask moves by a key; motion correction is off, of the whole, place by place, with what is left", async () => {
  await pane().locator(".v-image").hover();
  await page.keyboard.press("ArrowRight");
  await corner("tr").getByText("mask shifted +1.0, 0.0 px").waitFor(SLOW);
  await page.keyboard.press("0");
  await corner("tr").getByText("mask not shifted").waitFor(SLOW);
  await correct("Shift");
  await corner("tr").getByText("motion corrected, residual").waitFor(SLOW);
  await correct("Local");
  await corner("tr").getByText("motion corrected place by place").waitFor(SLOW);
  const [, left, was] = /residual ([\d.]+) × noise \(was ([\d.]+)\)/.exec((await corner("tr").textContent())!)!;
  assert.ok(Number(left) < 1.3 && Number(left) < Number(was), `${left} of ${was}`);
  await shot("motion-local");
});

test("a map stands on the run with its fixed scale; its numbers are exported, and it is kept in the study", async () => {
  await panel("Maps");
  const maps = section("Flow maps");
  await maps.getByRole("button", { name: "Time to peak" }).click();
  await page.locator('canvas[data-map="Time to peak"]').waitFor(SLOW);
  const legend = page.locator('figure[aria-label^="Time to peak"]');
  assert.equal(await legend.getAttribute("aria-label"), "Time to peak, from 0 to 8 s");
  await shot("map");
  const [file] = await Promise.all([
    page.waitForEvent("download", SLOW),
    maps.getByRole("button", { name: "Save CSV" }).click(),
  ]);
  const lines = (await readFile(await file.path(), "utf8")).split("\r\n");
  assert.ok(
    lines.some((line) => line.startsWith("column,row,")) && lines.some((line) => /not a medical device/i.test(line)),
  );
  const rows = lines.filter((line) => /^\d+,\d+,/.test(line));
  assert.ok(rows.length > 5000, `${rows.length} pixels`);
  const times = rows.map((line) =>
    Number(
      line.split(",")[
        lines
          .find((one) => one.startsWith("column"))!
          .split(",")
          .findIndex((one) => one.startsWith("ttp ["))
      ],
    ),
  );
  assert.ok(times.every((time) => Number.isNaN(time) || (time >= 0 && time <= 7.2)));
  await maps.getByRole("button", { name: "Keep in the study" }).click();
  await maps.getByRole("button", { name: "Kept in the study" }).waitFor(SLOW);
  const query = `/dicom-web/studies/${studyUid}/instances?SOPClassUID=1.2.840.10008.5.1.4.1.1.30`;
  const found = await willis.as("hub", query, { headers: { accept: "application/dicom+json" } });
  assert.equal(found.status, 200);
  assert.equal(((await found.json()) as unknown[]).length, 1);
  await maps.getByRole("button", { name: "Show the run" }).click();
});

test("two regions have curves, and numbers relative to the parent artery", async () => {
  await panel("Curves");
  const curves = section("Time-density curves");
  await curves.getByRole("button", { name: "Circle" }).click();
  await circle("ICA-L", 0.6);
  await circle("A2-L", 0.5);
  await page.keyboard.press("Escape");
  await curves.getByText("Drag from the middle").waitFor({ state: "detached", ...SLOW });
  assert.match(page.url(), /\/read\/[\d.]+$/, "Escape puts the tool down and leaves the study open");
  assert.equal(await curves.getAttribute("data-regions"), "2");
  const cells = (row: number) => curves.locator("tbody tr").nth(row).locator("td");
  await curves.getByLabel("Parent artery").selectOption({ label: "region 1" });
  await curves.getByRole("heading", { name: "Relative to region 1" }).waitFor(SLOW);
  await cells(1).first().filter({ hasText: "±" }).waitFor(SLOW);
  assert.match((await cells(0).first().textContent())!, /^0\.00/);
  const delay = Number(/-?[\d.]+/.exec((await cells(1).first().textContent())!.replace("−", "-"))![0]);
  assert.ok(delay > -0.2 && delay < 2, `${delay} s after the carotid artery`);
  assert.match(
    (await curves.locator(".v-flow-plot").getAttribute("aria-label"))!,
    /^Time-density of region 1, region 2, .*18 frames$/,
  );
  await shot("curves");
});

test("runs of two projections are refused a ratio with the reason; the run after treatment may be compared", async () => {
  await panel("Compare");
  const compare = section("Compare runs");
  const other = compare.locator("select");
  await other.waitFor(SLOW);
  const optionOf = async (words: RegExp) =>
    (
      await other
        .locator("option")
        .evaluateAll((all) => all.map((one) => [(one as HTMLOptionElement).value, one.textContent ?? ""]))
    ).find(([, label]) => words.test(label!))![0]!;
  await other.selectOption(await optionOf(/^2 ·/));
  await compare
    .locator('.v-guard li[data-verdict="differs"]')
    .filter({ hasText: /projection/i })
    .waitFor(SLOW);
  const refused = compare
    .locator('.v-rulings li[data-allowed="false"]')
    .filter({ hasText: "Maps pixel by pixel: refused" });
  assert.ok((await refused.locator("p").first().textContent())!.length > 20);
  assert.equal(await compare.getByRole("button", { name: "Ratio of areas" }).isDisabled(), true);
  await shot("compare-refused");
  await other.selectOption(await optionOf(/^21 ·/));
  await compare.locator('.v-rulings li[data-allowed="true"]').filter({ hasText: "Maps pixel by pixel" }).waitFor(SLOW);
  const laid = (await compare.getByText("The later run is moved by").textContent())!;
  const [, x, y] = /moved by (-?[\d.]+), (-?[\d.]+) px/.exec(laid)!.map(Number);
  // the phantom's head lies 1.4 px further left and 3.2 px lower in the later run
  assert.ok(Math.hypot(x! - 1.4, y! + 3.2) < 0.5, laid);
  await compare.getByRole("button", { name: "Later or earlier" }).click();
  await page.locator("figure.v-flow-legend").waitFor(SLOW);
  // the parent artery is drawn on one of the runs only, so it is taken out of neither
  await compare.getByText("Times from the arrival in each run.").waitFor(SLOW);
  // where the injected artery lies nothing was done: the middle of the scale, which is dark
  const [x1, y1] = await spot(...along("ICA-L", 0.3));
  const shades = await page.locator("canvas.v-flow-map").evaluate(
    (canvas, [px, py]) => {
      const one = canvas as HTMLCanvasElement;
      const box = one.getBoundingClientRect();
      const ratio = one.width / box.width;
      const at = one.getContext("2d")!.getImageData((px! - box.x) * ratio - 3, (py! - box.y) * ratio - 3, 7, 7).data;
      return Array.from({ length: 49 }, (_, k) => Math.max(at[4 * k]!, at[4 * k + 1]!, at[4 * k + 2]!));
    },
    [x1, y1],
  );
  const median = shades.sort((a, b) => a - b)[24]!;
  assert.ok(median < 120, `the injected artery is drawn with ${median} of 255: no change is dark`);
  await shot("compare");
});

const grades = async (): Promise<readonly GradeView[]> => {
  const answer = await willis.as("hub", `/api/studies/${studyUid}/grades`);
  const body = (await answer.json()) as { grades?: GradeView[] } | GradeView[];
  return Array.isArray(body) ? body : (body.grades ?? []);
};

test("the own grade is recorded before the measured share is seen, run by run", async () => {
  await panel("Reperfusion");
  const panelOf = section("Reperfusion");
  await panelOf.getByRole("button", { name: "Outline the territory" }).click();
  // the convexity of the left middle cerebral artery, in shares of the picture
  for (const [u, v] of [
    [0.64, 0.28],
    [0.74, 0.28],
    [0.74, 0.48],
    [0.64, 0.48],
  ] as const) {
    const box = (await pane().locator(".v-image").boundingBox())!;
    const side = Math.min(box.width, box.height);
    await page.mouse.click(box.x + box.width / 2 + (u - 0.5) * side, box.y + box.height / 2 + (v - 0.5) * side);
    await page.waitForTimeout(350);
  }
  await page.keyboard.press("Enter");
  await page.locator('section[data-territory="outlined"]').waitFor(SLOW);
  const etici = panelOf.locator('[data-scale="etici"]');
  const measured = etici.locator(".v-grade-machine");
  assert.equal(await measured.count(), 0, "hidden before the own grade");
  await etici.getByRole("button", { name: "0", exact: true }).click();
  await etici.locator(".v-grade-mine").waitFor(SLOW);
  await measured.waitFor(SLOW);
  const first = Number(/Measured (\d+)/.exec((await measured.textContent())!)![1]);
  await openRun(2, "ICA L AP DSA after pass 2");
  await correct("Local");
  assert.equal(await measured.count(), 0, "hidden again on the next run");
  await shot("etici-before");
  await etici.getByRole("button", { name: "3", exact: true }).click();
  await measured.waitFor(SLOW);
  const last = Number(/Measured (\d+)/.exec((await measured.textContent())!)![1]);
  assert.ok(first < 15 && last > 90, `${first} % before, ${last} % after`);
  const kept = (await grades()).filter(({ scale }) => scale === "etici");
  assert.deepEqual(
    kept.map(({ grade }) => grade),
    ["0", "3"],
  );
  await panelOf.getByRole("heading", { name: "Pass by pass" }).waitFor(SLOW);
  await shot("etici-after");
});

test("both planes of the biplane system stand side by side", async () => {
  await openRun(0, "ICA L AP DSA");
  await page.locator(".v-image").first().hover();
  await page.keyboard.press("2");
  await page.locator('[data-pane="angio-b"][data-state="rendered"]').waitFor(SLOW);
  assert.match((await page.locator('[data-pane="angio-b"] .v-tl').textContent())!, /ICA L LAT DSA/);
  await page.keyboard.press("2");
  await page.locator('[data-pane="angio-b"]').waitFor({ state: "detached", ...SLOW });
});

test("a key image is kept with the study", async () => {
  await page.getByRole("button", { name: "Key image" }).click();
  let keys: unknown[] = [];
  for (let k = 0; k < 60 && keys.length === 0; k++) {
    await page.waitForTimeout(500);
    const answer = await willis.as("hub", `/api/studies/${studyUid}/kept`);
    keys = ((await answer.json()) as { keyImages?: unknown[]; keys?: unknown[] }).keys ?? [];
  }
  assert.equal(keys.length, 1);
});

/** Opens a made run and waits until something is said on its image; gives all of it. */
async function said(study: BadStudy, room: string): Promise<string> {
  for (const file of study.files) await store(file);
  await page.evaluate((to) => history.pushState({}, "", to), `/read/${study.studyUid}`);
  const found = page.locator(`[data-pane="${room}"][data-series="${study.seriesUid}"][data-state="rendered"]`);
  await found.waitFor(SLOW);
  await found.locator("[data-code]").first().waitFor(SLOW);
  await page.waitForTimeout(1500);
  const more = found.getByRole("button", { name: /show \d+ more/ });
  if ((await more.count()) > 0) await more.click();
  return (await found.locator(".v-limits li").allTextContents()).join(" ");
}

const mask = (frames: readonly number[]) => ({
  MaskSubtractionSequence: dataSet({ MaskOperation: "AVG_SUB", MaskFrameNumbers: [...frames] }),
});
const SOUND = { FrameTime: 250, ImagerPixelSpacing: [0.3, 0.3], PixelIntensityRelationship: "LIN", ...mask([1]) };

test("a run that lacks something says so on its image, in the room where it is subtracted", async () => {
  const one = clip("angio-one", "XA", { frames: 1, fields: SOUND });
  assert.match(await said(one, "angio"), /One frame only: there is nothing to subtract/);
  const zero = clip("angio-zero", "XA", { fields: { ...SOUND, FrameTime: 0 } });
  assert.match(await said(zero, "angio"), /The stated frame time is 0 ms/);
  const wrong = clip("angio-mask", "XA", { fields: { ...SOUND, ...mask([40]) } });
  assert.match(await said(wrong, "angio"), /names mask frame 40, but it has frames 1 to 8/);
  const eight = clip("angio-eight", "XA", { jpeg: true, fields: SOUND });
  assert.match(await said(eight, "angio"), /8 bits a pixel.*Compressed with loss/s);
  const bright = clip("angio-bright", "XA", { level: 4095, fields: SOUND });
  assert.match(await said(bright, "angio"), /\d+ % of the middle of the picture is saturated/);
  await shot("saturated");
});
