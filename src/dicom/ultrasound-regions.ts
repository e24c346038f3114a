import { type DataSet, items, number } from "./data-set.ts";

/** What one axis of an ultrasound region counts: `perPixel` in `unit` with its sign as stated; unit "" is unknown. */
export interface RegionAxis {
  readonly unit: string;
  readonly perPixel: number;
  /** Pixel of the image (0-based, may lie outside the region) at which the axis has the value `referenceValue`. */
  readonly reference: number;
  readonly referenceValue: number;
  /** Whether the image states the reference pixel; without it the axis has lengths but no zero. */
  readonly referenced: boolean;
}

/** A rectangle of an ultrasound image with its own scale (PS3.3 C.8.5.5). Pixels count from 0, the ends are inside. */
export interface UltrasoundRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Region Spatial Format: 0 none, 1 2-D, 2 M-mode, 3 spectral, 4 waveform, 5 graphics. */
  readonly format: number;
  /** Region Data Type: 1 tissue, 2 colour flow, 3 PW, 4 CW spectral Doppler ... (PS3.3 C.8.5.5.1.2). */
  readonly dataType: number;
  /** "2-D", "colour Doppler", "M-mode", "PW Doppler" ... for the reader. */
  readonly name: string;
  readonly x: RegionAxis;
  readonly y: RegionAxis;
  /** Doppler Correction Angle in degrees, when it is stated. */
  readonly angle: number | null;
}

/** Units of PS3.3 C.8.5.5.1.15 with what one of theirs is in ours; centimetres become millimetres. */
const UNITS: Readonly<Record<number, readonly [string, number]>> = {
  1: ["%", 1],
  2: ["dB", 1],
  3: ["mm", 10],
  4: ["s", 1],
  5: ["Hz", 1],
  6: ["dB/s", 1],
  7: ["cm/s", 1],
  8: ["cm²", 1],
  9: ["cm²/s", 1],
  10: ["cm³", 1],
  11: ["cm³/s", 1],
  12: ["°", 1],
};
const FORMATS = ["region", "2-D", "M-mode", "spectral Doppler", "waveform", "graphics"];
const DATA_TYPES: Readonly<Record<number, string>> = {
  2: "colour Doppler",
  3: "PW Doppler",
  4: "CW Doppler",
  10: "ECG",
  11: "pulse wave",
};

/**
 * The regions of an ultrasound image. Centimetres come out in mm; a scale that is 0, missing or not finite leaves its axis
 * without a unit. Regions without a place are left out. Reference pixels count from the upper left corner of their
 * region, as PS3.3 C.8.5.5.1.8 has it, and are given here in pixels of the image.
 */
export function ultrasoundRegions(ds: DataSet): UltrasoundRegion[] {
  return items(ds, "SequenceOfUltrasoundRegions").flatMap((region) => {
    const n = (keyword: string): number | undefined => number(region, keyword);
    const [left, top] = [n("RegionLocationMinX0") ?? 0, n("RegionLocationMinY0") ?? 0];
    const [right, bottom] = [n("RegionLocationMaxX1") ?? 0, n("RegionLocationMaxY1") ?? 0];
    if (right < left || bottom < top) return [];
    const format = n("RegionSpatialFormat") ?? 0;
    const dataType = n("RegionDataType") ?? 0;
    const axis = (name: "X" | "Y", from: number): RegionAxis => {
      const delta = n(`PhysicalDelta${name}`) ?? 0;
      const [unit, scale] = UNITS[n(`PhysicalUnits${name}Direction`) ?? 0] ?? ["", 1];
      const known = Number.isFinite(delta) && delta !== 0;
      const reference = n(`ReferencePixel${name}0`);
      return {
        unit: known ? unit : "",
        perPixel: known ? delta * scale : 0,
        reference: from + (reference ?? 0),
        referenceValue: (n(`ReferencePixelPhysicalValue${name}`) ?? 0) * scale,
        referenced: reference !== undefined,
      };
    };
    const name = DATA_TYPES[dataType] ?? FORMATS[format] ?? "region";
    const angle = n("DopplerCorrectionAngle") ?? null;
    return [{ left, top, right, bottom, format, dataType, name, x: axis("X", left), y: axis("Y", top), angle }];
  });
}

/** Some devices put the end of a region one pixel beyond the last. */
const OVERHANG = 1;

/**
 * Why the regions of an image cannot be its own: one reaches beyond the image, as it does when the pixels were resized or
 * cut after the regions were written. No scale of theirs holds then. Null when all lie within the image, or its size is not stated.
 */
