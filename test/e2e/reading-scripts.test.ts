import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { SeriesView } from "../../src/cases/views.ts";
import { text } from "../../src/dicom/data-set.ts";
import { parsePart10 } from "../../src/dicom/parse.ts";
import { findCase, type Modality, renderCase } from "../../src/phantom/index.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { refineRole } from "../../src/server/ingest/refine-role.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";
import { ct, dsa, mr, type SmallSeries, sagittal, smallStudy } from "./small-studies.ts";

let willis: TestWillis;
let browser: Browser;
let context: BrowserContext;
const problems: string[] = [];

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(await willis.signIn("hub"));
  await page.close();
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

afterEach(async () => {
  for (const page of context.pages()) await page.close();
});

async function stored(name: string, patient: string, date: string, series: readonly SmallSeries[]): Promise<string> {
  const { studyUid, files } = smallStudy(name, patient, date, series);
  await store(files);
  return studyUid;
}

/** A case of the demo hospital with some of its images; gives the study of the last. */
async function demo(name: string, modalities: readonly Modality[]): Promise<string> {
  const files = [...renderCase(findCase(name), 1, () => {}, { modalities })].map(({ bytes }) => bytes);
  await store(files);
  return text(parsePart10(files.at(-1)!).dataSet, "StudyInstanceUID")!;
}

async function store(files: readonly Uint8Array[]): Promise<void> {
  const touched = new Set<number>();
  for (const bytes of files) {
    const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "a.dcm" } as const;
    const done = await storeObject(willis.services, bytes, origin);
    assert.equal(done.state, "stored", JSON.stringify(done));
    if (done.state === "stored") touched.add(done.seriesId);
  }
  for (const id of touched) await refineRole(willis.services.pool, id);
}

/** More of a study comes, and open pages are told. */
async function arrived(name: string, patient: string, date: string, series: readonly SmallSeries[]): Promise<void> {
  for (const bytes of smallStudy(name, patient, date, series).files) {
    const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "a.dcm" } as const;
    const done = await storeObject(willis.services, bytes, origin);
    if (done.state !== "stored") continue; // what was there before
    await refineRole(willis.services.pool, done.seriesId);
    await willis.services.live.publish({ type: "study", studyId: done.studyId, instances: 1 });
  }
}

async function opened(studyUid: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000); // a volume drawn by a busy processor holds the page up
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${willis.url}/read/${studyUid}`);
  const first = page.locator('.v-pane[data-state="rendered"]').first();
  await first.waitFor({ timeout: 120_000 }).catch(async (error) => {
    await picture(page, "not-drawn");
    throw error;
  });
  return page;
}

/** Roles and modes of the panes once all of them are drawn: "NCCT slices". */
async function hung(page: Page): Promise<string[]> {
  await page.waitForFunction(
    () => {
      const panes = [...document.querySelectorAll(".v-cell")].map((cell) => cell.querySelector(".v-pane"));
      return panes.length > 0 && panes.every((pane) => pane?.getAttribute("data-state") === "rendered");
    },
    undefined,
    { timeout: 120_000 },
  );
  return page
    .locator(".v-pane")
    .evaluateAll((panes) => panes.map((pane) => `${pane.getAttribute("data-role")} ${pane.getAttribute("data-mode")}`));
}

const stage = async (page: Page) => (await page.locator(".v-stages [aria-current]").textContent()) ?? "";

/** Goes through a script with the space bar; says each stage and what hangs there. */
async function walked(page: Page, most = 9): Promise<Record<string, string[]>> {
  const seen: Record<string, string[]> = {};
  for (let k = 0; k < most; k++) {
    const now = await stage(page);
    if (seen[now]) break;
    seen[now] = await hung(page);
    await page.keyboard.press("Space");
    await page.waitForTimeout(50);
  }
  return seen;
}

async function picture(page: Page, called: string): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/script-${called}.png` });
}

