/** DICOM JSON (PS3.18 annex F) as WADO-RS metadata gives it: one object an instance, keys of eight hexadecimal digits. */
export interface JsonElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}
export type JsonInstance = Readonly<Record<string, JsonElement | undefined>>;

/** Tags the viewer reads, by PS3.6 keyword. */
export const TAG = {
  SOPClassUID: "00080016",
  SOPInstanceUID: "00080018",
  AcquisitionTime: "00080032",
  ContentTime: "00080033",
  SeriesTime: "00080031",
  AcquisitionDateTime: "0008002A",
  Modality: "00080060",
  SeriesDescription: "0008103E",
  RecommendedDisplayFrameRate: "00082144",
  SliceThickness: "00180050",
  CineRate: "00180040",
  EffectiveDuration: "00180072",
  FrameTime: "00181063",
  FrameTimeVector: "00181065",
  EstimatedRadiographicMagnificationFactor: "00181114",
  ImagerPixelSpacing: "00181164",
  PositionerPrimaryAngle: "00181510",
  PositionerSecondaryAngle: "00181511",
  SequenceOfUltrasoundRegions: "00186011",
  PatientOrientation: "00200020",
  ImagePositionPatient: "00200032",
  ImageOrientationPatient: "00200037",
  FrameOfReferenceUID: "00200052",
  InstanceNumber: "00200013",
  TemporalPositionIdentifier: "00200100",
  SamplesPerPixel: "00280002",
  PhotometricInterpretation: "00280004",
  NumberOfFrames: "00280008",
  Rows: "00280010",
  Columns: "00280011",
  PixelSpacing: "00280030",
  BitsAllocated: "00280100",
  BitsStored: "00280101",
  PixelRepresentation: "00280103",
  PixelSpacingCalibrationType: "00280A02",
  PixelIntensityRelationship: "00281040",
  WindowCenter: "00281050",
  WindowWidth: "00281051",
  MaskSubtractionSequence: "00286100",
  MaskFrameNumbers: "00286110",
  MaskSubPixelShift: "00286114",
  SharedFunctionalGroupsSequence: "52009229",
  PerFrameFunctionalGroupsSequence: "52009230",
  PlanePositionSequence: "00209113",
  PlaneOrientationSequence: "00209116",
  PixelMeasuresSequence: "00289110",
  RealWorldValueMappingSequence: "00409096",
  MeasurementUnitsCodeSequence: "004008EA",
  CodeValue: "00080100",
} as const;

/** All values of an element as numbers (DS and IS may come as text); empty when it is absent. */
export function numbers(instance: JsonInstance | undefined, tag: string): number[] {
  return (instance?.[tag]?.Value ?? []).map(Number).filter((value) => Number.isFinite(value));
}

/** The first value as a number; undefined when it is absent or not a number. */
export function number(instance: JsonInstance | undefined, tag: string): number | undefined {
  return numbers(instance, tag)[0];
}

/** All values as text; a person's name gives its alphabetic form. */
export function texts(instance: JsonInstance | undefined, tag: string): string[] {
  return (instance?.[tag]?.Value ?? []).map((value) =>
    typeof value === "object" && value !== null && "Alphabetic" in value ? String(value.Alphabetic) : String(value),
  );
}

export function text(instance: JsonInstance | undefined, tag: string): string | undefined {
  return texts(instance, tag)[0];
}

/** The items of a sequence. */
export function items(instance: JsonInstance | undefined, tag: string): readonly JsonInstance[] {
  return (instance?.[tag]?.Value ?? []) as readonly JsonInstance[];
}

/**
 * A functional group of one frame (index from 0) of an enhanced object: per frame first, then shared. Undefined for
 * an object without functional groups.
 */
export function functionalGroup(instance: JsonInstance, frame: number, group: string): JsonInstance | undefined {
  const own = items(instance, TAG.PerFrameFunctionalGroupsSequence)[frame];
  const shared = items(instance, TAG.SharedFunctionalGroupsSequence)[0];
  return items(own, group)[0] ?? items(shared, group)[0];
}

/** "104214.50" as "10:42"; undefined for what is not a DICOM time. */
export function clock(time: string | undefined): string | undefined {
  const match = /^(\d{2}):?(\d{2})/.exec(time ?? "");
  return match ? `${match[1]}:${match[2]}` : undefined;
}
