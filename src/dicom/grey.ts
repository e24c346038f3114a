import { applyPalette, type Palette, paletteOf, supplementalPaletteOf } from "./colour.ts";
import { type DataSet, has, items, number, numbers, text } from "./data-set.ts";
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

/** A look-up table of a Modality LUT, VOI LUT or Presentation LUT sequence, or null when there is none. */
export function lookupTableOf(
  ds: DataSet,
  sequence: "ModalityLUTSequence" | "VOILUTSequence" | "PresentationLUTSequence",
): LookupTable | null {
  const item = items(ds, sequence)[0];
  if (!item) return null;
  const [entries = 0, first = 0, bits = 16] = numbers(item, "LUTDescriptor");
  const data = item.get(0x00283006)?.value;
  if (!data || data.length === 0) return null;
  const count = entries === 0 ? 65536 : entries;
  const values = data instanceof Uint8Array ? words(data, count) : (data as readonly number[]);
  const start = number(ds, "PixelRepresentation") === 1 ? signedWord(first) : first;
  return { first: start, values, max: 2 ** Math.min(16, Math.max(8, bits)) - 1 };
}

/** A word that was read as unsigned although the pixels are signed. */
function signedWord(value: number): number {
  return value > 32767 ? value - 65536 : value;
}

function words(data: Uint8Array, count: number): ArrayLike<number> {
  if (data.length < 2 * count) return data;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true));
}

/** Stored values that are no part of the image (PS3.3 C.7.5.1.1.2): from `low` to `high`, both included. */
export interface Padding {
  readonly low: number;
  readonly high: number;
}

/** Pixel Padding Value, with its range when it has one; null when the image has none. */
export function paddingOf(ds: DataSet): Padding | null {
  const as = number(ds, "PixelRepresentation") === 1 ? signedWord : (value: number): number => value;
  const value = number(ds, "PixelPaddingValue") ?? number(ds, "FloatPixelPaddingValue");
  if (value === undefined) return null;
  const limit = number(ds, "PixelPaddingRangeLimit") ?? number(ds, "FloatPixelPaddingRangeLimit") ?? value;
  return { low: Math.min(as(value), as(limit)), high: Math.max(as(value), as(limit)) };
}

/** Values that are looked at for an automatic window. */
const LOOKED_AT = 16384;

/**
 * The window that shows the middle 98 % of the values of a frame, padding left out: for images that state none.
 * A frame of one value gets the width 1e-6.
 */
export function automaticWindow(
  samples: PixelSamples,
  slope: number,
  intercept: number,
  padding: Padding | null = null,
): VoiWindow {
  const step = Math.max(1, Math.floor(samples.length / LOOKED_AT));
  const taken = new Float64Array(Math.ceil(samples.length / step));
  let n = 0;
  for (let i = 0; i < samples.length; i += step) {
    const v = samples[i]!;
    if (Number.isFinite(v) && !(padding && v >= padding.low && v <= padding.high)) taken[n++] = v;
  }
  const sorted = taken.subarray(0, n).sort();
  const low = (sorted[Math.floor(n * 0.01)] ?? 0) * slope + intercept;
  const high = (sorted[Math.ceil(n * 0.99) - 1] ?? 1) * slope + intercept;
  return { centre: (low + high) / 2, width: Math.max(Math.abs(high - low), 1e-6), shape: "LINEAR_EXACT" };
}

/** Stored value to grey level 0..255. `known` remembers the levels of 8 and 16-bit values (by their low 16 bits). */
export interface GreyScale {
  readonly grey: (stored: number) => number;
  readonly known: Int16Array;
  /** Made from the values of one frame: not for another one. */
  readonly automatic: boolean;
}

/**
 * The grey scale of frame `index` (0-based): modality LUT or rescale, VOI window or LUT (a given window wins, then the
 * image's own window, its LUT, an automatic window), presentation LUT sequence or shape. MONOCHROME1 is inverted,
 * padding is black. Frames of a classic object share one unless it is `automatic`.
 * Source: PS3.3 C.11.1, C.11.2, C.11.4, C.11.6, PS3.4 N.2.
 */
