import { WillisError } from "../../core/errors.ts";
import { toPatient } from "../../core/geometry.ts";
import { type Volume, voxelCount } from "../../core/volume.ts";
import { type DataSet, dataSet, decimalString, text } from "../data-set.ts";
import { tagOf } from "../dictionary.ts";
import { uidOf } from "../uid.ts";
import type { Code, Equipment } from "./derived-context.ts";
import { codeItem, dicomMoment, patientAndStudyOf, referenceItems, sopClassOf } from "./derived-context.ts";

/** Parametric Map Storage. */
export const PARAMETRIC_MAP_STORAGE = "1.2.840.10008.5.1.4.1.1.30";

/** What a map shows: its quantity, its UCUM unit, and the window that it is usually shown with. */
export interface MapQuantity {
  readonly code: Code;
  readonly unit: Code;
  readonly window: readonly [centre: number, width: number];
}

const SECONDS: Code = { value: "s", scheme: "UCUM", meaning: "seconds" };
const ONE: Code = { value: "1", scheme: "UCUM", meaning: "no units" };
const FLOW: Code = { value: "mL/(100.g.min)", scheme: "UCUM", meaning: "mL/100g/min" };
const BLOOD_VOLUME: Code = { value: "mL/(100.g)", scheme: "UCUM", meaning: "mL/100g" };
const dcm = (value: string, meaning: string): Code => ({ value, scheme: "DCM", meaning });
const own = (value: string, meaning: string): Code => ({ value, scheme: "99WILLIS", meaning });

/** The perfusion maps by their file name. Codes of PS3.16 CID 7203 where there is one, else our own scheme. */
export const PERFUSION_MAPS: Readonly<Record<string, MapQuantity>> = {
  cbf: { code: dcm("113055", "Regional Cerebral Blood Flow"), unit: FLOW, window: [40, 80] },
  cbv: { code: dcm("113056", "Regional Cerebral Blood Volume"), unit: BLOOD_VOLUME, window: [3, 6] },
  mtt: { code: dcm("113052", "Mean Transit Time"), unit: SECONDS, window: [8, 16] },
  ttp: { code: dcm("113069", "Time To Peak"), unit: SECONDS, window: [15, 30] },
  tmax: { code: own("tmax", "Time to maximum of the residue function"), unit: SECONDS, window: [6, 12] },
  core: { code: own("core", "Ischaemic core mask"), unit: ONE, window: [0.5, 1] },
  tmax6: { code: own("tmax6", "Tmax above 6 s mask"), unit: ONE, window: [0.5, 1] },
};

/** What a Parametric Map is made of. */
export interface ParametricMapInput {
  /** Values on the grid; NaN where nothing could be computed. */
  readonly volume: Volume;
  readonly quantity: MapQuantity;
  /** One instance of the source series: patient, study and frame of reference are taken from it. */
  readonly source: DataSet;
  /** SOP Instance UIDs of the source series that the map was computed from. */
  readonly sourceInstances: readonly string[];
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly seriesDescription: string;
  /** Content Label, code string of at most 16: "CBF", "TMAX" ... */
  readonly label: string;
  /** Method, version and what it is not, in words. */
  readonly derivation: string;
  /** When it was computed, milliseconds since 1970 UTC. */
  readonly ms: number;
  readonly equipment: Equipment;
  /** A map of a projection: its plane is that of the detector, in a frame of reference of its own. */
  readonly projection?: boolean;
}

/** Written for NaN, as Float Pixel Padding Value. */
const PADDING = -1e9;

/**
 * A float Parametric Map (PS3.3 A.75): one frame a slice with its position, values as they are (slope 1) with a real
 * world value mapping that names quantity and UCUM unit, derivation and the source instances. NaN is written as Float
 * Pixel Padding Value. Errors: `bad-request` when data and grid differ or the source has no study or series UID.
 */
