import { WillisError } from "../../core/errors.ts";
import { type Grid, toPatient } from "../../core/geometry.ts";
import { voxelCount } from "../../core/volume.ts";
import { type DataSet, dataSet, decimalString, text } from "../data-set.ts";
import { tagOf } from "../dictionary.ts";
import { uidOf } from "../uid.ts";
import { referenceItem } from "./content-items.ts";
import { type Code, codeItem, dicomMoment, type Equipment, patientAndStudyOf } from "./derived-context.ts";

/** Segmentation Storage. */
const SEGMENTATION_STORAGE = "1.2.840.10008.5.1.4.1.1.66.4";

/** One segment: which voxels, what it is, and how it was made. */
export interface Segment {
  readonly label: string;
  /** One byte a voxel of the grid (or pixel of the frames, one frame after the other); not 0 is inside. */
  readonly mask: Uint8Array;
  /** E.g. (91723000, SCT, Anatomical Structure) and (51114001, SCT, Artery). */
  readonly category: Code;
  readonly type: Code;
  readonly made: "MANUAL" | "SEMIAUTOMATIC" | "AUTOMATIC";
  /** Name of the method; asked for unless it is manual. */
  readonly algorithm: string;
  /** Red, green, blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
  readonly trackingUid?: string;
}

/** Where the segments lie: a grid in the patient, or frames of projections that have no place in it. */
export type SegmentSpace =
  | {
      readonly kind: "grid";
      readonly grid: Grid;
      readonly frameOfReference: string;
      /** The image of each slice, where there is one: slice k was drawn on `images[k]`. */
      readonly images: readonly (SegmentSource | null)[];
    }
  | {
      readonly kind: "frames";
      readonly rows: number;
      readonly columns: number;
      readonly images: readonly SegmentSource[];
    };

/** A frame that was segmented; `frame` counts from 1, none for a single-frame image. */
export interface SegmentSource {
  readonly sopClass: string;
  readonly sopUid: string;
  readonly frame?: number;
}

/** What a segmentation is made of. */
export interface SegmentationInput {
  /** One object of the source series: patient and study are taken from it. */
  readonly source: DataSet;
  readonly space: SegmentSpace;
  readonly segments: readonly Segment[];
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly seriesNumber: number;
  readonly instanceNumber: number;
  readonly seriesDescription: string;
  /** Content label, code string of at most 16: "VESSELS". */
  readonly label: string;
  readonly creator: string;
  readonly ms: number;
  readonly equipment: Equipment;
}

/**
 * A binary segmentation (PS3.3 A.51): one frame a segment and slice that holds any of it, each with its place and the
 * image it was drawn on; one bit a pixel, packed over frame borders. Errors: `bad-request` without a segment, when a mask
 * and its grid differ, or when every mask is empty.
 */
export function segmentation(input: SegmentationInput): DataSet {
  const { source, space, segments } = input;
  const [columns, rows, depth] =
    space.kind === "grid" ? space.grid.shape : [space.columns, space.rows, space.images.length];
  const size = columns * rows;
  for (const { label, mask } of segments) {
    const wanted = space.kind === "grid" ? voxelCount(space.grid) : size * depth;
    if (mask.length !== wanted) {
      throw new WillisError("bad-request", `Segment "${label}" has ${mask.length} voxels, its images ${wanted}.`);
    }
  }
  const frames = segments.flatMap(({ mask }, s) =>
    Array.from({ length: depth }, (_, k) => ({ s, k })).filter(({ k }) => holdsAny(mask, k * size, size)),
  );
  if (frames.length === 0) throw new WillisError("bad-request", "Every segment is empty: there is nothing to keep.");
  const { date, time } = dicomMoment(input.ms);
  const organization = uidOf(`dimension organization ${input.instanceUid}`);
  const sourceSeries = text(source, "SeriesInstanceUID") ?? "";
  const used = new Map(space.images.flatMap((image) => (image ? [[image.sopUid, image.sopClass] as const] : [])));
  return new Map([
    ...patientAndStudyOf(source),
    ...dataSet({
      SOPClassUID: SEGMENTATION_STORAGE,
      SOPInstanceUID: input.instanceUid,
      SeriesInstanceUID: input.seriesUid,
      SeriesNumber: input.seriesNumber,
      SeriesDescription: input.seriesDescription,
      SeriesDate: date,
      SeriesTime: time,
      InstanceNumber: input.instanceNumber,
      Modality: "SEG",
      Manufacturer: input.equipment.manufacturer,
      ManufacturerModelName: input.equipment.model,
      DeviceSerialNumber: input.equipment.serial,
      SoftwareVersions: input.equipment.software,
      FrameOfReferenceUID: space.kind === "grid" ? space.frameOfReference : undefined,
      PositionReferenceIndicator: space.kind === "grid" ? "" : undefined,
      ContentDate: date,
      ContentTime: time,
      ContentLabel: input.label,
      ContentDescription: input.seriesDescription.slice(0, 64),
      ContentCreatorName: input.creator,
      ImageType: ["DERIVED", "PRIMARY"],
      PatientOrientation: space.kind === "grid" ? undefined : "",
      SegmentationType: "BINARY",
      SegmentsOverlap: overlap(segments) ? "YES" : "NO",
      SegmentSequence: segments.map(segmentItem),
      SamplesPerPixel: 1,
      PhotometricInterpretation: "MONOCHROME2",
      Rows: rows,
      Columns: columns,
      BitsAllocated: 1,
      BitsStored: 1,
      HighBit: 0,
      PixelRepresentation: 0,
      LossyImageCompression: "00",
      BurnedInAnnotation: "NO",
      NumberOfFrames: frames.length,
      DimensionOrganizationSequence: dataSet({ DimensionOrganizationUID: organization }),
      DimensionIndexSequence: [
        dimension(organization, "ReferencedSegmentNumber", "SegmentIdentificationSequence", "Segment"),
        ...(space.kind === "grid"
          ? [dimension(organization, "ImagePositionPatient", "PlanePositionSequence", "Slice")]
          : []),
      ],
      ReferencedSeriesSequence:
        used.size > 0
          ? dataSet({
              SeriesInstanceUID: sourceSeries,
              ReferencedInstanceSequence: [...used].map(([sopUid, sopClass]) => referenceItem({ sopClass, sopUid })),
            })
          : undefined,
      SharedFunctionalGroupsSequence: space.kind === "grid" ? sharedGroups(space.grid) : dataSet({}),
      PerFrameFunctionalGroupsSequence: frames.map(({ s, k }) => frameGroups(space, s, k)),
      PixelData: packed(segments, frames, size),
    }),
  ]);
}

function holdsAny(mask: Uint8Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (mask[i] !== 0) return true;
  return false;
}

function overlap(segments: readonly Segment[]): boolean {
  const seen = new Uint8Array(segments[0]?.mask.length ?? 0);
  for (const { mask } of segments) {
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      if (seen[i] !== 0) return true;
      seen[i] = 1;
    }
  }
  return false;
}