async function script(page: Page): Promise<string | null> {
  return page.locator(".v-room").getAttribute("data-script");
}

const STROKE: readonly SmallSeries[] = [
  ct("Schädel nativ 5mm"),
  ct("CTA Kopf Hals arteriell", true, { count: 60, gap: 5 }),
  ct("CTA Kopf venös", true),
  ct("CTA Kopf spät", true),
  dsa("ACI li ap vor", 0),
  dsa("ACI li ap nach", 0),
];

test("stroke: plain CT in two windows, the arterial CTA in planes, collaterals by phase, the way there, first and last run", async () => {
  const page = await opened(await stored("stroke", "STROKE", "20261127", STROKE));
  assert.equal(await script(page), "stroke");
  await hung(page);
  await picture(page, "stroke");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Plain CT", "Vessels", "Collaterals", "Access", "Angiography"]);
  assert.deepEqual(seen["Plain CT"], ["NCCT slices", "NCCT slices"]);
  assert.deepEqual(seen.Vessels, ["CTA mip", "CTA mip", "CTA mip", "CTA axial"]);
  assert.deepEqual(seen.Collaterals, ["CTA mip", "CTA mip", "CTA mip"]);
  assert.deepEqual(seen.Angiography, ["DSA run", "DSA run"]);

  await page.keyboard.press("Shift+Space");
  assert.equal(await stage(page), "Access");
  await page.getByRole("button", { name: "Plain CT" }).click();
  await hung(page);
  await page.locator(".v-tr", { hasText: "W 40 L 35" }).waitFor();
  await page.locator(".v-tr", { hasText: "W 80 L 40" }).waitFor();
  await page.getByText("Bleeding? Early signs, ASPECTS? A dense artery?").waitFor();
  await picture(page, "stroke-plain");
  await page.close();
});

test("aneurysm: blood, the CTA, the rotation, the runs", async () => {
  const page = await opened(
    await stored("aneurysm", "ANEURYSM", "20261127", [
      ct("Crâne sans injection"),
      ct("Angio CT polygone de Willis artériel", true, { count: 12, gap: 3 }),
      { ...ct("3DRA carotide interne gauche", true, { count: 12, gap: 2 }), modality: "CT" },
      dsa("Carotide interne gauche face", 0),
      dsa("Carotide interne gauche profil", 90),
    ]),
  );
  assert.equal(await script(page), "aneurysm");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Blood", "CTA", "Rotation", "Runs"]);
  assert.deepEqual(seen.Blood, ["NCCT slices", "NCCT slices"]);
  assert.deepEqual(seen.Rotation, ["3DRA mip", "3DRA mip", "3DRA mip", "3DRA vr"]);
  assert.deepEqual(await names(page), ["ICA left, AP", "ICA left, lateral"]);
  await picture(page, "aneurysm-runs");
  await page.close();
});

/** What the panes' series are called in the strip. */
async function names(page: Page): Promise<string[]> {
  return page
    .locator(".v-strip button[data-open=true]")
    .evaluateAll((all) => all.map((one) => one.firstChild?.textContent ?? ""));
}

test("AVM: the nidus on MR, feeders by vessel", async () => {
  const page = await opened(
    await stored("avm", "AVM", "20261127", [
      mr("t2_tse_tra"),
      mr("t2_tirm_dark-fluid"),
      mr("SWI_Images"),
      mr("TOF_3D"),
      dsa("RICA", 0),
      dsa("RICA lat", 90),
      dsa("RECA", 0),
      dsa("L VA", 0, 30),
    ]),
  );
  assert.equal(await script(page), "avm");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Nidus", "Feeders", "Rotation"]);
  assert.deepEqual(seen.Nidus, ["T2 slices", "FLAIR slices", "SWI slices", "TOF mip"]);
  await page.getByRole("button", { name: "Feeders" }).click();
  await hung(page);
  assert.deepEqual(await names(page), ["ICA right, AP", "ICA right, lateral", "ECA right, AP", "VA left, AP CRA 30"]);
  await page.close();
});

