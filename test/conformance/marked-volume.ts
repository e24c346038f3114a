import { dataSet } from "../../src/dicom/data-set.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";

type Point = readonly [number, number, number];

/** Balls in a CT volume whose places in the patient (LPS mm) are known. */
export interface Ball {
  readonly at: Point;
  readonly radius: number;
  readonly value: number;
}

export interface MarkedSeries {
  readonly name: string;
  /** Place of the first pixel of each slice (LPS mm). */
  readonly origins: readonly Point[];
  readonly row: Point;
  readonly column: Point;
  readonly spacing: number;
  readonly size: number;
  /** Times at which everything is imaged; the value of every ball is multiplied by each. */
  readonly times?: readonly { readonly clock: string; readonly factor: number }[];
  /** Another series of the same frame of reference and study has the same. */
  readonly study?: string;
}

/** A CT series that images balls (soft edged over one pixel) in water, at whatever places its slices lie. */
export function markedSeries(
  series: MarkedSeries,
  balls: readonly Ball[],
): { studyUid: string; seriesUid: string; files: Uint8Array[] } {
  const { name, origins, row, column, spacing, size } = series;
  const study = series.study ?? name;
  const [studyUid, seriesUid] = [uidOf(`${study} study`), uidOf(`${name} series`)];
  const times = series.times ?? [{ clock: "101500", factor: 1 }];
  const files = times.flatMap(({ clock, factor }, t) =>
    origins.map((origin, k) => {
      const pixels = new Int16Array(size * size);
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const point = origin.map((o, c) => o + spacing * (row[c]! * x + column[c]! * y));
          let value = 0;
          for (const ball of balls) {
            const distance = Math.hypot(...ball.at.map((v, c) => v - point[c]!));
            value = Math.max(value, factor * ball.value * Math.min(1, Math.max(0, ball.radius + 0.5 - distance)));
          }
          pixels[y * size + x] = Math.round(value);
        }
      }
      return writePart10(
        dataSet({
          ...{ SOPClassUID: "1.2.840.10008.5.1.4.1.1.2", SOPInstanceUID: uidOf(`${name} ${t} ${k}`) },
          ...{ StudyInstanceUID: studyUid, SeriesInstanceUID: seriesUid, FrameOfReferenceUID: uidOf(`${study} frame`) },
          ...{ PatientName: `${study}^Test`, PatientID: `ID-${study}`, PatientBirthDate: "19600102", PatientSex: "F" },
          ...{
            StudyDate: "20260102",
            StudyTime: "101000",
            StudyID: "1",
            AccessionNumber: `A-${study}`,
            Manufacturer: "Willis",
          },
          ...{
            ReferringPhysicianName: "",
            StudyDescription: study,
            SeriesDescription: name,
            SeriesNumber: name.length,
          },
          ...{
            Modality: "CT",
            InstanceNumber: t * origins.length + k + 1,
            ImageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
          },
          ...{
            AcquisitionDate: "20260102",
            AcquisitionTime: clock,
            KVP: 120,
            SliceThickness: 1,
            PatientPosition: "HFS",
          },
          ...{
            ImagePositionPatient: [...origin],
            ImageOrientationPatient: [...row, ...column],
            PixelSpacing: [spacing, spacing],
          },
          ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2", Rows: size, Columns: size },
          ...{
            BitsAllocated: 16,
            BitsStored: 16,
            HighBit: 15,
            PixelRepresentation: 1,
            RescaleIntercept: 0,
            RescaleSlope: 1,
          },
          ...{ WindowCenter: 500, WindowWidth: 1000, PixelData: pixels },
        }),
      );
    }),
  );
  return { studyUid, seriesUid, files };
}
