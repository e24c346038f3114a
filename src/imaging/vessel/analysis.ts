import { toIndex, toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Measurement } from "../../core/measurement.ts";
import type { Progress } from "../../core/progress.ts";
import type { Volume } from "../../core/volume.ts";
import { curveFrames } from "../volume/curve.ts";
import { type Centreline, centrelineOf } from "./centreline.ts";
import { cropToMask } from "./crop.ts";
import { type CrossSection, crossSection } from "./cross-section.ts";
import { type Grown, type GrowOptions, growVessel } from "./grow.ts";
import { type VesselSurface, vesselSurface } from "./surface.ts";
import { vesselTree } from "./tree.ts";

/** Name and source of the method, for every number that comes of it. */
export const VESSEL_METHOD = {
  name: "Vessel segmentation by local half maximum, centreline and cross-sections",
  version: "1.0",
  reference: "region growing at 0.5 (lumen + background); minimal paths on 1/d^2; blurred step fitted on 36 rays",
} as const;

/** A centreline with its cross-sections, one every step along it. */
export interface MeasuredLine {
  readonly line: Centreline;
  /** mm from its beginning. */
  readonly along: readonly number[];
  readonly sections: readonly CrossSection[];
  /** Index of the line it leaves and of the point there; -1 for the first. */
  readonly parent: number;
  readonly parentPoint: number;
}

/** A segmented vessel with all that was measured on it. */
export interface VesselAnalysis {
  readonly grown: Grown;
  /** The longest first; with `to` only the way there. */
  readonly lines: readonly MeasuredLine[];
  readonly surface: VesselSurface | undefined;
  readonly bridges: readonly { readonly at: Vec3; readonly apartMm: number }[];
  readonly measurements: readonly Measurement[];
  readonly limitations: readonly Limitation[];
}

/** What is asked for. Places are LPS mm. */
export interface VesselOptions extends GrowOptions {
  readonly seeds: readonly Vec3[];
  readonly to?: Vec3 | undefined;
  /** Distance of cross-sections, mm. Default 0.5. */
  readonly stepMm?: number;
  readonly surface?: boolean;
  readonly sources?: readonly string[];
}

/**
 * Segments a vessel from seeds, finds its centrelines and cross-sections and its surface.
 * `volume` in any unit in which the vessel is brighter than what lies about it (3DRA, CTA, TOF). Returns a reason where it cannot
 * be done: a seed outside or in no vessel, or an end that does not hang together with the seed.
 */
export function analyseVessel(
  volume: Volume,
  options: VesselOptions,
  told: Progress = () => {},
): VesselAnalysis | { readonly reason: string } {
  const seeds = options.seeds.map((seed) => toIndex(volume, seed));
  const grown = growVessel(volume, seeds, options, (step, x) => told(step, 0.3 * x));
  if ("reason" in grown) return grown;
  return measureVessel(volume, grown, options, (step, x) => told(step, 0.3 + 0.7 * x));
}

/** As `analyseVessel`, on a mask that is there already (grown, then mended by hand). */
export function measureVessel(
  volume: Volume,
  grown: Grown,
  options: VesselOptions,
  told: Progress = () => {},
): VesselAnalysis | { readonly reason: string } {
  const cut = cropToMask(volume, grown.mask, 4);
  if (cut.mask.length === 0) return { reason: "Nothing is segmented." };
  const root = toIndex(cut.volume, toPatient(volume, ...grown.level.seed));
  const to = options.to && toIndex(cut.volume, options.to);
  const tree = vesselTree(
    cut.mask,
    cut.volume.shape,
    cut.volume.spacing,
    to ? toIndex(cut.volume, options.seeds[0]) : root,
    { to },
    (step, x) => told(step, 0.5 * x),
  );
  if (!tree) {
    const where = to ? "The end does not hang together with the seed" : "The seed is not in what is segmented";
    return { reason: `${where}. Put it into the vessel, lower the threshold, or bridge the gap with the brush.` };
  }
  const lines: MeasuredLine[] = [];
  const stepMm = options.stepMm ?? 0.5;
  const place = new Map<number, number>();
  for (const [n, branch] of tree.branches.entries()) {
    told("cross-sections", 0.5 + (0.3 * n) / tree.branches.length);
    const line = centrelineOf(cut.volume, branch, stepMm);
    if (!line) continue;
    place.set(n, lines.length);
    const frames = curveFrames(line.points, stepMm, [0, 0, 1]);
    const radius = (at: number): number =>
      line.radii[
        Math.max(0, Math.min(line.radii.length - 1, Math.round((at / (line.lengthMm || 1)) * (line.radii.length - 1))))
      ];
    lines.push({
      line,
      along: frames.map(({ at }) => at),
      sections: frames.map((frame) => crossSection(cut.volume, { ...frame, radius: radius(frame.at) })),
      parent: place.get(branch.parent) ?? -1,
      parentPoint: branch.parentPoint,
    });
  }
  told("surface", 0.8);
  const surface = options.surface === false ? undefined : vesselSurface(cut.volume, cut.mask);
  const bridges = tree.bridges.map(({ at, apartMm }) => ({ at: toPatient(cut.volume, ...at), apartMm }));
  told("done", 1);
  return {
    grown,
    lines,
    surface,
    bridges,
    measurements: measurementsOf(grown, lines, surface, options.sources ?? []),
    limitations: [...grown.limitations, ...limits(lines, surface, bridges.length, volume)],
  };
}

