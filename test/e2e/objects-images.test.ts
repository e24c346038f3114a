import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { storeObject } from "../../src/server/ingest/index.ts";
import { launchBrowser } from "../browser.ts";
import {
  colour,
  enhancedMr,
  enhancedXa,
  foreignMap,
  frameWindow,
  type MadeImages,
  video,
} from "../conformance/enhanced.ts";
import { DOSE_EVENTS, oneOfEach } from "../conformance/objects.ts";
import { startWillis, type TestWillis } from "../harness.ts";

let willis: TestWillis;
let browser: Browser;
let page: Page;
let playable = false;
const name = "ENHANCED";
const mr = enhancedMr(name);
const xa = enhancedXa(name);
const capture = colour(name, "secondary capture");
const clip = colour(name, "ultrasound", 5);
const map = foreignMap(name, mr.dataSet);
let film: MadeImages;
let broken: MadeImages;

before(async () => {
  willis = await startWillis();
  browser = await launchBrowser();
  const stream = await recorded();
  playable = stream !== null;
  film = video(name, stream ?? new TextEncoder().encode("no film at all, padded to an even length."));
  broken = video(`${name}-2`, new TextEncoder().encode("a stream that no browser plays."));
  for (const { file } of [mr, xa, capture, clip, map, film, broken]) await store(file);
  page = await opened(mr.studyUid);
});
after(async () => {
  await browser?.close();
  await willis?.stop();
});

async function store(bytes: Uint8Array): Promise<void> {
  const origin = { organisationId: willis.organisations.Hub, via: "upload", who: "test", name: "object.dcm" } as const;
  assert.equal((await storeObject(willis.services, bytes, origin)).state, "stored");
}

async function opened(studyUid: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const made = await context.newPage();
  await made.goto(await willis.signIn("hub"));
  await made.goto(`${willis.url}/read/${studyUid}`);
  await made.locator(".v-room").waitFor({ timeout: 60_000 });
  return made;
}

/** A short film as this browser can make and so play one; null when it makes no MP4. */
async function recorded(): Promise<Uint8Array | null> {
  const maker = await browser.newPage();
  const bytes = await maker.evaluate(async () => {
    const type = ["video/mp4;codecs=avc1.42E01E", "video/mp4;codecs=vp9"].find((one) =>
      MediaRecorder.isTypeSupported(one),
    );
    if (!type) return null;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [64, 64];
    const context = canvas.getContext("2d")!;
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: type });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((done) => {
      recorder.onstop = done;
    });
    recorder.start();
    for (let k = 0; k < 25; k++) {
      context.fillStyle = `hsl(${15 * k} 80% 50%)`;
      context.fillRect(0, 0, 64, 64);
      await new Promise((done) => setTimeout(done, 40));
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  await maker.close();
  return bytes && bytes.length > 200 ? Uint8Array.from(bytes) : null;
}

async function open({ seriesUid }: MadeImages, mode: "image" | "object" = "image"): Promise<Locator> {
  await page.getByRole("combobox", { name: "Series in this pane" }).first().selectOption(seriesUid);
  const pane = page.locator(`[data-series="${seriesUid}"][data-state="rendered"]`);
  await pane.waitFor({ timeout: 30_000 });
  assert.equal((await pane.getAttribute("data-mode")) === "object", mode === "object");
  return pane;
}

/** Width and height (device pixels) of what is brighter than half grey in the image of a pane. */
async function extent(pane: Locator): Promise<readonly [number, number]> {
  return pane
    .locator(".v-image canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [canvas.width, canvas.height];
      const context = copy.getContext("2d")!;
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      const [xs, ys] = [new Set<number>(), new Set<number>()];
      for (let k = 0; k < copy.width * copy.height; k++)
        if (data[4 * k]! > 60) {
          xs.add(k % copy.width);
          ys.add(Math.floor(k / copy.width));
        }
      return [xs.size, ys.size] as const;
    });
}