export function regionsMisfit(ds: DataSet): string | null {
  const [rows, columns] = [number(ds, "Rows") ?? 0, number(ds, "Columns") ?? 0];
  if (rows === 0 || columns === 0) return null;
  const beyond = ultrasoundRegions(ds).find(
    ({ right, bottom }) => right >= columns + OVERHANG || bottom >= rows + OVERHANG,
  );
  if (!beyond) return null;
  return `the ultrasound region ${beyond.name} reaches to ${beyond.right}, ${beyond.bottom} on an image of ${columns} x ${rows}: it was resized or cut, and its scale is not used`;
}

/** Whether lengths can be measured in a region: both axes in mm. */
export function isSpatial({ x, y }: UltrasoundRegion): boolean {
  return x.unit === "mm" && y.unit === "mm";
}

const area = (r: UltrasoundRegion): number => (r.right - r.left + 1) * (r.bottom - r.top + 1);

/**
 * The region under a pixel (0-based, may be a fraction): of those that overlap there the one with a scale, then the
 * smallest (a colour box or a spectrum lies within or over the 2-D image). Null outside all regions.
 */
export function regionAt(regions: readonly UltrasoundRegion[], px: number, py: number): UltrasoundRegion | null {
  const under = regions.filter(
    ({ left, top, right, bottom }) => px >= left - 0.5 && px <= right + 0.5 && py >= top - 0.5 && py <= bottom + 0.5,
  );
  const scaled = (r: UltrasoundRegion): number => (r.x.unit || r.y.unit ? 0 : 1);
  return [...under].sort((a, b) => scaled(a) - scaled(b) || area(a) - area(b))[0] ?? null;
}

/** What an axis says at a pixel: its value when the image states a zero, else null. */
export function valueOn(axis: RegionAxis, pixel: number): number | null {
  if (!axis.unit || !axis.referenced) return null;
  return (pixel - axis.reference) * axis.perPixel + axis.referenceValue;
}

/** Where the value of an axis is 0, as a pixel of the image: the baseline of a spectrum; null when it is not stated. */
export function zeroOf(axis: RegionAxis): number | null {
  return axis.unit && axis.referenced ? axis.reference - axis.referenceValue / axis.perPixel : null;
}

/** A distance over two points of an ultrasound image, or why there is none. */
export type RegionSpan =
  | {
      readonly region: UltrasoundRegion;
      /** mm in a 2-D region; null where the axes are of different kinds. */
      readonly length: number | null;
      readonly along: { readonly value: number; readonly unit: string };
      readonly down: { readonly value: number; readonly unit: string };
    }
  | { readonly region: null; readonly reason: string };

/**
 * What lies between two pixels: a length in mm in a 2-D region, or the differences along both axes (depth and time in
 * M-mode, velocity and time in a spectrum), all without sign. Refused, with the reason, when the points lie in different regions or outside
 * any, or the region states no scale. Source: PS3.3 C.8.5.5.
 */
export function spanBetween(
  regions: readonly UltrasoundRegion[],
  from: readonly [number, number],
  to: readonly [number, number],
): RegionSpan {
  const [a, b] = [regionAt(regions, ...from), regionAt(regions, ...to)];
  if (!a || !b) return { region: null, reason: "outside the calibrated regions" };
  if (a !== b) {
    // A colour box over the 2-D image is the same plane at the same scale.
    const alike = isSpatial(a) && isSpatial(b) && sameScale(a, b);
    if (!alike)
      return { region: null, reason: `across two regions (${a.name} and ${b.name}), each with its own scale` };
  }
  if (!a.x.unit && !a.y.unit) return { region: null, reason: `this region (${a.name}) states no scale` };
  const along = { value: Math.abs((to[0] - from[0]) * a.x.perPixel), unit: a.x.unit };
  const down = { value: Math.abs((to[1] - from[1]) * a.y.perPixel), unit: a.y.unit };
  return { region: a, length: isSpatial(a) ? Math.hypot(along.value, down.value) : null, along, down };
}

function sameScale(a: UltrasoundRegion, b: UltrasoundRegion): boolean {
  const near = (p: number, q: number): boolean => Math.abs(Math.abs(p) - Math.abs(q)) <= 1e-4 * Math.abs(p);
  const nested =
    (a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom) ||
    (b.left >= a.left && b.right <= a.right && b.top >= a.top && b.bottom <= a.bottom);
  return nested && near(a.x.perPixel, b.x.perPixel) && near(a.y.perPixel, b.y.perPixel);
}
