import { WillisError } from "../../core/errors.ts";
import type { DataSet } from "../../dicom/data-set.ts";
import type { Frame } from "../../dicom/decode.ts";
import { encodeJpeg } from "../../dicom/encode-jpeg.ts";
import { type DisplayImage, displayImage, type GreyScale, type VoiWindow } from "../../dicom/grey.ts";
import { drawOverlays, overlaysOf } from "../../dicom/overlay.ts";
import { type Annotation, annotated } from "./annotation.ts";
import { png } from "./png.ts";

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
  /** Lines that are burned in, in the size of the finished picture. */
  readonly annotation?: Annotation;
  /** Draw the overlays (60xx) of the image; they are drawn unless this is false. */
  readonly overlays?: boolean;
}

/** What an earlier frame of the object has left, and what only the stored pixels tell. */
export interface RenderHelp {
  readonly scale?: GreyScale;
  /** The samples with all their bits, when overlays lie in them. */
  readonly words?: ArrayLike<number>;
}

/** A frame as a picture for people (PS3.18 8.3.5): grey scale or colour, overlays, crop, scale, JPEG or PNG. */
export function render(
  frame: Frame,
  dataSet: DataSet,
  index: number,
  options: RenderOptions,
  help: RenderHelp = {},
): Uint8Array {
  const voi = voiOf(options);
  const image = displayImage(frame, dataSet, index, {
    ...(voi ? { voi } : {}),
    ...(help.scale ? { scale: help.scale } : {}),
  });
  const overlays = options.overlays === false ? [] : overlaysOf(dataSet, index, help.words ?? null);
  const own = image.data === frame.samples && overlays.length > 0 ? { ...image, data: image.data.slice() } : image;
  const shown = scale(crop(drawOverlays(own, overlays), options), options);
  return encode(options.annotation ? annotated(shown, options.annotation) : shown, options);
}

/** The window that was asked for, in the words of the display pipeline. */
export function voiOf({ window }: RenderOptions): VoiWindow | undefined {
  return window && { centre: window.center, width: window.width, shape: window.shape };
}

function crop(from: DisplayImage, { crop: region }: RenderOptions): DisplayImage {
  if (!region) return from;
  const x0 = Math.max(0, Math.floor(region.x));
  const y0 = Math.max(0, Math.floor(region.y));
  const columns = Math.min(from.columns - x0, Math.floor(region.width));
  const rows = Math.min(from.rows - y0, Math.floor(region.height));
  if (columns < 1 || rows < 1) throw new WillisError("bad-request", "The viewport shows no part of the image.");
  const { channels } = from;
  const data = new Uint8Array(columns * rows * channels);
  for (let y = 0; y < rows; y++) {
    const at = ((y0 + y) * from.columns + x0) * channels;
    data.set(from.data.subarray(at, at + columns * channels), y * columns * channels);
  }
  return { columns, rows, channels, data };
}

/** Each new pixel is the mean of the old ones that it covers, or the nearest when it covers less than one. */
function scale(from: DisplayImage, { fit }: RenderOptions): DisplayImage {
  if (!fit) return from;
  const factor = Math.min(fit.width / from.columns, fit.height / from.rows);
  const columns = Math.max(1, Math.round(from.columns * factor));
  const rows = Math.max(1, Math.round(from.rows * factor));
  if (columns === from.columns && rows === from.rows) return from;
  const { channels } = from;
  const data = new Uint8Array(columns * rows * channels);
  for (let y = 0; y < rows; y++) {
    const y0 = Math.floor((y * from.rows) / rows);
    const y1 = Math.max(y0 + 1, Math.floor(((y + 1) * from.rows) / rows));
    for (let x = 0; x < columns; x++) {
      const x0 = Math.floor((x * from.columns) / columns);
      const x1 = Math.max(x0 + 1, Math.floor(((x + 1) * from.columns) / columns));
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let v = y0; v < y1; v++)
          for (let u = x0; u < x1; u++) sum += from.data[(v * from.columns + u) * channels + c]!;
        data[(y * columns + x) * channels + c] = Math.round(sum / ((y1 - y0) * (x1 - x0)));
      }
    }
  }
  return { columns, rows, channels, data };
}

function encode(image: DisplayImage, { format, quality }: RenderOptions): Uint8Array {
  const { columns: width, rows: height, channels, data } = image;
  if (format === "image/jpeg") return encodeJpeg({ data, width, height, channels }, quality);
  return png(data, width, height, channels);
}
