import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";

/** A viewer that is timed: how a browser is signed in, and the address at which it shows a study. */
export interface TimedViewer {
  readonly name: string;
  signIn(context: BrowserContext): Promise<void>;
  studyAt(studyUid: string): string;
}

/** A study opened in a browser that never saw the viewer before. */
export interface OpenedStudy {
  readonly page: Page;
  readonly viewer: TimedViewer;
  /** From the start of the navigation until an image is on the screen, ms. */
  readonly firstMs: number;
  /** CPU time of all processes of the browser until then, ms. */
  readonly cpuMs: number;
  /** JavaScript heap of the page then, bytes. */
  readonly heapBytes: number;
  /** What the console called an error, and requests that failed. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export const WINDOW = { width: 1440, height: 900 };
/** Grey values on the screen that differ by more than this are an image: text and lines are no part of the canvas. */
const SPREAD = 5;

/** Willis, in which a link signs a person in. */
export function willisViewer(url: string, link: string): TimedViewer {
  return {
    name: "Willis",
    async signIn(context) {
      await context.request.get(link, { maxRedirects: 0 });
    },
    studyAt: (studyUid) => `${url}/read/${studyUid}`,
  };
}

/** OHIF as `serveOhif` serves it: its proxy signs in. */
export function ohifViewer(url: string): TimedViewer {
  return {
    name: "OHIF",
    signIn: async () => {},
    studyAt: (studyUid) => `${url}/viewer?StudyInstanceUIDs=${studyUid}`,
  };
}

/**
 * Opens a study in a new browser with an empty profile. Throws when no image is on the screen within `patienceMs`, with
 * what the page complained of.
 */
export async function openStudy(
  viewer: TimedViewer,
  studyUid: string,
  options: { readonly patienceMs?: number; readonly launch?: () => Promise<Browser> } = {},
): Promise<OpenedStudy> {
  const browser = await (options.launch ?? launchBrowser)();
  try {
    const context = await browser.newContext({ viewport: WINDOW });
    await context.addInitScript(watchForImage, SPREAD);
    await viewer.signIn(context);
    const page = await context.newPage();
    const faults = collectFaults(page);
    const devtools = await browser.newBrowserCDPSession();
    const before = await cpuOf(devtools);
    await page.goto(viewer.studyAt(studyUid), { waitUntil: "commit", timeout: 60_000 });
    const firstMs = await untilImage(page, options.patienceMs ?? 60_000).catch((error: Error) => {
      throw new Error(`${viewer.name}: ${error.message} ${faults.join("; ")}`);
    });
    const cpuMs = (await cpuOf(devtools)) - before;
    return { page, viewer, firstMs, cpuMs, heapBytes: await heapOf(page), faults, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

interface Watched {
  imageAt?: number;
  watchImage?: () => void;
}

/** Runs in the page, before everything else: notes when a canvas of a viewport first holds an image. */
function watchForImage(spread: number): void {
  const watched = window as unknown as Watched;
  const copy = document.createElement("canvas");
  copy.width = copy.height = 24;
  const to = copy.getContext("2d", { willReadFrequently: true })!;
  const look = () => {
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>("canvas.cornerstone-canvas")) {
      if (canvas.width < 100 || canvas.height < 100 || canvas.clientWidth === 0) continue;
      to.clearRect(0, 0, 24, 24);
      to.drawImage(canvas, 0, 0, 24, 24);
      const { data } = to.getImageData(0, 0, 24, 24);
      let [sum, squares] = [0, 0];
      for (let k = 0; k < data.length; k += 4) {
        sum += data[k]!;
        squares += data[k]! ** 2;
      }
      const n = data.length / 4;
      if (Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)) > spread) {
        watched.imageAt = performance.now();
        return;
      }
    }
    setTimeout(look, 20);
  };
  watched.watchImage = () => {
    delete watched.imageAt;
    look();
  };
  look();
}

/** Until an image is on the screen, in the page's own time, ms. */
export async function untilImage(page: Page, patienceMs: number): Promise<number> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const at = await page.evaluate(() => (window as unknown as Watched).imageAt).catch(() => undefined);
    if (at !== undefined) return at;
    await page.waitForTimeout(50);
  }
  throw new Error(`no image within ${Math.round(patienceMs / 1000)} s.`);
}

/** Looks anew for an image from now on; answers with the page's own time, ms. */
export function watchAgain(page: Page): Promise<number> {
  return page.evaluate(() => {
    (window as unknown as Watched).watchImage?.();
    return performance.now();
  });
}

/** What the page complains of from now on: errors on the console, errors that nobody caught, requests that failed. */
export function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`not caught: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") faults.push(`${why} ${request.url()}`); // called off: nobody waits for it any more
  });
  return faults;
}

/** CPU time of all processes of a browser so far, ms. */
export async function cpuOf(devtools: CDPSession): Promise<number> {
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
}

export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
}

/** The middle of some figures. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