test("carotid: duplex, the bifurcation, the brain", async () => {
  const page = await opened(
    await stored("carotid", "CAROTID", "20261127", [
      { modality: "US", description: "Carotid right", count: 4 },
      { modality: "US", description: "Carotid left", count: 4 },
      ct("CTA neck arterial", true, { count: 20, gap: 5 }),
      mr("ep2d_diff_b1000"),
      mr("FLAIR"),
    ]),
  );
  assert.equal(await script(page), "carotid");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Duplex", "Bifurcation", "Brain"]);
  assert.deepEqual(seen.Duplex, ["US run", "US run"]);
  assert.deepEqual(seen.Bifurcation, ["CTA mip", "CTA mip", "CTA axial", "CTA mip"]);
  assert.deepEqual(seen.Brain, ["DWI slices", "FLAIR slices"]);
  await page.close();
});

test("subdural: the collection in two windows and planes, the meningeal artery, before and now at one level", async () => {
  await stored("subdural before", "SUBDURAL", "20260901", [
    ct("Kopf nativ", false, { z0: 300, count: 8, gap: 5, topped: true }),
  ]);
  const page = await opened(
    await stored("subdural", "SUBDURAL", "20261127", [
      ct("Kopf nativ", false, { z0: 0, count: 12, gap: 5, topped: true }),
      dsa("A. carotis externa links", 90),
      dsa("A. meningea media links", 90),
    ]),
  );
  assert.equal(await script(page), "subdural");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Collection", "Meningeal artery", "Before"]);
  assert.deepEqual(seen.Collection, ["NCCT slices", "NCCT slices", "NCCT coronal", "NCCT sagittal"]);
  await page.locator(".v-before", { hasText: "level by the top of the head, approximate" }).waitFor();
  await page
    .locator(".v-before", { hasText: "3 months before" })
    .or(page.locator(".v-before", { hasText: "87 days before" }))
    .first()
    .waitFor();
  // One slice up in the newest is one slice up in the earlier one, both counted from the top of the head.
  await page.locator('[data-pane="pane-1"]').click();
  await page.keyboard.press("End");
  await page.locator('[data-pane="pane-1"][data-slice="11"]').waitFor();
  await page.locator('[data-pane="pane-2"][data-slice="7"]').waitFor({ timeout: 10_000 });
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.locator('[data-pane="pane-2"][data-slice="5"]').waitFor({ timeout: 10_000 });
  await picture(page, "subdural-before");
  await page.close();
});

test("spine: the cord along and across, the levels", async () => {
  const page = await opened(
    await stored("spine", "SPINE", "20261127", [
      sagittal("t2_tse_sag LWS"),
      sagittal("t1_tse_sag LWS"),
      mr("t2_tse_tra LWS"),
      dsa("Intercostal T10 left", 0),
      dsa("Intercostal T11 left", 0),
    ]),
  );
  assert.equal(await script(page), "spine");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Cord", "Across", "Levels"]);
  assert.deepEqual(seen.Cord, ["T2 slices", "T1 slices"]);
  assert.deepEqual(seen.Levels, ["DSA run", "DSA run"]);
  await page.close();
});

test("follow-up: each kind of image beside the one before it", async () => {
  await stored("follow before", "FOLLOW", "20251127", [mr("TOF_3D"), mr("FLAIR")]);
  const page = await opened(await stored("follow", "FOLLOW", "20261127", [mr("TOF_3D"), mr("FLAIR")]));
  assert.equal(await script(page), "follow-up");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Vessels", "Brain"]);
  assert.deepEqual(seen.Vessels, ["TOF mip", "TOF mip"]);
  await page.locator(".v-before", { hasText: "12 months before" }).waitFor();
  await page.close();
});

/** The slice a pane shows, from 0. */
const slice = async (page: Page, pane: number) =>
  Number(await page.locator(`[data-pane="pane-${pane}"]`).getAttribute("data-slice"));

