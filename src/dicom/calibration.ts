import type { Millimetres } from "../core/units.ts";
import { type DataSet, number, numbers, text } from "./data-set.ts";
import { functionalGroup } from "./functional-groups.ts";
import { isSpatial, regionsMisfit, type UltrasoundRegion, ultrasoundRegions } from "./ultrasound-regions.ts";

/**
 * What a length measured on an image means.
 * - `patient`: spacing in the patient (cross-sectional, or an ultrasound region);
 * - `calibrated`: projection, calibrated on an object of known size or by geometry (state which);
 * - `magnified`: projection, corrected by the stated magnification to the isocentre or the source-patient distance;
 * - `detector`: projection, at the detector plane: true sizes are smaller by an unknown magnification;
 * - `none`: no spacing at all; only pixels can be counted.
 */
export interface Calibration {
  readonly state: "patient" | "calibrated" | "magnified" | "detector" | "none";
  /** mm between rows and between columns; null when there is none. */
  readonly spacing: readonly [Millimetres, Millimetres] | null;
  /** The element that the spacing comes from and how, for display. */
  readonly source: string;
  /** The share of a length by which the scale may be off (0.067 is 6.7 %); null when that cannot be said. */
  readonly error: number | null;
  /** Why the scale may be off by that much; empty for slices. */
  readonly errorBasis: string;
  readonly regions: readonly UltrasoundRegion[];
}

const PROJECTION = new Set(["XA", "RF", "DX", "CR", "MG", "PX", "IO"]);
/** How far a vessel may lie from the plane that a magnification holds for. */
const OFF_CENTRE: Millimetres = 50;
/** Source to isocentre of most C-arms, where the image does not state it. */
const USUAL_SOURCE_DISTANCE: Millimetres = 750;

function pair(values: readonly number[]): [number, number] | null {
  const [a = Number.NaN, b = Number.NaN] = values;
  return a > 0 && b > 0 ? [a, b] : null;
}

/**
 * The calibration state of frame `frame` (0-based) of an image. Sources: PS3.3 10.7 (basic pixel spacing calibration), C.8.7.5, C.8.5.5.
 * Ultrasound regions that reach beyond the image (it was resized) give no scale. A spacing of 0, or one that is no number, is none.
 */
export function calibrationOf(ds: DataSet, frame = 0): Calibration {
  const misfit = regionsMisfit(ds);
  const regions = misfit ? [] : ultrasoundRegions(ds);
  const none = { error: null, errorBasis: "", regions };
  if (misfit) return { ...none, state: "none", spacing: null, source: misfit };
  const pixel = pair(numbers(ds, "PixelSpacing"));
  const properties = functionalGroup(ds, frame, "FramePixelDataPropertiesSequence") ?? ds;
  const imager = pair(numbers(properties, "ImagerPixelSpacing")) ?? pair(numbers(ds, "ImagerPixelSpacing"));
  if (regions.length > 0) {
    const region = regions.find((r) => r.format === 1 && isSpatial(r));
    if (region) {
      const spacing = [Math.abs(region.y.perPixel), Math.abs(region.x.perPixel)] as const;
      return { ...none, state: "patient", spacing, source: "ultrasound region" };
    }
    return { ...none, state: "none", spacing: null, source: "the ultrasound regions have no scale in cm" };
  }
  // Whatever the modality is called: an imager spacing makes it a projection.
  if (!imager && !PROJECTION.has(text(ds, "Modality") ?? "")) {
    const measures = functionalGroup(ds, frame, "PixelMeasuresSequence");
    const spacing = pixel ?? (measures ? pair(numbers(measures, "PixelSpacing")) : null);
    if (spacing) return { ...none, state: "patient", spacing, source: "Pixel Spacing" };
    const nominal = pair(numbers(ds, "NominalScannedPixelSpacing"));
    if (nominal) return { ...none, state: "detector", spacing: nominal, source: "Nominal Scanned Pixel Spacing" };
    return { ...none, state: "none", spacing: null, source: "no spacing is stated" };
  }
  const type = text(ds, "PixelSpacingCalibrationType");
  const differs = pixel && (!imager || Math.abs(pixel[0] - imager[0]) > 1e-6 * imager[0]);
  if (pixel && (type || differs)) {
    const how =
      type === "GEOMETRY" ? "by geometry" : type === "FIDUCIAL" ? "on an object of known size" : "how is not stated";
    const known = type === "GEOMETRY" ? offCentre(ds, frame) : { error: null, errorBasis: "its error is not stated" };
    return { ...none, state: "calibrated", spacing: pixel, source: `Pixel Spacing, calibrated ${how}`, ...known };
  }
  if (!imager) return { ...none, state: "none", spacing: null, source: "no spacing is stated" };
  const factor = magnificationOf(ds, frame);
  if (factor) {
    const spacing: [number, number] = [imager[0] / factor.value, imager[1] / factor.value];
    const source = `Imager Pixel Spacing / ${factor.source}`;
    return { ...none, state: "magnified", spacing, source, ...offCentre(ds, frame) };
  }
  const errorBasis = "true sizes are smaller by an unknown magnification";
  return { ...none, state: "detector", spacing: imager, source: "Imager Pixel Spacing", errorBasis };
}

/** Distances of a C-arm in mm as far as a frame states them; 0 and less count as not stated. */
function distances(ds: DataSet, frame: number) {
  const places = [functionalGroup(ds, frame, "XRayGeometrySequence"), ds];
  const stated = (keyword: string): number | undefined => {
    for (const place of places) {
      const value = place && number(place, keyword);
      if (value !== undefined && value > 0) return value;
    }
    return undefined;
  };
  return {
    detector: stated("DistanceSourceToDetector"),
    isocentre: stated("DistanceSourceToIsocenter"),
    patient: stated("DistanceSourceToPatient"),
    factor: stated("EstimatedRadiographicMagnificationFactor"),
  };
}

/** What a geometric scale is off by for a vessel 5 cm nearer to or further from the source: 5 / 75 cm is 6.7 %. */
function offCentre(ds: DataSet, frame: number): { readonly error: number; readonly errorBasis: string } {
  const { isocentre, patient, detector, factor } = distances(ds, frame);
  const derived = detector && factor && factor >= 1 ? detector / factor : undefined;
  const stated = isocentre ?? patient ?? derived;
  const source = stated ?? USUAL_SOURCE_DISTANCE;
  const error = OFF_CENTRE / source;
  const from = `${Math.round(source / 10)} cm from the source${stated ? "" : " (assumed)"}`;
  return { error, errorBasis: `for a vessel ${OFF_CENTRE / 10} cm off a plane ${from}` };
}

/** Magnification of the isocentre (or of the patient) on the detector, and the elements it comes from; null when unknown. */
export function magnificationOf(
  ds: DataSet,
  frame = 0,
): { readonly value: number; readonly source: string; readonly at: "isocentre" | "patient" } | null {
  const { factor, detector, isocentre, patient } = distances(ds, frame);
  if (factor !== undefined && factor >= 1)
    return { value: factor, source: "Estimated Radiographic Magnification Factor", at: "isocentre" };
  for (const [distance, name, at] of [
    [isocentre, "Isocenter", "isocentre"],
    [patient, "Patient", "patient"],
  ] as const) {
    if (detector && distance && detector > distance) {
      return { value: detector / distance, source: `(Distance Source to Detector / to ${name})`, at };
    }
  }
  return null;
}
