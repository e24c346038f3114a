import { type DataSet, items, number, numbers, text } from "../data-set.ts";
import { type Shutters, shuttersOf } from "../shutter.ts";
import { type Reference, referencesOf } from "./content-tree.ts";
import { labColour } from "./segments.ts";

/** A series whose images an object refers to. */
export interface ReferencedSeries {
  readonly seriesUid: string;
  readonly images: readonly Reference[];
}

/** A graphic of a presentation state; points as x, y pairs in `units`. */
export interface Graphic {
  /** POINT, POLYLINE, INTERPOLATED, CIRCLE (centre, a point on it), ELLIPSE (ends of both axes), or TEXT. */
  readonly type: string;
  /** PIXEL: columns and rows of the image from its corner (0,0 is the outer corner). DISPLAY: 0..1 of the shown area. */
  readonly units: string;
  readonly points: readonly (readonly [number, number])[];
  readonly filled: boolean;
  readonly text: string;
}

/** Graphics of a layer on some of the images; no images: on all. */
export interface GraphicAnnotation {
  readonly layer: string;
  readonly images: readonly Reference[];
  readonly graphics: readonly Graphic[];
}

/** A window of a presentation state; no images: for all. */
export interface PresentationWindow {
  readonly centre: number;
  readonly width: number;
  readonly images: readonly Reference[];
}

/** The part of an image that is shown: columns and rows from 1, first and last; no images: of all. */
export interface DisplayedArea {
  readonly mode: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly images: readonly Reference[];
}

/** What a softcopy presentation state changes. */
export interface Presentation {
  readonly label: string;
  readonly description: string;
  readonly creator: string;
  readonly series: readonly ReferencedSeries[];
  readonly windows: readonly PresentationWindow[];
  /** A VOI table is given in place of a window. */
  readonly voiTables: number;
  readonly modalityTable: boolean;
  readonly inverse: boolean;
  readonly layers: readonly { readonly name: string; readonly order: number; readonly colour: string }[];
  readonly annotations: readonly GraphicAnnotation[];
  readonly areas: readonly DisplayedArea[];
  /** Degrees clockwise, and whether then mirrored. */
  readonly rotation: number;
  readonly flipped: boolean;
  readonly shutters: Shutters;
  readonly mask: boolean;
}

const MOST = 5000;

/** The series and images that an object refers to. */
export function referencedSeries(ds: DataSet): ReferencedSeries[] {
  return items(ds, "ReferencedSeriesSequence")
    .slice(0, MOST)
    .map((one) => ({
      seriesUid: text(one, "SeriesInstanceUID") ?? "",
      images: [...referencesOf(one, "ReferencedImageSequence"), ...referencesOf(one, "ReferencedInstanceSequence")],
    }));
}

/** A presentation state read (PS3.3 A.33): what it refers to and what it changes, with limits. */
export function presentation(ds: DataSet): Presentation {
  const voi = items(ds, "SoftcopyVOILUTSequence").slice(0, MOST);
  const shape = text(ds, "PresentationLUTShape") ?? "";
  return {
    label: text(ds, "ContentLabel") ?? "",
    description: text(ds, "ContentDescription") ?? "",
    creator: text(ds, "ContentCreatorName") ?? "",
    series: referencedSeries(ds),
    windows: voi.flatMap((item) => {
      const [centre, width] = [number(item, "WindowCenter"), number(item, "WindowWidth")];
      const images = referencesOf(item, "ReferencedImageSequence");
      return centre === undefined || width === undefined ? [] : [{ centre, width, images }];
    }),
    voiTables: voi.filter((item) => items(item, "VOILUTSequence").length > 0).length,
    modalityTable: items(ds, "ModalityLUTSequence").length > 0,
    inverse: shape === "INVERSE",
    layers: items(ds, "GraphicLayerSequence")
      .slice(0, MOST)
      .map((item) => ({
        name: text(item, "GraphicLayer") ?? "",
        order: number(item, "GraphicLayerOrder") ?? 0,
        colour: hexColour(numbers(item, "GraphicLayerRecommendedDisplayCIELabValue")),
      })),
    annotations: annotationsOf(ds),
    areas: items(ds, "DisplayedAreaSelectionSequence")
      .slice(0, MOST)
      .map((item) => ({
        mode: text(item, "PresentationSizeMode") ?? "",
        from: numbers(item, "DisplayedAreaTopLeftHandCorner"),
        to: numbers(item, "DisplayedAreaBottomRightHandCorner"),
        images: referencesOf(item, "ReferencedImageSequence"),
      })),
    rotation: number(ds, "ImageRotation") ?? 0,
    flipped: text(ds, "ImageHorizontalFlip") === "Y",
    shutters: shuttersOf(ds),
    mask: items(ds, "MaskSubtractionSequence").length > 0,
  };
}

function hexColour(lab: readonly number[]): string {
  const rgb = labColour(lab);
  return rgb ? `#${rgb.map((v) => v.toString(16).padStart(2, "0")).join("")}` : "";
}

function annotationsOf(ds: DataSet): GraphicAnnotation[] {
  let left = MOST;
  return items(ds, "GraphicAnnotationSequence").map((item) => {
    const graphics: Graphic[] = [];
    for (const one of items(item, "GraphicObjectSequence")) {
      if (left-- <= 0) break;
      graphics.push({
        type: text(one, "GraphicType") ?? "",
        units: text(one, "GraphicAnnotationUnits") ?? "PIXEL",
        points: pairs(numbers(one, "GraphicData")),
        filled: text(one, "GraphicFilled") === "Y",
        text: "",
      });
    }
    for (const one of items(item, "TextObjectSequence")) {
      if (left-- <= 0) break;
      const corner = numbers(one, "BoundingBoxTopLeftHandCorner");
      const anchor = numbers(one, "AnchorPoint");
      const units = corner.length >= 2 ? "BoundingBoxAnnotationUnits" : "AnchorPointAnnotationUnits";
      graphics.push({
        type: "TEXT",
        units: text(one, units) ?? "PIXEL",
        points: pairs(corner.length >= 2 ? [...corner, ...numbers(one, "BoundingBoxBottomRightHandCorner")] : anchor),
        filled: false,
        text: text(one, "UnformattedTextValue") ?? "",
      });
    }
    const images = referencesOf(item, "ReferencedImageSequence");
    return { layer: text(item, "GraphicLayer") ?? "", images, graphics };
  });
}

function pairs(values: readonly number[]): [number, number][] {
  const most = Math.min(Math.floor(values.length / 2), 20_000);
  return Array.from({ length: most }, (_, k) => [values[2 * k]!, values[2 * k + 1]!]);
}