/** One bit a pixel, the first in the lowest bit, without a gap between frames (PS3.5 8.1.1). */
function packed(
  segments: readonly Segment[],
  frames: readonly { readonly s: number; readonly k: number }[],
  size: number,
): Uint8Array {
  const bytes = Math.ceil((frames.length * size) / 8);
  const out = new Uint8Array(bytes + (bytes % 2));
  frames.forEach(({ s, k }, f) => {
    const { mask } = segments[s]!;
    for (let i = 0; i < size; i++) {
      if (mask[k * size + i] === 0) continue;
      const bit = f * size + i;
      out[bit >> 3] = out[bit >> 3]! | (1 << (bit & 7));
    }
  });
  return out;
}

function segmentItem(segment: Segment, index: number): DataSet {
  return dataSet({
    SegmentNumber: index + 1,
    SegmentLabel: segment.label.slice(0, 64),
    SegmentAlgorithmType: segment.made,
    SegmentAlgorithmName: segment.made === "MANUAL" ? undefined : segment.algorithm.slice(0, 64),
    SegmentedPropertyCategoryCodeSequence: codeItem(segment.category),
    SegmentedPropertyTypeCodeSequence: codeItem(segment.type),
    RecommendedDisplayCIELabValue: labOf(segment.colour),
    TrackingID: segment.trackingUid ? segment.label.slice(0, 64) : undefined,
    TrackingUID: segment.trackingUid,
  });
}

function dimension(organization: string, pointer: string, group: string, label: string): DataSet {
  return dataSet({
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: tagOf(pointer),
    FunctionalGroupPointer: tagOf(group),
    DimensionDescriptionLabel: label,
  });
}

function sharedGroups({ spacing, direction }: Grid): DataSet {
  const [betweenColumns, betweenRows, betweenSlices] = spacing;
  return dataSet({
    PlaneOrientationSequence: dataSet({
      ImageOrientationPatient: [...direction.i, ...direction.j].map(decimalString),
    }),
    PixelMeasuresSequence: dataSet({
      PixelSpacing: [betweenRows, betweenColumns],
      SliceThickness: decimalString(betweenSlices),
      SpacingBetweenSlices: decimalString(betweenSlices),
    }),
  });
}

function frameGroups(space: SegmentSpace, s: number, k: number): DataSet {
  const image = space.images[k];
  const code = (value: string, meaning: string) => codeItem({ value, scheme: "DCM", meaning });
  const derivation = image
    ? dataSet({
        SourceImageSequence: new Map([
          ...referenceItem(image),
          ...dataSet({
            PurposeOfReferenceCodeSequence: code("121322", "Source image for image processing operation"),
            SpatialLocationsPreserved: "YES",
          }),
        ]),
        DerivationCodeSequence: code("113076", "Segmentation"),
      })
    : [];
  return dataSet({
    DerivationImageSequence: derivation,
    FrameContentSequence: dataSet({ DimensionIndexValues: space.kind === "grid" ? [s + 1, k + 1] : [s + 1] }),
    PlanePositionSequence:
      space.kind === "grid"
        ? dataSet({ ImagePositionPatient: toPatient(space.grid, 0, 0, k).map(decimalString) })
        : undefined,
    SegmentIdentificationSequence: dataSet({ ReferencedSegmentNumber: s + 1 }),
  });
}

/** sRGB as unsigned CIELab of 16 bits a part (PS3.3 C.10.7.1.1), white point D65. */
export function labOf(rgb: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = rgb.map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  const part = (value: number, low: number, span: number) =>
    Math.max(0, Math.min(65535, Math.round(((value - low) / span) * 65535)));
  return [part(116 * y - 16, 0, 100), part(500 * (x - y), -128, 255), part(200 * (y - z), -128, 255)];
}
