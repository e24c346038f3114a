import { imageLoader, type Types, utilities } from "@cornerstonejs/core";
import { createImage } from "@cornerstonejs/dicom-image-loader";
import {
  automaticWindow,
  type DataSet,
  decodeFrame,
  displayImage,
  type Frame,
  number,
  paddingOf,
  pixelFormat,
  rescaleOf,
  text,
  transferSyntaxOf,
  windowOf,
} from "../../../dicom/index.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import { frameOf } from "../pane/series-images.ts";
import { type EncodedFrame, fetchFrame, LoadCancelled, type Urgency } from "./frame-requests.ts";
import { greysOf, isInverse, SUBSAMPLED, shownBy } from "./looks.ts";

interface LoadOptions {
  readonly requestType?: string;
  readonly priority?: number;
  readonly urgency?: Urgency;
  readonly preScale?: { readonly enabled: boolean };
}
type Loaded = Types.IImage & { imageFrame?: { readonly pixelData?: unknown } };
type Pixels = Frame["samples"];

/**
 * Our own loaders: `wadors:` gives the values of a frame (modality rescale applied) with the window that the image asks
 * for; `view:` gives its greys or colours as the tables of the image make them, by the code that the server renders with.
 * Both fetch in order of urgency, can be called off on the network, and decode in workers.
 */
export function registerImageLoaders(): void {
  const loader = (load: (imageId: string, options: LoadOptions, signal: AbortSignal) => Promise<Loaded>) =>
    ((imageId: string, options: LoadOptions = {}) => {
      const abort = new AbortController();
      return { promise: load(imageId, options, abort.signal), cancelFn: () => abort.abort() };
    }) as never;
  imageLoader.registerImageLoader("wadors", loader(values));
  imageLoader.registerImageLoader("view", loader(viewed));
  // Cornerstone keeps a promise of its own for each load; one that was called off is no error.
  window.addEventListener("unhandledrejection", (event) => {
    if (event.reason instanceof LoadCancelled) event.preventDefault();
  });
}

function urgencyOf({ requestType, urgency }: LoadOptions): Urgency {
  return urgency ?? (requestType === "prefetch" ? 1 : 0);
}

/** The address of a frame in its id. */
function uriOf(imageId: string): string {
  return imageId.slice(imageId.indexOf(":") + 1).replace(/#.*$/, "");
}

async function decoded(imageId: string, options: LoadOptions, signal: AbortSignal): Promise<Loaded> {
  return decode(imageId, await fetchFrame(uriOf(imageId), urgencyOf(options), signal), options);
}

async function decode(imageId: string, { bytes, transferSyntax }: EncodedFrame, options: LoadOptions): Promise<Loaded> {
  return (await createImage(imageId, bytes as never, transferSyntax, { ...options } as never)) as Loaded;
}

async function values(imageId: string, options: LoadOptions, signal: AbortSignal): Promise<Loaded> {
  const image = await decoded(imageId, options, signal);
  const frame = frameOf(imageId);
  if (!frame || image.color) return image;
  const ds = greysOf(frame.instance);
  const stated = windowOf(ds, frame.frame);
  const pixels = image.voxelManager?.getScalarData() as Pixels | undefined;
  if (!pixels) return image;
  const padding = scaledPadding(ds, frame.frame);
  const shown = stated ?? automaticWindow(pixels, 1, 0, padding);
  Object.assign(image, { windowCenter: shown.centre, windowWidth: shown.width, voiLUTFunction: shown.shape });
  if (padding) hidePadding(pixels, padding, shown.centre - shown.width / 2, isInverse(ds));
  return image;
}

/** The values that are no part of the image, after the rescale. */
function scaledPadding(ds: DataSet, frame: number): { readonly low: number; readonly high: number } | null {
  const padding = paddingOf(ds);
  if (!padding) return null;
  const { slope, intercept } = rescaleOf(ds, frame);
  const ends = [padding.low * slope + intercept, padding.high * slope + intercept];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** Padding that would be seen as grey becomes the value that is black in every window; what is black already stays. */
function hidePadding(pixels: Pixels, padding: { low: number; high: number }, black: number, inverse: boolean): void {
  if (!inverse && padding.high <= black) return;
  const [low, high] =
    pixels instanceof Int16Array
      ? [-32768, 32767]
      : pixels instanceof Uint16Array
        ? [0, 65535]
        : pixels instanceof Uint8Array
          ? [0, 255]
          : [-1e6, 1e6];
  const to = inverse ? high! : low!;
  for (let k = 0; k < pixels.length; k++) {
    if (pixels[k]! >= padding.low && pixels[k]! <= padding.high) pixels[k] = to;
  }
}

async function viewed(imageId: string, options: LoadOptions, signal: AbortSignal): Promise<Loaded> {
  const frame = frameOf(imageId);
  if (!frame) throw new Error("This image is not known here. Open its series again.");
  const ds = await shownBy(imageId, frame.instance);
  if (SUBSAMPLED.test(text(ds, "PhotometricInterpretation") ?? "")) {
    const encoded = await fetchFrame(uriOf(imageId), urgencyOf(options), signal);
    if (transferSyntaxOf(encoded.transferSyntax).coding !== "native") return decode(imageId, encoded, options);
    const format = pixelFormat(dataSetOf(frame.instance));
    return pictureOf(
      imageId,
      displayImage(decodeFrame(encoded.bytes, format, encoded.transferSyntax), ds, frame.frame),
    );
  }
  // `stored:` ids describe the pixels as they lie in the file, so that nothing is scaled or coloured on the way.
  const storedId = `stored:${uriOf(imageId)}`;
  const raw = await decoded(storedId, { ...options, preScale: { enabled: false } }, signal);
  const samples = raw.voxelManager?.getScalarData() as Pixels;
  const made = displayImage(
    {
      ...{ samples, rows: raw.rows, columns: raw.columns, samplesPerPixel: 1 },
      bitsStored: number(ds, "BitsStored") ?? 8,
      signed: number(ds, "PixelRepresentation") === 1,
      photometric: (text(ds, "PhotometricInterpretation") ?? "MONOCHROME2") as Frame["photometric"],
    },
    ds,
    frame.frame,
  );
  return pictureOf(imageId, made);
}

/** Greys or colours of 8 bits as an image that Cornerstone draws one to one. */
function pictureOf(imageId: string, { data, rows, columns, channels }: ReturnType<typeof displayImage>): Loaded {
  const color = channels === 3;
  const image = {
    ...{ imageId, rows, columns, height: rows, width: columns, color, rgba: false, invert: false },
    ...{ numberOfComponents: channels, dataType: "Uint8Array", sizeInBytes: data.byteLength },
    ...{ minPixelValue: 0, maxPixelValue: 255, slope: 1, intercept: 0 },
    ...{ windowCenter: color ? 128 : 127.5, windowWidth: color ? 256 : 255 },
    voiLUTFunction: color ? "LINEAR" : "LINEAR_EXACT",
    ...{ columnPixelSpacing: frameOf(imageId)?.plane?.columnSpacing ?? 1 },
    ...{ rowPixelSpacing: frameOf(imageId)?.plane?.rowSpacing ?? 1 },
    getPixelData: () => data,
    getCanvas: () => document.createElement("canvas"),
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      ...{ scalarData: data, width: columns, height: rows, numberOfComponents: channels },
    }),
  };
  return image as unknown as Loaded;
}
