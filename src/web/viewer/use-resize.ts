import { type RefObject, useEffect } from "react";
import { theEngine } from "./engine.ts";

/** Keeps Cornerstone's canvases at the size of their elements; zoom and place are kept. */
export function useResize(grid: RefObject<HTMLElement | null>, running: boolean): void {
  useEffect(() => {
    if (!grid.current || !running) return;
    let timer = 0;
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        const engine = theEngine();
        if (!engine.hasBeenDestroyed && engine.getViewports().length > 0) engine.resize(true, true);
      }, 60);
    });
    observer.observe(grid.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [grid, running]);
}
