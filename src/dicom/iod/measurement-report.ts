import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, items, text } from "../data-set.ts";
import { uidOf } from "../uid.ts";
import {
  codeContent,
  containerContent,
  coordinatesContent,
  dcm,
  type Evidence,
  evidenceItems,
  type GraphicShape,
  type ImageReference,
  imageContent,
  numberContent,
  personContent,
  sct,
  spaceContent,
  textContent,
  uidContent,
} from "./content-items.ts";
import { type Code, dicomMoment, type Equipment, patientAndStudyOf } from "./derived-context.ts";

const COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33";
const COMPREHENSIVE_3D_SR = "1.2.840.10008.5.1.4.1.1.88.34";

/** Where a measurement was drawn: on an image (column, row; 0.5, 0.5 is the middle of the first pixel) or in LPS mm. */
export type ReportShape =
  | {
      readonly on: "image";
      readonly shape: Exclude<GraphicShape, "POLYGON">;
      readonly points: readonly (readonly number[])[];
      readonly image: ImageReference & { readonly studyUid: string; readonly seriesUid: string };
    }
  | {
      readonly on: "patient";
      readonly shape: GraphicShape;
      readonly points: readonly (readonly number[])[];
      readonly frameOfReference: string;
      readonly seriesUid: string;
    }
  /** A number of a whole series, without a shape. */
  | { readonly on: "series"; readonly seriesUid: string };

/** One number of a group. `null` when it could not be computed, with the reason in words. */
export interface ReportValue {
  readonly name: Code;
  readonly derivation?: Code;
  readonly unit: Code;
  readonly value: number | null;
  readonly reason?: string;
  readonly uncertainty?: { readonly low: number; readonly high: number; readonly basis: string };
  /** Which of the shapes of its group it was read from, counting from 0; left out: all of them. */
  readonly from?: number;
}

/** One measurement group: what was drawn, its numbers, who drew it. */
export interface ReportMeasurement {
  /** For programs: "Cornerstone3DTools@^0.1.0:Length" lets viewers of that family take it up as an editable length. */
  readonly trackingId: string;
  readonly trackingUid: string;
  /** `region`: an outline of which the numbers are statistics (TID 1410); `volume`: TID 1411; else TID 1501. */
  readonly form: "lines" | "region" | "volume";
  /** The reader's name for it, or what it is in words. */
  readonly label: string;
  readonly shapes: readonly ReportShape[];
  readonly values: readonly ReportValue[];
  readonly method: { readonly name: string; readonly version: string };
  /** In which sense its lengths are to be taken; empty when there are none. */
  readonly calibration: string;
  readonly observer: string;
  /** When it was drawn or last changed, milliseconds since 1970 UTC. */
  readonly ms: number;
}

/** What a measurement report is made of. */
export interface MeasurementReportInput {
  /** Any object of the study: patient and study are taken from it. */
  readonly study: DataSet;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  /** The version: counts from 1. */
  readonly instanceNumber: number;
  readonly measurements: readonly ReportMeasurement[];
  /** Measurements that were taken back since the version before, in words. */
  readonly deleted: readonly string[];
  /** The version before. */
  readonly predecessor?: Evidence;
  /** Who changed it last, as PN, and their organisation. */
  readonly observer: { readonly name: string; readonly organisation: string; readonly login: string };
  readonly device: { readonly uid: string };
  readonly ms: number;
  readonly equipment: Equipment;
}

/** The program as the device observer of its reports: how our own are told from those of others. */
export const WILLIS_OBSERVER = uidOf("Willis, the program");

/** Whether a report was written by Willis: its device observer says so. */
export function isOurReport(report: DataSet): boolean {
  return items(report, "ContentSequence").some((item) => text(item, "UID") === WILLIS_OBSERVER);
}

const GROUP = dcm("125007", "Measurement Group");
const REGION = dcm("111030", "Image Region");
const own = (value: string, meaning: string): Code => ({ value, scheme: "99WILLIS", meaning });

/**
 * A Measurement Report (PS3.16 TID 1500) as Comprehensive SR, or as Comprehensive 3D SR when something is drawn in the
 * patient: observer person and device, an image library of what is pointed at, and one group a measurement with its
 * tracking UID, shape, numbers with UCUM units, method, bounds of error and calibration. A report that has no group left
 * says so; one that follows another names it as predecessor. Errors: `bad-request` when the study has no UID.
 */
