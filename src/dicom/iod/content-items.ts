import { type DataSet, dataSet } from "../data-set.ts";
import { type Code, codeItem } from "./derived-context.ts";

/** How an item of a structured report belongs to the one above it (PS3.3 C.17.3). */
export type Relation =
  | "CONTAINS"
  | "HAS CONCEPT MOD"
  | "HAS OBS CONTEXT"
  | "HAS PROPERTIES"
  | "INFERRED FROM"
  | "SELECTED FROM"
  | "HAS ACQ CONTEXT";

/** A code of the DICOM controlled terminology. */
export function dcm(value: string, meaning: string): Code {
  return { value, scheme: "DCM", meaning };
}

/** A code of SNOMED CT. */
export function sct(value: string, meaning: string): Code {
  return { value, scheme: "SCT", meaning };
}

/** A unit by its UCUM code. */
export function ucum(value: string, meaning = value): Code {
  return { value, scheme: "UCUM", meaning };
}

/** An image that is pointed at; `frame` counts from 1, none for all frames. */
export interface ImageReference {
  readonly sopClass: string;
  readonly sopUid: string;
  readonly frame?: number;
}

function item(
  relation: Relation,
  kind: string,
  name: Code | null,
  fields: Parameters<typeof dataSet>[0],
  children: readonly DataSet[] = [],
): DataSet {
  return dataSet({
    RelationshipType: relation,
    ValueType: kind,
    ConceptNameCodeSequence: name ? codeItem(name) : undefined,
    ...fields,
    ContentSequence: children.length > 0 ? children : undefined,
  });
}

/** A coded item. */
export function codeContent(relation: Relation, name: Code, value: Code, children: readonly DataSet[] = []): DataSet {
  return item(relation, "CODE", name, { ConceptCodeSequence: codeItem(value) }, children);
}

/** A text item (UT: any length). */
export function textContent(relation: Relation, name: Code, value: string): DataSet {
  return item(relation, "TEXT", name, { TextValue: value });
}

/** A UID item. */
export function uidContent(relation: Relation, name: Code, value: string): DataSet {
  return item(relation, "UIDREF", name, { UID: value });
}

/** A person's name (PN as `Family^Given`). */
export function personContent(relation: Relation, name: Code, value: string): DataSet {
  return item(relation, "PNAME", name, { PersonName: value });
}

/**
 * A number with its unit; `null` is written as an empty measured value with the qualifier "Measurement failure", as
 * PS3.3 C.18.1 wants it. Non-finite numbers count as `null`.
 */
export function numberContent(
  relation: Relation,
  name: Code,
  value: number | null,
  unit: Code,
  children: readonly DataSet[] = [],
): DataSet {
  const known = value !== null && Number.isFinite(value);
  const measured = known
    ? dataSet({
        MeasurementUnitsCodeSequence: codeItem(unit),
        NumericValue: value,
        FloatingPointValue: value,
      })
    : [];
  const qualifier = known ? undefined : codeItem(dcm("114006", "Measurement failure"));
  const fields = { MeasuredValueSequence: measured, NumericValueQualifierCodeSequence: qualifier };
  return item(relation, "NUM", name, fields, children);
}

/** A container of items. */
export function containerContent(relation: Relation, name: Code, children: readonly DataSet[], template = ""): DataSet {
  return item(
    relation,
    "CONTAINER",
    name,
    {
      ContinuityOfContent: "SEPARATE",
      ContentTemplateSequence: template
        ? dataSet({ MappingResource: "DCMR", TemplateIdentifier: template })
        : undefined,
    },
    children,
  );
}

/** An image item. */
export function imageContent(relation: Relation, name: Code | null, image: ImageReference): DataSet {
  return item(relation, "IMAGE", name, { ReferencedSOPSequence: referenceItem(image) });
}

/** A reference to an object, with its frame. */
export function referenceItem({ sopClass, sopUid, frame }: ImageReference): DataSet {
  return dataSet({
    ReferencedSOPClassUID: sopClass,
    ReferencedSOPInstanceUID: sopUid,
    ReferencedFrameNumber: frame,
  });
}

/** Shapes of spatial coordinates (PS3.3 C.18.6, C.18.9). */
export type GraphicShape = "POINT" | "MULTIPOINT" | "POLYLINE" | "CIRCLE" | "ELLIPSE" | "POLYGON";

/** A shape on an image: column, row pairs, the middle of the first pixel is 0.5, 0.5 (PS3.3 C.18.6.1.2). */
export function coordinatesContent(
  relation: Relation,
  name: Code | null,
  shape: Exclude<GraphicShape, "POLYGON">,
  points: readonly (readonly number[])[],
  image: ImageReference,
): DataSet {
  const fields = { GraphicData: points.flatMap(([x = 0, y = 0]) => [x, y]), GraphicType: shape };
  return item(relation, "SCOORD", name, fields, [imageContent("SELECTED FROM", null, image)]);
}

/** A shape in the patient: LPS mm of a frame of reference (PS3.3 C.18.9). */
export function spaceContent(
  relation: Relation,
  name: Code | null,
  shape: GraphicShape,
  points: readonly (readonly number[])[],
  frameOfReference: string,
): DataSet {
  return item(relation, "SCOORD3D", name, {
    GraphicData: points.flatMap(([x = 0, y = 0, z = 0]) => [x, y, z]),
    GraphicType: shape,
    ReferencedFrameOfReferenceUID: frameOfReference,
  });
}

/** Objects of a study that a document rests on, as its evidence sequence lists them (PS3.3 C.17.2). */
export interface Evidence {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopClass: string;
  readonly sopUid: string;
}

/** References by study and series, each object once; frames are not part of it. */
export function evidenceItems(evidence: readonly Evidence[]): DataSet[] {
  const studies = new Map<string, Map<string, Map<string, string>>>();
  for (const { studyUid, seriesUid, sopClass, sopUid } of evidence) {
    const series = studies.get(studyUid) ?? new Map<string, Map<string, string>>();
    studies.set(studyUid, series);
    const objects = series.get(seriesUid) ?? new Map<string, string>();
    series.set(seriesUid, objects);
    objects.set(sopUid, sopClass);
  }
  return [...studies].map(([studyUid, series]) =>
    dataSet({
      StudyInstanceUID: studyUid,
      ReferencedSeriesSequence: [...series].map(([seriesUid, objects]) =>
        dataSet({
          SeriesInstanceUID: seriesUid,
          ReferencedSOPSequence: [...objects].map(([sopUid, sopClass]) => referenceItem({ sopClass, sopUid })),
        }),
      ),
    }),
  );
}
