import { items, type JsonInstance, number, numbers, TAG, text } from "../pane/dicom-json.ts";
import { planeOf } from "../pane/geometry.ts";

/** What a pixel is worth, and how far that can be trusted. `words` is shown beside every length. */
export interface Calibration {
  readonly state: "patient" | "calibrated" | "isocentre" | "detector" | "region" | "none";
  /** mm (or `unit`) between rows and between columns; 1 for "none" and "region". */
  readonly rowSpacing: number;
  readonly columnSpacing: number;
  readonly unit: "mm" | "px";
  readonly words: string;
  readonly regions: readonly Region[];
}

/** A region of an ultrasound image with physical units (PS3.3 C.8.5.5). Pixel bounds; deltas in `unit` per pixel. */
export interface Region {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly deltaX: number;
  readonly deltaY: number;
  readonly unitX: number;
  readonly unitY: number;
}

const CENTIMETRES = 3;

/**
 * The calibration of a frame, by PS3.3 10.7.1: a slice in the patient is in mm; a projection with Pixel Spacing says
 * how it was calibrated; with Imager Pixel Spacing alone it is mm at the detector, or at the isocentre when the
 * magnification is known; ultrasound is calibrated by region. Otherwise lengths are in pixels.
 */
export function calibrationOf(instance: JsonInstance, frame = 0): Calibration {
  const plane = planeOf(instance, frame);
  const none = { rowSpacing: 1, columnSpacing: 1, regions: [] };
  if (plane) {
    const { rowSpacing, columnSpacing } = plane;
    return { state: "patient", rowSpacing, columnSpacing, unit: "mm", words: "mm", regions: [] };
  }
  const regions = items(instance, TAG.SequenceOfUltrasoundRegions)
    .map(regionOf)
    .filter((region) => region !== null);
  if (regions.length > 0) {
    return { ...none, state: "region", unit: "px", words: "calibrated in the marked region", regions };
  }
  const pixel = numbers(instance, TAG.PixelSpacing);
  const imager = numbers(instance, TAG.ImagerPixelSpacing);
  const differs = pixel.some((value, k) => Math.abs(value - (imager[k] ?? 0)) > 1e-6);
  if (pixel.length >= 2 && (imager.length < 2 || differs)) {
    const type = text(instance, TAG.PixelSpacingCalibrationType);
    const words =
      type === "FIDUCIAL"
        ? "mm, calibrated on an object of known size"
        : type === "GEOMETRY"
          ? "mm, calibrated by the geometry of the system"
          : "mm, how it was calibrated is not stated";
    return { state: "calibrated", rowSpacing: pixel[0]!, columnSpacing: pixel[1]!, unit: "mm", words, regions: [] };
  }
  if (imager.length >= 2) {
    const magnification = number(instance, TAG.EstimatedRadiographicMagnificationFactor);
    if (magnification && magnification > 1) {
      const words = `mm at the isocentre, magnification ${magnification.toFixed(2)}`;
      return {
        state: "isocentre",
        rowSpacing: imager[0]! / magnification,
        columnSpacing: imager[1]! / magnification,
        unit: "mm",
        words,
        regions: [],
      };
    }
    const words = "mm at detector, uncalibrated for magnification";
    return { state: "detector", rowSpacing: imager[0]!, columnSpacing: imager[1]!, unit: "mm", words, regions: [] };
  }
  return { ...none, state: "none", unit: "px", words: "px, the image states no spacing" };
}

function regionOf(item: JsonInstance): Region | null {
  const value = (tag: string) => number(item, tag);
  const bounds = [value("00186018"), value("0018601A"), value("0018601C"), value("0018601E")];
  const [deltaX, deltaY] = [value("0018602C"), value("0018602E")];
  if (bounds.some((bound) => bound === undefined) || deltaX === undefined || deltaY === undefined) return null;
  const [x0, y0, x1, y1] = bounds as [number, number, number, number];
  return {
    x0,
    y0,
    x1,
    y1,
    deltaX: Math.abs(deltaX),
    deltaY: Math.abs(deltaY),
    unitX: value("00186024") ?? 0,
    unitY: value("00186026") ?? 0,
  };
}

/** A length between two pixels (x, y), whole: "12.3 mm", and in which sense it is to be taken. */
export function measureLength(
  calibration: Calibration,
  from: readonly [number, number],
  to: readonly [number, number],
): { readonly value: number; readonly text: string; readonly words: string } {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (calibration.state === "region") {
    const inside = ([x, y]: readonly [number, number], r: Region) => x >= r.x0 && x <= r.x1 && y >= r.y0 && y <= r.y1;
    const region = calibration.regions.find((r) => inside(from, r) && inside(to, r));
    if (region && region.unitX === CENTIMETRES && region.unitY === CENTIMETRES) {
      const value = 10 * Math.hypot(dx * region.deltaX, dy * region.deltaY);
      return { value, text: `${value.toFixed(1)} mm`, words: "mm, calibrated region" };
    }
    const value = Math.hypot(dx, dy);
    const words = region ? "px, this region is not in centimetres" : "px, outside one calibrated region";
    return { value, text: `${value.toFixed(0)} px`, words };
  }
  const value = Math.hypot(dx * calibration.columnSpacing, dy * calibration.rowSpacing);
  const digits = calibration.unit === "mm" ? 1 : 0;
  return { value, text: `${value.toFixed(digits)} ${calibration.unit}`, words: calibration.words };
}
