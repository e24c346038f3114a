import { type DataSet, dataSet, type FieldValue } from "../../src/dicom/data-set.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { parametricMap } from "../../src/dicom/iod/parametric-map.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";

const SIZE = 32;

/** A series of images in one object, and what a viewer has to make of it. */
export interface MadeImages {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly file: Uint8Array;
  readonly dataSet: DataSet;
}

function common(name: string, kind: string, sopClass: string, modality: string): Record<string, FieldValue> {
  return {
    ...{ SOPClassUID: sopClass, SOPInstanceUID: uidOf(`${name} ${kind}`), StudyInstanceUID: uidOf(`${name} study`) },
    ...{ SeriesInstanceUID: uidOf(`${name} ${kind} series`), PatientName: `${name}^Test`, PatientID: `ID-${name}` },
    ...{ PatientBirthDate: "19600102", PatientSex: "F", StudyDate: "20260102", StudyTime: "030405", StudyID: "1" },
    ...{ AccessionNumber: `A-${name}`, ReferringPhysicianName: "", Modality: modality, SeriesDescription: kind },
    ...{ SeriesNumber: 1, InstanceNumber: 1, Manufacturer: "Willis", StudyDescription: `${name} study` },
  };
}

function made(ds: DataSet, transferSyntax?: string): MadeImages {
  const uid = (tag: number) => String(ds.get(tag)!.value[0]);
  const file = transferSyntax ? writePart10(ds, transferSyntax) : writePart10(ds);
  return { studyUid: uid(0x0020000d), seriesUid: uid(0x0020000e), file, dataSet: ds };
}

const GREY = {
  SamplesPerPixel: 1,
  PhotometricInterpretation: "MONOCHROME2",
  BitsAllocated: 16,
  BitsStored: 12,
} as const;
const WORD = { HighBit: 11, PixelRepresentation: 0 } as const;

/** Window of frame k of the enhanced MR, as the header says. */
export const frameWindow = (z: number, time: number) => ({
  width: 60 + 20 * z + 200 * time,
  centre: 100 + 10 * z + 50 * time,
});

/**
 * An Enhanced MR Image: three places 4 mm apart, each imaged twice, the frames in no order; spacing 0.5 x 0.75 mm, window
 * and rescale of each frame its own.
 */
export function enhancedMr(name: string): MadeImages {
  const order = [
    [2, 0],
    [0, 1],
    [1, 0],
    [0, 0],
    [2, 1],
    [1, 1],
  ] as const; // place, time
  const pixels = new Uint16Array(order.length * SIZE * SIZE);
  order.forEach(([z, time], f) => {
    for (let y = 8; y < 24; y++)
      for (let x = 8; x < 24; x++) pixels[(f * SIZE + y) * SIZE + x] = 100 + 10 * z + 50 * time;
  });
  const item = (fields: Record<string, FieldValue>) => dataSet(fields);
  return made(
    dataSet({
      ...common(name, "enhanced MR", "1.2.840.10008.5.1.4.1.1.4.1", "MR"),
      ...GREY,
      ...WORD,
      ...{
        ImageType: ["ORIGINAL", "PRIMARY", "DYNAMIC", "NONE"],
        Rows: SIZE,
        Columns: SIZE,
        NumberOfFrames: order.length,
      },
      ...{ FrameOfReferenceUID: uidOf(`${name} frame`), ContentDate: "20260102", ContentTime: "030405" },
      SharedFunctionalGroupsSequence: item({
        PixelMeasuresSequence: item({ SliceThickness: 4, PixelSpacing: [0.75, 0.5] }),
        PlaneOrientationSequence: item({ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }),
      }),
      PerFrameFunctionalGroupsSequence: order.map(([z, time]) => {
        const { width, centre } = frameWindow(z, time);
        return item({
          FrameContentSequence: item({ TemporalPositionIndex: time + 1, InStackPositionNumber: z + 1, StackID: "1" }),
          PlanePositionSequence: item({ ImagePositionPatient: [-8, -12, 4 * z] }),
          FrameVOILUTSequence: item({ WindowCenter: centre, WindowWidth: width }),
          PixelValueTransformationSequence: item({ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: "US" }),
        });
      }),
      PixelData: pixels,
    }),
  );
}

