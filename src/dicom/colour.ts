import { WillisError } from "../core/errors.ts";
import { type DataSet, numbers, text } from "./data-set.ts";
import type { PixelSamples } from "./decode.ts";
import { tagOf } from "./dictionary.ts";

/** YBR_FULL to RGB in place: 8-bit samples, interleaved, full range ITU-R BT.601 (PS3.3 C.7.6.3.1.2). */
export function ybrFullToRgb(data: Uint8Array): Uint8Array {
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = data[i]!;
    const cb = data[i + 1]! - 128;
    const cr = data[i + 2]! - 128;
    data[i] = clamp(y + 1.402 * cr);
    data[i + 1] = clamp(y - 0.344136286 * cb - 0.714136286 * cr);
    data[i + 2] = clamp(y + 1.772 * cb);
  }
  return data;
}

/**
 * YBR_PARTIAL (luma 16..235, chroma 16..240) to RGB in place: 8-bit samples, interleaved, ITU-R BT.601
 * (PS3.3 C.7.6.3.1.2, retired).
 */
export function ybrPartialToRgb(data: Uint8Array): Uint8Array {
  for (let i = 0; i + 2 < data.length; i += 3) {
    const y = 1.1643836 * (data[i]! - 16);
    const cb = data[i + 1]! - 128;
    const cr = data[i + 2]! - 128;
    data[i] = clamp(y + 1.5960268 * cr);
    data[i + 1] = clamp(y - 0.3917623 * cb - 0.8129676 * cr);
    data[i + 2] = clamp(y + 2.0172321 * cb);
  }
  return data;
}

/** RGB to YBR_FULL in place: 8-bit samples, interleaved; the inverse of `ybrFullToRgb` but for rounding. */
export function rgbToYbrFull(data: Uint8Array): Uint8Array {
  for (let i = 0; i + 2 < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    data[i] = clamp(0.299 * r + 0.587 * g + 0.114 * b);
    data[i + 1] = clamp(128 - 0.168735892 * r - 0.331264108 * g + 0.5 * b);
    data[i + 2] = clamp(128 + 0.5 * r - 0.418687589 * g - 0.081312411 * b);
  }
  return data;
}

function clamp(v: number): number {
  return v <= 0 ? 0 : v >= 255 ? 255 : Math.floor(v + 0.5);
}

/** Native YBR_FULL_422 (Y Y Cb Cr per two pixels, 8 bit) to interleaved YBR_FULL; `pixels` must be even. */
export function expand422(data: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let p = 0; p + 1 < pixels; p += 2) {
    const from = p * 2;
    const to = p * 3;
    out[to] = data[from]!;
    out[to + 3] = data[from + 1]!;
    out[to + 1] = out[to + 4] = data[from + 2]!;
    out[to + 2] = out[to + 5] = data[from + 3]!;
  }
  return out;
}

/** Interleaved YBR_FULL to native YBR_FULL_422, the inverse of `expand422`: the chroma of two pixels is their mean. */
export function pack422(data: Uint8Array): Uint8Array {
  const pixels = Math.floor(data.length / 3);
  const out = new Uint8Array(pixels * 2);
  for (let p = 0; p + 1 < pixels; p += 2) {
    const from = p * 3;
    const to = p * 2;
    out[to] = data[from]!;
    out[to + 1] = data[from + 3]!;
    out[to + 2] = (data[from + 1]! + data[from + 4]! + 1) >> 1;
    out[to + 3] = (data[from + 2]! + data[from + 5]! + 1) >> 1;
  }
  return out;
}

/** Colour-by-pixel samples to colour-by-plane (Planar Configuration 0 to 1). */
export function separate<T extends PixelSamples>(data: T, samples: number): T {
  const out = data.slice() as T;
  const pixels = Math.floor(data.length / samples);
  for (let s = 0; s < samples; s++) {
    for (let p = 0, from = s; p < pixels; p++, from += samples) out[s * pixels + p] = data[from]!;
  }
  return out;
}

/** Colour-by-plane samples to colour-by-pixel (Planar Configuration 1 to 0). */
export function interleave<T extends PixelSamples>(data: T, samples: number): T {
  const out = data.slice() as T;
  const pixels = Math.floor(data.length / samples);
  for (let s = 0; s < samples; s++) {
    for (let p = 0, to = s; p < pixels; p++, to += samples) out[to] = data[s * pixels + p]!;
  }
  return out;
}

/** A colour palette: `first` is the stored value of entry 0; entries are 8-bit RGB, three bytes each. */
export interface Palette {
  readonly first: number;
  readonly rgb: Uint8Array;
}

