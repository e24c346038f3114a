import { NOT_A_DEVICE } from "../../core/tier.ts";
import { type DataSet, dataSet, text } from "../data-set.ts";
import { tagOf } from "../dictionary.ts";
import { dicomMoment, patientAndStudyOf, referenceItems, sopClassOf, willisEquipment } from "./derived-context.ts";

const XA_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.12.1";

/** Taken over from the run that was subtracted, where it has them. */
const KEPT = [
  ...[
    "BodyPartExamined",
    "PatientOrientation",
    "KVP",
    "RadiationSetting",
    "XRayTubeCurrent",
    "ExposureTime",
    "Exposure",
  ],
  ...["RadiationMode", "ImagerPixelSpacing", "DistanceSourceToDetector", "DistanceSourceToPatient"],
  ...["EstimatedRadiographicMagnificationFactor", "PositionerMotion", "PositionerPrimaryAngle"],
  ...["PositionerSecondaryAngle", "TableMotion", "ContrastBolusAgent", "ContrastBolusRoute", "ContrastBolusVolume"],
  ...["ContrastFlowRate", "ContrastBolusIngredient", "FieldOfViewShape", "FieldOfViewDimensions", "AcquisitionNumber"],
];

/** Stored value of no density, and steps of stored values in one unit of ln attenuation. */
export const SUBTRACTED_ZERO = 32768;
export const SUBTRACTED_STEPS = 8000;

/** A subtracted run to be written. */
export interface SubtractedRunInput {
  /** ln(mask) - ln(live) of each frame, row-major, contrast positive. */
  readonly densities: readonly Float32Array[];
  readonly rows: number;
  readonly columns: number;
  /** s from the first frame; null: not stated by the run, nothing is said of times. */
  readonly times: readonly number[] | null;
  readonly source: DataSet;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  /** Mask, motion and method in words. */
  readonly derivation: string;
  readonly method: { readonly name: string; readonly version: string };
  readonly ms: number;
}

/**
 * A subtracted run as an X-Ray Angiographic Image (PS3.3 A.14) of its own series: 16 bits unsigned, logarithmic,
 * `SUBTRACTED_ZERO` - `SUBTRACTED_STEPS` x density (cut at the range), so that vessels are dark in MONOCHROME2. Patient,
 * study and geometry are those of the source, which is referenced; shown as it is, not subtracted again.
 */
export function subtractedRun(input: SubtractedRunInput): DataSet {
  const { densities, rows, columns, times, source, method } = input;
  const size = rows * columns;
  const pixels = new Uint16Array(size * densities.length);
  densities.forEach((density, t) => {
    for (let p = 0; p < size; p++) {
      const value = SUBTRACTED_ZERO - SUBTRACTED_STEPS * density[p]!;
      pixels[t * size + p] = value < 0 ? 0 : value > 65535 ? 65535 : Math.round(value);
    }
  });
  const { date, time } = dicomMoment(input.ms);
  const equipment = willisEquipment(method.version);
  const steps = times?.slice(1).map((at, k) => 1000 * (at - times[k]!)) ?? [];
  const even = steps.length > 0 && steps.every((step) => Math.abs(step - steps[0]!) < 0.5);
  const plane = /BIPLANE [AB]/.exec(text(source, "ImageType") ?? "")?.[0] ?? "SINGLE PLANE";
  const multi = densities.length > 1;
  return new Map([
    ...patientAndStudyOf(source),
    ...KEPT.flatMap((keyword) => {
      const element = source.get(tagOf(keyword));
      return element && element.value.length > 0 ? [[tagOf(keyword), element] as const] : [];
    }),
    ...dataSet({
      SOPClassUID: XA_IMAGE_STORAGE,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: `Subtracted ${text(source, "SeriesDescription") ?? ""}`.trim().slice(0, 64),
      SeriesDate: date,
      SeriesTime: time,
      Modality: "XA",
      ...{ Manufacturer: equipment.manufacturer, ManufacturerModelName: equipment.model },
      ...{ DeviceSerialNumber: equipment.serial, SoftwareVersions: equipment.software },
      InstanceNumber: 1,
      ContentDate: date,
      ContentTime: time,
      ImageType: ["DERIVED", "PRIMARY", plane],
      DerivationDescription: `${input.derivation} ${method.name} ${method.version}. ${NOT_A_DEVICE}`.slice(0, 1024),
      SourceImageSequence: referenceItems(sopClassOf(source), [text(source, "SOPInstanceUID") ?? ""]),
      ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", Rows: rows, Columns: columns },
      ...{ BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0 },
      PixelIntensityRelationship: "DISP",
      RecommendedViewingMode: "NAT",
      MaskSubtractionSequence: [dataSet({ MaskOperation: "NONE" })],
      LossyImageCompression: text(source, "LossyImageCompression") ?? "00",
      ...{ WindowCenter: SUBTRACTED_ZERO - 0.15 * SUBTRACTED_STEPS, WindowWidth: 0.6 * SUBTRACTED_STEPS },
      ...(source.has(tagOf("KVP")) ? {} : { KVP: "" }),
      ...(source.has(tagOf("RadiationSetting")) ? {} : { RadiationSetting: "GR" }),
      ...(source.has(tagOf("PatientOrientation")) ? {} : { PatientOrientation: [] }),
      ...(multi && {
        NumberOfFrames: densities.length,
        ...(times && even && { FrameTime: steps[0]!, FrameIncrementPointer: tagOf("FrameTime") }),
        ...(times && !even && { FrameTimeVector: [0, ...steps], FrameIncrementPointer: tagOf("FrameTimeVector") }),
        ...(!times && { FrameIncrementPointer: tagOf("FrameTime"), FrameTime: 0 }),
      }),
      PixelData: pixels,
    }),
  ]);
}
