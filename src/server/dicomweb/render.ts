import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { WillisError } from "../../core/errors.ts";
import { applyPalette, paletteOf } from "../../dicom/colour.ts";
import { type DataSet, items, number, text } from "../../dicom/data-set.ts";
import type { Frame } from "../../dicom/decode.ts";

export interface Window {
  readonly center: number;
  readonly width: number;
  readonly shape: "LINEAR" | "LINEAR_EXACT" | "SIGMOID";
}

export interface RenderOptions {
  readonly format: "image/jpeg" | "image/png";
  readonly quality: number;
  readonly window?: Window;
  /** The picture is made to fit into this, keeping its proportions. */
  readonly fit?: { readonly width: number; readonly height: number };
  /** The region of the image that is shown, pixels. */
  readonly crop?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** 8-bit picture: one byte a pixel (grey) or three (RGB). */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly channels: 1 | 3;
}

/** A frame as a picture for people (PS3.18 8.3.5): modality and VOI transformations, crop, scale, JPEG or PNG. */
export function render(frame: Frame, dataSet: DataSet, index: number, options: RenderOptions): Uint8Array {
  return encode(scale(crop(picture(frame, dataSet, index, options.window), options), options), options);
}

function picture(frame: Frame, dataSet: DataSet, index: number, asked: Window | undefined): Picture {
  const { columns: width, rows: height, samples, photometric } = frame;
  if (photometric === "PALETTE COLOR")
    return { width, height, channels: 3, bytes: applyPalette(samples, paletteOf(dataSet)) };
  if (photometric === "RGB") {
    const shift = Math.max(0, frame.bitsStored - 8);
    const bytes = shift === 0 ? (samples as Uint8Array) : Uint8Array.from(samples as Uint16Array, (v) => v >> shift);
    return { width, height, channels: 3, bytes };
  }
  const slope = transformation(dataSet, index, "PixelValueTransformationSequence", "RescaleSlope") ?? 1;
  const intercept = transformation(dataSet, index, "PixelValueTransformationSequence", "RescaleIntercept") ?? 0;
  const window = asked ?? storedWindow(dataSet, index) ?? fullRange(samples, slope, intercept);
  const inverse =
    (photometric === "MONOCHROME1") !==
    (text(dataSet, "PresentationLUTShape") === "INVERSE" && photometric !== "MONOCHROME1");
  return { width, height, channels: 1, bytes: windowed(samples, slope, intercept, window, inverse) };
}

/** An attribute of the frame: its own functional group, the shared one, or the top of the data set. */
function transformation(dataSet: DataSet, index: number, group: string, keyword: string): number | undefined {
  const own = items(dataSet, "PerFrameFunctionalGroupsSequence")[index];
  const shared = items(dataSet, "SharedFunctionalGroupsSequence")[0];
  for (const one of [own, shared]) {
    const macro = one && items(one, group)[0];
    const value = macro && number(macro, keyword);
    if (value !== undefined) return value;
  }
  return number(dataSet, keyword);
}

function storedWindow(dataSet: DataSet, index: number): Window | undefined {
  const center = transformation(dataSet, index, "FrameVOILUTSequence", "WindowCenter");
  const width = transformation(dataSet, index, "FrameVOILUTSequence", "WindowWidth");
  if (center === undefined || width === undefined || width <= 0) return undefined;
  const shape = text(dataSet, "VOILUTFunction");
  return { center, width, shape: shape === "SIGMOID" || shape === "LINEAR_EXACT" ? shape : "LINEAR" };
}

function fullRange(samples: ArrayLike<number>, slope: number, intercept: number): Window {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]! * slope + intercept;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return { center: Number.isFinite(low) ? low : 0, width: 1, shape: "LINEAR_EXACT" };
  return { center: (low + high) / 2, width: high - low, shape: "LINEAR_EXACT" };
}

/** PS3.3 C.11.2.1.2 and C.11.2.1.3. */
function windowed(
  samples: ArrayLike<number>,
  slope: number,
  intercept: number,
  window: Window,
  inverse: boolean,
): Uint8Array {
  const out = new Uint8Array(samples.length);
  const { center, shape } = window;
  const width = Math.max(window.width, shape === "LINEAR" ? 1.000001 : 1e-9);
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]! * slope + intercept;
    let y: number;
    if (shape === "LINEAR") y = (x - (center - 0.5)) / (width - 1) + 0.5;
    else if (shape === "LINEAR_EXACT") y = (x - center) / width + 0.5;
    else y = 1 / (1 + Math.exp((-4 * (x - center)) / width));
    const grey = y <= 0 || Number.isNaN(y) ? 0 : y >= 1 ? 255 : Math.round(y * 255);
    out[i] = inverse ? 255 - grey : grey;
  }
  return out;
}

function crop(from: Picture, { crop: region }: RenderOptions): Picture {
  if (!region) return from;
  const x0 = Math.max(0, Math.floor(region.x));
  const y0 = Math.max(0, Math.floor(region.y));
  const width = Math.min(from.width - x0, Math.floor(region.width));
  const height = Math.min(from.height - y0, Math.floor(region.height));
  if (width < 1 || height < 1) throw new WillisError("bad-request", "The viewport shows no part of the image.");
  const { channels } = from;
  const bytes = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const at = ((y0 + y) * from.width + x0) * channels;
    bytes.set(from.bytes.subarray(at, at + width * channels), y * width * channels);
  }
  return { width, height, channels, bytes };
}

/** Each new pixel is the mean of the old ones that it covers, or the nearest when it covers less than one. */
function scale(from: Picture, { fit }: RenderOptions): Picture {
  if (!fit) return from;
  const factor = Math.min(fit.width / from.width, fit.height / from.height);
  const width = Math.max(1, Math.round(from.width * factor));
  const height = Math.max(1, Math.round(from.height * factor));
  if (width === from.width && height === from.height) return from;
  const { channels } = from;
  const bytes = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const y0 = Math.floor((y * from.height) / height);
    const y1 = Math.max(y0 + 1, Math.floor(((y + 1) * from.height) / height));
    for (let x = 0; x < width; x++) {
      const x0 = Math.floor((x * from.width) / width);
      const x1 = Math.max(x0 + 1, Math.floor(((x + 1) * from.width) / width));
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let v = y0; v < y1; v++)
          for (let u = x0; u < x1; u++) sum += from.bytes[(v * from.width + u) * channels + c]!;
        bytes[(y * width + x) * channels + c] = Math.round(sum / ((y1 - y0) * (x1 - x0)));
      }
    }
  }
  return { width, height, channels, bytes };
}

function encode(picture: Picture, { format, quality }: RenderOptions): Uint8Array {
  const { width, height, channels, bytes } = picture;
  if (format === "image/png") {
    const png = new PNG({
      width,
      height,
      colorType: channels === 1 ? 0 : 2,
      inputColorType: channels === 1 ? 0 : 2,
      inputHasAlpha: false,
    });
    png.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const written = PNG.sync.write(png, {
      colorType: channels === 1 ? 0 : 2,
      inputColorType: channels === 1 ? 0 : 2,
      inputHasAlpha: false,
    });
    return Uint8Array.from(written);
  }
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = bytes[channels === 1 ? i : 3 * i + c]!;
  }
  return Uint8Array.from(jpeg.encode({ width, height, data: rgba }, quality).data);
}
