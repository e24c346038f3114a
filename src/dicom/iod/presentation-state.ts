import { WillisError } from "../../core/errors.ts";
import { type DataSet, dataSet, text } from "../data-set.ts";
import { referenceItem } from "./content-items.ts";
import { dicomMoment, type Equipment, patientAndStudyOf } from "./derived-context.ts";
import { labOf } from "./segmentation.ts";

/** Grayscale Softcopy Presentation State Storage. */
const GRAYSCALE_PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1";

/** An image of the view; `frame` counts from 1. */
export interface PresentedImage {
  readonly seriesUid: string;
  readonly sopClass: string;
  readonly sopUid: string;
  readonly frame?: number;
  readonly rows: number;
  readonly columns: number;
}

/** A drawing in pixels of the image: 0, 0 is the outer corner of the first, 0.5, 0.5 its middle (PS3.3 C.10.5). */
export type PresentedGraphic =
  | {
      readonly kind: "line";
      readonly shape: "POINT" | "POLYLINE" | "INTERPOLATED" | "CIRCLE" | "ELLIPSE";
      readonly points: readonly (readonly [number, number])[];
    }
  | { readonly kind: "text"; readonly text: string; readonly at: readonly [number, number] };

/** What a saved view is made of. */
export interface PresentationStateInput {
  readonly source: DataSet;
  readonly images: readonly PresentedImage[];
  /** Centre and width of the modality's values; none leaves the images' own. */
  readonly window?: { readonly centre: number; readonly width: number };
  readonly inverted: boolean;
  /** First and last column and row that are shown, from 1; none for the whole image. */
  readonly area?: { readonly from: readonly [number, number]; readonly to: readonly [number, number] };
  readonly rotation: 0 | 90 | 180 | 270;
  readonly flipped: boolean;
  /** Left, right, upper and lower edge of a shutter in columns and rows from 1. */
  readonly shutter?: {
    readonly left: number;
    readonly right: number;
    readonly upper: number;
    readonly lower: number;
  };
  readonly graphics: readonly PresentedGraphic[];
  readonly label: string;
  readonly description: string;
  readonly creator: string;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly ms: number;
  readonly equipment: Equipment;
}

/**
 * A Grayscale Softcopy Presentation State (PS3.3 A.33.1): how images were looked at. Window, part shown, turn, shutter
 * and drawings of a view; the images themselves stay as they are. Errors: `bad-request` without an image, when images of
 * different size are put into one, or when a window is not wider than nothing.
 */
export function presentationState(input: PresentationStateInput): DataSet {
  const { source, images, window, shutter } = input;
  const first = images[0];
  if (!first) throw new WillisError("bad-request", "A saved view needs an image.");
  if (images.some(({ rows, columns }) => rows !== first.rows || columns !== first.columns)) {
    throw new WillisError("bad-request", "A saved view holds images of one size; save one view for each size.");
  }
  if (window && !(window.width > 0))
    throw new WillisError("bad-request", `A window of width ${window.width} shows nothing.`);
  if (!text(source, "StudyInstanceUID"))
    throw new WillisError("bad-request", "A saved view needs the Study Instance UID.");
  const { date, time } = dicomMoment(input.ms);
  const { from, to } = input.area ?? { from: [1, 1], to: [first.columns, first.rows] };
  return new Map([
    ...patientAndStudyOf(source),
    ...dataSet({
      SOPClassUID: GRAYSCALE_PRESENTATION_STATE,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: "Saved views",
      SeriesDate: date,
      SeriesTime: time,
      InstanceNumber: input.instanceNumber,
      Modality: "PR",
      Laterality: "",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      PresentationCreationDate: date,
      PresentationCreationTime: time,
      ContentLabel: contentLabel(input.label),
      ContentDescription: input.description.slice(0, 64),
      ContentCreatorName: input.creator,
      ReferencedSeriesSequence: seriesItems(images),
      DisplayedAreaSelectionSequence: dataSet({
        DisplayedAreaTopLeftHandCorner: [...from],
        DisplayedAreaBottomRightHandCorner: [...to],
        PresentationSizeMode: "SCALE TO FIT",
        PresentationPixelAspectRatio: ["1", "1"],
      }),
      ImageRotation: input.rotation,
      ImageHorizontalFlip: input.flipped ? "Y" : "N",
      SoftcopyVOILUTSequence: window ? dataSet({ WindowCenter: window.centre, WindowWidth: window.width }) : undefined,
      PresentationLUTShape: input.inverted ? "INVERSE" : "IDENTITY",
      ShutterShape: shutter ? "RECTANGULAR" : undefined,
      ShutterLeftVerticalEdge: shutter?.left,
      ShutterRightVerticalEdge: shutter?.right,
      ShutterUpperHorizontalEdge: shutter?.upper,
      ShutterLowerHorizontalEdge: shutter?.lower,
      ShutterPresentationValue: shutter ? 0 : undefined,
      ...drawings(input.graphics),
    }),
  ]);
}

