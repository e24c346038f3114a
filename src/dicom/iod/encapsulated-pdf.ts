import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet } from "../data-set.ts";
import type { Code, Equipment } from "./derived-context.ts";
import { codeItem, dicomMoment, patientAndStudyOf } from "./derived-context.ts";

/** Encapsulated PDF Storage. */
export const ENCAPSULATED_PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1";

/** What an Encapsulated PDF is made of. */
export interface EncapsulatedPdfInput {
  readonly pdf: Uint8Array;
  readonly title: string;
  /** Any object of the study (or a `dataSet` with StudyInstanceUID and the patient's attributes). */
  readonly study: DataSet;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly seriesDescription: string;
  /** Document title code, e.g. LOINC 11488-4 Consultation note; none leaves it empty. */
  readonly concept?: Code;
  /** When the document was written, milliseconds since 1970 UTC. */
  readonly ms: number;
  readonly equipment: Equipment;
}

/**
 * A PDF as a DICOM object (PS3.3 A.45.1), so that it lies in the study with the images. The bytes are kept as they are;
 * their true length is in Encapsulated Document Length. Errors: `bad-request` when they are no PDF.
 */
export function encapsulatedPdf(input: EncapsulatedPdfInput): DataSet {
  const head = String.fromCharCode(...input.pdf.subarray(0, 5));
  if (head !== "%PDF-") throw new WillisError("bad-request", `The document begins with "${head}", not with "%PDF-".`);
  const { date, time } = dicomMoment(input.ms);
  return new Map([
    ...patientAndStudyOf(input.study),
    ...dataSet({
      SOPClassUID: ENCAPSULATED_PDF_STORAGE,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: input.seriesDescription,
      SeriesDate: date,
      SeriesTime: time,
      Modality: "DOC",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      ConversionType: "SYN",
      InstanceNumber: input.instanceNumber,
      ContentDate: date,
      ContentTime: time,
      AcquisitionDateTime: "",
      BurnedInAnnotation: "YES",
      DocumentTitle: input.title,
      ConceptNameCodeSequence: input.concept ? codeItem(input.concept) : [],
      MIMETypeOfEncapsulatedDocument: "application/pdf",
      EncapsulatedDocumentLength: input.pdf.length,
      EncapsulatedDocument: input.pdf,
    }),
  ]);
}