const NAMES = ["Red", "Green", "Blue"] as const;

/**
 * The palette of a PALETTE COLOR image, 16-bit entries cut to 8 bits; plain and segmented tables. Errors:
 * `cannot-decode` when a table is missing or malformed. Source: PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9.2.
 */
export function paletteOf(ds: DataSet): Palette {
  const tables = NAMES.map((name) => {
    const [entries = 0, first = 0, bits = 16] = numbers(ds, `${name}PaletteColorLookupTableDescriptor`);
    const count = entries === 0 ? 65536 : entries;
    const plain = tableBytes(ds, `${name}PaletteColorLookupTableData`);
    const segmented = tableBytes(ds, `Segmented${name}PaletteColorLookupTableData`);
    if (!plain && !segmented)
      throw new WillisError("cannot-decode", `The ${name} palette of a PALETTE COLOR image is missing.`);
    const values = plain ? entriesOf(plain, count, bits) : expandSegments(segmented!, count, bits);
    return { first: first > 32767 ? first - 65536 : first, count, values };
  });
  const [red] = tables;
  const rgb = new Uint8Array(red!.count * 3);
  tables.forEach(({ values }, c) => {
    for (let i = 0; i < red!.count; i++) rgb[3 * i + c] = values[Math.min(i, values.length - 1)] ?? 0;
  });
  return { first: red!.first, rgb };
}

/**
 * The supplemental palette of a grey image (PS3.3 C.7.6.19): colours for stored values from `first` on; null when Pixel
 * Presentation does not say COLOR or MIXED. Errors as `paletteOf`.
 */
export function supplementalPaletteOf(ds: DataSet): Palette | null {
  return /^(COLOR|MIXED)$/.test(text(ds, "PixelPresentation") ?? "") ? paletteOf(ds) : null;
}

function tableBytes(ds: DataSet, keyword: string): Uint8Array | undefined {
  const value = ds.get(tagOf(keyword))?.value;
  if (value instanceof Uint8Array) return value;
  if (!value || value.length === 0 || typeof value[0] !== "number") return undefined;
  const words = Uint16Array.from(value as readonly number[]);
  return new Uint8Array(words.buffer);
}

function entriesOf(data: Uint8Array, count: number, bits: number): Uint8Array {
  if (data.length < 2 * count) return data.subarray(0, count);
  // Some writers put 8-bit entries into the high byte, most into the low byte of a word.
  const low = bits <= 8;
  return Uint8Array.from({ length: count }, (_, i) => (low ? data[2 * i]! : data[2 * i + 1]!));
}

function expandSegments(data: Uint8Array, count: number, bits: number): Uint8Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const wide = bits > 8;
  const size = wide ? 2 : 1;
  const out: number[] = [];
  const get = (at: number): number => {
    if (at + size > data.length) throw new WillisError("cannot-decode", "A segmented palette is cut off.");
    return wide ? view.getUint16(at, true) : data[at]!;
  };
  const run = (from: number, segments: number, depth: number): number => {
    let at = from;
    for (let n = 0; n < segments && at + 2 * size <= data.length && out.length < count; n++) {
      const [opcode, length] = [get(at), get(at + size)];
      at += 2 * size;
      if (opcode === 0) {
        for (let i = 0; i < length; i++, at += size) out.push(get(at));
      } else if (opcode === 1) {
        const start = out.at(-1) ?? 0;
        const end = get(at);
        at += size;
        for (let i = 1; i <= length; i++) out.push(Math.round(start + ((end - start) * i) / length));
      } else if (opcode === 2 && depth === 0) {
        const target = get(at) + (get(at + size) << (8 * size));
        at += 2 * size;
        run(target, length, 1);
      } else throw new WillisError("cannot-decode", `A segmented palette has the unknown segment type ${opcode}.`);
    }
    return at;
  };
  run(0, Number.POSITIVE_INFINITY, 0);
  return Uint8Array.from(out, (v) => (wide ? v >> 8 : v));
}

/** Palette indices to interleaved 8-bit RGB; indices outside take the nearest entry (PS3.3 C.7.6.3.1.5). */
export function applyPalette(indices: ArrayLike<number>, palette: Palette): Uint8Array {
  const last = palette.rgb.length / 3 - 1;
  const out = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const entry = Math.max(0, Math.min(last, indices[i]! - palette.first));
    out[3 * i] = palette.rgb[3 * entry]!;
    out[3 * i + 1] = palette.rgb[3 * entry + 1]!;
    out[3 * i + 2] = palette.rgb[3 * entry + 2]!;
  }
  return out;
}
