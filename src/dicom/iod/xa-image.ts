import { type DataSet, dataSet } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext, pixelFields } from "./ct-context.ts";
import { codeItem } from "./derived-context.ts";

const XA_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.12.1";

/** One angiographic run: raw (unsubtracted) frames, frame after frame in `pixels`. */
export interface XaRun {
  readonly context: ObjectContext;
  readonly pixels: Uint16Array;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly bitsStored: number;
  readonly frameTimeMs: number;
  /** 1-based frames without contrast whose mean is the recommended mask; none when empty. */
  readonly maskFrames: readonly number[];
  /** Degrees: LAO positive, cranial positive. */
  readonly primaryAngle: number;
  readonly secondaryAngle: number;
  readonly sid: number;
  readonly sod: number;
  /** mm per pixel on the detector. */
  readonly imagerSpacing: number;
  readonly kvp: number;
  readonly tubeCurrentMa: number;
  readonly pulseMs: number;
  readonly relationship: "LIN" | "LOG" | "DISP";
  readonly patientOrientation: readonly [string, string];
  readonly contrast?: { readonly agent: string; readonly ml: number; readonly flow: number };
  readonly window: readonly [number, number];
  /** Of a biplane system: which plane this is, and the image that the other plane took at the same time. */
  readonly biplane?: { readonly plane: "A" | "B"; readonly otherSopInstanceUid: string };
}

/** An X-Ray Angiographic Image (PS3.3 A.14): raw multi-frame run with its geometry and a recommended mask. */
export function xaImage(run: XaRun): DataSet {
  const time = dateTime(run.context.ms);
  const seconds = (run.frames * run.frameTimeMs) / 1000;
  return dataSet({
    ...contextFields(run.context, XA_IMAGE_STORAGE),
    ...pixelFields(run.pixels, run.rows, run.columns, run.bitsStored),
    ImageType: ["ORIGINAL", "PRIMARY", run.biplane ? `BIPLANE ${run.biplane.plane}` : "SINGLE PLANE"],
    ...(run.biplane && {
      ReferencedImageSequence: [
        dataSet({
          ReferencedSOPClassUID: XA_IMAGE_STORAGE,
          ReferencedSOPInstanceUID: run.biplane.otherSopInstanceUid,
          PurposeOfReferenceCodeSequence: [
            codeItem({ value: "121314", scheme: "DCM", meaning: "Other image of biplane pair" }),
          ],
        }),
      ],
    }),
    AcquisitionDate: time.date,
    AcquisitionTime: time.time,
    AcquisitionNumber: run.context.instanceNumber,
    PatientOrientation: run.patientOrientation,
    NumberOfFrames: run.frames,
    FrameIncrementPointer: 0x00181063,
    FrameTime: run.frameTimeMs,
    CineRate: Math.max(1, Math.round(1000 / run.frameTimeMs)),
    StartTrim: 1,
    StopTrim: run.frames,
    PixelIntensityRelationship: run.relationship,
    LossyImageCompression: "00",
    KVP: run.kvp,
    RadiationSetting: "GR",
    XRayTubeCurrent: run.tubeCurrentMa,
    AveragePulseWidth: run.pulseMs,
    ExposureTime: Math.round(run.pulseMs * run.frames),
    Exposure: Math.round((run.tubeCurrentMa * run.pulseMs * run.frames) / 1000),
    RadiationMode: "PULSED",
    TypeOfFilters: "STRIP",
    Grid: "IN",
    FieldOfViewShape: "RECTANGLE",
    FieldOfViewDimensions: [Math.round(run.rows * run.imagerSpacing), Math.round(run.columns * run.imagerSpacing)],
    ImagerPixelSpacing: [run.imagerSpacing, run.imagerSpacing],
    DistanceSourceToDetector: run.sid,
    DistanceSourceToPatient: run.sod,
    EstimatedRadiographicMagnificationFactor: run.sid / run.sod,
    PositionerMotion: "STATIC",
    PositionerPrimaryAngle: run.primaryAngle,
    PositionerSecondaryAngle: run.secondaryAngle,
    TableMotion: "STATIC",
    WindowCenter: run.window[0],
    WindowWidth: run.window[1],
    EffectiveDuration: seconds,
    ...(run.contrast && {
      ContrastBolusAgent: run.contrast.agent,
      ContrastBolusRoute: "INTRA-ARTERIAL",
      ContrastBolusVolume: run.contrast.ml,
      ContrastFlowRate: run.contrast.flow,
      ContrastBolusIngredient: "IODINE",
    }),
    ...(run.maskFrames.length > 0 && {
      RecommendedViewingMode: "SUB",
      MaskSubtractionSequence: [
        dataSet({
          MaskOperation: "AVG_SUB",
          ContrastFrameAveraging: 1,
          MaskFrameNumbers: run.maskFrames,
          ApplicableFrameRange: [run.maskFrames[run.maskFrames.length - 1]! + 1, run.frames],
          MaskSubPixelShift: [0, 0],
        }),
      ],
    }),
  });
}
