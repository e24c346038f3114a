import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, text } from "../data-set.ts";
import { uidOf } from "../uid.ts";
import {
  type Code,
  codeItem,
  dicomMoment,
  type Equipment,
  patientAndStudyOf,
  referenceItems,
  sopClassOf,
} from "./derived-context.ts";

/** Spatial Registration Storage. */
const SPATIAL_REGISTRATION = "1.2.840.10008.5.1.4.1.1.66.1";

/** A series that is registered: one of its objects, and the SOP Instance UIDs of all that took part. */
export interface RegisteredSeries {
  readonly source: DataSet;
  readonly sopInstances: readonly string[];
}

/** What a Spatial Registration object is made of. */
export interface SpatialRegistrationInput {
  /** The series whose space is kept: the object lies in its study and its frame of reference. */
  readonly fixed: RegisteredSeries;
  readonly moving: RegisteredSeries;
  /** Row-major 4x4, takes points of the moving series to the fixed one, LPS mm; rigid. */
  readonly matrix: readonly number[];
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly seriesDescription: string;
  /** Method, version and measures of error, in the 64 characters that DICOM gives; more is cut. */
  readonly comment: string;
  /** Who accepted or corrected it (PN); empty: nobody yet. */
  readonly creator: string;
  /** Whether a person set the matrix by hand. */
  readonly byHand: boolean;
  readonly ms: number;
  readonly equipment: Equipment;
}

/**
 * A Spatial Registration (PS3.3 A.39.1, C.20.2): the fixed series with the identity, the moving one with its rigid matrix
 * to the frame of reference of the fixed one. Both items name their images, so that two series of one frame of reference
 * (the patient moved between them) are told apart. A series without a frame of reference gets one made of its UID. Errors:
 * `bad-request` without a study or series UID, or when a series names no object.
 */
export function spatialRegistration(input: SpatialRegistrationInput): DataSet {
  const { fixed, moving } = input;
  for (const { source, sopInstances } of [fixed, moving])
    if (!text(source, "StudyInstanceUID") || !text(source, "SeriesInstanceUID") || sopInstances.length === 0)
      throw new WillisError("bad-request", "A registered series needs Study and Series Instance UID and its objects.");
  const { date, time } = dicomMoment(input.ms);
  const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  const sameStudy = text(fixed.source, "StudyInstanceUID") === text(moving.source, "StudyInstanceUID");
  return new Map([
    ...patientAndStudyOf(fixed.source),
    ...dataSet({
      SOPClassUID: SPATIAL_REGISTRATION,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: input.seriesDescription,
      SeriesDate: date,
      SeriesTime: time,
      Modality: "REG",
      BodyPartExamined: text(fixed.source, "BodyPartExamined") ?? "HEAD",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      FrameOfReferenceUID: frameOf(fixed.source),
      PositionReferenceIndicator: "",
      InstanceNumber: input.instanceNumber,
      ContentDate: date,
      ContentTime: time,
      ContentLabel: "REGISTRATION",
      ContentDescription: "Rigid registration; not a medical device",
      ContentCreatorName: input.creator,
      RegistrationSequence: [
        item(fixed, identity, "The series whose space is kept.", HOW.identity),
        item(moving, input.matrix, input.comment, input.byHand ? HOW.visual : HOW.content),
      ],
      ReferencedSeriesSequence: sameStudy ? [seriesItem(fixed), seriesItem(moving)] : seriesItem(fixed),
      StudiesContainingOtherReferencedInstancesSequence: sameStudy
        ? undefined
        : dataSet({
            StudyInstanceUID: text(moving.source, "StudyInstanceUID"),
            ReferencedSeriesSequence: seriesItem(moving),
          }),
    }),
  ]);
}

function frameOf(source: DataSet): string {
  return text(source, "FrameOfReferenceUID") ?? uidOf(`frame of reference ${text(source, "SeriesInstanceUID")}`);
}

function seriesItem({ source, sopInstances }: RegisteredSeries): DataSet {
  return dataSet({
    SeriesInstanceUID: text(source, "SeriesInstanceUID"),
    ReferencedInstanceSequence: referenceItems(sopClassOf(source), sopInstances),
  });
}

/** How a matrix was found: PS3.16 CID 7100. */
const HOW = {
  identity: { value: "125021", scheme: "DCM", meaning: "Frame of Reference Identity" },
  content: { value: "125024", scheme: "DCM", meaning: "Image Content-based Alignment" },
  visual: { value: "125025", scheme: "DCM", meaning: "Visual Alignment" },
} as const;

function item(series: RegisteredSeries, matrix: readonly number[], comment: string, how: Code): DataSet {
  return dataSet({
    FrameOfReferenceUID: frameOf(series.source),
    ReferencedImageSequence: referenceItems(sopClassOf(series.source), series.sopInstances),
    MatrixRegistrationSequence: dataSet({
      FrameOfReferenceTransformationComment: comment.slice(0, 64),
      RegistrationTypeCodeSequence: codeItem(how),
      MatrixSequence: dataSet({
        FrameOfReferenceTransformationMatrixType: "RIGID",
        FrameOfReferenceTransformationMatrix: [...matrix],
      }),
    }),
  });
}
