import { toIndex, type Vec3 } from "../../core/geometry.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Measurement } from "../../core/measurement.ts";
import type { Progress } from "../../core/progress.ts";
import type { Volume } from "../../core/volume.ts";
import { growVessel } from "../vessel/grow.ts";
import { aneurysmMeasurements } from "./measures.ts";
import { isMeasured, type MeasuredDome, type Morphometry, measureDome, type NoDome } from "./morphometry.ts";
import { type NeckVessel, neckVessels, vesselNearest } from "./neck-vessels.ts";
import type { Plane } from "./plane-cut.ts";
import { type AneurysmScene, aneurysmScene, domeMask } from "./scene.ts";
import { type DomeUncertainty, spreadOf, USUAL_UNCERTAINTY } from "./spread.ts";

/** An aneurysm measured above a neck plane. */
export interface MeasuredAneurysm {
  readonly dome: MeasuredDome;
  /** Standard deviation of each measure; NaN where a moved plane cuts no dome off. */
  readonly sd: Readonly<Record<keyof Morphometry, number>>;
  readonly uncertainty: DomeUncertainty;
  /** Vessels at the neck, the thickest first, and the one that is taken as the parent. */
  readonly vessels: readonly NeckVessel[];
  readonly parent: NeckVessel | undefined;
  readonly domeMask: Uint8Array;
  readonly measurements: readonly Measurement[];
  readonly limitations: readonly Limitation[];
}

/** How a dome is measured. */
export interface MeasureOptions {
  /** A place in the parent vessel (LPS mm); without it the thickest vessel at the neck is taken. */
  readonly parentAt?: Vec3 | undefined;
  readonly sources?: readonly string[];
}

/** What is asked for; all places LPS mm. */
export interface AneurysmOptions extends MeasureOptions {
  readonly dome: Vec3;
  /** The neck as a person set it; without it that which is proposed. The normal points into the dome. */
  readonly neck?: Plane | undefined;
  readonly threshold?: number | undefined;
}

/** Scene, neck and measures of one aneurysm. */
export interface AneurysmAnalysis {
  readonly scene: AneurysmScene;
  readonly threshold: number;
  readonly plane: Plane;
  readonly byHand: boolean;
  readonly found: MeasuredAneurysm;
}

/**
 * Segments the vessels around a point in a dome, proposes the neck, and measures the aneurysm above it (or above the neck
 * that is given). `volume`: 3DRA, CTA or TOF, vessels bright. Returns the reason where it cannot be done.
 */
export function analyseAneurysm(
  volume: Volume,
  options: AneurysmOptions,
  told: Progress = () => {},
): AneurysmAnalysis | { readonly reason: string } {
  const { dome, threshold } = options;
  const grown = growVessel(volume, [toIndex(volume, dome)], threshold === undefined ? {} : { threshold }, (step, x) =>
    told(step, 0.35 * x),
  );
  if ("reason" in grown) return grown;
  const scene = aneurysmScene(volume, grown, dome, (step, x) => told(step, 0.35 + 0.45 * x));
  if ("reason" in scene) return scene;
  const plane = options.neck ?? scene.proposal?.plane;
  if (!plane)
    return { reason: scene.limitations.find(({ code }) => code === "no-neck")?.message ?? "No neck was found." };
  told("measures", 0.8);
  const found = measureAneurysm(scene, plane, options);
  if ("reason" in found) return found;
  told("done", 1);
  return { scene, threshold: grown.threshold, plane, byHand: options.neck !== undefined, found };
}

/** Measures the dome of a scene above a plane, with spread, parent vessel and limitations; the reason where it is none. */
export function measureAneurysm(
  scene: AneurysmScene,
  plane: Plane,
  options: MeasureOptions = {},
): MeasuredAneurysm | NoDome {
  const bare = measureDome(scene.mesh, plane, scene.inside);
  if (!isMeasured(bare)) return bare;
  const { radius } = scene.ball;
  // A second lobe reaches to about four radii of the widest ball; what reaches farther is a vessel that leaves the dome.
  if (bare.values.reach > 5 * radius)
    return {
      code: "branches",
      reason: `Above this plane lies more than the dome: it reaches ${bare.values.reach.toFixed(0)} mm, ${(bare.values.reach / radius).toFixed(0)} times the radius of the dome. Move it toward the dome.`,
    };
  const inDome = domeMask(scene, plane);
  const vessels = neckVessels(scene.volume, scene.mask, inDome, bare);
  const parent = options.parentAt ? vesselNearest(vessels, options.parentAt) : vessels[0];
  const parentMm = parent?.meanMm;
  const values = { ...bare.values, sizeRatio: parentMm ? bare.values.reach / parentMm : null };
  const dome = { ...bare, values };
  const uncertainty = uncertaintyOf(scene.volume);
  const spread = spreadOf(scene.mesh, dome, scene.inside, parentMm, uncertainty);
  const ofParent = parent && values.sizeRatio ? (values.sizeRatio * parent.sdMm) / parent.meanMm : 0;
  const sd = { ...spread, sizeRatio: Math.hypot(spread.sizeRatio, ofParent) };
  const chosen = options.parentAt !== undefined;
  return {
    ...{ dome, sd, uncertainty, vessels, parent, domeMask: inDome },
    measurements: aneurysmMeasurements({ dome, sd, uncertainty, parent, sources: options.sources ?? [] }),
    limitations: [
      ...scene.limitations.filter(({ code }) => code !== "no-neck"),
      ...limits(dome, sd, parent, vessels, chosen),
    ],
  };
}

/** Half a voxel of the plane and a seventh of one of the wall, never less than is usual for rotational angiograms. */
function uncertaintyOf({ spacing }: Volume): DomeUncertainty {
  const voxel = Math.max(...spacing);
  return {
    ...USUAL_UNCERTAINTY,
    planeMm: Math.max(USUAL_UNCERTAINTY.planeMm, voxel / 2),
    wallMm: Math.max(USUAL_UNCERTAINTY.wallMm, voxel / 7),
  };
}

function limits(
  { values }: MeasuredDome,
  sd: Readonly<Record<keyof Morphometry, number>>,
  parent: NeckVessel | undefined,
  vessels: readonly NeckVessel[],
  chosen: boolean,
): Limitation[] {
  const out: Limitation[] = [];
  if (values.bottleneck < 1.05)
    out.push({
      code: "no-waist",
      message: `The dome is not wider than its neck (${values.width.toFixed(1)} on ${values.neck.toFixed(1)} mm): where it begins is for a person to say.`,
    });
  if (Object.values(sd).some((x) => Number.isNaN(x)))
    out.push({
      code: "neck-at-limit",
      message: "A neck moved by its own error cuts no single dome off: errors are not given where that is so.",
    });
  if (!parent)
    out.push({
      code: "no-parent",
      message: "No vessel was followed from the neck: the size ratio is not computed.",
    });
  else {
    if (!chosen && vessels.length > 1)
      out.push({
        code: "parent-assumed",
        message: `Of ${vessels.length} vessels at the neck the thickest is taken as the parent: which one brings the blood is not seen in a still image.`,
      });
    if (parent.awayMm === null)
      out.push({
        code: "parent-cut-off",
        message: "The parent vessel is not followed for 1.5 of its diameters: its diameter is that at the neck alone.",
      });
    if (!parent.fitted)
      out.push({
        code: "parent-wall",
        message:
          "The wall of the parent vessel was not found all around: its diameter is that of the largest ball inside.",
      });
  }
  return out;
}
