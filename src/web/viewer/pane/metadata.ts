import { metaData } from "@cornerstonejs/core";
import type { Vec3 } from "../../../core/index.ts";
import { TAG, text } from "./dicom-json.ts";
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
  const made = query.startsWith("dsa:") ? "dsa" : query.startsWith("pmap:") ? "pmap" : undefined;
  if (!made) return undefined;
  if (type === "imagePixelModule") return imagePixel(query, made);
  if (type === "generalSeriesModule") return { modality: made === "dsa" ? "XA" : "OT" };
  if (type === "modalityLutModule" || type === "scalingModule" || type === "voiLutModule") return {};
  return undefined;
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