export function measurementReport(input: MeasurementReportInput): DataSet {
  const { study, measurements, observer, predecessor } = input;
  const studyUid = text(study, "StudyInstanceUID");
  if (!studyUid) throw new WillisError("bad-request", "A measurement report needs the Study Instance UID.");
  const { date, time } = dicomMoment(input.ms);
  const inSpace = measurements.some(({ shapes }) => shapes.some(({ on }) => on === "patient"));
  const images = imagesOf(measurements);
  const evidence = images.map(({ image }) => ({ ...image, studyUid: image.studyUid || studyUid }));
  return new Map([
    ...patientAndStudyOf(study),
    ...dataSet({
      SOPClassUID: inSpace ? COMPREHENSIVE_3D_SR : COMPREHENSIVE_SR,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: "Measurements",
      SeriesDate: date,
      SeriesTime: time,
      InstanceNumber: input.instanceNumber,
      Modality: "SR",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      ReferencedPerformedProcedureStepSequence: [],
      PerformedProcedureCodeSequence: [],
      CompletionFlag: "PARTIAL",
      VerificationFlag: "UNVERIFIED",
      ContentDate: date,
      ContentTime: time,
      TimezoneOffsetFromUTC: "+0000",
      AuthorObserverSequence: dataSet({
        ObserverType: "PSN",
        PersonName: observer.name,
        PersonIdentificationCodeSequence: [],
        InstitutionName: observer.organisation,
        InstitutionCodeSequence: [],
      }),
      PredecessorDocumentsSequence: predecessor ? evidenceItems([predecessor]) : undefined,
      CurrentRequestedProcedureEvidenceSequence: evidence.length > 0 ? evidenceItems(evidence) : undefined,
      ValueType: "CONTAINER",
      ConceptNameCodeSequence: codeOf(dcm("126000", "Imaging Measurement Report")),
      ContinuityOfContent: "SEPARATE",
      ContentTemplateSequence: dataSet({ MappingResource: "DCMR", TemplateIdentifier: "1500" }),
      ContentSequence: [
        codeContent("HAS CONCEPT MOD", dcm("121049", "Language of Content Item and Descendants"), {
          ...{ value: "en", scheme: "RFC5646", meaning: "English" },
        }),
        ...observers(input),
        codeContent("HAS CONCEPT MOD", dcm("121058", "Procedure reported"), sct("363679005", "Imaging procedure")),
        ...(images.length > 0 ? [library(images.map(({ image }) => image))] : []),
        containerContent("CONTAINS", dcm("126010", "Imaging Measurements"), measurements.map(group)),
        ...input.deleted.map((words) => textContent("CONTAINS", dcm("121106", "Comment"), `Deleted: ${words}`)),
      ],
    }),
  ]);
}

function codeOf({ value, scheme, meaning }: Code): DataSet {
  return dataSet({ CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning });
}

function imagesOf(measurements: readonly ReportMeasurement[]) {
  const found = new Map<string, Extract<ReportShape, { on: "image" }>>();
  for (const shape of measurements.flatMap(({ shapes }) => shapes))
    if (shape.on === "image") found.set(shape.image.sopUid, shape);
  return [...found.values()];
}

/** TID 1001: the person, then the program. */
function observers({ observer, device, equipment }: MeasurementReportInput): DataSet[] {
  return [
    codeContent("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121006", "Person")),
    personContent("HAS OBS CONTEXT", dcm("121008", "Person Observer Name"), observer.name),
    textContent("HAS OBS CONTEXT", dcm("121009", "Person Observer's Organization Name"), observer.organisation),
    textContent("HAS OBS CONTEXT", dcm("128774", "Person Observer's Login Name"), observer.login),
    codeContent("HAS OBS CONTEXT", dcm("121005", "Observer Type"), dcm("121007", "Device")),
    uidContent("HAS OBS CONTEXT", dcm("121012", "Device Observer UID"), device.uid),
    textContent("HAS OBS CONTEXT", dcm("121013", "Device Observer Name"), equipment.manufacturer),
    textContent("HAS OBS CONTEXT", dcm("121015", "Device Observer Model Name"), equipment.model),
    textContent("HAS OBS CONTEXT", dcm("121016", "Device Observer Serial Number"), equipment.serial),
  ];
}

