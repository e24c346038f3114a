import { type DataSet, items, number, numbers, text } from "../data-set.ts";
import { functionalGroup } from "../functional-groups.ts";
import { codeOf } from "./content-tree.ts";

/** One segment of a Segmentation (PS3.3 C.8.20.4). */
export interface Segment {
  readonly number: number;
  readonly label: string;
  readonly category: string;
  readonly type: string;
  readonly region: string;
  /** E.g. "automatic (nnU-Net)", "manual". */
  readonly algorithm: string;
  /** sRGB 0..255; null when the object recommends none. */
  readonly colour: readonly [number, number, number] | null;
  /** Frames (from 0) that hold this segment; of a label map all frames may. */
  readonly frames: readonly number[];
}

/** What a Segmentation holds. */
export interface Segmentation {
  /** BINARY, FRACTIONAL or LABELMAP. */
  readonly type: string;
  /** Value of a voxel that lies wholly within (FRACTIONAL), else 1. */
  readonly whole: number;
  readonly segments: readonly Segment[];
  /** More segments than are listed. */
  readonly more: boolean;
}

const MOST_SEGMENTS = 2000;
const MOST_FRAMES = 100_000;

/** The segments of a Segmentation object with the frames of each. */
export function segmentation(ds: DataSet): Segmentation {
  const type = text(ds, "SegmentationType") ?? "BINARY";
  const list = items(ds, "SegmentSequence");
  const frames = new Map<number, number[]>();
  const count = Math.min(MOST_FRAMES, number(ds, "NumberOfFrames") ?? 1);
  for (let frame = 0; frame < count; frame++) {
    const of = functionalGroup(ds, frame, "SegmentIdentificationSequence");
    const segment = of && number(of, "ReferencedSegmentNumber");
    if (segment === undefined) continue;
    const found = frames.get(segment);
    if (found) found.push(frame);
    else frames.set(segment, [frame]);
  }
  const everywhere = type === "LABELMAP" ? Array.from({ length: count }, (_, k) => k) : [];
  const segments = list.slice(0, MOST_SEGMENTS).map((item, k) => {
    const own = number(item, "SegmentNumber") ?? k + 1;
    const how = (text(item, "SegmentAlgorithmType") ?? "").toLowerCase();
    const name = text(item, "SegmentAlgorithmName");
    return {
      number: own,
      label: text(item, "SegmentLabel") ?? `Segment ${own}`,
      category: codeOf(item, "SegmentedPropertyCategoryCodeSequence")?.meaning ?? "",
      type: codeOf(item, "SegmentedPropertyTypeCodeSequence")?.meaning ?? "",
      region: codeOf(item, "AnatomicRegionSequence")?.meaning ?? "",
      algorithm: [how, name && `(${name})`].filter(Boolean).join(" "),
      colour: labColour(numbers(item, "RecommendedDisplayCIELabValue")),
      frames: frames.get(own) ?? everywhere,
    };
  });
  const whole = type === "FRACTIONAL" ? (number(ds, "MaximumFractionalValue") ?? 255) : 1;
  return { type, whole, segments, more: list.length > MOST_SEGMENTS };
}

/**
 * sRGB (0..255) of a colour as DICOM writes it: CIELab, D50, each of three 16-bit numbers (PS3.3 C.10.7.1.1). Null for what
 * is not three numbers.
 */
export function labColour(stored: readonly number[]): readonly [number, number, number] | null {
  if (stored.length < 3 || stored.some((v) => !Number.isFinite(v))) return null;
  const lightness = (stored[0]! * 100) / 65535;
  const a = (stored[1]! * 255) / 65535 - 128;
  const b = (stored[2]! * 255) / 65535 - 128;
  const y = (lightness + 16) / 116;
  const cube = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const [x, yy, z] = [0.96422 * cube(y + a / 500), cube(y), 0.82521 * cube(y - b / 200)];
  // XYZ (D50) to linear sRGB, with the Bradford adaptation to D65 in the matrix.
  const linear = [
    3.1338561 * x - 1.6168667 * yy - 0.4906146 * z,
    -0.9787684 * x + 1.9161415 * yy + 0.033454 * z,
    0.0719453 * x - 0.2289914 * yy + 1.4052427 * z,
  ];
  const byte = (v: number) => {
    const c = v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
    return Math.min(255, Math.max(0, Math.round(255 * c)));
  };
  return [byte(linear[0]!), byte(linear[1]!), byte(linear[2]!)];
}

/**
 * Which voxels of a frame belong to a segment, one byte each (0, or 1..255 by how much). `samples` are the stored bytes of
 * the frame: 1 bit a voxel from the lowest bit on (BINARY), else 8 or 16 bits, little endian. A frame that is too short
 * leaves the rest empty.
 */
export function segmentMask(
  samples: Uint8Array,
  voxels: number,
  bits: number,
  how: { readonly type: string; readonly whole: number; readonly segment: number },
): Uint8Array {
  const out = new Uint8Array(voxels);
  if (bits === 1) {
    for (let k = 0; k < voxels; k++) out[k] = ((samples[k >> 3] ?? 0) >> (k & 7)) & 1 ? 255 : 0;
    return out;
  }
  const wide = bits > 8;
  for (let k = 0; k < voxels; k++) {
    const v = wide ? (samples[2 * k] ?? 0) | ((samples[2 * k + 1] ?? 0) << 8) : (samples[k] ?? 0);
    if (how.type === "LABELMAP") out[k] = v === how.segment ? 255 : 0;
    else out[k] = Math.min(255, Math.round((255 * v) / how.whole));
  }
  return out;
}
