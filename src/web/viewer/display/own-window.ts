import { type Types, utilities } from "@cornerstonejs/core";
import { frameOf } from "../pane/series-images.ts";
import { greysOf, isInverse } from "./looks.ts";

interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** The window that an image asks for itself, as a range; undefined before it is here. */
function ownRange(image: Types.IImage | undefined): Range | undefined {
  const centre = [image?.windowCenter].flat()[0];
  const width = [image?.windowWidth].flat()[0];
  if (!image || centre === undefined || width === undefined) return undefined;
  return utilities.windowLevel.toLowHighRange(width, centre, image.voiLUTFunction);
}

/** How an image is shown before a reader changes it: its own window, its function, and light on dark or inverse. */
export function ownProperties(image: Types.IImage | undefined): {
  readonly voiRange?: Range;
  readonly VOILUTFunction?: never;
  readonly invert: boolean;
} {
  const frame = image && frameOf(image.imageId);
  const range = ownRange(image);
  // What `view:` shows has been inverted by its tables already.
  const inverse = frame && image.imageId.startsWith("wadors:") ? isInverse(greysOf(frame.instance)) : false;
  return {
    ...(range ? { voiRange: range } : {}),
    ...(image?.voiLUTFunction ? { VOILUTFunction: image.voiLUTFunction as never } : {}),
    invert: inverse,
  };
}

/** Width and centre of what is on the screen: as the image states them while it is shown so, else by the range. */
export function windowShown(range: Range, image: Types.IImage | undefined): { width: number; level: number } {
  const own = ownRange(image);
  const isOwn = own && Math.abs(own.lower - range.lower) < 1e-6 && Math.abs(own.upper - range.upper) < 1e-6;
  if (isOwn) return { width: [image!.windowWidth].flat()[0]!, level: [image!.windowCenter].flat()[0]! };
  return { width: range.upper - range.lower, level: (range.upper + range.lower) / 2 };
}
