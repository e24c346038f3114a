import { type DataSet, dataSet, type FieldValue } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext, pixelFields } from "./ct-context.ts";

const MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4";

/** The pulse sequence of an MR series as scanners write it; times in ms, angle in degrees, field in T. */
export interface MrSequence {
  readonly imageType: readonly string[];
  readonly scanning: "SE" | "GR" | "IR" | "EP";
  readonly variant: string;
  readonly options: string;
  readonly dimensions: "2D" | "3D";
  readonly name: string;
  readonly tr: number;
  readonly te: number;
  readonly ti?: number;
  readonly flip: number;
  readonly echoTrain: number;
  readonly field: number;
}

/** One axial MR slice. */
export interface MrSlice {
  readonly context: ObjectContext;
  readonly sequence: MrSequence;
  readonly pixels: Uint16Array;
  readonly rows: number;
  readonly columns: number;
  readonly spacing: number;
  readonly thickness: number;
  readonly position: readonly [number, number, number];
  readonly window: readonly [number, number];
  readonly bValue?: number;
  readonly temporal?: { readonly position: number; readonly of: number; readonly stepMs: number };
  readonly contrast?: string;
  readonly acquisitionNumber: number;
}

/** An MR Image (PS3.3 A.4), axial. A diffusion weighting goes into (0018,9087) as scanners do in this IOD. */
export function mrImage(slice: MrSlice): DataSet {
  const { sequence: s } = slice;
  const time = dateTime(slice.context.ms);
  const extra: Record<string, FieldValue> = {};
  if (s.ti !== undefined) extra.InversionTime = s.ti;
  if (slice.bValue !== undefined) {
    extra.DiffusionBValue = slice.bValue;
    extra.DiffusionDirectionality = slice.bValue === 0 ? "NONE" : "ISOTROPIC";
  }
  if (slice.temporal) {
    extra.TemporalPositionIdentifier = slice.temporal.position;
    extra.NumberOfTemporalPositions = slice.temporal.of;
    extra.TemporalResolution = slice.temporal.stepMs;
  }
  if (slice.contrast) {
    extra.ContrastBolusAgent = slice.contrast;
    extra.ContrastBolusRoute = "IV";
  }
  return dataSet({
    ...contextFields(slice.context, MR_IMAGE_STORAGE),
    ...pixelFields(slice.pixels, slice.rows, slice.columns, 12),
    ImageType: s.imageType,
    AcquisitionDate: time.date,
    AcquisitionTime: time.time,
    AcquisitionNumber: slice.acquisitionNumber,
    ScanningSequence: s.scanning,
    SequenceVariant: s.variant,
    ScanOptions: s.options,
    MRAcquisitionType: s.dimensions,
    SequenceName: s.name,
    RepetitionTime: s.tr,
    EchoTime: s.te,
    FlipAngle: s.flip,
    EchoTrainLength: s.echoTrain,
    EchoNumbers: 1,
    NumberOfAverages: 1,
    MagneticFieldStrength: s.field,
    ImagingFrequency: Math.round(s.field * 42.577 * 1e4) / 1e4,
    ImagedNucleus: "1H",
    PatientPosition: "HFS",
    ImagePositionPatient: slice.position.map((v) => Math.round(v * 1000) / 1000),
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [slice.spacing, slice.spacing],
    SliceThickness: slice.thickness,
    SpacingBetweenSlices: slice.thickness,
    SliceLocation: Math.round(slice.position[2] * 1000) / 1000,
    WindowCenter: slice.window[0],
    WindowWidth: slice.window[1],
    ...extra,
  });
}
