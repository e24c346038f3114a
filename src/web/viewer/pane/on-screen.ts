import { Enums } from "@cornerstonejs/core";

/** A tab in the background draws nothing; what waits for a picture there goes on. */
const PATIENCE_MS = 1000;

/** Until the next picture that is drawn in this element is on the screen, or would be by now. */
export function onScreen(element: HTMLElement): Promise<void> {
  return new Promise((done) => {
    const { IMAGE_RENDERED } = Enums.Events;
    // A frame later it is shown; then the page is free again.
    const shown = () => requestAnimationFrame(() => setTimeout(end));
    const timer = setTimeout(end, PATIENCE_MS);
    function end() {
      clearTimeout(timer);
      element.removeEventListener(IMAGE_RENDERED, shown);
      done();
    }
    element.addEventListener(IMAGE_RENDERED, shown, { once: true });
  });
}
