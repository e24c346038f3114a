import { toIndex, toPatient, type Vec3 } from "../../core/geometry.ts";
import type { Limitation } from "../../core/limitation.ts";
import type { Progress } from "../../core/progress.ts";
import type { Volume } from "../../core/volume.ts";
import { cropToMask } from "../vessel/crop.ts";
import type { Grown } from "../vessel/grow.ts";
import type { Mesh } from "../vessel/marching.ts";
import { vesselSurface } from "../vessel/surface.ts";
import { type InscribedBall, inscribedBall, type ProposedNeck, proposeNeck } from "./neck.ts";
import type { Plane } from "./plane-cut.ts";

/** A segmented vessel around an aneurysm: what planes cut and views look at. */
export interface AneurysmScene {
  /** The part of the volume around the dome, and the mask in it (0/1). */
  readonly volume: Volume;
  readonly mask: Uint8Array;
  /** LPS mm. */
  readonly mesh: Mesh;
  /** The point in the dome, moved to the middle of the largest ball there. */
  readonly inside: Vec3;
  readonly ball: InscribedBall;
  /** Undefined where no plane cuts the dome off along one line. */
  readonly proposal: ProposedNeck | undefined;
  /** Of the segmentation: values of lumen and background, and their difference over the noise. */
  readonly lumen: number;
  readonly background: number;
  readonly contrastToNoise: number;
  readonly limitations: readonly Limitation[];
}

const LEAST_REACH = 30;

/**
 * The surface around an aneurysm and the neck that is proposed for it. `grown`: the segmented vessels of `volume`; `dome`:
 * a point in the dome, LPS mm. Vessels farther than 30 mm from it (more for a giant aneurysm) are left out: nothing that is
 * measured lies there. Returns a reason when the point is in no segmented vessel.
 */
export function aneurysmScene(
  volume: Volume,
  grown: Grown,
  dome: Vec3,
  told: Progress = () => {},
): AneurysmScene | { readonly reason: string } {
  if (!nearMask(volume, grown.mask, dome))
    return {
      reason: `The place of the dome (${dome.map((x) => x.toFixed(1)).join(", ")} mm) is not in the segmented vessel.`,
    };
  const centre = dome;
  for (let reach = LEAST_REACH; ; reach *= 2) {
    told("surface", 0.1);
    const cut = cropToMask(volume, within(volume, grown.mask, centre, reach), 6);
    const surface = vesselSurface(cut.volume, cut.mask);
    if (!surface) return { reason: "Nothing is segmented around the dome." };
    const mesh = surface.mesh;
    const ball = inscribedBall(mesh, centre);
    // What a neck may cut off reaches 2.6 radii; it must lie well inside of what is kept.
    if (3.2 * ball.radius > reach && reach < 120) continue;
    told("neck", 0.5);
    const proposal = proposeNeck(mesh, centre);
    const noise = noiseOf(cut.volume, cut.mask);
    const { lumen, background } = grown.level;
    const contrastToNoise = noise > 0 ? (lumen - background) / noise : Number.POSITIVE_INFINITY;
    const scene = { volume: cut.volume, mask: cut.mask, mesh, inside: ball.centre, ball, proposal };
    const open = surface.closure.openEdges;
    return {
      ...scene,
      ...{ lumen, background, contrastToNoise },
      limitations: [...grown.limitations, ...limits(volume, ball, proposal, contrastToNoise, open)],
    };
  }
}

/** The voxels of the mask above a plane that hang together with a point there: the dome. 0/1 on the grid of the scene. */
export function domeMask({ volume, mask, inside }: AneurysmScene, plane: Plane): Uint8Array {
  const [ni, nj, nk] = volume.shape;
  const out = new Uint8Array(mask.length);
  const above = (p: number): boolean => {
    const i = p % ni;
    const j = Math.floor(p / ni) % nj;
    const k = Math.floor(p / (ni * nj));
    const [x, y, z] = toPatient(volume, i, j, k);
    const { point, normal } = plane;
    return (x - point[0]) * normal[0] + (y - point[1]) * normal[1] + (z - point[2]) * normal[2] > 0;
  };
  const [i, j, k] = toIndex(volume, inside).map(Math.round);
  const start = (k * nj + j) * ni + i;
  if (!mask[start] || !above(start)) return out;
  const stack = [start];
  out[start] = 1;
  while (stack.length > 0) {
    const p = stack.pop() as number;
    const x = p % ni;
    const y = Math.floor(p / ni) % nj;
    const z = Math.floor(p / (ni * nj));
    for (const [q, there] of [
      [p - 1, x > 0],
      [p + 1, x < ni - 1],
      [p - ni, y > 0],
      [p + ni, y < nj - 1],
      [p - ni * nj, z > 0],
      [p + ni * nj, z < nk - 1],
    ] as const)
      if (there && mask[q] && !out[q] && above(q)) {
        out[q] = 1;
        stack.push(q);
      }
  }
  return out;
}