test("a stroke of the demo: the slabs open at the arterial circle, the lines lie where the panes are, the head fills them", async () => {
  const page = await opened(await demo("late-window-m1", ["ncct", "cta"]));
  assert.equal(await script(page), "stroke");
  await hung(page);
  await page.keyboard.press("Space");
  assert.deepEqual(await hung(page), ["NCCT slices", "NCCT slices"]);
  await page.keyboard.press("Space");
  assert.deepEqual(await hung(page), ["CTA mip", "CTA mip", "CTA mip", "CTA axial"]);
  // 215 slices of 1 mm, the circle 75 mm below the highest.
  const level = await slice(page, 1);
  assert.ok(Math.abs(level - 139) <= 2, `${level}`);
  assert.equal(await slice(page, 4), level);
  // Every pane draws the planes of the others, and all mean one point.
  const names = page.locator('[data-pane="pane-2"] .vo-crosshair text');
  assert.deepEqual((await names.allTextContents()).sort(), ["Ax", "Sa"]);
  const lines = await page
    .locator(".vo-crosshair")
    .evaluateAll((all) => all.map((one) => one.getAttribute("data-point")));
  assert.equal(new Set(lines).size, 1, lines.join(" | "));
  await page.keyboard.press("Space");
  assert.equal(await stage(page), "Access");
  assert.deepEqual(await hung(page), ["CTA mip", "CTA mip"]);
  await picture(page, "demo-stroke-access");
});

test("an aneurysm of the demo: the rotation in slabs and from outside, runs that lack nothing", async () => {
  const page = await opened(await demo("ruptured-aneurysm", ["dsa", "3dra"]));
  await page.getByRole("button", { name: "All series" }).click();
  await page.locator(".v-room[data-script]").waitFor({ timeout: 60_000 });
  assert.equal(await script(page), "aneurysm");
  const seen = await walked(page);
  assert.deepEqual(Object.keys(seen), ["Overview", "Rotation", "Runs"]);
  assert.deepEqual(seen.Rotation, ["3DRA mip", "3DRA mip", "3DRA mip", "3DRA vr"]);
  assert.deepEqual(seen.Runs, ["DSA run", "DSA run"]);
  await page.locator(".v-tr", { hasText: "subtracted, mask" }).first().waitFor();
  await page.locator(".v-load").first().waitFor({ state: "detached", timeout: 60_000 });
  assert.deepEqual(await page.locator(".v-limits li").allTextContents(), []);
  await picture(page, "demo-aneurysm-runs");
});

test("what the reader touched stays when more arrives, until they hang the stage anew", async () => {
  const [few, more] = [
    [mr("FLAIR"), mr("t2_tse_tra")],
    [mr("FLAIR"), mr("t2_tse_tra"), mr("ep2d_diff_b1000")],
  ];
  const page = await opened(await stored("touched", "TOUCHED", "20261127", few));
  assert.deepEqual(await hung(page), ["FLAIR slices", "T2 slices"]);
  await page.locator('[data-pane="pane-1"]').click();
  await arrived("touched", "TOUCHED", "20261127", more);
  // Diffusion is hung first; the pane in which the reader is at work keeps what it shows.
  await page.getByRole("button", { name: "1 pane kept · hang anew" }).waitFor({ timeout: 30_000 });
  assert.equal((await hung(page))[0], "FLAIR slices");
  await page.keyboard.press("Shift+r");
  await page.locator('[data-pane="pane-1"][data-role="DWI"]').waitFor();
  await page.close();
});

