import type { Volume } from "../src/core/volume.ts";
import { ctImage } from "../src/dicom/iod/ct-image.ts";
import { uidOf } from "../src/dicom/uid.ts";
import { writePart10 } from "../src/dicom/write.ts";

/** A volume as a CT scanner sends it, one image a slice; values are rounded to whole numbers. */
export function solidSeries(
  volume: Volume,
  studyUid: string,
  seriesUid: string,
  patientId: string,
): { sopUid: string; bytes: Uint8Array }[] {
  const [columns, rows, slices] = volume.shape;
  const ms = Date.UTC(2026, 10, 20, 4, 30);
  const machine = { manufacturer: "Test", model: "Test", serial: "1", station: "T", software: "1" };
  return Array.from({ length: slices }, (_, k) => {
    const sopUid = uidOf(`${seriesUid} ${k}`);
    const plane = volume.data.subarray(k * columns * rows, (k + 1) * columns * rows);
    const image = ctImage({
      context: {
        patient: { name: "Test^Solid", patientId, issuer: "", birthDate: "19500101", sex: "O", synthetic: true },
        study: {
          ...{ uid: studyUid, id: "1", ms, accession: "", description: "Head" },
          ...{ referringPhysician: "", institution: "" },
        },
        series: {
          ...{ uid: seriesUid, number: 2, modality: "CT", description: "Head", protocol: "", bodyPart: "HEAD", ms },
          ...machine,
          frameOfReferenceUid: uidOf(`${seriesUid} frame of reference`),
        },
        sopInstanceUid: sopUid,
        instanceNumber: k + 1,
        ms,
      },
      pixels: Int16Array.from(plane, Math.round),
      ...{ rows, columns, spacing: [volume.spacing[1], volume.spacing[0]], thickness: volume.spacing[2] },
      position: [volume.origin[0], volume.origin[1], volume.origin[2] + k * volume.spacing[2]],
      ...{ kvp: 120, exposureMas: 100, rotationS: 0.5, kernel: "H", imageType: ["ORIGINAL", "PRIMARY", "AXIAL"] },
      window: [40, 120],
      acquisitionNumber: 1,
    });
    return { sopUid, bytes: writePart10(image) };
  });
}