async function picture(called: string): Promise<void> {
  const folder = process.env.WILLIS_SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/objects-${called}.png` });
}

test("an Enhanced MR is three slices at two times, each with the window of its own frame", async () => {
  const pane = await open(mr);
  await page.keyboard.press("f");
  assert.equal(await pane.getAttribute("data-count"), "3", "places, not frames");
  for (const time of [0, 1]) {
    const choice = pane.getByRole("combobox", { name: "Which time" });
    await choice.selectOption(String(time));
    await choice.blur(); // in a choice the keys are its own
    await page.locator(`[data-series="${mr.seriesUid}"][data-state="rendered"]`).waitFor();
    for (const z of [0, 1, 2]) {
      const there = page.locator(`[data-series="${mr.seriesUid}"][data-state="rendered"][data-slice="${z}"]`);
      const { width, centre } = frameWindow(z, time);
      const read = pane.locator(".v-tr", { hasText: `W ${width} L ${centre}` });
      await page.keyboard.press(z === 0 ? "Home" : "ArrowDown");
      // The other time may still be opening, and begins at its middle when it is there: home is asked again.
      for (let look = 0; z === 0 && look < 100 && ((await there.count()) === 0 || (await read.count()) === 0); look++) {
        await page.waitForTimeout(500);
        if (look % 4 === 3) await page.keyboard.press("Home");
      }
      await there.waitFor();
      await read.waitFor();
    }
  }
  await picture("enhanced-mr");
  const [wide, high] = await extent(pane);
  assert.ok(Math.abs(high / wide - 1.5) < 0.12, `16 x 0.5 mm by 16 x 0.75 mm, not ${wide} by ${high}`);
});

test("an Enhanced XA is a run of its frames", async () => {
  const pane = await open(xa);
  assert.equal(await pane.getAttribute("data-count"), "4");
  await pane.locator(".v-bl").getByText("frame 1 / 4").waitFor();
});

test("colour is shown in colour: red at the left and blue at the right, capture and ultrasound", async () => {
  for (const made of [capture, clip]) {
    const pane = await open(made);
    await picture(`colour-${made === clip ? "us" : "sc"}`);
    const colours = () =>
      pane
        .locator("canvas")
        .first()
        .evaluate((canvas: HTMLCanvasElement) => {
          const copy = document.createElement("canvas");
          [copy.width, copy.height] = [canvas.width, canvas.height];
          const context = copy.getContext("2d")!;
          context.drawImage(canvas, 0, 0);
          const at = (x: number) => [...context.getImageData(x, canvas.height / 2, 1, 1).data.slice(0, 3)];
          return [at(canvas.width / 2 - 40), at(canvas.width / 2 + 40)];
        });
    let found = await colours();
    for (let tries = 0; tries < 50 && found[0]![0] === found[1]![0]; tries++) {
      await page.waitForTimeout(100); // what was there before is on the screen until the next frame of the browser
      found = await colours();
    }
    assert.deepEqual(
      found,
      [
        [255, 0, 0],
        [0, 0, 255],
      ],
      made.seriesUid,
    );
  }
});

test("a parametric map of unknown making says its quantity and unit, and is drawn over its own range", async () => {
  const pane = await open(map, "object");
  await pane.getByRole("heading", { name: /Apparent Diffusion Coefficient/ }).waitFor();
  assert.match(await pane.innerText(), /Unit\nmm2\/s/);
  await pane.locator('.o-over[data-over="rendered"][data-count="3"]').waitFor({ timeout: 20_000 });
  await picture("map");
});

test("a film is played where the browser can", async (t) => {
  if (!playable) return t.skip("this browser makes no MP4");
  const pane = await open(film, "object");
  assert.equal(await pane.getAttribute("data-kind"), "VIDEO");
  const element = pane.locator("video");
  // On a busy machine it may be over before it is said to have begun: that is played, too.
  await element.evaluate((one: HTMLVideoElement) =>
    one.play().catch((error) => {
      if (!one.ended) throw error;
    }),
  );
  await element.evaluate(
    (one: HTMLVideoElement) =>
      new Promise<void>((done) => {
        const look = () => (one.currentTime > 0.1 || one.ended ? done() : setTimeout(look, 50));
        look();
      }),
  );
  assert.equal(await element.evaluate((one: HTMLVideoElement) => one.videoWidth), 64);
  assert.match(await pane.innerText(), /Length\n2 s/);
  await picture("video");
});

test("a film that the browser cannot play says so, and the stream can be had", async () => {
  await page.goto(`${willis.url}/read/${broken.studyUid}`);
  const pane = page.locator(`[data-series="${broken.seriesUid}"][data-kind="VIDEO"]`);
  await pane.getByText("cannot play a film in this form").waitFor({ timeout: 20_000 });
  const address = await pane.getByRole("link", { name: "Download the film" }).getAttribute("href");
  const answer = await willis.as("hub", address!);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /^a stream that no browser plays\./);
});

test("in the angiography room the dose report lies beside the runs and opens over them", async () => {
  const study = oneOfEach("ANGIO");
  const report = study.objects.find(({ kind }) => kind === "RDSR")!;
  const run = enhancedXa("ANGIO");
  for (const file of [run.file, report.file]) await store(file);
  await page.goto(`${willis.url}/read/${study.studyUid}`);
  await page.locator('.v-runs [data-kind="RDSR"]').click({ timeout: 30_000 });
  const pane = page.locator('[data-pane="angio-object"][data-kind="RDSR"][data-state="rendered"]');
  await pane.waitFor();
  assert.match(await pane.innerText(), new RegExp(`Irradiation events\n${DOSE_EVENTS.length}`));
  await picture("angio-room");
  await page.locator(".v-runs .v-run").first().click();
  await page.locator('.v-stage [data-state="rendered"]').waitFor();
  assert.equal(await pane.count(), 0);
});
