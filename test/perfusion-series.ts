import { ctImage } from "../src/dicom/iod/ct-image.ts";
import { uidOf } from "../src/dicom/uid.ts";
import { writePart10 } from "../src/dicom/write.ts";
import { syntheticHead } from "../src/imaging/perfusion/synthetic-head.ts";

/** The head of the perfusion tests, with the volumes that are true for it. */
export const HEAD = syntheticHead({ shape: [80, 80, 4], spacing: [2.6, 2.6, 10], noise: 3 });

/** The synthetic head as a scanner sends it, one CT image for each slice and time; `frames` points in time of it. */
export function perfusionSeries(
  studyUid: string,
  seriesUid: string,
  frames: number,
): { sopUid: string; bytes: Uint8Array }[] {
  const { shape, spacing, origin, times } = HEAD.series;
  const plane = shape[0] * shape[1];
  const ms = Date.UTC(2026, 10, 20, 4, 30);
  const machine = { manufacturer: "Test", model: "Test", serial: "1", station: "T", software: "1" };
  return Array.from({ length: frames * shape[2] }, (_, index) => {
    const [t, k] = [Math.floor(index / shape[2]), index % shape[2]];
    const sopUid = uidOf(`${seriesUid} ${index + 1}`);
    const image = ctImage({
      context: {
        patient: { name: "Test^Head", patientId: "T1", issuer: "", birthDate: "19500101", sex: "O", synthetic: true },
        study: {
          uid: studyUid,
          id: "1",
          ms,
          accession: "",
          description: "Stroke",
          referringPhysician: "",
          institution: "",
        },
        series: {
          ...{
            uid: seriesUid,
            number: 5,
            modality: "CT",
            description: "Perfusion",
            protocol: "",
            bodyPart: "HEAD",
            ms,
          },
          ...machine,
        },
        sopInstanceUid: sopUid,
        instanceNumber: index + 1,
        ms: ms + times[t]! * 1000,
      },
      pixels: (HEAD.series.frames[t] as Int16Array).slice(k * plane, (k + 1) * plane),
      rows: shape[1],
      columns: shape[0],
      spacing: [spacing[1], spacing[0]],
      thickness: spacing[2],
      position: [origin[0], origin[1], k * spacing[2]],
      ...{ kvp: 80, exposureMas: 100, rotationS: 0.5, kernel: "H", imageType: ["ORIGINAL", "PRIMARY", "AXIAL"] },
      window: [40, 120],
      acquisitionNumber: t + 1,
    });
    return { sopUid, bytes: writePart10(image) };
  });
}