export function parametricMap(input: ParametricMapInput): DataSet {
  const { volume, source, quantity } = input;
  const [columns, rows, frames] = volume.shape;
  if (volume.data.length !== voxelCount(volume)) {
    throw new WillisError("bad-request", `The map has ${volume.data.length} values, its grid ${voxelCount(volume)}.`);
  }
  const sourceSeries = text(source, "SeriesInstanceUID");
  if (!sourceSeries || !text(source, "StudyInstanceUID")) {
    throw new WillisError("bad-request", "The source of a map needs Study and Series Instance UID.");
  }
  const { pixels, padded, low, high } = floatPixels(volume);
  const { date, time } = dicomMoment(input.ms);
  const references = referenceItems(sopClassOf(source), input.sourceInstances);
  const organization = uidOf(`dimension organization ${input.instanceUid}`);
  const ds: DataSet = new Map([
    ...patientAndStudyOf(source),
    ...dataSet({
      SOPClassUID: PARAMETRIC_MAP_STORAGE,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: input.seriesDescription,
      SeriesDate: date,
      SeriesTime: time,
      Modality: text(source, "Modality") ?? "OT",
      BodyPartExamined: text(source, "BodyPartExamined") ?? "BRAIN",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      FrameOfReferenceUID: frameOfReference(input, sourceSeries),
      PositionReferenceIndicator: "",
      InstanceNumber: input.instanceNumber,
      ContentDate: date,
      ContentTime: time,
      ContentLabel: input.label,
      ContentDescription: quantity.code.meaning,
      ContentCreatorName: "",
      ContentQualification: "RESEARCH",
      ImageType: ["DERIVED", "PRIMARY", "VOLUME", "QUANTITY"],
      DerivationDescription: input.derivation,
      PixelPresentation: "MONOCHROME",
      VolumetricProperties: input.projection ? "DISTORTED" : "VOLUME",
      VolumeBasedCalculationTechnique: "NONE",
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: rows,
      Columns: columns,
      BitsAllocated: 32,
      NumberOfFrames: frames,
      FloatPixelPaddingValue: padded ? PADDING : undefined,
      FloatPixelPaddingRangeLimit: padded ? PADDING : undefined,
      BurnedInAnnotation: "NO",
      RecognizableVisualFeatures: "NO",
      LossyImageCompression: "00",
      PresentationLUTShape: "IDENTITY",
      AcquisitionContextSequence: [],
      DimensionOrganizationSequence: dataSet({ DimensionOrganizationUID: organization }),
      DimensionIndexSequence: dataSet({
        DimensionOrganizationUID: organization,
        DimensionIndexPointer: tagOf("InStackPositionNumber"),
        FunctionalGroupPointer: tagOf("FrameContentSequence"),
        DimensionDescriptionLabel: "Slice",
      }),
      SourceImageSequence: references,
      ReferencedSeriesSequence: dataSet({ SeriesInstanceUID: sourceSeries, ReferencedInstanceSequence: references }),
      SharedFunctionalGroupsSequence: sharedGroups(input, low, high),
      PerFrameFunctionalGroupsSequence: Array.from({ length: frames }, (_, k) => frameGroups(input, k)),
      FloatPixelData: pixels,
    }),
  ]);
  return ds;
}

/** That of the source; a detector is no place in the patient, so a projection never shares one. */
function frameOfReference({ source, projection }: ParametricMapInput, sourceSeries: string): string {
  if (projection) return uidOf(`detector plane ${sourceSeries}`);
  return text(source, "FrameOfReferenceUID") ?? uidOf(`frame of reference ${sourceSeries}`);
}

function floatPixels({ data }: Volume): { pixels: Uint8Array; padded: boolean; low: number; high: number } {
  const values = Float32Array.from(data);
  let padded = false;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (!Number.isFinite(v)) {
      values[i] = PADDING;
      padded = true;
    } else {
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  const some = low <= high;
  return { pixels: new Uint8Array(values.buffer), padded, low: some ? low : 0, high: some ? high : 0 };
}

function sharedGroups({ volume, quantity }: ParametricMapInput, low: number, high: number): DataSet {
  const [betweenColumns, betweenRows, betweenSlices] = volume.spacing;
  const { i, j } = volume.direction;
  const spacing = decimalString(betweenSlices);
  return dataSet({
    PlaneOrientationSequence: dataSet({ ImageOrientationPatient: [...i, ...j].map(decimalString) }),
    PixelMeasuresSequence: dataSet({
      PixelSpacing: [betweenRows, betweenColumns],
      SliceThickness: spacing,
      SpacingBetweenSlices: spacing,
    }),
    FrameVOILUTSequence: dataSet({
      WindowCenter: quantity.window[0],
      WindowWidth: quantity.window[1],
      // LINEAR knows no width under 1
      VOILUTFunction: quantity.window[1] < 1 ? "LINEAR_EXACT" : undefined,
    }),
    PixelValueTransformationSequence: dataSet({ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: "US" }),
    ParametricMapFrameTypeSequence: dataSet({ FrameType: ["DERIVED", "PRIMARY", "VOLUME", "QUANTITY"] }),
    RealWorldValueMappingSequence: dataSet({
      LUTExplanation: quantity.code.meaning,
      LUTLabel: quantity.code.value.toUpperCase().slice(0, 16),
      MeasurementUnitsCodeSequence: codeItem(quantity.unit),
      DoubleFloatRealWorldValueFirstValueMapped: low,
      DoubleFloatRealWorldValueLastValueMapped: high,
      RealWorldValueIntercept: 0,
      RealWorldValueSlope: 1,
      QuantityDefinitionSequence: dataSet({
        ValueType: "CODE",
        ConceptNameCodeSequence: codeItem({ value: "246205007", scheme: "SCT", meaning: "Quantity" }),
        ConceptCodeSequence: codeItem(quantity.code),
      }),
    }),
    // What each frame derives from is the whole series: listed once, in the Common Instance Reference.
    DerivationImageSequence: [],
  });
}

function frameGroups({ volume }: ParametricMapInput, k: number): DataSet {
  return dataSet({
    FrameContentSequence: dataSet({ StackID: "1", InStackPositionNumber: k + 1, DimensionIndexValues: k + 1 }),
    PlanePositionSequence: dataSet({ ImagePositionPatient: toPatient(volume, 0, 0, k).map(decimalString) }),
  });
}