function limits(
  lines: readonly MeasuredLine[],
  surface: VesselSurface | undefined,
  bridges: number,
  volume: Volume,
): Limitation[] {
  const out: Limitation[] = [];
  const sections = lines.flatMap((line) => line.sections);
  const none = sections.filter(({ diameter }) => diameter === null).length;
  if (none > 0)
    out.push({
      code: "wall-not-found",
      message: `The wall was not found all around at ${none} of ${sections.length} places (branches, bone or another vessel beside): no diameter there.`,
    });
  if (bridges > 0)
    out.push({
      code: "bridges",
      message: `Vessels touch at ${bridges} ${bridges === 1 ? "place" : "places"}: a ring, or two vessels grown together. Look there before a length is used.`,
    });
  if (surface && surface.closure.openEdges > 0)
    out.push({
      code: "surface-open",
      message: `The surface has ${surface.closure.openEdges} open edges: its volume is not exact.`,
    });
  if (Math.max(...volume.spacing) > 1.5 * Math.min(...volume.spacing))
    out.push({
      code: "uneven-voxels",
      message: `Voxels are ${volume.spacing.map((s) => s.toFixed(2)).join(" x ")} mm: diameters along the thick side are less sure.`,
    });
  return out;
}

function measurementsOf(
  grown: Grown,
  lines: readonly MeasuredLine[],
  surface: VesselSurface | undefined,
  sources: readonly string[],
): Measurement[] {
  const common = { method: VESSEL_METHOD, sources, tier: "C" as const };
  const out: Measurement[] = [
    {
      ...common,
      code: "vessel.volume_ml",
      label: "Volume of the segmented vessel",
      value: surface ? surface.volumeMm3 / 1000 : grown.volumeMl,
      unit: "mL",
    },
  ];
  const main = lines[0];
  if (!main) return out;
  out.push(
    {
      ...common,
      code: "vessel.length_mm",
      label: "Length of the main centreline",
      value: main.line.lengthMm,
      unit: "mm",
    },
    {
      ...common,
      code: "vessel.tortuosity",
      label: "Tortuosity (length over chord)",
      value: Number.isFinite(main.line.tortuosity) ? main.line.tortuosity : null,
      unit: "1",
      ...(Number.isFinite(main.line.tortuosity) ? {} : { reason: "the vessel ends where it begins" }),
    },
  );
  const known = main.sections.filter(
    (s): s is CrossSection & { diameter: number; sd: number } => s.diameter !== null && s.sd !== null,
  );
  if (known.length === 0) {
    out.push({
      ...common,
      code: "vessel.least_diameter_mm",
      label: "Least diameter",
      value: null,
      unit: "mm",
      reason: "no wall was found",
    });
    return out;
  }
  for (const [code, label, chosen] of [
    [
      "vessel.least_diameter_mm",
      "Least diameter (of equal area)",
      known.reduce((a, b) => (b.diameter < a.diameter ? b : a)),
    ],
    [
      "vessel.greatest_diameter_mm",
      "Greatest diameter (of equal area)",
      known.reduce((a, b) => (b.diameter > a.diameter ? b : a)),
    ],
  ] as const)
    out.push({
      ...common,
      code,
      label,
      value: chosen.diameter,
      unit: "mm",
      uncertainty: {
        low: chosen.diameter - 2 * chosen.sd,
        high: chosen.diameter + 2 * chosen.sd,
        basis: "twice the SD of the fitted walls",
      },
    });
  return out;
}