/** An Enhanced XA Image: a run of four frames without a place in the patient. */
export function enhancedXa(name: string): MadeImages {
  const pixels = new Uint16Array(4 * SIZE * SIZE).map((_, k) => 500 + 100 * Math.floor(k / (SIZE * SIZE)));
  return made(
    dataSet({
      ...common(name, "enhanced XA", "1.2.840.10008.5.1.4.1.1.12.1.1", "XA"),
      ...GREY,
      ...WORD,
      ...{ ImageType: ["ORIGINAL", "PRIMARY", "SINGLE PLANE", "NONE"], Rows: SIZE, Columns: SIZE, NumberOfFrames: 4 },
      ...{ FrameTime: 250, PixelIntensityRelationship: "LIN", WindowCenter: 700, WindowWidth: 600 },
      SharedFunctionalGroupsSequence: dataSet({
        FrameVOILUTSequence: dataSet({ WindowCenter: 700, WindowWidth: 600 }),
      }),
      PerFrameFunctionalGroupsSequence: [0, 1, 2, 3].map((k) =>
        dataSet({ FrameContentSequence: dataSet({ FrameAcquisitionNumber: k + 1 }) }),
      ),
      PixelData: pixels,
    }),
  );
}

/** A colour picture: red at the left, blue at the right; as Secondary Capture, or frame after frame as ultrasound. */
export function colour(name: string, kind: "secondary capture" | "ultrasound", frames = 1): MadeImages {
  const rgb = new Uint8Array(frames * SIZE * SIZE * 3);
  for (let k = 0; k < frames * SIZE * SIZE; k++) rgb[3 * k + (k % SIZE < SIZE / 2 ? 0 : 2)] = 255;
  const us = kind === "ultrasound";
  return made(
    dataSet({
      ...common(name, kind, us ? "1.2.840.10008.5.1.4.1.1.3.1" : "1.2.840.10008.5.1.4.1.1.7", us ? "US" : "OT"),
      ...{
        SamplesPerPixel: 3,
        PhotometricInterpretation: "RGB",
        PlanarConfiguration: 0,
        BitsAllocated: 8,
        BitsStored: 8,
      },
      ...{ HighBit: 7, PixelRepresentation: 0, Rows: SIZE, Columns: SIZE },
      ...(us ? { NumberOfFrames: frames, FrameTime: 40 } : { ConversionType: "WSD" }),
      PixelData: rgb,
    }),
  );
}

/** A film in a stream that is put in as it is. */
export function video(name: string, stream: Uint8Array): MadeImages {
  return made(
    dataSet({
      ...common(name, "film", "1.2.840.10008.5.1.4.1.1.77.1.4.1", "XC"),
      ...{ SamplesPerPixel: 3, PhotometricInterpretation: "YBR_PARTIAL_420", PlanarConfiguration: 0, BitsAllocated: 8 },
      ...{ BitsStored: 8, HighBit: 7, PixelRepresentation: 0, Rows: 64, Columns: 64, NumberOfFrames: 50, CineRate: 25 },
      ...{ FrameTime: 40, PixelData: encapsulate([stream]) },
    }),
    "1.2.840.10008.1.2.4.102",
  );
}

/** A parametric map that no analysis of ours made: a ramp of 0 to 31 in its own unit. */
export function foreignMap(name: string, source: DataSet): MadeImages {
  return made(
    parametricMap({
      volume: {
        ...{ shape: [SIZE, SIZE, 3], spacing: [1, 1, 4], origin: [0, 0, 0], unit: "mm2/s" },
        direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
        data: new Float32Array(3 * SIZE * SIZE).map((_, k) => k % SIZE),
      },
      quantity: {
        code: { value: "113041", scheme: "DCM", meaning: "Apparent Diffusion Coefficient" },
        unit: { value: "mm2/s", scheme: "UCUM", meaning: "mm2/s" },
        window: [16, 32],
      },
      ...{
        source,
        sourceInstances: [String(source.get(0x00080018)!.value[0])],
        seriesUid: uidOf(`${name} map series`),
      },
      ...{ instanceUid: uidOf(`${name} map`), seriesNumber: 7, instanceNumber: 1, seriesDescription: "foreign map" },
      ...{ label: "ADC", derivation: "made", ms: Date.UTC(2026, 0, 2) },
      equipment: { manufacturer: "Other", model: "Maps", serial: "1", software: "1" },
    }),
  );
}
