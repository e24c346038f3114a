/** How far two fingers move together for one slice, CSS pixels. */
const STEP_PX = 14;
/** Share by which their distance may change before it is a pinch. */
const PINCH = 0.12;

/**
 * Two fingers that move up or down together scroll; moving apart they zoom, as they did. Decided once for each touch, so
 * that a scroll never zooms. Returns how to stop.
 */
export function twoFingers(element: HTMLElement, scroll: (slices: number) => void): () => void {
  let begun: { readonly y: number; readonly apart: number; kind?: "scroll" | "pinch"; done: number } | undefined;
  const of = (event: TouchEvent) => {
    const [a, b] = event.touches;
    if (!a || !b || event.touches.length !== 2) return undefined;
    return { y: (a.clientY + b.clientY) / 2, apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) };
  };
  const onStart = (event: TouchEvent) => {
    const now = of(event);
    begun = now ? { ...now, done: 0 } : undefined;
  };
  const onMove = (event: TouchEvent) => {
    const now = of(event);
    if (!now || !begun) return;
    const away = now.y - begun.y;
    if (!begun.kind && Math.abs(now.apart / begun.apart - 1) > PINCH) begun.kind = "pinch";
    else if (!begun.kind && Math.abs(away) > STEP_PX) begun.kind = "scroll";
    if (begun.kind === "pinch") return;
    // Until it is known what it is, nobody else may take it for a zoom.
    event.stopPropagation();
    event.preventDefault();
    if (begun.kind !== "scroll") return;
    const slices = Math.trunc(away / STEP_PX) - begun.done;
    if (slices === 0) return;
    begun.done += slices;
    scroll(slices);
  };
  const options = { capture: true, passive: false } as const;
  element.addEventListener("touchstart", onStart, options);
  element.addEventListener("touchmove", onMove, options);
  return () => {
    element.removeEventListener("touchstart", onStart, options);
    element.removeEventListener("touchmove", onMove, options);
  };
}
