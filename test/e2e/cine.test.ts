import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { dataSet } from "../../src/dicom/data-set.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";
import { storeObject } from "../../src/server/ingest/index.ts";
import { type CineLoop, frameDue } from "../../src/web/viewer/cine/cine-loop.ts";
import { launchBrowser } from "../browser.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;

const SIZE = 128;
const FRAMES = 12;
/** Uneven times, ms between frames. */
const STEPS = [0, 250, 250, 500, 250, 250, 250, 500, 250, 250, 250, 500];
const TIMES = STEPS.map((_, k) => STEPS.slice(0, k + 1).reduce((sum, step) => sum + step, 0) / 1000);
const studyUid = uidOf("CINE study");

/** A run with a bar that moves by a step a frame. */
function run(name: string, fields: Parameters<typeof dataSet>[0]): { seriesUid: string; bytes: Uint8Array } {
  const pixels = new Uint16Array(FRAMES * SIZE * SIZE).fill(2500);
  for (let f = 0; f < FRAMES; f++)
    for (let y = 0; y < SIZE; y++) for (let x = 0; x < 8; x++) pixels[(f * SIZE + y) * SIZE + 10 * f + x] = 500;
  const seriesUid = uidOf(`CINE ${name} series`);
  const bytes = writePart10(
    dataSet({
      ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1", SOPInstanceUID: uidOf(`CINE ${name}`), Modality: "XA" },
      ...{ StudyInstanceUID: studyUid, SeriesInstanceUID: seriesUid, InstanceNumber: 1, SeriesDescription: name },
      ...{ PatientID: "CINE", PatientName: "Cine", StudyDate: "20260101", StudyTime: "120000", NumberOfFrames: FRAMES },
      ...{ Rows: SIZE, Columns: SIZE, SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
      ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0, PixelData: pixels },
      ...{ WindowCenter: 2000, WindowWidth: 3000, ...fields },
    }),
  );
  return { seriesUid, bytes };
}

const plane = (letter: string) => ({
  ...{ ImageType: ["ORIGINAL", "PRIMARY", `BIPLANE ${letter}`], AcquisitionDate: "20260101" },
  ...{ AcquisitionTime: "120100.0", FrameTimeVector: STEPS, FrameIncrementPointer: "00181065" },
  ...{ ImagerPixelSpacing: [0.3, 0.3], DistanceSourceToDetector: 1125, DistanceSourceToPatient: 750 },
  ...{ PositionerPrimaryAngle: letter === "A" ? -32 : 90, PositionerSecondaryAngle: 2 },
});
const a = run("plane A", plane("A"));
const b = run("plane B", plane("B"));
const timeless = run("no times", { FrameTime: 0 });

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "object.dcm" } as const;
  for (const { bytes } of [a, b, timeless])
    assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(await willis.signIn("hub"));
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function shot(name: string): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/cine-${name}.png` });
}

/** Each change of the frame on the screen, with the time at which the page knew it, seconds. */
async function watched(pane: Locator, seconds: number): Promise<{ at: number; frame: number }[]> {
  return pane.evaluate(
    (element, ms) =>
      new Promise<{ at: number; frame: number }[]>((done) => {
        const seen: { at: number; frame: number }[] = [];
        const note = () =>
          seen.push({ at: performance.now() / 1000, frame: Number(element.getAttribute("data-slice")) });
        const observer = new MutationObserver(note);
        observer.observe(element, { attributes: true, attributeFilter: ["data-slice"] });
        setTimeout(() => {
          observer.disconnect();
          done(seen);
        }, ms);
      }),
    1000 * seconds,
  );
}

/** The reading room is where several panes stand side by side; a study of runs alone opens in the room for angiography. */
async function opened(): Promise<{ one: Locator; other: Locator }> {
  await page.goto(`${willis.url}/read/${studyUid}`);
  await page.locator(".v-room").waitFor({ timeout: 150_000 });
  await page.locator('.v-pane[data-state="rendered"]').first().waitFor({ timeout: 30_000 });
  const panes = page.locator(".v-pane");
  return { one: panes.nth(0), other: panes.nth(1) };
}

test("frames follow the clock: what is on the screen is what is due then, round after round", async () => {
  const { one } = await opened();
  const loop: CineLoop = { times: TIMES, first: 0, last: FRAMES - 1, bounce: false };
  await one.click();
  await page.keyboard.press("c");
  const seen = await watched(one, 9);
  await page.keyboard.press("c");
  assert.ok(seen.length > 5, `${seen.length} frames came up in 9 s`);
  // Where the clock of the run stands when the first frame comes up, by the frame that came up.
  const lateness = seen.map(({ at, frame }) => {
    const elapsed = at - seen[0]!.at + TIMES[seen[0]!.frame]!;
    const period = TIMES.at(-1)! + 0.5;
    const shown = TIMES[frame]!;
    const late = (((elapsed - shown) % period) + period) % period;
    return late > period / 2 ? late - period : late;
  });
  // A busy machine shows some frames late; play that is slowed (or hurried) would be further off with every round. So the
  // promptest frames of both halves are as prompt.
  const [early, later] = [lateness.slice(0, lateness.length >> 1), lateness.slice(lateness.length >> 1)];
  const all = lateness.map((late) => late.toFixed(2)).join(", ");
  assert.ok(Math.abs(Math.min(...early) - Math.min(...later)) < 0.4, `it drifts, seconds behind the clock: ${all}`);
  assert.ok(seen.every(({ frame }) => frame >= 0 && frame <= frameDue(loop, TIMES.at(-1)!)));
  await shot("playing");
});

test("what the run and its images lack, its angles and its scale with the error stand on it", async () => {
  const { one } = await opened();
  const corner = one.locator(".v-tl");
  await corner.getByText("RAO 32° CRAN 2° · 1.50× · 0.200 mm/px at the patient ± 6.7 %").waitFor({ timeout: 10_000 });
  await shot("corners");
});
