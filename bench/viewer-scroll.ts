// How fast a viewer shows what is in memory: turns of the wheel, each as soon as the picture of the one before is drawn.
import type { Page } from "playwright-core";

/** Until a page has asked for nothing for a while: what it loads ahead is here. */
export async function untilQuiet(page: Page, quietMs = 2500, patienceMs = 40_000): Promise<void> {
  let [asked, changed] = [-1, Date.now()];
  for (const end = Date.now() + patienceMs; Date.now() < end; await page.waitForTimeout(200)) {
    const now = await page.evaluate(() => performance.getEntriesByType("resource").length);
    if (now !== asked) [asked, changed] = [now, Date.now()];
    else if (Date.now() - changed > quietMs) return;
  }
}

/**
 * Pictures a second over `turns` turns of the wheel on the largest viewport, back and forth where the stack ends. 0 when
 * nothing moves.
 */
export function scrollRate(page: Page, turns: number): Promise<number> {
  return page.evaluate(async (count) => {
    performance.setResourceTimingBufferSize(5000);
    const area = (canvas: HTMLCanvasElement) => canvas.clientWidth * canvas.clientHeight;
    const [canvas] = [...document.querySelectorAll<HTMLCanvasElement>("canvas.cornerstone-canvas")].sort(
      (a, b) => area(b) - area(a),
    );
    if (!canvas) return 0;
    const box = canvas.getBoundingClientRect();
    let direction = 1;
    const turn = () =>
      canvas.dispatchEvent(
        new WheelEvent("wheel", {
          ...{ bubbles: true, cancelable: true, deltaY: 100 * direction },
          ...{ clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 },
        }),
      );
    const drawn = () =>
      new Promise<boolean>((done) => {
        const timer = setTimeout(() => end(false), 700);
        const heard = (event: Event) => (event.target as Node).contains(canvas) && end(true);
        function end(is: boolean) {
          clearTimeout(timer);
          document.removeEventListener("CORNERSTONE_IMAGE_RENDERED", heard, true);
          done(is);
        }
        document.addEventListener("CORNERSTONE_IMAGE_RENDERED", heard, true);
      });
    let [shown, waited] = [0, 0];
    for (let flips = 0; shown < count && flips < 12; ) {
      const before = performance.now();
      const waiting = drawn();
      turn();
      if (await waiting) {
        shown++;
        waited += performance.now() - before;
      } else {
        direction = -direction; // the end of the stack
        flips++;
      }
    }
    return shown > 0 ? (1000 * shown) / waited : 0;
  }, turns);
}

/** Frames a second that come up in the active pane of Willis while it plays, over `seconds`. */
export function cineRate(page: Page, seconds: number): Promise<number> {
  return page.evaluate(async (time) => {
    const pane = document.querySelector(".v-pane");
    if (!pane) return 0;
    let shown = 0;
    let [first, last] = [0, 0];
    const observer = new MutationObserver(() => {
      last = performance.now();
      if (shown++ === 0) first = last;
    });
    observer.observe(pane, { attributes: true, attributeFilter: ["data-slice"] });
    await new Promise((done) => setTimeout(done, 1000 * time));
    observer.disconnect();
    return shown > 1 ? (1000 * (shown - 1)) / (last - first) : 0;
  }, seconds);
}
