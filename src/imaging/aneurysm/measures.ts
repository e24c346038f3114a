import type { Measurement } from "../../core/measurement.ts";
import type { MeasuredDome, Morphometry } from "./morphometry.ts";
import type { NeckVessel } from "./neck-vessels.ts";
import type { DomeUncertainty } from "./spread.ts";

/** Name and source of the method, for every number that comes of it. */
export const ANEURYSM_METHOD = {
  name: "Aneurysm morphometry above a neck plane",
  version: "1.0",
  reference:
    "surface at fitted edges; least cut as neck (after doi:10.1109/TMI.2009.2021652); indices of Raghavan 2005, JNS 102:355, and Dhar 2008, doi:10.1227/01.NEU.0000316847.64140.81",
} as const;

/** A measure of an aneurysm: its name, unit and how it is read. */
export interface AneurysmMeasure {
  readonly key: keyof Morphometry;
  /** The code under which it is reported and kept: a field of the facts dictionary, or a name of at most 16 letters. */
  readonly code: string;
  readonly label: string;
  readonly unit: "mm" | "mm2" | "mm3" | "1";
  readonly how: string;
}

/** The measures in the order in which they are shown. */
export const ANEURYSM_MEASURES: readonly AneurysmMeasure[] = [
  measure("size", "aneurysm_size_mm", "Size", "mm", "larger of width and largest distance from the middle of the neck"),
  measure("neck", "aneurysm_neck_mm", "Neck", "mm", "mean of 90 diameters through the middle of the neck line"),
  measure("neckLeast", "aneurysm.neckmin", "Neck, least", "mm", "least diameter through the middle of the neck line"),
  measure(
    "neckMost",
    "aneurysm.neckmax",
    "Neck, greatest",
    "mm",
    "greatest diameter through the middle of the neck line",
  ),
  measure("height", "aneurysm.height", "Height", "mm", "largest distance from the neck plane"),
  measure("reach", "aneurysm.reach", "Height, greatest", "mm", "largest distance from the middle of the neck"),
  measure("width", "aneurysm.width", "Width", "mm", "largest width parallel to the neck plane"),
  measure("volume", "aneurysm.volume", "Volume", "mm3", "of the surface closed by the neck plane"),
  measure("area", "aneurysm.area", "Wall area", "mm2", "of the dome without the ostium"),
  measure("aspectRatio", "aneurysm.aspect", "Aspect ratio", "1", "height / neck"),
  measure("bottleneck", "aneurysm.bottle", "Bottleneck factor", "1", "width / neck"),
  measure("heightToWidth", "aneurysm.htow", "Height to width", "1", "height / width"),
  measure("sizeRatio", "aneurysm.sratio", "Size ratio", "1", "greatest height / mean diameter of the parent"),
  measure("undulation", "aneurysm.undul", "Undulation", "1", "1 - V / V of the convex hull"),
  measure("ellipticity", "aneurysm.ellipt", "Ellipticity", "1", "1 - (18 pi)^(1/3) Vhull^(2/3) / Shull; hemisphere 0"),
  measure("nonSphericity", "aneurysm.nonsph", "Non-sphericity", "1", "1 - (18 pi)^(1/3) V^(2/3) / S; hemisphere 0"),
];

function measure(
  key: keyof Morphometry,
  code: string,
  label: string,
  unit: AneurysmMeasure["unit"],
  how: string,
): AneurysmMeasure {
  return { key, code, label, unit, how };
}

/** How the errors of a dome were found, in words. */
export function errorBasis({ planeMm, tiltDegrees, wallMm }: DomeUncertainty): string {
  return `one SD: neck moved by ${planeMm.toFixed(2)} mm and tilted by ${tiltDegrees} degrees, wall by ${wallMm.toFixed(2)} mm`;
}

/**
 * The measures of a dome as measurements: value, one standard deviation to either side, method. The parent's diameter is
 * the last; both it and the size ratio are null with a reason when no parent vessel is known.
 */
export function aneurysmMeasurements({
  dome,
  sd,
  uncertainty,
  parent,
  sources,
}: {
  readonly dome: MeasuredDome;
  readonly sd: Readonly<Record<keyof Morphometry, number>>;
  readonly uncertainty: DomeUncertainty;
  readonly parent: NeckVessel | undefined;
  readonly sources: readonly string[];
}): Measurement[] {
  const common = { method: ANEURYSM_METHOD, sources, tier: "C" as const };
  const basis = errorBasis(uncertainty);
  const between = (value: number, by: number, words: string): Pick<Measurement, "uncertainty"> =>
    Number.isFinite(by) ? { uncertainty: { low: value - by, high: value + by, basis: words } } : {};
  const none = "no vessel was followed from the neck";
  return [
    ...ANEURYSM_MEASURES.map(({ key, code, label, unit }): Measurement => {
      const value = dome.values[key];
      return value === null
        ? { ...common, code, label, unit, value, reason: none }
        : { ...common, code, label, unit, value, ...between(value, sd[key], basis) };
    }),
    {
      ...common,
      code: "aneurysm.parent",
      label: "Parent vessel, mean diameter",
      unit: "mm",
      value: parent?.meanMm ?? null,
      ...(parent
        ? between(
            parent.meanMm,
            parent.sdMm,
            "one SD of the fitted walls at the edge of the neck and 1.5 diameters away",
          )
        : { reason: none }),
    },
  ];
}