export function greyScaleOf(frame: Frame, ds: DataSet, index = 0, voi?: VoiWindow): GreyScale {
  const modality = lookupTableOf(ds, "ModalityLUTSequence");
  const { slope, intercept } = modality ? { slope: 1, intercept: 0 } : rescaleOf(ds, index);
  const padding = paddingOf(ds);
  const own = voi ?? windowOf(ds, index);
  const table = own ? null : lookupTableOf(ds, "VOILUTSequence");
  const automatic = !own && !table;
  const window = own ?? (table ? null : automaticWindow(frame.samples, slope, intercept, padding));
  const presentation = lookupTableOf(ds, "PresentationLUTSequence");
  const invert =
    !presentation && (frame.photometric === "MONOCHROME1" || text(ds, "PresentationLUTShape") === "INVERSE");
  const grey = (stored: number): number => {
    if (padding && stored >= padding.low && stored <= padding.high) return 0;
    const value = modality ? looked(modality, stored) : stored * slope + intercept;
    let level = window ? windowed(value, window) : (looked(table!, value) / table!.max) * 255;
    if (presentation) {
      const entry = (level / 255) * (presentation.values.length - 1) + presentation.first;
      level = (looked(presentation, entry) / presentation.max) * 255;
    }
    const rounded = Math.min(255, Math.round(level));
    return invert ? 255 - rounded : rounded;
  };
  return { grey, known: new Int16Array(65536).fill(-1), automatic };
}

/** How a frame is shown, where it is not left to the image. */
export interface DisplayChoice {
  readonly voi?: VoiWindow;
  /** Of an earlier frame with the same choice; see `GreyScale.automatic`. */
  readonly scale?: GreyScale;
}

/**
 * A decoded frame as it is to be shown: grey by `greyScaleOf`, palettes applied (also a supplemental one, over the grey
 * values), RGB cut to 8 bits. Overlays are drawn by `drawOverlays`. Errors: `cannot-decode` for a damaged palette.
 */
export function displayImage(frame: Frame, ds: DataSet, index = 0, choice: DisplayChoice = {}): DisplayImage {
  const { rows, columns, samples } = frame;
  if (frame.photometric === "PALETTE COLOR") {
    return { data: applyPalette(samples, paletteOf(ds)), rows, columns, channels: 3 };
  }
  if (frame.photometric === "RGB") {
    const shift = Math.max(0, frame.bitsStored - 8);
    const data = samples instanceof Uint8Array ? samples : Uint8Array.from(samples, (v) => Math.floor(v / 2 ** shift));
    return { data, rows, columns, channels: 3 };
  }
  const scale = choice.scale ?? greyScaleOf(frame, ds, index, choice.voi);
  const grey = mapped(samples, scale);
  const palette = has(ds, "RedPaletteColorLookupTableDescriptor") ? supplementalPaletteOf(ds) : null;
  if (palette) return { data: coloured(samples, grey, palette), rows, columns, channels: 3 };
  return { data: grey, rows, columns, channels: 1 };
}

/** Grey below the first value of a supplemental palette, its colours from there on (PS3.3 C.7.6.19). */
function coloured(samples: PixelSamples, grey: Uint8Array, palette: Palette): Uint8Array {
  const out = applyPalette(samples, palette);
  for (let i = 0; i < grey.length; i++) if (samples[i]! < palette.first) out.fill(grey[i]!, 3 * i, 3 * i + 3);
  return out;
}

function looked(table: LookupTable, value: number): number {
  const i = Math.max(0, Math.min(table.values.length - 1, Math.round(value) - table.first));
  return table.values[i] ?? 0;
}

/** Map samples to bytes; each distinct value of 8 and 16-bit samples is computed once. */
function mapped(samples: PixelSamples, { grey, known }: GreyScale): Uint8Array {
  const out = new Uint8Array(samples.length);
  if (samples.BYTES_PER_ELEMENT > 2) {
    for (let i = 0; i < samples.length; i++) out[i] = Number.isFinite(samples[i]!) ? grey(samples[i]!) : 0;
    return out;
  }
  for (let i = 0; i < samples.length; i++) {
    const v = samples[i]!;
    let level = known[v & 0xffff]!;
    if (level < 0) {
      level = grey(v);
      known[v & 0xffff] = level;
    }
    out[i] = level;
  }
  return out;
}