test("a layout is chosen by key, saved by name, comes back for the next patient, is deleted and brought back", async () => {
  const one = await stored("layout one", "LAYOUT1", "20261127", [mr("t2_tse_tra"), mr("FLAIR"), mr("ep2d_diff_b1000")]);
  const two = await stored("layout two", "LAYOUT2", "20261127", [mr("FLAIR"), mr("t2_tse_tra")]);
  const page = await opened(one);
  await hung(page);
  await page.keyboard.press("Shift+Digit2");
  await page.locator('.v-grid[data-grid="2"]').waitFor();
  await page.keyboard.press("x");
  const roles = await hung(page);
  await page.keyboard.press("Shift+s");
  await page.getByLabel("Name").fill("Two of mine");
  await page.getByRole("button", { name: "Save for me" }).click();
  await page.locator('.v-room[data-script^="saved:"]').waitFor();
  await page.goto(`${willis.url}/read/${two}`);
  await hung(page);
  await page.getByLabel("Reading script").selectOption({ label: "Two of mine" });
  const again = await hung(page);
  assert.deepEqual(
    again,
    roles.filter((role) => !role.startsWith("DWI")),
  );
  await page.getByRole("button", { name: "Delete this layout" }).click();
  await page.getByRole("button", { name: "Take back" }).click();
  await page.locator("option", { hasText: "Two of mine" }).waitFor({ state: "attached" });
  await page.close();
});

test("a role is corrected in the strip, taken for the next like it, and taken back", async () => {
  const study = await stored("role", "ROLE", "20261127", [ct("Spezial A", true), ct("Kopf nativ")]);
  const page = await opened(study);
  await page.locator(".v-strip button", { hasText: "CTA" }).click({ button: "right" });
  await page
    .getByRole("dialog", { name: "What this series is" })
    .getByText("likely, by: contrast agent stated")
    .waitFor();
  await page.getByLabel("Phase").selectOption("venous");
  await page.getByRole("button", { name: "Correct", exact: true }).click();
  await page.locator(".v-strip button", { hasText: "CTA, venous" }).waitFor();
  const next = await stored("role next", "ROLE2", "20261128", [ct("Spezial A", true)]);
  const answer = (await (await willis.as("hub", `/api/studies/${next}/series`)).json()) as SeriesView[];
  assert.deepEqual([answer[0]!.label, answer[0]!.roleBy], ["CTA, venous", "learned"]);
  await page.getByRole("button", { name: "Take back" }).click();
  await page.locator(".v-strip button", { hasText: "CTA, venous" }).waitFor({ state: "detached" });
  await page.close();
});

test("the palette finds a command by some of its letters and runs it; the keys are listed", async () => {
  const page = await opened(await stored("palette", "PALETTE", "20261127", [mr("FLAIR"), mr("t2_tse_tra")]));
  await hung(page);
  await page.keyboard.press("Control+k");
  await page.getByLabel("What to do").fill("one pane");
  await page.keyboard.press("Enter");
  await page.locator('.v-grid[data-grid="1"]').waitFor();
  await page.getByLabel("What to do").waitFor({ state: "detached" }); // until it is gone it takes the keys
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).getByText("Next stage of the reading script").waitFor();
  await page.close();
});

test("the second screen shows the driver's pane and follows it", async () => {
  const study = await stored("wall", "WALL", "20261127", [ct("Kopf nativ"), mr("FLAIR")]);
  const page = await opened(study);
  await hung(page);
  await page.locator('[data-pane="pane-1"]').click();
  const [wall] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("Shift+w")]);
  const pane = wall.locator('.v-wall .v-pane[data-state="rendered"]');
  await pane.waitFor({ timeout: 60_000 });
  const series = await page.locator('[data-pane="pane-1"]').getAttribute("data-series");
  assert.equal(await pane.getAttribute("data-series"), series);
  await page.bringToFront();
  await page.keyboard.press("End");
  await wall.locator('.v-wall .v-pane[data-slice="7"]').waitFor({ timeout: 10_000 });
  await page.keyboard.press("4");
  await wall.locator(".v-tr", { hasText: "W 2500 L 500" }).waitFor({ timeout: 10_000 });
  await wall.close();
  await page.close();
});

test("nothing went wrong in any page", () => {
  assert.deepEqual(problems, []);
});
