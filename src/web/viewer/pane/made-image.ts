import { type Types, utilities } from "@cornerstonejs/core";
import { frameOf } from "./series-images.ts";

/** A grey image of our own making (a subtraction, a parametric map) in the form Cornerstone renders. */
export function madeImage(
  imageId: string,
  pixels: Int16Array | Float32Array,
  rows: number,
  columns: number,
  window: { readonly width: number; readonly level: number },
): Types.IImage {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const plane = frameOf(imageId)?.plane;
  const image = {
    imageId,
    dataType: pixels.constructor.name,
    minPixelValue: low,
    maxPixelValue: high,
    slope: 1,
    intercept: 0,
    windowCenter: window.level,
    windowWidth: window.width,
    voiLUTFunction: "LINEAR",
    getPixelData: () => pixels,
    getCanvas: () => document.createElement("canvas"),
    rows,
    columns,
    height: rows,
    width: columns,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    columnPixelSpacing: plane?.columnSpacing ?? 1,
    rowPixelSpacing: plane?.rowSpacing ?? 1,
    invert: false,
    sizeInBytes: pixels.byteLength,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      scalarData: pixels,
      width: columns,
      height: rows,
      numberOfComponents: 1,
    }),
  };
  return image as unknown as Types.IImage;
}
