import { cross, dot, length, sub, type Vec3 } from "../../../core/index.ts";
import { functionalGroup, type JsonInstance, number, numbers, TAG } from "./dicom-json.ts";

/** Where one frame lies in the patient (LPS mm), or null for a projection, an ultrasound image, a photograph. */
export interface PlaneGeometry {
  readonly origin: Vec3;
  /** Unit vectors along a row (to the next column) and along a column (to the next row). */
  readonly row: Vec3;
  readonly column: Vec3;
  readonly normal: Vec3;
  /** mm between columns (along the row) and between rows (along the column). */
  readonly columnSpacing: number;
  readonly rowSpacing: number;
  readonly rows: number;
  readonly columns: number;
  readonly frameOfReference: string;
}

function vec3(values: readonly number[]): Vec3 | null {
  return values.length >= 3 ? [values[0]!, values[1]!, values[2]!] : null;
}

/** Directions are of length 1, as written: one that is not would stretch every length. */
function isUnit(v: Vec3): boolean {
  return Math.abs(length(v) - 1) < 0.01;
}

/** The plane of a frame (index from 0), from its own elements or its functional groups (PS3.3 C.7.6.2, C.7.6.16.2.3). */
export function planeOf(instance: JsonInstance, frame: number): PlaneGeometry | null {
  const position =
    vec3(numbers(functionalGroup(instance, frame, TAG.PlanePositionSequence), TAG.ImagePositionPatient)) ??
    vec3(numbers(instance, TAG.ImagePositionPatient));
  let orientation = numbers(
    functionalGroup(instance, frame, TAG.PlaneOrientationSequence),
    TAG.ImageOrientationPatient,
  );
  if (orientation.length < 6) orientation = numbers(instance, TAG.ImageOrientationPatient);
  const row = vec3(orientation);
  const column = vec3(orientation.slice(3));
  if (!position || !row || !column || !isUnit(row) || !isUnit(column)) return null;
  let spacing = numbers(functionalGroup(instance, frame, TAG.PixelMeasuresSequence), TAG.PixelSpacing);
  if (spacing.length < 2) spacing = numbers(instance, TAG.PixelSpacing);
  // A spacing of 0, or one that is no number, is none: lengths are then in pixels.
  if (!(spacing[0]! > 0 && spacing[1]! > 0) || ![...position, ...spacing].every(Number.isFinite)) return null;
  return {
    origin: position,
    row,
    column,
    normal: cross(row, column),
    rowSpacing: spacing[0]!,
    columnSpacing: spacing[1]!,
    rows: number(instance, TAG.Rows) ?? 0,
    columns: number(instance, TAG.Columns) ?? 0,
    frameOfReference: String(instance[TAG.FrameOfReferenceUID]?.Value?.[0] ?? ""),
  };
}

/** Patient position (LPS mm) of a continuous pixel: `x` counts columns, `y` rows, 0,0 is the centre of the first. */
export function pixelToPatient(plane: PlaneGeometry, x: number, y: number): Vec3 {
  const { origin: o, row: r, column: c, columnSpacing: sx, rowSpacing: sy } = plane;
  return [
    o[0] + r[0] * sx * x + c[0] * sy * y,
    o[1] + r[1] * sx * x + c[1] * sy * y,
    o[2] + r[2] * sx * x + c[2] * sy * y,
  ];
}

/** Whether two planes are parallel within about 8 degrees (either sense). */
export function parallel(a: Vec3, b: Vec3): boolean {
  return Math.abs(dot(a, b)) > 0.99;
}

/** Index of the plane nearest to a patient position, and its distance in mm; null without planes. */
export function nearestPlane(
  planes: readonly (PlaneGeometry | null)[],
  p: Vec3,
): { readonly index: number; readonly distance: number } | null {
  let best: { index: number; distance: number } | null = null;
  planes.forEach((plane, index) => {
    if (!plane) return;
    const distance = Math.abs(dot(sub(p, plane.origin), plane.normal));
    if (!best || distance < best.distance) best = { index, distance };
  });
  return best;
}