/** A code string: capitals, digits, space and underscore, at most 16. */
function contentLabel(label: string): string {
  return (
    label
      .toUpperCase()
      .replace(/[^A-Z0-9 _]+/g, "_")
      .slice(0, 16)
      .trim() || "VIEW"
  );
}

function seriesItems(images: readonly PresentedImage[]): DataSet[] {
  const bySeries = new Map<string, Map<string, { sopClass: string; frames: number[] }>>();
  for (const { seriesUid, sopClass, sopUid, frame } of images) {
    const series = bySeries.get(seriesUid) ?? new Map<string, { sopClass: string; frames: number[] }>();
    bySeries.set(seriesUid, series);
    const object = series.get(sopUid) ?? { sopClass, frames: [] };
    series.set(sopUid, object);
    if (frame !== undefined) object.frames.push(frame);
  }
  return [...bySeries].map(([seriesUid, objects]) =>
    dataSet({
      SeriesInstanceUID: seriesUid,
      ReferencedImageSequence: [...objects].map(([sopUid, { sopClass, frames }]) =>
        frames.length > 0
          ? new Map([...referenceItem({ sopClass, sopUid }), ...dataSet({ ReferencedFrameNumber: frames })])
          : referenceItem({ sopClass, sopUid }),
      ),
    }),
  );
}

const LAYER = "MEASURES";

function drawings(graphics: readonly PresentedGraphic[]): Parameters<typeof dataSet>[0] {
  if (graphics.length === 0) return {};
  const lines = graphics.flatMap((one) => (one.kind === "line" ? [one] : []));
  const words = graphics.flatMap((one) => (one.kind === "text" ? [one] : []));
  return {
    GraphicAnnotationSequence: dataSet({
      GraphicLayer: LAYER,
      GraphicObjectSequence:
        lines.length > 0
          ? lines.map(({ shape, points }) =>
              dataSet({
                GraphicAnnotationUnits: "PIXEL",
                GraphicDimensions: 2,
                NumberOfGraphicPoints: points.length,
                GraphicData: points.flat(),
                GraphicType: shape,
                GraphicFilled: shape === "CIRCLE" || shape === "ELLIPSE" ? "N" : undefined,
              }),
            )
          : undefined,
      TextObjectSequence:
        words.length > 0
          ? words.map(({ text: written, at }) =>
              dataSet({
                AnchorPointAnnotationUnits: "PIXEL",
                UnformattedTextValue: written.slice(0, 1024),
                AnchorPoint: [...at],
                AnchorPointVisibility: "N",
              }),
            )
          : undefined,
    }),
    GraphicLayerSequence: dataSet({
      GraphicLayer: LAYER,
      GraphicLayerOrder: 1,
      GraphicLayerRecommendedDisplayCIELabValue: labOf([92, 200, 215]),
      GraphicLayerDescription: "Measurements and notes",
    }),
  };
}
