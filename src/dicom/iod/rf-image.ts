import { type DataSet, dataSet } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext, pixelFields } from "./ct-context.ts";

const RF_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.12.2";

/** One fluoroscopy sequence, frame after frame in `pixels`. */
export interface RfRun {
  readonly context: ObjectContext;
  readonly pixels: Uint16Array;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly bitsStored: number;
  readonly frameTimeMs: number;
  readonly sid: number;
  readonly sod: number;
  readonly imagerSpacing: number;
  readonly primaryAngle: number;
  readonly kvp: number;
  readonly tubeCurrentMa: number;
  readonly pulseMs: number;
  readonly patientOrientation: readonly [string, string];
  readonly window: readonly [number, number];
}

/** An X-Ray Radiofluoroscopic Image (PS3.3 A.16) with many frames. */
export function rfImage(run: RfRun): DataSet {
  const time = dateTime(run.context.ms);
  return dataSet({
    ...contextFields(run.context, RF_IMAGE_STORAGE),
    ...pixelFields(run.pixels, run.rows, run.columns, run.bitsStored),
    ImageType: ["ORIGINAL", "PRIMARY", "SINGLE PLANE"],
    AcquisitionDate: time.date,
    AcquisitionTime: time.time,
    AcquisitionNumber: run.context.instanceNumber,
    PatientOrientation: run.patientOrientation,
    NumberOfFrames: run.frames,
    FrameIncrementPointer: 0x00181063,
    FrameTime: run.frameTimeMs,
    CineRate: Math.round(1000 / run.frameTimeMs),
    PixelIntensityRelationship: "LIN",
    LossyImageCompression: "00",
    KVP: run.kvp,
    RadiationSetting: "SC",
    XRayTubeCurrent: run.tubeCurrentMa,
    AveragePulseWidth: run.pulseMs,
    ExposureTime: Math.round(run.pulseMs * run.frames),
    Exposure: Math.max(1, Math.round((run.tubeCurrentMa * run.pulseMs * run.frames) / 1000)),
    RadiationMode: "PULSED",
    Grid: "IN",
    FieldOfViewShape: "RECTANGLE",
    FieldOfViewDimensions: [Math.round(run.rows * run.imagerSpacing), Math.round(run.columns * run.imagerSpacing)],
    ImagerPixelSpacing: [run.imagerSpacing, run.imagerSpacing],
    DistanceSourceToDetector: run.sid,
    DistanceSourceToPatient: run.sod,
    EstimatedRadiographicMagnificationFactor: run.sid / run.sod,
    ColumnAngulation: run.primaryAngle === 0 ? 0 : undefined,
    WindowCenter: run.window[0],
    WindowWidth: run.window[1],
  });
}
