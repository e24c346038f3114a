import type { Vec3 } from "../../../core/geometry.ts";
import { checkerboard } from "../../../imaging/registration/checkerboard.ts";
import { inverse, moved, type Rigid, turned } from "../../../imaging/registration/rigid.ts";
import { type PicturePlane, type SliceVolume, samplePlane } from "../../../imaging/volume/sample.ts";
import { EMBER } from "../maps/colour-map.ts";

export type FitMode = "checkerboard" | "overlay" | "flicker" | "landmarks";
export type PlaneName = "axial" | "coronal" | "sagittal";

/** Grey values that a picture goes from and to. */
export type Grey = readonly [low: number, high: number];

/** What the three pictures of a fit share. */
export interface FitScene {
  readonly fixed: SliceVolume;
  readonly moving: SliceVolume;
  readonly fixedGrey: Grey;
  readonly movingGrey: Grey;
  readonly mode: FitMode;
  /** Weight of the moving series in "overlay", 0..1. */
  readonly opacity: number;
  /** Side of a square of the board, mm. */
  readonly squareMm: number;
  /** In "flicker" and "landmarks": whether the moving series is shown now. */
  readonly flicked: boolean;
}

/** To the right and down on the screen, and towards the reader, in the patient (LPS). */
export const PLANES: Readonly<Record<PlaneName, { right: Vec3; down: Vec3; normal: Vec3; letters: string }>> = {
  axial: { right: [1, 0, 0], down: [0, 1, 0], normal: [0, 0, 1], letters: "RLAP" },
  coronal: { right: [1, 0, 0], down: [0, 0, -1], normal: [0, 1, 0], letters: "RLHF" },
  sagittal: { right: [0, 1, 0], down: [0, 0, -1], normal: [1, 0, 0], letters: "APHF" },
};

/** The plane of a picture of `size` pixels a side, `mm` wide, with `at` (LPS mm) in its middle. */
export function planeOf(name: PlaneName, at: Vec3, size: number, mm: number): PicturePlane {
  const step = mm / size;
  const { right, down } = PLANES[name];
  const scale = (v: Vec3): Vec3 => [v[0] * step, v[1] * step, v[2] * step];
  const half = (size - 1) / 2;
  const corner = [0, 1, 2].map((a) => at[a]! - half * step * (right[a]! + down[a]!)) as unknown as Vec3;
  return { corner, right: scale(right), down: scale(down), width: size, height: size };
}

/** Draws one plane of a fit: both series as `scene.mode` says, `matrix` taking the moving one to the fixed one. */
export function drawFit(scene: FitScene, matrix: Rigid, plane: PicturePlane, out: ImageData): void {
  const back = inverse(matrix);
  const movingPlane = {
    ...plane,
    corner: moved(back, plane.corner),
    right: turned(back, plane.right),
    down: turned(back, plane.down),
  };
  const size = plane.width * plane.height;
  const a = new Uint8ClampedArray(4 * size);
  const b = new Uint8ClampedArray(4 * size);
  grey(samplePlane(scene.fixed, plane), scene.fixedGrey, a);
  const values = samplePlane(scene.moving, movingPlane);
  if (scene.mode === "overlay") {
    overlaid(a, values, scene.movingGrey, scene.opacity);
    out.data.set(a);
    return;
  }
  grey(values, scene.movingGrey, b);
  if (scene.mode === "landmarks") {
    out.data.set(scene.flicked ? b : a);
    return;
  }
  if (scene.mode === "flicker") {
    for (let p = 3; p < b.length; p += 4) if (b[p] === 0) b.set(a.subarray(p - 3, p + 1), p - 3);
    out.data.set(scene.flicked ? b : a);
    return;
  }
  const side = Math.max(4, Math.round(scene.squareMm / Math.hypot(...plane.right)));
  checkerboard(a, b, plane.width, plane.height, side, out.data);
}

function grey(values: Float32Array, [low, high]: Grey, out: Uint8ClampedArray): void {
  const scale = 255 / (high - low);
  for (let p = 0, o = 0; p < values.length; p++, o += 4) {
    const v = values[p]!;
    if (Number.isNaN(v)) continue;
    out[o] = out[o + 1] = out[o + 2] = (v - low) * scale;
    out[o + 3] = 255;
  }
}

/** The moving series in colour over the grey one; where it is dark it lets the grey through. */
function overlaid(base: Uint8ClampedArray, values: Float32Array, [low, high]: Grey, opacity: number): void {
  const { table } = EMBER;
  for (let p = 0, o = 0; p < values.length; p++, o += 4) {
    const share = Math.min(1, Math.max(0, (values[p]! - low) / (high - low)));
    if (!(share > 0)) continue;
    const colour = table[Math.round(share * (table.length - 1))]!;
    const weight = opacity * Math.min(1, 3 * share);
    for (let c = 0; c < 3; c++) base[o + c] = base[o + c]! * (1 - weight) + colour[c]! * weight;
    base[o + 3] = 255;
  }
}

/** Grey values to begin with: soft tissue and contrast for CT; the 2nd to 99.5th percentile of what is not empty else. */
export function openingGrey(volume: SliceVolume, role: string): Grey {
  if (volume.unit === "HU")
    return role === "NCCT" || role === "CTP" ? [-10, 90] : role === "3DRA" ? [-200, 1500] : [-80, 400];
  const sample: number[] = [];
  for (const slice of volume.slices)
    for (let p = 0; p < slice.length; p += 97) sample.push(volume.slope * slice[p]! + volume.intercept);
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(0.02 * sample.length)] ?? 0;
  const high = sample[Math.floor(0.995 * sample.length)] ?? 1;
  return high > low ? [low, high] : [low, low + 1];
}
