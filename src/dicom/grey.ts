import { applyPalette, paletteOf } from "./colour.ts";
import { type DataSet, items, number, numbers, text } from "./data-set.ts";
import type { Frame, PixelSamples } from "./decode.ts";
import { functionalGroup } from "./functional-groups.ts";

/** How values of interest become grey (PS3.3 C.11.2.1.2 and C.11.2.1.3). */
export interface VoiWindow {
  readonly centre: number;
  readonly width: number;
  readonly shape: "LINEAR" | "LINEAR_EXACT" | "SIGMOID";
}

/** A displayable image: row-major, 1 (grey) or 3 (RGB) bytes a pixel. */
export interface DisplayImage {
  readonly data: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly channels: 1 | 3;
}

/** A modality or VOI look-up table: `first` is the input of entry 0, `max` the largest output. */
export interface LookupTable {
  readonly first: number;
  readonly values: ArrayLike<number>;
  readonly max: number;
}

/** Grey level 0..255 of a value by a window; `width` below 1 counts as 1 for LINEAR. */
export function windowed(value: number, { centre, width, shape }: VoiWindow): number {
  if (shape === "SIGMOID") return 255 / (1 + Math.exp((-4 * (value - centre)) / Math.max(width, 1e-6)));
  if (shape === "LINEAR_EXACT") {
    const w = Math.max(width, 1e-6);
    if (value <= centre - w / 2) return 0;
    return value > centre + w / 2 ? 255 : ((value - centre) / w + 0.5) * 255;
  }
  const w = Math.max(width, 1);
  if (value <= centre - 0.5 - (w - 1) / 2) return 0;
  if (value > centre - 0.5 + (w - 1) / 2) return 255;
  return ((value - (centre - 0.5)) / (w - 1) + 0.5) * 255;
}

/** Rescale slope and intercept of an image; of frame `frame` (0-based) when it is an enhanced object. */
export function rescaleOf(ds: DataSet, frame = 0): { readonly slope: number; readonly intercept: number } {
  const transform = functionalGroup(ds, frame, "PixelValueTransformationSequence") ?? ds;
  return { slope: number(transform, "RescaleSlope") || 1, intercept: number(transform, "RescaleIntercept") ?? 0 };
}

/** The first VOI window of an image, or of one frame of an enhanced object; null when it has none. */
export function windowOf(ds: DataSet, frame = 0): VoiWindow | null {
  const voi = functionalGroup(ds, frame, "FrameVOILUTSequence") ?? ds;
  const [centre = Number.NaN] = numbers(voi, "WindowCenter");
  const [width = Number.NaN] = numbers(voi, "WindowWidth");
  if (!Number.isFinite(centre) || !(width > 0)) return null;
  const stated = text(voi, "VOILUTFunction");
  const shape = stated === "SIGMOID" || stated === "LINEAR_EXACT" ? stated : "LINEAR";
  return { centre, width, shape };
}

/** A look-up table of a Modality LUT or VOI LUT sequence, or null when there is none. */
export function lookupTableOf(ds: DataSet, sequence: "ModalityLUTSequence" | "VOILUTSequence"): LookupTable | null {
  const item = items(ds, sequence)[0];
  if (!item) return null;
  const [entries = 0, first = 0, bits = 16] = numbers(item, "LUTDescriptor");
  const data = item.get(0x00283006)?.value;
  if (!data || data.length === 0) return null;
  const count = entries === 0 ? 65536 : entries;
  const signed = number(ds, "PixelRepresentation") === 1;
  const values = data instanceof Uint8Array ? words(data, count) : (data as readonly number[]);
  const start = signed && first > 32767 ? first - 65536 : first;
  return { first: start, values, max: 2 ** Math.min(16, Math.max(8, bits)) - 1 };
}

function words(data: Uint8Array, count: number): ArrayLike<number> {
  if (data.length < 2 * count) return data;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true));
}

/** The window that shows the middle 98 % of the values of a frame: for images that state none. */
export function automaticWindow(samples: PixelSamples, slope: number, intercept: number): VoiWindow {
  const step = Math.max(1, Math.floor(samples.length / 65536));
  const taken: number[] = [];
  for (let i = 0; i < samples.length; i += step) if (Number.isFinite(samples[i]!)) taken.push(samples[i]!);
  taken.sort((a, b) => a - b);
  const low = (taken[Math.floor(taken.length * 0.01)] ?? 0) * slope + intercept;
  const high = (taken[Math.ceil(taken.length * 0.99) - 1] ?? 1) * slope + intercept;
  return { centre: (low + high) / 2, width: Math.max(Math.abs(high - low), 1e-6), shape: "LINEAR_EXACT" };
}

/**
 * A decoded frame as it is to be shown: modality LUT, VOI LUT or window (a given one wins, then the image's own, then
 * an automatic one), MONOCHROME1 inverted, palettes applied, RGB as it is. Source: PS3.3 C.11.1, C.11.2, PS3.4 N.2.
 */
export function displayImage(frame: Frame, ds: DataSet, index = 0, voi?: VoiWindow): DisplayImage {
  const { rows, columns, samples } = frame;
  if (frame.photometric === "PALETTE COLOR") {
    return { data: applyPalette(samples, paletteOf(ds)), rows, columns, channels: 3 };
  }
  if (frame.photometric === "RGB") {
    const shift = samples.BYTES_PER_ELEMENT * 8 - 8;
    const data = samples instanceof Uint8Array ? samples : Uint8Array.from(samples, (v) => Math.floor(v / 2 ** shift));
    return { data, rows, columns, channels: 3 };
  }
  const { slope, intercept } = rescaleOf(ds, index);
  const modality = lookupTableOf(ds, "ModalityLUTSequence");
  const own = voi ?? windowOf(ds, index);
  const table = own ? null : lookupTableOf(ds, "VOILUTSequence");
  const window = own ?? automaticWindow(samples, modality ? 1 : slope, modality ? 0 : intercept);
  const invert = frame.photometric === "MONOCHROME1";
  const toGrey = (stored: number): number => {
    const value = modality ? looked(modality, stored) : stored * slope + intercept;
    const grey = table ? (looked(table, value) / table.max) * 255 : windowed(value, window);
    const level = Math.round(grey);
    return invert ? 255 - level : level;
  };
  return { data: mapped(samples, toGrey), rows, columns, channels: 1 };
}

function looked(table: LookupTable, value: number): number {
  const i = Math.max(0, Math.min(table.values.length - 1, Math.round(value) - table.first));
  return table.values[i] ?? 0;
}

/** Map samples to bytes; each distinct value of 8 and 16-bit samples is computed once. */
function mapped(samples: PixelSamples, toGrey: (v: number) => number): Uint8Array {
  const out = new Uint8Array(samples.length);
  if (samples.BYTES_PER_ELEMENT > 2) {
    for (let i = 0; i < samples.length; i++) out[i] = Number.isFinite(samples[i]!) ? toGrey(samples[i]!) : 0;
    return out;
  }
  const known = new Int16Array(65536).fill(-1);
  for (let i = 0; i < samples.length; i++) {
    const v = samples[i]!;
    let grey = known[v & 0xffff]!;
    if (grey < 0) {
      grey = toGrey(v);
      known[v & 0xffff] = grey;
    }
    out[i] = grey;
  }
  return out;
}
