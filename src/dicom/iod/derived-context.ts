import { type DataSet, dataSet, type Element, text } from "../data-set.ts";
import { tagOf } from "../dictionary.ts";

/** Who made a derived object: goes into General Equipment, so that a reader sees what computed it. */
export interface Equipment {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
  readonly software: string;
}

/** The equipment of what Willis itself derives; `software` should name the version. */
export function willisEquipment(software: string): Equipment {
  return { manufacturer: "Willis", model: "Willis", serial: "0", software };
}

const PATIENT_AND_STUDY = [
  ...["PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "OtherPatientIDs"],
  ...["PatientAge", "PatientSize", "PatientWeight", "PatientIdentityRemoved", "DeidentificationMethod"],
  ...["QualityControlSubject", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "AccessionNumber"],
  ...["ReferringPhysicianName", "StudyDescription", "TimezoneOffsetFromUTC"],
];
/** Type 2: present even when it is not known. */
const REQUIRED = [
  ...["PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"],
  ...["AccessionNumber", "ReferringPhysicianName"],
];

/** Patient and study attributes of an object, for an object that is derived from it in the same study. */
export function patientAndStudyOf(source: DataSet): Map<number, Element> {
  const out = new Map<number, Element>();
  for (const keyword of PATIENT_AND_STUDY) {
    const element = source.get(tagOf(keyword));
    if (element) out.set(tagOf(keyword), element);
  }
  for (const [tag, element] of dataSet(Object.fromEntries(REQUIRED.map((k) => [k, ""])))) {
    if (!out.has(tag)) out.set(tag, element);
  }
  return out;
}

/** Date (DA) and time (TM, milliseconds) of milliseconds since 1970, in UTC. */
export function dicomMoment(ms: number): { readonly date: string; readonly time: string } {
  const iso = new Date(ms).toISOString();
  return {
    date: iso.slice(0, 10).replaceAll("-", ""),
    time: `${iso.slice(11, 19).replaceAll(":", "")}${iso.slice(19, 23)}`,
  };
}

/** A coded concept (PS3.3 8.8). */
export interface Code {
  readonly value: string;
  /** "DCM", "UCUM", "SCT", or our own "99WILLIS". */
  readonly scheme: string;
  readonly meaning: string;
}

/** A code as the item of a code sequence. */
export function codeItem({ value, scheme, meaning }: Code): DataSet {
  return dataSet({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });
}

/** References to source instances of one series, as Referenced Series Sequence and Source Image Sequence want them. */
export function referenceItems(sopClass: string, sopInstances: readonly string[]): DataSet[] {
  return sopInstances.map((uid) => dataSet({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: uid }));
}

/** The SOP class of an object, or the general Secondary Capture when it does not say. */
export function sopClassOf(ds: DataSet): string {
  return text(ds, "SOPClassUID") ?? "1.2.840.10008.5.1.4.1.1.7";
}