/** TID 1600. */
function library(images: readonly ImageReference[]): DataSet {
  const group = containerContent(
    "CONTAINS",
    dcm("126200", "Image Library Group"),
    images.map(({ sopClass, sopUid }) => imageContent("CONTAINS", null, { sopClass, sopUid })),
  );
  return containerContent("CONTAINS", dcm("111028", "Image Library"), [group], "1600");
}

/** TID 1501, 1410 or 1411: the tracking UID is the first UID of a group, as readers look for it there. */
function group(one: ReportMeasurement): DataSet {
  const { date, time } = dicomMoment(one.ms);
  const template = { lines: "1501", region: "1410", volume: "1411" }[one.form];
  const region = one.form === "lines" ? [] : one.shapes.flatMap((shape) => shapeItems("CONTAINS", REGION, shape));
  const made = containerContent(
    "CONTAINS",
    GROUP,
    [
      textContent("HAS OBS CONTEXT", dcm("112039", "Tracking Identifier"), one.trackingId),
      uidContent("HAS OBS CONTEXT", dcm("112040", "Tracking Unique Identifier"), one.trackingUid),
      codeContent("CONTAINS", dcm("121071", "Finding"), own("reader-label", one.label.slice(0, 64))),
      personContent("HAS OBS CONTEXT", dcm("121008", "Person Observer Name"), one.observer),
      ...region,
      ...one.values.map((value) => numberItem(one, value)),
      ...one.shapes.flatMap((shape) => source(shape)),
      ...(one.calibration
        ? [textContent("CONTAINS", own("calibration", "Calibration of lengths"), one.calibration)]
        : []),
      ...(one.label.length > 64 ? [textContent("CONTAINS", dcm("121106", "Comment"), one.label)] : []),
    ],
    template,
  );
  return new Map([...made, ...dataSet({ ObservationDateTime: `${date}${time}+0000` })]);
}

function source(shape: ReportShape): DataSet[] {
  if (shape.on === "image") return [];
  return [uidContent("CONTAINS", dcm("121232", "Source series for segmentation"), shape.seriesUid)];
}

function numberItem(one: ReportMeasurement, value: ReportValue): DataSet {
  const error = value.uncertainty;
  return numberContent("CONTAINS", value.name, value.value, value.unit, [
    ...(value.derivation ? [codeContent("HAS CONCEPT MOD", dcm("121401", "Derivation"), value.derivation)] : []),
    codeContent(
      "HAS CONCEPT MOD",
      sct("370129005", "Measurement Method"),
      own(methodCode(one.method.name), `${one.method.name} ${one.method.version}`.slice(0, 64)),
    ),
    textContent("HAS CONCEPT MOD", dcm("111001", "Algorithm Name"), one.method.name),
    textContent("HAS CONCEPT MOD", dcm("111003", "Algorithm Version"), one.method.version),
    ...(error ? errorItems(error, value) : []),
    ...(value.value === null && value.reason
      ? [textContent("HAS PROPERTIES", own("reason", "Why it was not computed"), value.reason)]
      : []),
    ...(value.from === undefined ? one.shapes : one.shapes.slice(value.from, value.from + 1)).flatMap((shape) =>
      shapeItems("INFERRED FROM", null, shape),
    ),
  ]);
}

/** The half-width where the bounds lie evenly about the value (TID 310), else both bounds; and what they rest on. */
function errorItems({ low, high, basis }: NonNullable<ReportValue["uncertainty"]>, { value, unit }: ReportValue) {
  const half = (high - low) / 2;
  const even = value !== null && Math.abs((high + low) / 2 - value) <= 1e-6 * Math.max(1, Math.abs(value));
  const property = (name: Code, limit: number) => numberContent("HAS PROPERTIES", name, limit, unit);
  return [
    ...(even
      ? [property(sct("371884006", "+/-, range of measurement uncertainty"), half)]
      : [
          property(own("error-low", "Lower bound of error"), low),
          property(own("error-high", "Upper bound of error"), high),
        ]),
    textContent("HAS PROPERTIES", own("error-basis", "Basis of the error"), basis),
  ];
}

function methodCode(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 16) || "method"
  );
}

function shapeItems(relation: "CONTAINS" | "INFERRED FROM", name: Code | null, shape: ReportShape): DataSet[] {
  if (shape.on === "image") return [coordinatesContent(relation, name, shape.shape, shape.points, shape.image)];
  if (shape.on === "series") return [];
  return [spaceContent(relation, name, shape.shape, shape.points, shape.frameOfReference)];
}
