import type { FieldValue } from "../data-set.ts";

/** Who a study is about. `name` in PN form (`Family^Given`), `birthDate` YYYYMMDD, `sex` M, F or O. */
export interface PatientContext {
  readonly name: string;
  readonly patientId: string;
  readonly issuer: string;
  readonly birthDate: string;
  readonly sex: "M" | "F" | "O";
  /** True for a computed phantom: marked as a quality control subject, (0010,0200). */
  readonly synthetic: boolean;
}

/** The study that objects belong to; `ms` is its start in milliseconds since 1970 UTC. */
export interface StudyContext {
  readonly uid: string;
  readonly id: string;
  readonly ms: number;
  readonly accession: string;
  readonly description: string;
  readonly referringPhysician: string;
  readonly institution: string;
}

/** The series that objects belong to and the machine that made them. */
export interface SeriesContext {
  readonly uid: string;
  readonly number: number;
  readonly modality: string;
  readonly description: string;
  readonly protocol: string;
  readonly bodyPart: string;
  readonly ms: number;
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly station: string;
  readonly software: string;
  readonly frameOfReferenceUid?: string;
}

/** Patient, study and series of one object, its SOP class and instance UID, its number and its time. */
export interface ObjectContext {
  readonly patient: PatientContext;
  readonly study: StudyContext;
  readonly series: SeriesContext;
  readonly sopInstanceUid: string;
  readonly instanceNumber: number;
  readonly ms: number;
}

/** DA and TM (microseconds) of a time in milliseconds since 1970, in UTC. */
export function dateTime(ms: number): { date: string; time: string } {
  const iso = new Date(ms).toISOString();
  return {
    date: iso.slice(0, 10).replaceAll("-", ""),
    time: `${iso.slice(11, 19).replaceAll(":", "")}.${iso.slice(20, 23)}000`,
  };
}

/** Age string (AS) in whole years at a time, e.g. `081Y`. */
export function ageAt(birthDate: string, ms: number): string {
  const now = dateTime(ms).date;
  const years = Number(now.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (now.slice(4) < birthDate.slice(4) ? 1 : 0);
  return `${String(Math.max(0, years)).padStart(3, "0")}Y`;
}

/**
 * Patient, General Study, Patient Study, General Series, General Equipment and SOP Common attributes (PS3.3 C.7, C.12.1)
 * as fields for `dataSet`. Times are UTC and say so in (0008,0201).
 */
export function contextFields(context: ObjectContext, sopClassUid: string): Record<string, FieldValue> {
  const { patient, study, series } = context;
  const studyTime = dateTime(study.ms);
  const seriesTime = dateTime(series.ms);
  const own = dateTime(context.ms);
  return {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: sopClassUid,
    SOPInstanceUID: context.sopInstanceUid,
    InstanceCreationDate: own.date,
    InstanceCreationTime: own.time,
    TimezoneOffsetFromUTC: "+0000",
    StudyDate: studyTime.date,
    StudyTime: studyTime.time,
    SeriesDate: seriesTime.date,
    SeriesTime: seriesTime.time,
    ContentDate: own.date,
    ContentTime: own.time,
    AccessionNumber: study.accession,
    Modality: series.modality,
    Manufacturer: series.manufacturer,
    ManufacturerModelName: series.model,
    DeviceSerialNumber: series.serial,
    SoftwareVersions: series.software,
    StationName: series.station,
    InstitutionName: study.institution,
    ReferringPhysicianName: study.referringPhysician,
    StudyDescription: study.description,
    SeriesDescription: series.description,
    ProtocolName: series.protocol,
    BodyPartExamined: series.bodyPart,
    PatientName: patient.name,
    PatientID: patient.patientId,
    IssuerOfPatientID: patient.issuer,
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    PatientAge: ageAt(patient.birthDate, study.ms),
    QualityControlSubject: patient.synthetic ? "YES" : undefined,
    PatientComments: patient.synthetic ? "Synthetic patient: computed phantom, no living person" : undefined,
    StudyInstanceUID: study.uid,
    SeriesInstanceUID: series.uid,
    StudyID: study.id,
    SeriesNumber: series.number,
    InstanceNumber: context.instanceNumber,
    FrameOfReferenceUID: series.frameOfReferenceUid,
    PositionReferenceIndicator: series.frameOfReferenceUid ? "" : undefined,
  };
}

/** Rows x columns of pixels with signed or unsigned stored values, as Image Pixel fields (PS3.3 C.7.6.3). */
export function pixelFields(
  pixels: Uint8Array | Uint16Array | Int16Array,
  rows: number,
  columns: number,
  bitsStored: number,
): Record<string, FieldValue> {
  const wide = pixels.BYTES_PER_ELEMENT === 2;
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: "MONOCHROME2",
    Rows: rows,
    Columns: columns,
    BitsAllocated: wide ? 16 : 8,
    BitsStored: bitsStored,
    HighBit: bitsStored - 1,
    PixelRepresentation: pixels instanceof Int16Array ? 1 : 0,
    PixelData: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength),
  };
}
