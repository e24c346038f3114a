import { type DataSet, dataSet, type FieldValue } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext, pixelFields } from "./ct-context.ts";

const CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";

/** One axial CT slice. Stored values are HU + 1024 in 12 bits (signed when `pixels` is Int16Array: HU as they are). */
export interface CtSlice {
  readonly context: ObjectContext;
  readonly pixels: Uint16Array | Int16Array;
  readonly rows: number;
  readonly columns: number;
  /** Row and column spacing in mm. */
  readonly spacing: readonly [number, number];
  readonly thickness: number;
  /** LPS mm of the centre of the first pixel. */
  readonly position: readonly [number, number, number];
  readonly kvp: number;
  readonly exposureMas: number;
  readonly rotationS: number;
  readonly kernel: string;
  readonly imageType: readonly string[];
  readonly window: readonly [number, number];
  readonly contrast?: { readonly agent: string; readonly ml: number; readonly flow: number; readonly startMs: number };
  /** For a dynamic series: number of the time point from 1 and how many there are. */
  readonly temporal?: { readonly position: number; readonly of: number };
  readonly acquisitionNumber: number;
}

/** A CT Image (PS3.3 A.3) with the attributes that scanners write; the patient lies head first supine. */
export function ctImage(slice: CtSlice): DataSet {
  const { context } = slice;
  const time = dateTime(context.ms);
  const extra: Record<string, FieldValue> = {};
  if (slice.contrast) {
    const start = dateTime(slice.contrast.startMs);
    extra.ContrastBolusAgent = slice.contrast.agent;
    extra.ContrastBolusRoute = "IV";
    extra.ContrastBolusVolume = slice.contrast.ml;
    extra.ContrastBolusStartTime = start.time;
    extra.ContrastFlowRate = slice.contrast.flow;
    extra.ContrastBolusIngredient = "IODINE";
  }
  if (slice.temporal) {
    extra.TemporalPositionIdentifier = slice.temporal.position;
    extra.NumberOfTemporalPositions = slice.temporal.of;
  }
  return dataSet({
    ...contextFields(context, CT_IMAGE_STORAGE),
    ...pixelFields(slice.pixels, slice.rows, slice.columns, slice.pixels instanceof Int16Array ? 16 : 12),
    ImageType: slice.imageType,
    AcquisitionDate: time.date,
    AcquisitionTime: time.time,
    AcquisitionNumber: slice.acquisitionNumber,
    PatientPosition: "HFS",
    ImagePositionPatient: slice.position.map((v) => Math.round(v * 1000) / 1000),
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: slice.spacing,
    SliceThickness: slice.thickness,
    SliceLocation: Math.round(slice.position[2] * 1000) / 1000,
    KVP: slice.kvp,
    Exposure: slice.exposureMas,
    ExposureTime: slice.rotationS * 1000,
    XRayTubeCurrent: slice.exposureMas / slice.rotationS,
    ConvolutionKernel: slice.kernel,
    ScanOptions: slice.temporal ? "SHUTTLE" : "HELICAL MODE",
    DataCollectionDiameter: 500,
    ReconstructionDiameter: slice.spacing[1] * slice.columns,
    GantryDetectorTilt: 0,
    RescaleIntercept: slice.pixels instanceof Int16Array ? 0 : -1024,
    RescaleSlope: 1,
    RescaleType: "HU",
    WindowCenter: slice.window[0],
    WindowWidth: slice.window[1],
    ...extra,
  });
}
