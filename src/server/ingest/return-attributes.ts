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

/**
 * Attributes of the patient and the study that are not kept in the index but the same in every object of a study (PS3.3
 * C.7.1.1, C.7.2.1, C.7.2.2): answered from one of them when they are asked for.
 */
export const STUDY_IN_HEADER: readonly string[] = [
  ...["SpecificCharacterSet", "OtherPatientNames", "PatientBirthTime", "EthnicGroup", "PatientComments"],
  ...["PatientSpeciesDescription", "ResponsiblePerson", "PatientIdentityRemoved", "OtherPatientIDsSequence"],
  ...[
    "IssuerOfPatientIDQualifiersSequence",
    "TypeOfPatientID",
    "PatientSize",
    "AdditionalPatientHistory",
    "Occupation",
  ],
  ...["MedicalAlerts", "Allergies", "SmokingStatus", "PregnancyStatus", "PatientState", "AdmissionID"],
  ...["IssuerOfAccessionNumberSequence", "PhysiciansOfRecord", "NameOfPhysiciansReadingStudy", "RequestingService"],
  ...["ProcedureCodeSequence", "AdmittingDiagnosesDescription", "ReferencedStudySequence", "ConsultingPhysicianName"],
  ...["ReasonForPerformedProcedureCodeSequence", "AdmittingDiagnosesCodeSequence"],
];

/** The same of a series and its equipment (PS3.3 C.7.3.1, C.7.4.1, C.7.5.1). */
export const SERIES_IN_HEADER: readonly string[] = [
  ...["PerformingPhysicianName", "OperatorsName", "SmallestPixelValueInSeries", "LargestPixelValueInSeries"],
  ...["PerformedProcedureStepID", "PerformedProcedureStepDescription", "PerformedProtocolCodeSequence"],
  ...["CommentsOnThePerformedProcedureStep", "ReferencedPerformedProcedureStepSequence", "PositionReferenceIndicator"],
  ...["InstitutionAddress", "InstitutionalDepartmentName", "DeviceSerialNumber", "SoftwareVersions", "DeviceUID"],
  ...["SpatialResolution", "DateOfLastCalibration", "TimeOfLastCalibration", "AnatomicalOrientationType"],
  ...["SeriesDescriptionCodeSequence", "TreatmentSessionUID"],
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
