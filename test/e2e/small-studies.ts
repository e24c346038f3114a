import { dataSet, type FieldValue } from "../../src/dicom/data-set.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";

type Fields = Record<string, FieldValue>;

/** One made series: a ball in a box, with the words and tags that a device would write. */
export interface SmallSeries {
  readonly modality: "CT" | "MR" | "XA" | "US";
  readonly description: string;
  /** Slices (CT, MR) or frames (XA, US). */
  readonly count?: number;
  /** mm between slices. */
  readonly gap?: number;
  /** LPS z of the lowest slice. */
  readonly z0?: number;
  /** The highest slice is the top of a head, as narrow as that is. */
  readonly topped?: true;
  readonly fields?: Fields;
}

const SIZE = 48;
const SAGITTAL = [0, 1, 0, 0, 0, -1];

export const sagittal = (description: string): SmallSeries => ({
  ...{ modality: "MR", description, count: 6, gap: 4, fields: { ImageOrientationPatient: SAGITTAL } },
});

/** A DSA run of five frames with a mask, seen under the given angles. */
export const dsa = (description: string, primary: number, secondary = 0): SmallSeries => ({
  ...{ modality: "XA", description, count: 5 },
  fields: {
    MaskSubtractionSequence: dataSet({ MaskOperation: "AVG_SUB", MaskFrameNumbers: [1] }),
    ...{ PositionerPrimaryAngle: primary, PositionerSecondaryAngle: secondary, PixelIntensityRelationship: "LOG" },
  },
});

export const ct = (description: string, agent = false, more: Partial<SmallSeries> = {}): SmallSeries => ({
  ...{ modality: "CT", description, count: 8, gap: 5, fields: agent ? { ContrastBolusAgent: "Iomeprol" } : {} },
  ...more,
});

export const mr = (description: string, fields: Fields = {}): SmallSeries => ({
  ...{ modality: "MR", description, count: 6, gap: 5, fields },
});

/** A study of small series of one patient as Part 10 files; the same name gives the same patient. */
export function smallStudy(
  name: string,
  patient: string,
  date: string,
  series: readonly SmallSeries[],
): { readonly studyUid: string; readonly files: readonly Uint8Array[] } {
  const studyUid = uidOf(`small ${name}`);
  const frame = uidOf(`small ${name} frame`);
  const files = series.flatMap((one, number) => {
    const shared: Fields = {
      ...{ StudyInstanceUID: studyUid, SeriesInstanceUID: uidOf(`small ${name} ${number}`), Modality: one.modality },
      ...{ PatientName: `${patient}^Test`, PatientID: `ID-${patient}`, PatientBirthDate: "19600102", PatientSex: "F" },
      ...{ StudyDate: date, StudyTime: "080000", SeriesDate: date, StudyID: "1", SeriesNumber: number + 1 },
      ...{
        SeriesTime: `0801${String(number).padStart(2, "0")}`,
        AcquisitionTime: `0801${String(number).padStart(2, "0")}`,
      },
      ...{ StudyDescription: name, SeriesDescription: one.description, StationName: "SMALL", Manufacturer: "Willis" },
      ...{ Rows: SIZE, Columns: SIZE, SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
      ...{ BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0, ReferringPhysicianName: "" },
    };
    return one.modality === "XA" || one.modality === "US"
      ? [clip(one, shared, `${name} ${number}`)]
      : slices(one, { ...shared, FrameOfReferenceUID: frame }, `${name} ${number}`);
  });
  return { studyUid, files };
}

function slices(one: SmallSeries, shared: Fields, name: string): Uint8Array[] {
  const { count = 8, gap = 5, z0 = 0 } = one;
  const isCt = one.modality === "CT";
  const isSagittal = one.fields?.ImageOrientationPatient === SAGITTAL;
  return Array.from({ length: count }, (_, k) => {
    const along = z0 + k * gap;
    const place = isSagittal ? [along - 20, -96, 96] : [-96, -96, along];
    return writePart10(
      dataSet({
        ...shared,
        ...(isCt ? { RescaleIntercept: -1024, RescaleSlope: 1, RescaleType: "HU" } : {}),
        ...{ SOPClassUID: isCt ? "1.2.840.10008.5.1.4.1.1.2" : "1.2.840.10008.5.1.4.1.1.4" },
        ...{ SOPInstanceUID: uidOf(`small ${name} slice ${k}`), InstanceNumber: k + 1, SliceThickness: gap },
        ...{ PixelSpacing: [4, 4], ImagePositionPatient: place, ImageOrientationPatient: [1, 0, 0, 0, 1, 0] },
        ...one.fields,
        PixelData: ball(
          isCt ? 0 : 20,
          isCt ? 1064 : 400,
          one.topped && k === count - 1 ? 0.4 : 0.75 + 0.1 * Math.sin(k),
        ),
      }),
    );
  });
}

function clip(one: SmallSeries, shared: Fields, name: string): Uint8Array {
  const { count = 5 } = one;
  const frames = Array.from({ length: count }, (_, k) => ball(900, 700 - 80 * k, 0.6));
  const pixels = new Uint16Array(count * SIZE * SIZE);
  for (const [k, frame] of frames.entries()) pixels.set(frame, k * SIZE * SIZE);
  const isRun = one.modality === "XA";
  return writePart10(
    dataSet({
      ...shared,
      ...{ SOPClassUID: isRun ? "1.2.840.10008.5.1.4.1.1.12.1" : "1.2.840.10008.5.1.4.1.1.3.1" },
      ...{ SOPInstanceUID: uidOf(`small ${name} clip`), InstanceNumber: 1, NumberOfFrames: count, FrameTime: 250 },
      ...{ FrameIncrementPointer: [0x00181063], BitsStored: 12, HighBit: 11 },
      ...one.fields,
      PixelData: pixels,
    }),
  );
}

/** A square of `outside` with a disc of `inside` whose radius is a share of its half width. */
function ball(outside: number, inside: number, radius: number): Uint16Array {
  const middle = (SIZE - 1) / 2;
  return Uint16Array.from({ length: SIZE * SIZE }, (_, k) => {
    const [x, y] = [(k % SIZE) - middle, Math.floor(k / SIZE) - middle];
    return Math.hypot(x, y) < radius * middle ? inside : outside;
  });
}
