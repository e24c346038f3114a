import type { Vec3 } from "../../core/geometry.ts";
import { toPatient } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { type ViewAngles, viewAxes } from "./view-angles.ts";

/** A C-arm's distances, mm: source to detector, source to isocentre. */
export interface ArmDistances {
  readonly sid: number;
  readonly sod: number;
}

/** A picture made from a segmented volume as a C-arm would see it. */
export interface SimulatedView {
  readonly side: number;
  /** mm of vessel that each ray crosses, row-major; 0 beside the vessels. */
  readonly depth: Float32Array;
  /** mm at the isocentre per pixel. */
  readonly spacing: number;
}

/**
 * A subtracted run as it would look in a view: depth of vessel along each ray of the cone beam, by spreading each voxel
 * of the mask over the detector. `volume` gives the grid; `mask` 0/1 of its shape; `centre` (LPS mm) comes to the middle.
 * `side` pixels, `fieldMm` wide at the isocentre.
 */
export function simulatedView(
  volume: Volume,
  mask: Uint8Array,
  view: ViewAngles,
  centre: Vec3,
  options: { readonly side?: number; readonly fieldMm?: number; readonly arm?: ArmDistances } = {},
): SimulatedView {
  const { side = 384, fieldMm = 60, arm = { sid: 1100, sod: 750 } } = options;
  const spacing = fieldMm / side;
  const { toward, right, down } = viewAxes(view);
  const depth = new Float32Array(side * side);
  const [ni, nj, nk] = volume.shape;
  const voxel = volume.spacing[0] * volume.spacing[1] * volume.spacing[2];
  const step = [toPatient(volume, 1, 0, 0), toPatient(volume, 0, 0, 0)];
  const along = [0, 1, 2].map((x) => step[0][x] - step[1][x]);
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const row = (k * nj + j) * ni;
      const start = toPatient(volume, 0, j, k);
      for (let i = 0; i < ni; i++) {
        if (!mask[row + i]) continue;
        const dx = start[0] + i * along[0] - centre[0];
        const dy = start[1] + i * along[1] - centre[1];
        const dz = start[2] + i * along[2] - centre[2];
        // At the isocentre's scale: what lies nearer to the source is larger.
        const m = arm.sod / (arm.sod + dx * toward[0] + dy * toward[1] + dz * toward[2]);
        const u = ((dx * right[0] + dy * right[1] + dz * right[2]) * m) / spacing + (side - 1) / 2;
        const v = ((dx * down[0] + dy * down[1] + dz * down[2]) * m) / spacing + (side - 1) / 2;
        spread(depth, side, u, v, voxel / spacing ** 2, Math.max(1, (m * Math.cbrt(voxel)) / spacing));
      }
    }
  return { side, depth, spacing };
}

/** `amount` spread evenly over a square `width` pixels wide around u, v: nothing is lost between the pixels. */
function spread(depth: Float32Array, side: number, u: number, v: number, amount: number, width: number): void {
  const [u0, u1, v0, v1] = [u - width / 2 + 0.5, u + width / 2 + 0.5, v - width / 2 + 0.5, v + width / 2 + 0.5];
  const each = amount / (width * width);
  for (let y = Math.max(0, Math.floor(v0)); y < v1 && y < side; y++) {
    const high = Math.min(v1, y + 1) - Math.max(v0, y);
    for (let x = Math.max(0, Math.floor(u0)); x < u1 && x < side; x++)
      depth[y * side + x] += each * high * (Math.min(u1, x + 1) - Math.max(u0, x));
  }
}
