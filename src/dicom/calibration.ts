import type { Millimetres } from "../core/units.ts";
import { type DataSet, items, number, numbers, text } from "./data-set.ts";
import { functionalGroup } from "./functional-groups.ts";

/** A rectangle of an ultrasound image with its own scale (PS3.3 C.8.5.5). Pixels count from 0, the ends are inside. */
export interface UltrasoundRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Region Spatial Format: 1 2-D, 2 M-mode, 3 spectral, 4 waveform, 5 graphics. */
  readonly format: number;
  /** mm (or s, cm/s ... see units) per pixel in x and y; the units are codes of PS3.3 C.8.5.5.1.15: 3 is cm. */
  readonly deltaX: number;
  readonly deltaY: number;
  readonly unitX: number;
  readonly unitY: number;
}

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
  readonly regions: readonly UltrasoundRegion[];
}

const PROJECTION = new Set(["XA", "RF", "DX", "CR", "MG", "PX", "IO"]);

function pair(values: readonly number[]): [number, number] | null {
  const [a = Number.NaN, b = Number.NaN] = values;
  return a > 0 && b > 0 ? [a, b] : null;
}

/** The regions of an ultrasound image; lengths of region spatial format 1 come out in mm. */
export function ultrasoundRegions(ds: DataSet): UltrasoundRegion[] {
  return items(ds, "SequenceOfUltrasoundRegions").map((region) => {
    const n = (keyword: string): number => number(region, keyword) ?? 0;
    const [unitX, unitY] = [n("PhysicalUnitsXDirection"), n("PhysicalUnitsYDirection")];
    return {
      left: n("RegionLocationMinX0"),
      top: n("RegionLocationMinY0"),
      right: n("RegionLocationMaxX1"),
      bottom: n("RegionLocationMaxY1"),
      format: n("RegionSpatialFormat"),
      deltaX: Math.abs(n("PhysicalDeltaX")) * (unitX === 3 ? 10 : 1),
      deltaY: Math.abs(n("PhysicalDeltaY")) * (unitY === 3 ? 10 : 1),
      ...{ unitX, unitY },
    };
  });
}

/** The calibration state of an image. Sources: PS3.3 10.7 (basic pixel spacing calibration), C.8.7.5, C.8.5.5. */
export function calibrationOf(ds: DataSet): Calibration {
  const regions = ultrasoundRegions(ds);
  const pixel = pair(numbers(ds, "PixelSpacing"));
  const properties = functionalGroup(ds, 0, "FramePixelDataPropertiesSequence") ?? ds;
  const imager = pair(numbers(properties, "ImagerPixelSpacing"));
  if (regions.length > 0) {
    const region = regions.find(
      (r) => r.format === 1 && r.unitX === 3 && r.unitY === 3 && r.deltaX > 0 && r.deltaY > 0,
    );
    if (region) {
      return { state: "patient", spacing: [region.deltaY, region.deltaX], source: "ultrasound region", regions };
    }
    return { state: "none", spacing: null, source: "the ultrasound regions have no scale in cm", regions };
  }
  if (!PROJECTION.has(text(ds, "Modality") ?? "")) {
    const measures = functionalGroup(ds, 0, "PixelMeasuresSequence");
    const spacing = pixel ?? (measures ? pair(numbers(measures, "PixelSpacing")) : null);
    if (spacing) return { state: "patient", spacing, source: "Pixel Spacing", regions };
    const nominal = pair(numbers(ds, "NominalScannedPixelSpacing"));
    if (nominal) return { state: "detector", spacing: nominal, source: "Nominal Scanned Pixel Spacing", regions };
    return { state: "none", spacing: null, source: "no spacing is stated", regions };
  }
  const type = text(ds, "PixelSpacingCalibrationType");
  const differs = pixel && (!imager || Math.abs(pixel[0] - imager[0]) > 1e-6 * imager[0]);
  if (pixel && (type || differs)) {
    const how =
      type === "GEOMETRY" ? "by geometry" : type === "FIDUCIAL" ? "on an object of known size" : "how is not stated";
    return { state: "calibrated", spacing: pixel, source: `Pixel Spacing, calibrated ${how}`, regions };
  }
  if (!imager) return { state: "none", spacing: null, source: "no spacing is stated", regions };
  const factor = magnificationOf(ds);
  if (factor) {
    const spacing: [number, number] = [imager[0] / factor.value, imager[1] / factor.value];
    return { state: "magnified", spacing, source: `Imager Pixel Spacing / ${factor.source}`, regions };
  }
  return { state: "detector", spacing: imager, source: "Imager Pixel Spacing", regions };
}

/** Magnification of the isocentre (or of the patient) on the detector, and the elements it comes from. */
export function magnificationOf(ds: DataSet): { readonly value: number; readonly source: string } | null {
  const stated = number(ds, "EstimatedRadiographicMagnificationFactor");
  if (stated !== undefined && stated >= 1)
    return { value: stated, source: "Estimated Radiographic Magnification Factor" };
  const detector = number(ds, "DistanceSourceToDetector");
  const isocentre = number(ds, "DistanceSourceToIsocenter");
  const patient = number(ds, "DistanceSourceToPatient");
  for (const [distance, name] of [
    [isocentre, "Isocenter"],
    [patient, "Patient"],
  ] as const) {
    if (detector && distance && detector > distance && distance > 0) {
      return { value: detector / distance, source: `(Distance Source to Detector / to ${name})` };
    }
  }
  return null;
}
