import { Enums, eventTarget } from "@cornerstonejs/core";
import { useSyncExternalStore } from "react";
import { drawsNow } from "./can-draw.ts";
import { renewEngine } from "./engine.ts";

const { WEBGL_CONTEXT_LOST, WEBGL_CONTEXT_RESTORED } = Enums.Events;

let lost = 0;
let away = false;
const panes = new Set<() => void>();

/** What the graphics held does not come back with them: panes are made anew on a new engine. */
function anew(): void {
  away = false;
  renewEngine();
  lost++;
  for (const tell of panes) tell();
}

// Mostly the browser gives new graphics at once; after it has stopped them, when it says so.
eventTarget.addEventListener(WEBGL_CONTEXT_LOST, () => {
  away = !drawsNow();
  if (!away) anew();
});
eventTarget.addEventListener(WEBGL_CONTEXT_RESTORED, () => {
  if (away) anew();
});

function subscribe(tell: () => void): () => void {
  panes.add(tell);
  return () => panes.delete(tell);
}

/** How often the graphics were lost and came back: what was drawn with those before must be made anew. */
export function useGraphics(): number {
  return useSyncExternalStore(subscribe, () => lost);
}

/** Tells when the browser takes the graphics away, until it is stopped. */
export function whenGraphicsLost(tell: () => void): () => void {
  eventTarget.addEventListener(WEBGL_CONTEXT_LOST, tell);
  return () => eventTarget.removeEventListener(WEBGL_CONTEXT_LOST, tell);
}
