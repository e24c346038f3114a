/** The outline box of the body in one slice: pixel indices, ends included. */
interface BodyBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const GRID = 160;
const AIR_EDGE_HU = -300;

/**
 * Box around what lies in the middle of an axial slice: all that is connected with it and is no air (over -300 in
 * Hounsfield units; over a tenth of the brightest where no value is far below 0, as in MR). A headrest that does not
 * touch is left out. `pixels` are row-major; null when nothing is there. Searched on a grid of at most 160 x 160.
 */
export function bodyBox(pixels: ArrayLike<number>, rows: number, columns: number, shift = 0): BodyBox | null {
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / GRID));
  const [h, w] = [Math.floor(rows / step), Math.floor(columns / step)];
  const values = new Float32Array(h * w);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const value = pixels[y * step * columns + x * step]! + shift;
      values[y * w + x] = value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const edge = low < -500 ? AIR_EDGE_HU : low + (high - low) / 10;
  const start = nearestToMiddle(values, w, h, edge);
  if (start < 0) return null;
  const seen = new Uint8Array(h * w);
  const open = [start];
  seen[start] = 1;
  let [left, top, right, bottom] = [w, h, 0, 0];
  while (open.length > 0) {
    const at = open.pop()!;
    const [x, y] = [at % w, Math.floor(at / w)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    for (const next of [x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1, at - w, at + w]) {
      if (next < 0 || next >= seen.length || seen[next] || values[next]! <= edge) continue;
      seen[next] = 1;
      open.push(next);
    }
  }
  return { left: left * step, top: top * step, right: (right + 1) * step - 1, bottom: (bottom + 1) * step - 1 };
}

function nearestToMiddle(values: Float32Array, w: number, h: number, edge: number): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  values.forEach((value, at) => {
    if (value <= edge) return;
    const distance = ((at % w) - w / 2) ** 2 + (Math.floor(at / w) - h / 2) ** 2;
    if (distance < least) {
      least = distance;
      best = at;
    }
  });
  return best;
}
