import type { PaneController } from "../pane/pane-controller.ts";

/** How far two fingers go together for one slice or frame, CSS pixels. */
const STEP = 14;
/** They pinch once their distance has changed by this, and scroll once they went this far without. */
const DECIDED = 12;

interface Pair {
  readonly y: number;
  readonly apart: number;
}

function pairOf({ touches }: TouchEvent): Pair | undefined {
  const [a, b] = [touches[0], touches[1]];
  if (!a || !b || touches.length !== 2) return undefined;
  return { y: (a.clientY + b.clientY) / 2, apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
}

/**
 * Two fingers that go the same way scroll through slices and frames; two that go apart or together zoom, as the tools
 * have it. Which of both it is is decided by what they do first, and holds until they leave. Returns how to stop.
 */
export function scrollByTwoFingers(element: HTMLElement, controller: Pick<PaneController, "scroll">): () => void {
  let start: Pair | undefined;
  let meant: "open" | "scroll" | "pinch" = "open";
  let from = 0;
  const begin = (event: TouchEvent) => {
    start = pairOf(event);
    meant = "open";
  };
  const move = (event: TouchEvent) => {
    const now = pairOf(event);
    if (!start || !now) return;
    if (meant === "open") {
      if (Math.abs(now.apart - start.apart) > DECIDED) meant = "pinch";
      else if (Math.abs(now.y - start.y) > DECIDED) {
        meant = "scroll";
        from = now.y;
      }
    }
    if (meant === "pinch") return;
    event.stopPropagation(); // not a zoom, or not yet
    event.preventDefault();
    if (meant !== "scroll") return;
    const steps = Math.trunc((now.y - from) / STEP);
    if (steps === 0) return;
    from += steps * STEP;
    controller.scroll(steps);
  };
  element.addEventListener("touchstart", begin, { capture: true, passive: true });
  element.addEventListener("touchmove", move, { capture: true, passive: false });
  return () => {
    element.removeEventListener("touchstart", begin, { capture: true });
    element.removeEventListener("touchmove", move, { capture: true });
  };
}
