import { parallel } from "./geometry.ts";
import type { PaneHandle } from "./pane.tsx";

/**
 * Brings the other panes to the place of the leading one: those in the same frame of reference whose sections are
 * parallel to it.
 */
export function follow(leader: PaneHandle, others: Iterable<PaneHandle>): void {
  const here = leader.controller.position();
  if (!here?.frameOfReference) return;
  for (const { controller } of others) {
    if (controller === leader.controller) continue;
    const there = controller.position();
    if (there?.frameOfReference !== here.frameOfReference || !parallel(there.normal, here.normal)) continue;
    controller.jumpTo(here.point);
  }
}
