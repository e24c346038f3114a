import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { dataSet } from "../../src/dicom/data-set.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";

/** The folder of real files beside the repository, or null when it is not there. */
export const REAL_FILES =
  [resolve(import.meta.dirname, "../../../shared/data")].find((folder) => existsSync(folder)) ?? null;

/** Every file below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

export interface MadeStudy {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly files: Uint8Array[];
}

/** A CT stack: a bright disc in air, its radius growing with the slice. `name` makes patient, study and objects. */
export function ctStack(name: string, slices = 12, size = 128): MadeStudy {
  const studyUid = uidOf(`${name} study`);
  const seriesUid = uidOf(`${name} series`);
  const files = Array.from({ length: slices }, (_, k) => {
    const pixels = new Int16Array(size * size).fill(-1000);
    const radius = size / 8 + (k * size) / (4 * slices);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) if (Math.hypot(x - size / 2, y - size / 2) < radius) pixels[y * size + x] = 40 + k;
    return writePart10(
      dataSet({
        ...common(name, "CT", "1.2.840.10008.5.1.4.1.1.2", studyUid, seriesUid, uidOf(`${name} slice ${k}`)),
        ...{ ImageType: ["ORIGINAL", "PRIMARY", "AXIAL"], InstanceNumber: k + 1, SliceThickness: 5, KVP: 120 },
        ...{
          ImagePositionPatient: [-100, -100, 5 * k],
          ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
          PixelSpacing: [1, 1],
        },
        ...{
          FrameOfReferenceUID: uidOf(`${name} frame`),
          SamplesPerPixel: 1,
          PhotometricInterpretation: "MONOCHROME2",
        },
        ...{ Rows: size, Columns: size, BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 1 },
        ...{ WindowCenter: 40, WindowWidth: 400, RescaleIntercept: 0, RescaleSlope: 1, PixelData: pixels },
      }),
    );
  });
  return { studyUid, seriesUid, files };
}

/** An XA run: a dark band that moves over the frames, 12 bit. */
export function xaRun(name: string, frames = 8, size = 256): MadeStudy {
  const studyUid = uidOf(`${name} study`);
  const seriesUid = uidOf(`${name} series`);
  const pixels = new Uint16Array(frames * size * size).fill(3000);
  for (let f = 0; f < frames; f++)
    for (let y = 0; y < size; y++) for (let x = 0; x < 20; x++) pixels[(f * size + y) * size + 20 * (f + 1) + x] = 600;
  const file = writePart10(
    dataSet({
      ...common(name, "XA", "1.2.840.10008.5.1.4.1.1.12.1", studyUid, seriesUid, uidOf(`${name} run`)),
      ...{
        ImageType: ["ORIGINAL", "PRIMARY", "SINGLE PLANE"],
        InstanceNumber: 1,
        NumberOfFrames: frames,
        FrameTime: 250,
      },
      ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", Rows: size, Columns: size, BitsAllocated: 16 },
      ...{ BitsStored: 12, HighBit: 11, PixelRepresentation: 0, PixelIntensityRelationship: "LIN", WindowCenter: 2048 },
      ...{ WindowWidth: 4096, FrameIncrementPointer: undefined, KVP: 70, PixelData: pixels },
    }),
  );
  return { studyUid, seriesUid, files: [file] };
}

function common(name: string, modality: string, sopClass: string, studyUid: string, seriesUid: string, sopUid: string) {
  return {
    ...{ SOPClassUID: sopClass, SOPInstanceUID: sopUid, StudyInstanceUID: studyUid, SeriesInstanceUID: seriesUid },
    ...{ PatientName: `${name}^Test`, PatientID: `ID-${name}`, PatientBirthDate: "19600102", PatientSex: "F" },
    ...{ StudyDate: "20260102", StudyTime: "030405", StudyID: "1", AccessionNumber: `A-${name}`, Modality: modality },
    ...{
      StudyDescription: `${name} study`,
      SeriesDescription: `${name} series`,
      SeriesNumber: 1,
      Manufacturer: "Willis",
    },
    ReferringPhysicianName: "",
  };
}

/** A multipart/related body of whole objects, as STOW-RS takes it. */
export function stowBody(files: readonly Uint8Array[]): { body: Buffer<ArrayBuffer>; headers: Record<string, string> } {
  const boundary = "conformance-boundary";
  const parts = files.flatMap((file) => [
    Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    Buffer.from(file),
  ]);
  return {
    body: Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: {
      "content-type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
      accept: "application/dicom+json",
    },
  };
}
