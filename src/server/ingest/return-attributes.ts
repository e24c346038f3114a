import { tagOf } from "../../dicom/dictionary.ts";

/**
 * What the index keeps of each level, so that no search opens a file: the attributes that PS3.18 tables 10.6.3-3 to -5
 * require, and those that worklists and hanging protocols ask for. Counts and modalities are columns, not listed here.
 */
export const STUDY_KEYWORDS: readonly string[] = [
  ...["StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "TimezoneOffsetFromUTC"],
  ...["PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "PatientAge", "PatientWeight"],
  ...["StudyInstanceUID", "StudyID", "StudyDescription", "InstitutionName"],
];

export const SERIES_KEYWORDS: readonly string[] = [
  ...["Modality", "TimezoneOffsetFromUTC", "SeriesDescription", "SeriesInstanceUID", "SeriesNumber"],
  ...["PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", "RequestAttributesSequence"],
  ...["SeriesDate", "SeriesTime", "BodyPartExamined", "Laterality", "ProtocolName", "Manufacturer"],
  ...["ManufacturerModelName", "StationName", "FrameOfReferenceUID", "PatientPosition"],
];

export const INSTANCE_KEYWORDS: readonly string[] = [
  ...["SOPClassUID", "SOPInstanceUID", "TimezoneOffsetFromUTC", "InstanceNumber", "Rows", "Columns", "BitsAllocated"],
  ...["NumberOfFrames", "ImageType", "AcquisitionNumber", "AcquisitionDate", "AcquisitionTime", "ContentDate"],
  ...["ContentTime", "ImagePositionPatient", "ImageOrientationPatient", "SliceLocation", "PixelSpacing"],
  ...["PhotometricInterpretation", "FrameTime", "DocumentTitle", "ContentLabel", "ContentDescription"],
];

/** Those of each level that an answer holds even when they are empty (type 1 and 2 of PS3.18 10.6.3.3). */
export const REQUIRED: Readonly<Record<"study" | "series" | "instance", readonly string[]>> = {
  study: [
    ...["StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName", "PatientName", "PatientID"],
    ...["PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyID"],
  ],
  series: ["Modality", "SeriesInstanceUID", "SeriesNumber"],
  instance: ["SOPClassUID", "SOPInstanceUID", "InstanceNumber"],
};

const tags = new Map<readonly string[], readonly number[]>();

/** The tags of one of the lists above. */
export function tagsOf(keywords: readonly string[]): readonly number[] {
  let found = tags.get(keywords);
  if (!found) {
    found = keywords.map(tagOf);
    tags.set(keywords, found);
  }
  return found;
}
