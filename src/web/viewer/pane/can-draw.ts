let known: boolean | undefined;

/**
 * Whether this browser can draw with WebGL 2; without it the page shows images rendered by the server. Asked once: the
 * first context that a page opens starts the graphics of the browser, which takes a while on a slow machine.
 */
export function canDraw(): boolean {
  known ??= drawsNow();
  return known;
}

/** As `canDraw`, tried anew. */
export function drawsNow(): boolean {
  try {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
    const context = canvas.getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}
