import { type DataSet, type ElementValue, numbers, text } from "./data-set.ts";
import { type Codecs, decodeFrame, type PixelFormat } from "./decode.ts";
import type { DisplayImage } from "./grey.ts";

/** One overlay plane of a frame: a bit a pixel, drawn over the image. */
export interface Overlay {
  /** The group, 0x6000 .. 0x601e. */
  readonly group: number;
  /** "G" graphics, or "R" region of interest. */
  readonly type: string;
  readonly rows: number;
  readonly columns: number;
  /** Pixel of the image under the first bit, 0-based; may lie outside. */
  readonly x: number;
  readonly y: number;
  /** rows * columns values 0 or 1, row-major. */
  readonly bits: Uint8Array;
}

const PIXEL_LIMIT = 2 ** 28;

/**
 * The overlays (60xx) that lie over frame `index` (0-based). `words` are the stored samples of the frame with all their
 * bits (`storedWords`), needed for overlays in the unused bits of the pixels; null leaves these out. Overlays that are
 * cut off or larger than 2^28 pixels are left out. Source: PS3.3 C.9.2, C.9.3, PS3.5 8.1.2.
 */
export function overlaysOf(ds: DataSet, index = 0, words: ArrayLike<number> | null = null): Overlay[] {
  const found: Overlay[] = [];
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const overlay = overlayOf(under(ds, group), group, index, words);
    if (overlay) found.push(overlay);
  }
  return found;
}

/** The elements of one overlay group as if they stood in 6000, where the dictionary has their names. */
function under(ds: DataSet, group: number): DataSet {
  const out: DataSet = new Map();
  for (const element of [0x10, 0x11, 0x15, 0x40, 0x50, 0x51, 0x100, 0x102, 0x3000]) {
    const value = ds.get(group * 0x10000 + element);
    if (value) out.set(0x60000000 + element, value);
  }
  return out;
}

function overlayOf(ds: DataSet, group: number, index: number, words: ArrayLike<number> | null): Overlay | null {
  const [rows = 0] = numbers(ds, "OverlayRows");
  const [columns = 0] = numbers(ds, "OverlayColumns");
  const size = rows * columns;
  if (!(size > 0) || size > PIXEL_LIMIT) return null;
  const [y = 1, x = 1] = numbers(ds, "OverlayOrigin");
  const data = bytesOf(ds.get(0x60003000)?.value);
  const place = { group, type: text(ds, "OverlayType") ?? "G", rows, columns, x: x - 1, y: y - 1 };
  if (!data) {
    const [position = 0] = numbers(ds, "OverlayBitPosition");
    if (!words || position < 1 || words.length < size) return null;
    return { ...place, bits: Uint8Array.from({ length: size }, (_, i) => (words[i]! >>> position) & 1) };
  }
  const [count = 1] = numbers(ds, "NumberOfFramesInOverlay");
  const [first = 1] = numbers(ds, "ImageFrameOrigin");
  // An overlay of one frame lies over all frames, one of several over as many from its origin.
  const plane = count > 1 ? index - (first - 1) : 0;
  if (plane < 0 || plane >= count || data.length * 8 < (plane + 1) * size) return null;
  const from = plane * size;
  return {
    ...place,
    bits: Uint8Array.from({ length: size }, (_, i) => (data[(from + i) >> 3]! >> ((from + i) & 7)) & 1),
  };
}

function bytesOf(value: ElementValue | undefined): Uint8Array | null {
  if (!value || value.length === 0) return null;
  if (value instanceof Uint8Array) return value;
  return typeof value[0] === "number" ? new Uint8Array(Uint16Array.from(value as readonly number[]).buffer) : null;
}

/** Whether an overlay lies in the unused bits of the pixels. */
export function hasEmbeddedOverlay(ds: DataSet): boolean {
  for (let group = 0x6000; group <= 0x601e; group += 2) {
    const plane = under(ds, group);
    if (plane.has(0x60000010) && !plane.has(0x60003000) && (numbers(plane, "OverlayBitPosition")[0] ?? 0) > 0)
      return true;
  }
  return false;
}

/** The stored samples of a grey frame with all bits that are allocated, unsigned. Errors as `decodeFrame`. */
export function storedWords(
  bytes: Uint8Array,
  format: PixelFormat,
  transferSyntax: string,
  codecs: Codecs = {},
): ArrayLike<number> {
  const all = { ...format, bitsStored: format.bitsAllocated, highBit: format.bitsAllocated - 1, signed: false };
  return decodeFrame(bytes, all, transferSyntax, codecs).samples;
}

/** Overlays drawn in white onto an image, in place. */
export function drawOverlays(image: DisplayImage, overlays: readonly Overlay[]): DisplayImage {
  const { data, rows, columns, channels } = image;
  for (const { bits, x: left, y: top, rows: high, columns: wide } of overlays) {
    for (let v = Math.max(0, -top); v < high && top + v < rows; v++) {
      for (let u = Math.max(0, -left); u < wide && left + u < columns; u++) {
        if (bits[v * wide + u] !== 1) continue;
        const at = ((top + v) * columns + left + u) * channels;
        data.fill(255, at, at + channels);
      }
    }
  }
  return image;
}
