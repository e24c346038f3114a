import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, text } from "../data-set.ts";
import {
  codeContent,
  dcm,
  type Evidence,
  evidenceItems,
  imageContent,
  personContent,
  textContent,
  uidContent,
} from "./content-items.ts";
import { type Code, codeItem, dicomMoment, type Equipment, patientAndStudyOf } from "./derived-context.ts";

/** Key Object Selection Document Storage. */
const KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59";

/** Why objects are marked: titles of PS3.16 CID 7010. */
export const KEY_OBJECT_TITLES = {
  "of-interest": dcm("113000", "Of Interest"),
  referring: dcm("113002", "For Referring Provider"),
  surgery: dcm("113003", "For Surgery"),
  teaching: dcm("113004", "For Teaching"),
  conference: dcm("113005", "For Conference"),
  therapy: dcm("113006", "For Therapy"),
  report: dcm("113020", "For Report Attachment"),
} as const satisfies Readonly<Record<string, Code>>;

/** What a selection of key images is made of. */
export interface KeyObjectInput {
  readonly study: DataSet;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly title: Code;
  /** What they show, in words; empty for nothing. */
  readonly description: string;
  /** The marked objects, at least one; `frame` counts from 1. */
  readonly objects: readonly (Evidence & { readonly frame?: number })[];
  readonly observer: { readonly name: string };
  readonly device: { readonly uid: string };
  readonly ms: number;
  readonly equipment: Equipment;
}

/**
 * A Key Object Selection (PS3.3 A.35.4, PS3.16 TID 2010): why the objects are marked, by whom and with which program, a
 * description, and the objects with their frames. Errors: `bad-request` without an object or without the study's UID.
 */
export function keyObjectSelection(input: KeyObjectInput): DataSet {
  const { study, objects } = input;
  if (objects.length === 0) throw new WillisError("bad-request", "A selection of key images needs an image.");
  if (!text(study, "StudyInstanceUID")) {
    throw new WillisError("bad-request", "A selection of key images needs the Study Instance UID.");
  }
  const { date, time } = dicomMoment(input.ms);
  return new Map([
    ...patientAndStudyOf(study),
    ...dataSet({
      SOPClassUID: KEY_OBJECT_SELECTION,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: "Key images",
      SeriesDate: date,
      SeriesTime: time,
      InstanceNumber: input.instanceNumber,
      Modality: "KO",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      ReferencedPerformedProcedureStepSequence: [],
      ContentDate: date,
      ContentTime: time,
      TimezoneOffsetFromUTC: "+0000",
      CurrentRequestedProcedureEvidenceSequence: evidenceItems(objects),
      ValueType: "CONTAINER",
      ConceptNameCodeSequence: codeItem(input.title),
      ContinuityOfContent: "SEPARATE",
      ContentTemplateSequence: dataSet({ MappingResource: "DCMR", TemplateIdentifier: "2010" }),
      ContentSequence: [
        codeContent("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121006", "Person")),
        personContent("HAS OBS CONTEXT", dcm("121008", "Person Observer Name"), input.observer.name),
        codeContent("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121007", "Device")),
        uidContent("HAS OBS CONTEXT", dcm("121012", "Device Observer UID"), input.device.uid),
        ...(input.description
          ? [textContent("CONTAINS", dcm("113012", "Key Object Description"), input.description)]
          : []),
        ...objects.map((object) => imageContent("CONTAINS", null, object)),
      ],
    }),
  ]);
}
