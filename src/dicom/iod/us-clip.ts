import { type DataSet, dataSet, type FieldValue } from "../data-set.ts";
import { contextFields, dateTime, type ObjectContext } from "./ct-context.ts";

const US_MULTIFRAME_STORAGE = "1.2.840.10008.5.1.4.1.1.3.1";

/** A calibrated part of an ultrasound image, pixels from the top left corner, both ends included. */
export interface UsRegion {
  readonly kind: "tissue" | "colour-flow";
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** cm per pixel. */
  readonly cmPerPixel: number;
}

/** One ultrasound clip: RGB frames, frame after frame, colour by pixel. */
export interface UsClip {
  readonly context: ObjectContext;
  readonly rgb: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly frameTimeMs: number;
  readonly regions: readonly UsRegion[];
  readonly transducer: string;
  readonly heartRate: number;
}

/** An Ultrasound Multi-frame Image (PS3.3 A.7) with calibrated regions (C.8.5.5). */
export function usClip(clip: UsClip): DataSet {
  const time = dateTime(clip.context.ms);
  const regions = clip.regions.map((r): DataSet => {
    const fields: Record<string, FieldValue> = {
      RegionSpatialFormat: 1,
      RegionDataType: r.kind === "tissue" ? 1 : 2,
      RegionFlags: r.kind === "tissue" ? 0 : 1,
      RegionLocationMinX0: r.x0,
      RegionLocationMinY0: r.y0,
      RegionLocationMaxX1: r.x1,
      RegionLocationMaxY1: r.y1,
      PhysicalUnitsXDirection: 3,
      PhysicalUnitsYDirection: 3,
      PhysicalDeltaX: r.cmPerPixel,
      PhysicalDeltaY: r.cmPerPixel,
    };
    return dataSet(fields);
  });
  return dataSet({
    ...contextFields(clip.context, US_MULTIFRAME_STORAGE),
    ImageType: ["ORIGINAL", "PRIMARY", "CAROTID", clip.regions.some((r) => r.kind === "colour-flow") ? "0011" : "0001"],
    AcquisitionDate: time.date,
    AcquisitionTime: time.time,
    PatientOrientation: [],
    SamplesPerPixel: 3,
    PhotometricInterpretation: "RGB",
    PlanarConfiguration: 0,
    Rows: clip.rows,
    Columns: clip.columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    NumberOfFrames: clip.frames,
    FrameIncrementPointer: 0x00181063,
    FrameTime: clip.frameTimeMs,
    CineRate: Math.round(1000 / clip.frameTimeMs),
    HeartRate: clip.heartRate,
    TransducerData: clip.transducer,
    UltrasoundColorDataPresent: clip.regions.some((r) => r.kind === "colour-flow") ? 1 : 0,
    LossyImageCompression: "00",
    BurnedInAnnotation: "NO",
    SequenceOfUltrasoundRegions: regions,
    PixelData: clip.rgb,
  });
}
