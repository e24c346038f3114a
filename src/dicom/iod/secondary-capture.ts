import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, text } from "../data-set.ts";
import { type Evidence, referenceItem } from "./content-items.ts";
import { codeItem, dicomMoment, type Equipment, patientAndStudyOf } from "./derived-context.ts";

/** Secondary Capture Image Storage. */
export const SECONDARY_CAPTURE_STORAGE = "1.2.840.10008.5.1.4.1.1.7";

/** What a Secondary Capture is made of. */
export interface SecondaryCaptureInput {
  readonly study: DataSet;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly seriesDescription: string;
  /** Red, green, blue of each pixel, rows from above: 3 x columns x rows bytes. */
  readonly rgb: Uint8Array;
  readonly columns: number;
  readonly rows: number;
  /** What it shows and how it was made, in words. */
  readonly derivation: string;
  readonly comment: string;
  /** The frame it is a picture of; `frame` counts from 1. */
  readonly source: Evidence & { readonly frame?: number };
  /** "R", "L", "B" or empty when it is not known. */
  readonly laterality: string;
  readonly ms: number;
  readonly equipment: Equipment;
}

/**
 * A picture of what was on the screen as a Secondary Capture (PS3.3 A.8.1), marked as derived, with the frame it shows.
 * Text is burned in and it says so. No spacing is written: nothing may be measured on it. Errors: `bad-request` when the
 * bytes and the size differ or the study has no UID.
 */
export function secondaryCapture(input: SecondaryCaptureInput): DataSet {
  const { rgb, columns, rows, source, study } = input;
  if (rgb.length !== 3 * columns * rows) {
    throw new WillisError("bad-request", `The picture has ${rgb.length} bytes, not 3 x ${columns} x ${rows}.`);
  }
  if (!text(study, "StudyInstanceUID")) {
    throw new WillisError("bad-request", "A Secondary Capture needs the Study Instance UID.");
  }
  const { date, time } = dicomMoment(input.ms);
  const reference = new Map([
    ...referenceItem(source),
    ...dataSet({
      PurposeOfReferenceCodeSequence: codeItem({
        ...{ value: "121322", scheme: "DCM", meaning: "Source image for image processing operation" },
      }),
    }),
  ]);
  return new Map([
    ...patientAndStudyOf(study),
    ...dataSet({
      SOPClassUID: SECONDARY_CAPTURE_STORAGE,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: input.seriesDescription,
      SeriesDate: date,
      SeriesTime: time,
      InstanceNumber: input.instanceNumber,
      Modality: "OT",
      ConversionType: "WSD",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      SecondaryCaptureDeviceManufacturer: input.equipment.manufacturer,
      SecondaryCaptureDeviceManufacturerModelName: input.equipment.model,
      SecondaryCaptureDeviceSoftwareVersions: input.equipment.software,
      DateOfSecondaryCapture: date,
      TimeOfSecondaryCapture: time,
      ContentDate: date,
      ContentTime: time,
      TimezoneOffsetFromUTC: "+0000",
      ImageType: ["DERIVED", "SECONDARY"],
      DerivationDescription: input.derivation.slice(0, 1024),
      ImageComments: input.comment || undefined,
      SourceImageSequence: reference,
      PatientOrientation: "",
      ImageLaterality: input.laterality || undefined,
      BurnedInAnnotation: "YES",
      LossyImageCompression: "00",
      SamplesPerPixel: 3,
      PhotometricInterpretation: "RGB",
      PlanarConfiguration: 0,
      Rows: rows,
      Columns: columns,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      PixelData: rgb.length % 2 === 0 ? rgb : Uint8Array.from([...rgb, 0]),
    }),
  ]);
}
