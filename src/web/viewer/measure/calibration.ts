import * as dicom from "../../../dicom/index.ts";
import { dataSetOf } from "../pane/data-set-of.ts";
import type { JsonInstance } from "../pane/dicom-json.ts";
import { planeOf } from "../pane/geometry.ts";
import { chosenScale, runKeyOf } from "./calibration-store.ts";

/** What a pixel is worth, and how far that can be trusted. `words` is shown beside every length. */
export interface Calibration {
  readonly state: "patient" | "calibrated" | "isocentre" | "detector" | "region" | "none";
  /** mm between rows and between columns; 1 for "none" and "region". */
  readonly rowSpacing: number;
  readonly columnSpacing: number;
  readonly unit: "mm" | "px";
  readonly words: string;
  /** The share of a length by which the scale may be off (0.067 is 6.7 %); null when that cannot be said. */
  readonly error: number | null;
  /** Why by that much; empty for slices. */
  readonly errorBasis: string;
  readonly regions: readonly dicom.UltrasoundRegion[];
}

/**
 * The calibration of a frame: what the reader chose for its run, else what the image says (PS3.3 10.7.1): a slice in the
 * patient is in mm; a projection with Pixel Spacing says how it was calibrated; with Imager Pixel Spacing alone it is mm at
 * the detector, or at the isocentre when the magnification is known; ultrasound is calibrated by the region under each
 * point. Otherwise lengths are in pixels.
 */
export function calibrationOf(instance: JsonInstance, frame = 0): Calibration {
  const sure = { error: null, errorBasis: "", regions: [] };
  const plane = planeOf(instance, frame);
  if (plane) {
    const { rowSpacing, columnSpacing } = plane;
    return { ...sure, state: "patient", rowSpacing, columnSpacing, unit: "mm", words: "mm" };
  }
  const found = dicom.calibrationOf(dataSetOf(instance), frame);
  const uncalibrated = { ...sure, rowSpacing: 1, columnSpacing: 1, unit: "px" as const };
  if (found.regions.length > 0) {
    const words = "calibrated by the region under each point";
    return { ...uncalibrated, state: "region", words, regions: found.regions };
  }
  const choice = chosenScale(runKeyOf(instance));
  if (choice?.kind === "none") return { ...uncalibrated, state: "none", words: "px, calibration is switched off" };
  const [rows, columns] = found.spacing ?? [1, 1];
  if (choice?.mmPerPixel) {
    const { mmPerPixel, error, errorBasis } = choice;
    // Pixels that are not square stay so: the choice is the size along a row.
    const spacing = { rowSpacing: (mmPerPixel * rows) / columns, columnSpacing: mmPerPixel };
    return { ...sure, state: "calibrated", ...spacing, unit: "mm", words: `mm, ${choice.words}`, error, errorBasis };
  }
  if (!found.spacing) {
    const why = found.source.startsWith("the ") ? found.source : "the image states no spacing";
    return { ...uncalibrated, state: "none", words: `px, ${why}` };
  }
  const { error, errorBasis } = found;
  const spaced = { ...sure, rowSpacing: rows, columnSpacing: columns, unit: "mm" as const, error, errorBasis };
  if (found.state === "patient") return { ...spaced, state: "patient", words: "mm" };
  if (found.state === "calibrated") return { ...spaced, state: "calibrated", words: calibratedWords(found.source) };
  if (found.state === "magnified") {
    const factor = dicom.magnificationOf(dataSetOf(instance), frame);
    const words = `mm at the ${factor?.at ?? "isocentre"}, magnification ${factor?.value.toFixed(2)}`;
    return { ...spaced, state: "isocentre", words };
  }
  return { ...spaced, state: "detector", words: "mm at detector, uncalibrated for magnification" };
}

function calibratedWords(source: string): string {
  if (source.endsWith("object of known size")) return "mm, calibrated on an object of known size";
  if (source.endsWith("by geometry")) return "mm, calibrated by the geometry of the system";
  return "mm, how it was calibrated is not stated";
}

/** A measured length as it is shown. `value` is in `unit`; `error` (same unit) is null when it cannot be said. */
export interface MeasuredLength {
  readonly value: number;
  readonly unit: string;
  readonly error: number | null;
  readonly text: string;
  /** In which sense it is to be taken, or why it is no length. */
  readonly words: string;
}

/**
 * A length between two pixels (x, y), whole: "12.3 ± 0.8 mm", and in which sense it is to be taken. In ultrasound regions
 * that are no plane it is what lies between the points along both axes ("0.42 s, 38.0 cm/s"); across two regions it is refused.
 */
export function measureLength(
  calibration: Calibration,
  from: readonly [number, number],
  to: readonly [number, number],
): MeasuredLength {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const inPixels = (words: string): MeasuredLength => {
    const value = Math.hypot(dx, dy);
    return { value, unit: "px", error: null, text: `${value.toFixed(0)} px`, words };
  };
  if (calibration.state === "region") {
    const span = dicom.spanBetween(calibration.regions, from, to);
    if (span.region === null) return inPixels(`px, ${span.reason}`);
    const { region, length, along, down } = span;
    if (length !== null) {
      const text = `${length.toFixed(1)} mm`;
      return { value: length, unit: "mm", error: null, text, words: `mm, region: ${region.name}` };
    }
    const parts = [along, down].filter(({ unit }) => unit !== "");
    const text = parts.map(({ value, unit }) => `${value.toFixed(unit === "s" ? 2 : 1)} ${unit}`).join(", ");
    return { value: parts[0]!.value, unit: parts[0]!.unit, error: null, text, words: `region: ${region.name}` };
  }
  if (calibration.unit === "px") return inPixels(calibration.words);
  const value = Math.hypot(dx * calibration.columnSpacing, dy * calibration.rowSpacing);
  if (calibration.error === null)
    return { value, unit: "mm", error: null, text: `${value.toFixed(1)} mm`, words: calibration.words };
  const error = dicom.lengthError(value, calibration.error, calibration.columnSpacing);
  const text = `${value.toFixed(1)} ± ${error.toFixed(1)} mm`;
  return { value, unit: "mm", error, text, words: calibration.words };
}

/** The scale for the corner of an image: "0.154 mm/px by a 5 F catheter ± 4 %"; empty for slices and regions. */
export function scaleWords(calibration: Calibration): string {
  const { state, unit, columnSpacing, words, error } = calibration;
  if (state === "patient" || state === "region") return "";
  if (unit === "px") return words.replace(/^px, /, "lengths in px: ");
  const where = words.replace(/^mm,? ?/, "").replace(/, magnification.*$/, "");
  const scale = `${columnSpacing.toFixed(3)} mm/px ${where}`;
  if (error === null) return state === "detector" ? scale : `${scale}, error not stated`;
  const percent = 100 * error;
  return `${scale} ± ${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
