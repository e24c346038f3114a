import { length, sub, toIndex, type Vec3 } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { type Centreline, centrelineOf } from "../vessel/centreline.ts";
import { crossSection } from "../vessel/cross-section.ts";
import { vesselTree } from "../vessel/tree.ts";
import { type CurveFrame, curveFrames } from "../volume/curve.ts";
import type { MeasuredDome } from "./morphometry.ts";

/** A vessel that comes to the neck of an aneurysm or leaves it. Lengths in mm. */
export interface NeckVessel {
  /** Mean of the diameters at the edge of the neck and 1.5 diameters away from it. */
  readonly meanMm: number;
  readonly sdMm: number;
  readonly edgeMm: number;
  /** Null: the vessel is not followed that far. */
  readonly awayMm: number | null;
  /** From the neck outward, LPS mm. */
  readonly points: readonly Vec3[];
  /** Unit direction away from the neck at its edge. */
  readonly direction: Vec3;
  /** The walls were fitted; else the diameter is that of the largest ball inside. */
  readonly fitted: boolean;
}

const STEP = 0.5;

/**
 * The vessels at the neck of a measured dome, the thickest first. `mask`: 0/1 on the grid of `volume`, with the dome;
 * `domeMask`: the voxels of the dome alone, which are taken out before centrelines are sought from the neck. The edge of
 * the neck is where a centreline is as far from the middle of the neck as half the neck and its own radius reach.
 * Which of them brings the blood cannot be read from a still image. Empty when nothing is there below the neck.
 * Source of the two places: Dhar 2008, doi:10.1227/01.NEU.0000316847.64140.81.
 */
export function neckVessels(volume: Volume, mask: Uint8Array, domeMask: Uint8Array, dome: MeasuredDome): NeckVessel[] {
  const rest = mask.map((inside, p) => (inside && !domeMask[p] ? 1 : 0));
  const { neckCentre, plane, values } = dome;
  const voxel = Math.min(...volume.spacing);
  const below = neckCentre.map((x, a) => x - 1.5 * voxel * plane.normal[a]) as unknown as Vec3;
  const tree = vesselTree(rest, volume.shape, volume.spacing, toIndex(volume, below), {
    shortestMm: 4,
    mostBranches: 40,
  });
  if (!tree) return [];
  const found: { vessel: NeckVessel; far: Vec3 }[] = [];
  for (const [n] of tree.branches.entries()) {
    const points: (typeof tree.branches)[number]["points"][number][] = [];
    const radii: number[] = [];
    for (let at = n, to = tree.branches[n].points.length - 1; at >= 0; ) {
      const branch = tree.branches[at];
      points.unshift(...branch.points.slice(0, to + 1));
      radii.unshift(...branch.radii.slice(0, to + 1));
      [at, to] = [branch.parent, branch.parentPoint];
    }
    const line = centrelineOf(volume, { points, radii, parent: -1, parentPoint: -1 }, STEP);
    const one = line && vesselOn(volume, line, neckCentre, values.neckMost / 2);
    if (!one) continue;
    const same = found.find(({ far }) => length(sub(far, one.far)) < Math.max(1, 0.75 * one.vessel.meanMm));
    if (!same) found.push(one);
    else if (same.vessel.awayMm === null && one.vessel.awayMm !== null) found[found.indexOf(same)] = one;
  }
  return found.map(({ vessel }) => vessel).sort((a, b) => b.meanMm - a.meanMm);
}

function vesselOn(
  volume: Volume,
  line: Centreline,
  neck: Vec3,
  half: number,
): { vessel: NeckVessel; far: Vec3 } | undefined {
  const frames = curveFrames(line.points, STEP, [0, 0, 1]);
  if (frames.length < 4) return undefined;
  const radius = (at: number): number =>
    line.radii[Math.min(line.radii.length - 1, Math.round((at / (line.lengthMm || 1)) * (line.radii.length - 1)))];
  const edge = frames.findIndex(({ point, at }) => length(sub(point, neck)) >= Math.hypot(half, radius(at)));
  if (edge < 0 || edge > frames.length - 3) return undefined;
  const near = sizeAt(volume, frames.slice(edge, edge + 3), radius);
  const beyond = frames.findIndex(({ at }) => at >= frames[edge].at + 1.5 * near.mm);
  const away = beyond < 0 ? undefined : sizeAt(volume, frames.slice(Math.max(0, beyond - 1), beyond + 2), radius);
  const meanMm = away ? (near.mm + away.mm) / 2 : near.mm;
  const far = frames[beyond < 0 ? frames.length - 1 : beyond].point;
  return {
    vessel: {
      meanMm,
      sdMm: away ? Math.hypot(near.sd, away.sd) / 2 : near.sd,
      edgeMm: near.mm,
      awayMm: away?.mm ?? null,
      points: frames.map(({ point }) => point),
      direction: unit(sub(frames[Math.min(frames.length - 1, edge + 2)].point, frames[Math.max(0, edge - 2)].point)),
      fitted: near.fitted && (away?.fitted ?? true),
    },
    far,
  };
}

/** Median of the diameters at neighbouring places; where no wall is found, of the balls inside. */
function sizeAt(
  volume: Volume,
  frames: readonly CurveFrame[],
  radius: (at: number) => number,
): { readonly mm: number; readonly sd: number; readonly fitted: boolean } {
  const sections = frames.map((frame) => crossSection(volume, { ...frame, radius: radius(frame.at) }));
  const known = sections
    .flatMap(({ diameter, sd }) => (diameter === null ? [] : [{ diameter, sd: sd ?? 0 }]))
    .sort((a, b) => a.diameter - b.diameter);
  if (known.length > 0) {
    const middle = known[known.length >> 1];
    return { mm: middle.diameter, sd: middle.sd, fitted: true };
  }
  const balls = frames.map(({ at }) => 2 * radius(at)).sort((a, b) => a - b);
  return { mm: balls[balls.length >> 1], sd: Math.min(...volume.spacing) / 2, fitted: false };
}

/** The vessel of a list that passes nearest to a place (LPS mm); undefined for an empty list. */
export function vesselNearest(vessels: readonly NeckVessel[], place: Vec3): NeckVessel | undefined {
  const away = ({ points }: NeckVessel): number => Math.min(...points.map((point) => length(sub(point, place))));
  return vessels.length === 0 ? undefined : vessels.reduce((a, b) => (away(b) < away(a) ? b : a));
}

function unit(v: Vec3): Vec3 {
  const m = Math.hypot(...v) || 1;
  return [v[0] / m, v[1] / m, v[2] / m];
}
