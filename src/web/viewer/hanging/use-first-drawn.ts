import { useCallback, useEffect, useState } from "react";

/** An image that has not come by then no longer holds up the rest of the room. */
const PATIENCE_MS = 4000;

/**
 * Whether the first image of a room is on the screen, and who says so. Reading begins with one image: what else a room
 * loads (other panes, pictures of runs, panels) waits until it is seen.
 */
export function useFirstDrawn(): readonly [boolean, () => void] {
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDrawn(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  // A picture that is drawn is on the screen a frame later; what is begun before then holds it up.
  const tell = useCallback(() => {
    requestAnimationFrame(() => setTimeout(() => setDrawn(true)));
  }, []);
  return [drawn, tell];
}
