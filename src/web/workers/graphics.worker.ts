/**
 * Starts the graphics of the browser beside the page: its first WebGL context waits for a process to start, and in the page
 * that would hold up everything else. Where there is no graphics here, the page finds out by itself.
 */
const gl = typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("webgl2");
gl?.clear(gl.COLOR_BUFFER_BIT);
gl?.finish();
self.close();

export {};
