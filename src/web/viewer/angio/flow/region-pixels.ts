import type { Point, Region } from "./flow-store.ts";

/** Row-major indices of the pixels whose middle lies in a region, cut to the picture. */
export function pixelsOf(region: Pick<Region, "shape" | "points">, rows: number, columns: number): Int32Array {
  const outline = outlineOf(region);
  const found: number[] = [];
  const [left, top, right, bottom] = bounds(outline);
  for (let r = Math.max(0, Math.floor(top)); r < Math.min(rows, Math.ceil(bottom)); r++)
    for (let c = Math.max(0, Math.floor(left)); c < Math.min(columns, Math.ceil(right)); c++)
      if (inside(outline, c + 0.5, r + 0.5)) found.push(r * columns + c);
  return Int32Array.from(found);
}

/** The same as a picture of 0 and 1. */
export function maskOf(region: Pick<Region, "shape" | "points">, rows: number, columns: number): Uint8Array {
  const out = new Uint8Array(rows * columns);
  for (const p of pixelsOf(region, rows, columns)) out[p] = 1;
  return out;
}

const CORNERS = 48;

/** A region as a polygon. */
export function outlineOf({ shape, points }: Pick<Region, "shape" | "points">): readonly Point[] {
  if (shape === "polygon") return points;
  const [middle, rim] = points;
  if (!middle || !rim) return [];
  const radius = Math.hypot(rim[0] - middle[0], rim[1] - middle[1]);
  return Array.from({ length: CORNERS }, (_, k): Point => {
    const angle = (2 * Math.PI * k) / CORNERS;
    return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)];
  });
}

function bounds(outline: readonly Point[]): readonly [number, number, number, number] {
  const [x, y] = [outline.map((p) => p[0]), outline.map((p) => p[1])];
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

/** Even-odd rule. */
function inside(outline: readonly Point[], x: number, y: number): boolean {
  let found = false;
  for (let i = 0, j = outline.length - 1; i < outline.length; j = i++) {
    const [a, b] = [outline[i]!, outline[j]!];
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) found = !found;
  }
  return found;
}
