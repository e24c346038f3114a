import { cache } from "@cornerstonejs/core";
import { functionalGroup, items, number, TAG, text } from "../pane/dicom-json.ts";
import { frameOf } from "../pane/series-images.ts";

/** The values of an image that is loaded, row-major, and what they are. */
export interface PixelValues {
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** What a stored value stands for. */
  readonly made: (stored: number) => number;
  /** "HU", "s", "mL/100g/min" ...; empty where the values have no unit. */
  readonly unit: string;
  /** What they are in words: "HU", "signal", "grey value", "subtracted". */
  readonly name: string;
}

interface Loaded {
  readonly rows: number;
  readonly columns: number;
  readonly slope?: number;
  readonly intercept?: number;
  readonly color?: boolean;
  readonly numberOfComponents?: number;
  readonly preScale?: { readonly scaled?: boolean };
  getPixelData(): ArrayLike<number>;
}

/** Undefined while the image is not loaded, and for colour images, whose parts are no measured values. */
export function pixelValues(imageId: string): PixelValues | undefined {
  const image = cache.getImage(imageId) as unknown as Loaded | undefined;
  if (!image || image.color || (image.numberOfComponents ?? 1) > 1) return undefined;
  const { rows, columns, slope = 1, intercept = 0 } = image;
  const isScaled = image.preScale?.scaled === true || !imageId.startsWith("wadors:");
  return {
    ...{ values: image.getPixelData(), rows, columns },
    made: isScaled || (slope === 1 && intercept === 0) ? (stored) => stored : (stored) => stored * slope + intercept,
    ...kindOf(imageId),
  };
}

function kindOf(imageId: string): { readonly unit: string; readonly name: string } {
  const frame = frameOf(imageId);
  const modality = text(frame?.instance, TAG.Modality) ?? "";
  if (imageId.startsWith("dsa:")) return { unit: "", name: "subtracted value" };
  if (imageId.startsWith("pmap:")) {
    const mapping = frame && functionalGroup(frame.instance, frame.frame, TAG.RealWorldValueMappingSequence);
    const unit = text(items(mapping, TAG.MeasurementUnitsCodeSequence)[0], TAG.CodeValue) ?? "";
    return { unit: unit === "1" ? "" : unit, name: "map value" };
  }
  if (modality === "CT" && number(frame?.instance, TAG.SamplesPerPixel) !== 3) return { unit: "HU", name: "HU" };
  if (modality === "MR") return { unit: "", name: "signal" };
  return { unit: "", name: "grey value" };
}