function within(volume: Volume, mask: Uint8Array, centre: Vec3, reach: number): Uint8Array {
  const [ni, nj, nk] = volume.shape;
  const c = toIndex(volume, centre);
  const out = new Uint8Array(mask.length);
  const r = volume.spacing.map((s) => reach / s);
  for (let k = Math.max(0, Math.ceil(c[2] - r[2])); k <= Math.min(nk - 1, c[2] + r[2]); k++)
    for (let j = Math.max(0, Math.ceil(c[1] - r[1])); j <= Math.min(nj - 1, c[1] + r[1]); j++)
      for (let i = Math.max(0, Math.ceil(c[0] - r[0])); i <= Math.min(ni - 1, c[0] + r[0]); i++) {
        const away = ((i - c[0]) / r[0]) ** 2 + ((j - c[1]) / r[1]) ** 2 + ((k - c[2]) / r[2]) ** 2;
        const p = (k * nj + j) * ni + i;
        if (away <= 1) out[p] = mask[p];
      }
  return out;
}

function nearMask(volume: Volume, mask: Uint8Array, place: Vec3): boolean {
  const [ni, nj, nk] = volume.shape;
  const [i, j, k] = toIndex(volume, place).map(Math.round);
  for (let z = k - 1; z <= k + 1; z++)
    for (let y = j - 1; y <= j + 1; y++)
      for (let x = i - 1; x <= i + 1; x++)
        if (x >= 0 && y >= 0 && z >= 0 && x < ni && y < nj && z < nk && mask[(z * nj + y) * ni + x]) return true;
  return false;
}

/** SD of the noise, from differences of neighbours both well inside the vessel (their median, free of the wall). */
function noiseOf({ data, shape }: Volume, mask: Uint8Array): number {
  const [ni, nj] = shape;
  const steps: number[] = [];
  const row = ni * nj;
  for (let p = row + ni + 1; p < mask.length - row - ni - 2; p++) {
    if (!mask[p] || !mask[p + 1] || !mask[p - 1] || !mask[p + 2]) continue;
    if (!mask[p - ni] || !mask[p + ni] || !mask[p - row] || !mask[p + row]) continue;
    steps.push(Math.abs(data[p + 1] - data[p]));
  }
  if (steps.length < 20) return 0;
  steps.sort((a, b) => a - b);
  return steps[steps.length >> 1] / (0.6745 * Math.SQRT2);
}

function limits(
  volume: Volume,
  ball: InscribedBall,
  proposal: ProposedNeck | undefined,
  contrastToNoise: number,
  openEdges: number,
): Limitation[] {
  const out: Limitation[] = [];
  const coarse = Math.max(...volume.spacing);
  if (coarse > 0.5)
    out.push({
      code: "coarse-voxels",
      message: `Voxels are up to ${coarse.toFixed(2)} mm: over 0.5 mm a neck and its angle are not sure, and small branches are not seen.`,
    });
  if (contrastToNoise < 8)
    out.push({
      code: "low-contrast",
      message: `The vessel stands only ${contrastToNoise.toFixed(1)} times the noise above what lies about it: the wall is not sure.`,
    });
  if (openEdges > 0)
    out.push({
      code: "not-watertight",
      message: `The surface has ${openEdges} open edges: the volume of the dome is not exact.`,
    });
  const corner = toIndex(volume, ball.centre);
  const room = Math.min(
    ...corner.flatMap((x, a) => [x * volume.spacing[a], (volume.shape[a] - 1 - x) * volume.spacing[a]]),
  );
  if (room < 1.5 * ball.radius)
    out.push({
      code: "dome-at-border",
      message: `The dome reaches to the border of the volume (${Math.max(0, room).toFixed(1)} mm from its middle): a part of it may be cut off.`,
    });
  if (!proposal)
    out.push({
      code: "no-neck",
      message:
        "No plane cuts the dome off along one line: a fusiform aneurysm, vessels that touch the dome, or a point that is in no dome. Place the neck by hand.",
    });
  return out;
}
