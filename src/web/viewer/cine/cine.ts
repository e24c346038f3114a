import { useEffect } from "react";
import type { PaneController } from "../pane/pane-controller.ts";
import { frameAt } from "./cine-time.ts";

/** Slices have no time; they are paged at this pace. */
const SLICES_PER_SECOND = 10;

/** Plays a pane at its true frame times while `playing`; starts from the frame on the screen. */
export function useCine(
  controller: PaneController | undefined,
  times: readonly number[] | undefined,
  playing: boolean,
): void {
  useEffect(() => {
    if (!controller || !playing) return;
    const { slice, count } = controller.state();
    const due = times ?? Array.from({ length: count }, (_, k) => k / SLICES_PER_SECOND);
    const offset = due[slice] ?? 0;
    let request = 0;
    let began: number | undefined;
    let shown = slice;
    const step = (now: number) => {
      began ??= now;
      const frame = frameAt(due, offset + (now - began) / 1000);
      if (frame !== shown) {
        shown = frame;
        controller.goTo(frame);
      }
      request = requestAnimationFrame(step);
    };
    request = requestAnimationFrame(step);
    return () => cancelAnimationFrame(request);
  }, [controller, times, playing]);
}
