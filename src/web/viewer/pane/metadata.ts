import { metaData } from "@cornerstonejs/core";
import type { Vec3 } from "../../../core/index.ts";
import { windowOf } from "../../../dicom/index.ts";
import { greysOf, SUBSAMPLED } from "../display/looks.ts";
import { type JsonInstance, number, TAG, text } from "./dicom-json.ts";
import { frameOf } from "./series-images.ts";

/**
 * Geometry for Cornerstone from our own reading of the metadata. A slice is placed in the patient; a projection or an
 * ultrasound image lies in its own pixels (spacing 1), so that no length is ever in millimetres by accident: lengths
 * are made by `calibration.ts`, which knows what a pixel is worth.
 */
export function provideMetadata(): void {
  metaData.addProvider(ours, 10_000);
}

function ours(type: string, query: unknown): unknown {
  if (typeof query !== "string") return undefined;
  if (type === "imagePlaneModule") return imagePlane(query);
  if (type === "calibratedPixelSpacing" || type === "calibrationModule") return undefined;
  const scheme = query.slice(0, query.indexOf(":"));
  if (scheme === "wadors") return type === "voiLutModule" ? voiLut(query) : invertedPixel(type, query);
  if (scheme === "view" || scheme === "stored") return tableMade(type, query, scheme);
  const made = scheme === "dsa" || scheme === "pmap" ? scheme : undefined;
  if (!made) return undefined;
  if (type === "imagePixelModule") return imagePixel(query, made);
  if (type === "generalSeriesModule") return { modality: made === "dsa" ? "XA" : "OT" };
  if (type === "modalityLutModule" || type === "scalingModule" || type === "voiLutModule") return {};
  return undefined;
}

/** The window of a frame with its function; the loader gives one to images that state none. */
function voiLut(imageId: string): unknown {
  const frame = frameOf(imageId);
  const stated = frame && windowOf(greysOf(frame.instance), frame.frame);
  if (!stated) return {};
  return { windowCenter: [stated.centre], windowWidth: [stated.width], voiLUTFunction: [stated.shape] };
}

/** An inverse presentation shape is drawn as MONOCHROME1 is. */
function invertedPixel(type: string, imageId: string): unknown {
  const frame = type === "imagePixelModule" ? frameOf(imageId) : undefined;
  if (!frame || text(frame.instance, "20500020") !== "INVERSE") return undefined;
  return { ...storedPixel(frame.instance), photometricInterpretation: "MONOCHROME1" };
}

/**
 * `stored:` is a frame as it lies in the file (palette indices are grey values), `view:` what its tables make of it: greys or colours of
 * 8 bits that are windowed from black to white.
 */
function tableMade(type: string, imageId: string, scheme: "view" | "stored"): unknown {
  const frame = frameOf(imageId);
  if (!frame) return undefined;
  if (type === "modalityLutModule" || type === "scalingModule") return {};
  if (type === "generalSeriesModule") return { modality: text(frame.instance, TAG.Modality) };
  if (type === "voiLutModule") {
    return scheme === "view" ? { windowCenter: [127.5], windowWidth: [255], voiLUTFunction: ["LINEAR_EXACT"] } : {};
  }
  if (type !== "imagePixelModule") return undefined;
  const stored = storedPixel(frame.instance);
  if (scheme === "stored") return { ...stored, photometricInterpretation: "MONOCHROME2" };
  const subsampled = SUBSAMPLED.test(stored.photometricInterpretation);
  const colour = subsampled || frame.instance[RED_PALETTE] !== undefined;
  // Compressed, it is decoded under this id as what it is, and comes out in RGB.
  if (subsampled) return stored;
  return {
    ...{ rows: stored.rows, columns: stored.columns, samplesPerPixel: colour ? 3 : 1, planarConfiguration: 0 },
    ...{ photometricInterpretation: colour ? "RGB" : "MONOCHROME2", pixelRepresentation: 0 },
    ...{ bitsAllocated: 8, bitsStored: 8, highBit: 7 },
  };
}

const RED_PALETTE = "00281101";

function storedPixel(instance: JsonInstance) {
  const n = (tag: string) => number(instance, tag) ?? 0;
  return {
    samplesPerPixel: n(TAG.SamplesPerPixel) || 1,
    photometricInterpretation: text(instance, TAG.PhotometricInterpretation) ?? "MONOCHROME2",
    ...{ rows: n(TAG.Rows), columns: n(TAG.Columns), bitsAllocated: n(TAG.BitsAllocated) },
    ...{ bitsStored: n(TAG.BitsStored), highBit: n("00280102"), pixelRepresentation: n(TAG.PixelRepresentation) },
    planarConfiguration: n("00280006"),
  };
}

function imagePlane(imageId: string): unknown {
  const frame = frameOf(imageId);
  if (!frame) return undefined;
  const rows = Number(frame.instance[TAG.Rows]?.Value?.[0] ?? 0);
  const columns = Number(frame.instance[TAG.Columns]?.Value?.[0] ?? 0);
  const plane = frame.plane;
  const module = (row: Vec3, column: Vec3, origin: Vec3, rowSpacing: number, columnSpacing: number) => ({
    frameOfReferenceUID: plane?.frameOfReference || `${frame.sopUid}.pixels`,
    rows,
    columns,
    imageOrientationPatient: [...row, ...column],
    rowCosines: [...row],
    columnCosines: [...column],
    imagePositionPatient: [...origin],
    sliceThickness: Number(frame.instance[TAG.SliceThickness]?.Value?.[0] ?? 0) || undefined,
    sliceLocation: undefined,
    pixelSpacing: [rowSpacing, columnSpacing],
    rowPixelSpacing: rowSpacing,
    columnPixelSpacing: columnSpacing,
    usingDefaultValues: !plane,
  });
  if (!plane) return module([1, 0, 0], [0, 1, 0], [0, 0, 0], 1, 1);
  return module(plane.row, plane.column, plane.origin, plane.rowSpacing, plane.columnSpacing);
}

function imagePixel(imageId: string, made: "dsa" | "pmap"): unknown {
  const frame = frameOf(imageId);
  const bits = made === "dsa" ? 16 : 32;
  return {
    samplesPerPixel: 1,
    photometricInterpretation: "MONOCHROME2",
    rows: Number(frame?.instance[TAG.Rows]?.Value?.[0] ?? 0),
    columns: Number(frame?.instance[TAG.Columns]?.Value?.[0] ?? 0),
    bitsAllocated: bits,
    bitsStored: bits,
    highBit: bits - 1,
    pixelRepresentation: 1,
    modality: text(frame?.instance, TAG.Modality),
  };
}
