import type { JpegComponent, JpegFrame } from "./codec-jpeg.ts";
import { inverseDct } from "./jpeg-idct.ts";

/** The samples of one component at its own resolution: rows of `stride`, of which `width` x `height` are real. */
interface Plane {
  readonly data: Uint8Array | Uint16Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

function planeOf(frame: JpegFrame, c: JpegComponent): Plane {
  const stride = c.blocksAcross * 8;
  const size = stride * c.blocksDown * 8;
  const data = frame.precision > 8 ? new Uint16Array(size) : new Uint8Array(size);
  for (let y = 0; y < c.blocksDown; y++) {
    for (let x = 0; x < c.blocksAcross; x++) {
      const at = (y * c.blocksAcross + x) * 64;
      inverseDct(c.coefficients, at, c.quantisation!, frame.precision, data, y * 8 * stride + x * 8, stride);
    }
  }
  const width = Math.ceil((frame.width * c.h) / frame.hMax);
  const height = Math.ceil((frame.height * c.v) / frame.vMax);
  return { data, stride, width, height };
}

/**
 * All components at full resolution, interleaved by pixel. Chroma of half width (and half height) is interpolated
 * with the triangle filter that the common libraries use; other ratios are repeated, and all when not `interpolated`.
 */
export function fullResolution(frame: JpegFrame, interpolated = true): Uint8Array | Uint16Array {
  const n = frame.components.length;
  const { width, height } = frame;
  const out = frame.precision > 8 ? new Uint16Array(width * height * n) : new Uint8Array(width * height * n);
  frame.components.forEach((c, index) => {
    const plane = planeOf(frame, c);
    const [sx, sy] = [frame.hMax / c.h, frame.vMax / c.v];
    const smooth = interpolated && sx === 2 && plane.width > 2 && (sy === 1 || sy === 2);
    const line = new Int32Array(plane.width);
    for (let y = 0; y < height; y++) {
      const to = y * width * n + index;
      if (!smooth) {
        const row = Math.min(Math.floor(y / sy), plane.height - 1) * plane.stride;
        for (let x = 0, o = to; x < width; x++, o += n) out[o] = plane.data[row + Math.floor(x / sx)]!;
      } else if (sy === 1) {
        for (let x = 0; x < plane.width; x++) line[x] = plane.data[y * plane.stride + x]!;
        widened(line, 1, 2, 2, out, to, n, width);
      } else {
        const near = y >> 1;
        const far = Math.max(0, Math.min(plane.height - 1, near + (y & 1 ? 1 : -1)));
        for (let x = 0; x < plane.width; x++) {
          line[x] = 3 * plane.data[near * plane.stride + x]! + plane.data[far * plane.stride + x]!;
        }
        widened(line, 8, 7, 4, out, to, n, width);
      }
    }
  });
  return out;
}

/** Double a line: each output is 3/4 of the nearer and 1/4 of the farther input; the ends are repeated. */
function widened(
  line: Int32Array,
  roundLeft: number,
  roundRight: number,
  shift: number,
  out: Uint8Array | Uint16Array,
  to: number,
  step: number,
  width: number,
): void {
  const last = line.length - 1;
  for (let x = 0; x < width; x++) {
    const i = x >> 1;
    const j = Math.max(0, Math.min(last, i + (x & 1 ? 1 : -1)));
    out[to + x * step] = (3 * line[i]! + line[j]! + (x & 1 ? roundRight : roundLeft)) >> shift;
  }
}

/** YCbCr to RGB in place with 16-bit fixed point constants (JFIF); samples of 8 or 12 bits, interleaved. */
export function yccToRgb(data: Uint8Array | Uint16Array, precision: number): void {
  const centre = 1 << (precision - 1);
  const max = (1 << precision) - 1;
  const fit = (v: number): number => (v < 0 ? 0 : v > max ? max : v);
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = data[i]!;
    const cb = data[i + 1]! - centre;
    const cr = data[i + 2]! - centre;
    data[i] = fit(y + ((91881 * cr + 32768) >> 16));
    data[i + 1] = fit(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
    data[i + 2] = fit(y + ((116130 * cb + 32768) >> 16));
  }
}
