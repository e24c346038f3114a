import { type RefObject, useEffect } from "react";
import { theEngine } from "./engine.ts";

let timer = 0;
const after = new Set<() => void>();

/** Soon, and once for all who ask meanwhile: canvases take the size of their elements; then the panes are told. */
function resizeSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const engine = theEngine();
    if (!engine.hasBeenDestroyed && engine.getViewports().length > 0) {
      engine.resize(true, true);
      for (const tell of after) tell();
    }
  }, 60);
}

/**
 * Keeps the canvas of a pane at the size of its element until it is stopped: one left behind is drawn out of shape. Zoom
 * and place are kept; `resized` may fit the picture to its new size.
 */
export function keepSize(element: HTMLElement, resized?: () => void): () => void {
  const observer = new ResizeObserver(resizeSoon);
  observer.observe(element);
  if (resized) after.add(resized);
  return () => {
    observer.disconnect();
    if (resized) after.delete(resized);
  };
}

/** Keeps Cornerstone's canvases at the size of their elements when the grid of panes changes. */
export function useResize(grid: RefObject<HTMLElement | null>, running: boolean): void {
  useEffect(() => (grid.current && running ? keepSize(grid.current) : undefined), [grid, running]);
}
