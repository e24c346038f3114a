import { dataSet } from "../../src/dicom/data-set.ts";
import { TS } from "../../src/dicom/transfer-syntax.ts";
import { uidOf } from "../../src/dicom/uid.ts";
import { writePart10 } from "../../src/dicom/write.ts";

export interface Claim {
  readonly PatientID?: string;
  readonly IssuerOfPatientID?: string;
  readonly PatientName?: string;
  readonly PatientBirthDate?: string;
  readonly PatientSex?: string;
}

/** One secondary capture of a named study, claiming a patient; `n` makes another object of the same series. */
export function claimed(study: string, claim: Claim, n = 1, syntax: string = TS.ExplicitLittle): Uint8Array {
  return writePart10(
    dataSet({
      SpecificCharacterSet: "ISO_IR 100",
      SOPClassUID: "1.2.840.10008.5.1.4.1.1.7",
      SOPInstanceUID: uidOf(`${study} ${n}`),
      StudyInstanceUID: uidOf(study),
      SeriesInstanceUID: uidOf(`${study} series`),
      ...{ StudyDate: "20261101", StudyTime: "042200", AccessionNumber: "", ReferringPhysicianName: "", StudyID: "1" },
      ...{ StudyDescription: study, Modality: "OT", ConversionType: "WSD", SeriesNumber: 1, InstanceNumber: n },
      ...{ PatientName: "", PatientID: "", PatientBirthDate: "", PatientSex: "", ...claim },
      ...{
        PatientOrientation: "",
        Laterality: "",
        Rows: 8,
        Columns: 8,
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
      },
      ...{ PixelRepresentation: 0, SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
      PixelData: Uint16Array.from({ length: 64 }, (_, i) => i * n),
    }),
    syntax,
  );
}
