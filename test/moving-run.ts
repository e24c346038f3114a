import { normal, uniform } from "../src/core/random.ts";
import { dataSet, type FieldValue } from "../src/dicom/data-set.ts";
import { uidOf } from "../src/dicom/uid.ts";
import { writePart10 } from "../src/dicom/write.ts";

/** Size and frames of the small run, and how its bone moves from its fourth frame on, pixels to the right and down. */
export const MOVING = { size: 192, frames: 14, move: [1.5, -1] } as const;
const { size: SIZE, frames: FRAMES } = MOVING;
const random = normal(uniform(3));

/** A small run: bone that moves from frame 4 on, a vessel that fills from frame 6 on. */
export const MOVING_PIXELS = Uint16Array.from({ length: FRAMES * SIZE * SIZE }, (_, k) => {
  const [t, p] = [Math.floor(k / (SIZE * SIZE)), k % (SIZE * SIZE)];
  const [mx, my] = t < 3 ? [0, 0] : MOVING.move;
  const [x, y] = [(p % SIZE) - mx, Math.floor(p / SIZE) - my];
  const bone =
    0.12 * Math.sin(x / 15) * Math.sin(y / 18) + 0.4 * Math.exp(-(((Math.hypot(x - 96, y - 96) - 70) / 5) ** 2));
  const filling = t < 5 ? 0 : 0.5 * ((t - 4) / 3) ** 2 * Math.exp(2 - (2 * (t - 4)) / 3);
  const vessel = Math.abs(x - 90) < 4 ? filling : 0;
  return Math.round(2400 * Math.exp(-bone - vessel + 0.01 * random()));
});

export const MOVING_STUDY = uidOf("dsa test study");
export const movingSeries = (name: string): string => uidOf(`dsa test series ${name}`);

/** The run as a Part 10 file of the study; `fields` change its header, `part` its frames. */
export function movingRun(
  name: string,
  fields: Readonly<Record<string, FieldValue>> = {},
  part: Uint16Array = MOVING_PIXELS,
): Uint8Array {
  return writePart10(
    dataSet({
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.12.1",
      SOPInstanceUID: uidOf(`dsa test ${name}`),
      StudyInstanceUID: MOVING_STUDY,
      SeriesInstanceUID: movingSeries(name),
      ...{ Modality: "XA", PatientID: "P1", PatientName: "Test^Run", PixelIntensityRelationship: "LIN" },
      ...{ Rows: SIZE, Columns: SIZE, SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
      ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0 },
      ...{ NumberOfFrames: part.length / (SIZE * SIZE), FrameTime: 250, PixelData: part },
      ...fields,
    }),
  );
}
