import type { DataSet } from "../../dicom/data-set.ts";
import type { ObjectContext, PatientContext, SeriesContext, StudyContext } from "../../dicom/iod/ct-context.ts";
import { uidOf } from "../../dicom/uid.ts";
import { writePart10 } from "../../dicom/write.ts";

/** One DICOM file of the phantom, with a path relative to the output folder. */
export interface PhantomFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Names, UIDs and times of one study, so that each renderer only adds what is its own. */
export interface Studio {
  readonly key: string;
  readonly folder: string;
  readonly patient: PatientContext;
  readonly study: StudyContext;
  readonly frameOfReferenceUid: string;
}

/** The machine of a modality as it writes itself into objects. */
export type Machine = Pick<SeriesContext, "manufacturer" | "model" | "serial" | "station" | "software">;

/** Opens a study; all UIDs derive from `key` so that the same case and seed gives the same UIDs. */
export function openStudy(
  key: string,
  folder: string,
  patient: PatientContext,
  study: Omit<StudyContext, "uid">,
): Studio {
  return {
    key,
    folder,
    patient,
    study: { ...study, uid: uidOf(`${key}/study`) },
    frameOfReferenceUid: uidOf(`${key}/frame-of-reference`),
  };
}

/** A series of a study: its context and the writer of its files. */
export interface OpenSeries {
  readonly context: SeriesContext;
  object(instance: number, ms: number): ObjectContext;
  file(instance: number, dataSet: DataSet): PhantomFile;
}

/** The UID of an object of a series, known before it is made, for objects that refer to each other. */
export function objectUid(studio: Studio, series: number, description: string, instance: number): string {
  return uidOf(`${uidOf(`${studio.key}/series/${series}/${description}`)}/${instance}`);
}

/** Opens a series `number`; `shared` false leaves out the frame of reference (projection, ultrasound, reports). */
export function openSeries(
  studio: Studio,
  machine: Machine,
  about: {
    number: number;
    modality: string;
    description: string;
    protocol: string;
    bodyPart: string;
    ms: number;
    shared?: boolean;
  },
): OpenSeries {
  const uid = uidOf(`${studio.key}/series/${about.number}/${about.description}`);
  const context: SeriesContext = {
    uid,
    number: about.number,
    modality: about.modality,
    description: about.description,
    protocol: about.protocol,
    bodyPart: about.bodyPart,
    ms: about.ms,
    ...machine,
    ...(about.shared === false ? {} : { frameOfReferenceUid: studio.frameOfReferenceUid }),
  };
  const name = `${String(about.number).padStart(3, "0")}-${about.description
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")}`;
  return {
    context,
    object: (instance, ms) => ({
      patient: studio.patient,
      study: studio.study,
      series: context,
      sopInstanceUid: objectUid(studio, about.number, about.description, instance),
      instanceNumber: instance,
      ms,
    }),
    file: (instance, dataSet) => ({
      path: `${studio.folder}/${name}/${String(instance).padStart(4, "0")}.dcm`,
      bytes: writePart10(dataSet),
    }),
  };
}
