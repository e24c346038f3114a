import { dataSet, type FieldValue } from "../../src/dicom/data-set.ts";
import { encodeJpeg } from "../../src/dicom/encode-jpeg.ts";
import { encapsulate } from "../../src/dicom/frames.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";

type Fields = Record<string, FieldValue>;
type Point = readonly [number, number, number];

/** A made study of one series in which something is wrong or missing. */
export interface BadStudy {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly files: readonly Uint8Array[];
}

export const SIZE = 64;
export const SLICES = 16;

function shared(name: string, modality: string, object: string, sopClass: string): Fields {
  return {
    ...{ SOPClassUID: sopClass, SOPInstanceUID: uidOf(`BAD ${name} ${object}`), Modality: modality },
    ...{ StudyInstanceUID: uidOf(`BAD ${name} study`), SeriesInstanceUID: uidOf(`BAD ${name} series`) },
    ...{ PatientName: `Bad^${name}`, PatientID: `BAD-${name}`, PatientBirthDate: "19600102", PatientSex: "F" },
    ...{ StudyDate: "20260105", StudyTime: "090000", StudyID: "1", SeriesNumber: 1, Manufacturer: "Willis" },
    ...{
      StudyDescription: name,
      SeriesDescription: name,
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
    },
  };
}

/** A rod that goes straight along the table through the middle of every slice, wherever its slices lie. */
export function ctSlices(
  name: string,
  given: { readonly origins?: readonly Point[]; readonly fields?: (k: number) => Fields } = {},
): BadStudy {
  const origins = given.origins ?? Array.from({ length: SLICES }, (_, k): Point => [-32, -32, 3 * k]);
  const files = origins.map((origin, k) => {
    const fields: Fields = {
      ...shared(name, "CT", `slice ${k}`, "1.2.840.10008.5.1.4.1.1.2"),
      ...{ FrameOfReferenceUID: uidOf(`BAD ${name} frame`), InstanceNumber: k + 1, SliceThickness: 3, KVP: 120 },
      ...{ ImageType: ["ORIGINAL", "PRIMARY", "AXIAL"], ImagePositionPatient: [...origin], PixelSpacing: [1, 1] },
      ...{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0], Rows: SIZE, Columns: SIZE, WindowCenter: 0, WindowWidth: 2000 },
      ...{ BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 1 },
      ...{ RescaleIntercept: 0, RescaleSlope: 1, RescaleType: "HU" },
      ...given.fields?.(k),
    };
    const column = fields.ImageOrientationPatient as readonly number[];
    const pixels = Int16Array.from({ length: SIZE * SIZE }, (_, p) => {
      const [x, y] = [p % SIZE, Math.floor(p / SIZE)];
      const at = [0, 1].map((c) => origin[c]! + column[c]! * x + column[3 + c]! * y);
      return Math.hypot(at[0]!, at[1]!) < 5 ? 800 : -600;
    });
    return writePart10(dataSet({ ...fields, PixelData: pixels }));
  });
  return { studyUid: uidOf(`BAD ${name} study`), seriesUid: uidOf(`BAD ${name} series`), files };
}

/** Slices whose gantry is tilted: they follow each other along the table, not along their normal. */
export function tiltedSlices(name: string, degrees: number): BadStudy {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return ctSlices(name, {
    origins: Array.from({ length: SLICES }, (_, k): Point => [-32, -32 * c, 3 * k + 32 * s]),
    fields: () => ({ ImageOrientationPatient: [1, 0, 0, 0, c, -s] }),
  });
}

/** A clip of dark bars that move by a step a frame. */
export function clip(
  name: string,
  modality: "XA" | "US" | "RF",
  given: {
    readonly frames?: number;
    readonly size?: number;
    readonly fields?: Fields;
    readonly jpeg?: boolean;
    /** Stored value beside the bars, of 12 bits. */
    readonly level?: number;
  } = {},
): BadStudy {
  const { frames = 8, size = 128, jpeg = false, level = 3000 } = given;
  const sopClass = { XA: "12.1", RF: "12.2", US: "3.1" }[modality];
  const is8 = jpeg || modality === "US";
  const picture = (f: number) => {
    const out = is8 ? new Uint8Array(size * size).fill(190) : new Uint16Array(size * size).fill(level);
    const left = 24 + ((f * 8) % (size - 40)); // beside the tools that lie on the image
    for (let y = 0; y < size; y++) out.fill(is8 ? 40 : 600, y * size + left, y * size + left + 10);
    return out;
  };
  const all = () => {
    const out = is8 ? new Uint8Array(frames * size * size) : new Uint16Array(frames * size * size);
    for (let f = 0; f < frames; f++) out.set(picture(f), f * size * size);
    return out;
  };
  const coded = (f: number) =>
    encodeJpeg({ data: picture(f) as Uint8Array, width: size, height: size, channels: 1 }, 90);
  const ds = dataSet({
    ...shared(name, modality, "clip", `1.2.840.10008.5.1.4.1.1.${sopClass}`),
    ...{ InstanceNumber: 1, NumberOfFrames: frames, Rows: size, Columns: size, PixelRepresentation: 0 },
    ...(is8
      ? { BitsAllocated: 8, BitsStored: 8, HighBit: 7, WindowCenter: 128, WindowWidth: 256 }
      : { BitsAllocated: 16, BitsStored: 12, HighBit: 11, WindowCenter: 2048, WindowWidth: 4096 }),
    ...(jpeg ? { LossyImageCompression: "01" } : {}),
    ...given.fields,
    PixelData: jpeg ? encapsulate(Array.from({ length: frames }, (_, f) => coded(f))) : all(),
  });
  const file = writePart10(ds, jpeg ? TS.JpegBaseline : TS.ExplicitLittle);
  return { studyUid: uidOf(`BAD ${name} study`), seriesUid: uidOf(`BAD ${name} series`), files: [file] };
}
