/** The context of a canvas fitted to its element in device pixels, scaled to CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement | null): CanvasRenderingContext2D | undefined {
  if (!canvas) return undefined;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context ?? undefined;
}
