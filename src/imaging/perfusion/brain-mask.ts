import { largestComponent } from "../mask/components.ts";
import { dilate, erode } from "../mask/distance.ts";
import { maskWhere } from "../mask/select.ts";
import { smoothInMask } from "./smoothing.ts";

type Shape = readonly [number, number, number];

/** Masks on the working grid, 0/1. */
export interface BrainMask {
  /** Everything inside the skull: tissue, vessels, fluid. */
  readonly intracranial: Uint8Array;
  /** Brain tissue that is measured: without fluid, blood-dense and bone-touched voxels. Vessels are still in. */
  readonly tissue: Uint8Array;
  /** False when no closed skull was found and the mask rests on density alone. */
  readonly skull: boolean;
}

/** Density limits in HU of what counts as brain tissue before contrast; below is fluid. */
export const TISSUE_HU: readonly [number, number] = [17, 80];
const BONE = 160;

/**
 * Brain mask from the mean pre-contrast CT frame.
 * `base` in HU, i fastest; `spacing` in mm. The skull's shell is closed and the outside flooded slice by slice, from
 * air at the border only, so that a brain cut by the field of view does not leak; a slice that leaks is tried again
 * with a wider closing. Without a skull (already stripped, or cropped inside it) density alone decides. The largest
 * part in 3-D is kept. Fluid is told by its density, never by missing enhancement, so a core stays in.
 * An image without brain-like density gives empty masks.
 */
export function brainMask(base: Float32Array, shape: Shape, spacing: readonly [number, number, number]): BrainMask {
  const all = new Uint8Array(base.length).fill(1);
  const image = base.slice();
  smoothInMask([image], all, shape, spacing, [0.9, 0.9, 0]);
  const plane: readonly [number, number] = [spacing[0], spacing[1]];
  const bone = maskWhere(base.length, (p) => base[p] > BONE);
  const boneShare = bone.reduce((a, b) => a + b, 0) / bone.length;
  const skull = boneShare > 0.005;
  const inside = skull ? insideSkull(image, bone, shape, spacing) : all;
  const least = skull ? -10 : 8;
  const soft = maskWhere(base.length, (p) => inside[p] && !bone[p] && image[p] > least && image[p] < 100);
  const core = largestComponent(erode(soft, shape, plane, 2.5), shape);
  const near = dilate(core, shape, plane, 3.6);
  const brain = maskWhere(base.length, (p) => soft[p] && near[p]);
  const wide = dilate(core, shape, plane, 9);
  const intracranial = maskWhere(base.length, (p) =>
    skull ? inside[p] && !bone[p] && wide[p] && base[p] > -100 : brain[p] || (wide[p] && image[p] > 8),
  );
  const tissue = maskWhere(base.length, (p) => brain[p] && image[p] >= TISSUE_HU[0] && image[p] <= TISSUE_HU[1]);
  return { intracranial, tissue, skull };
}

/**
 * What the flood from outside does not reach, per slice, with a closing as wide as that slice needs. A slice that leaks
 * all the same (a sinus with a thin wall) takes the outline of the nearest one that does not, a little wider: bone and
 * air then bound it.
 */
function insideSkull(
  image: Float32Array,
  bone: Uint8Array,
  shape: Shape,
  spacing: readonly [number, number, number],
): Uint8Array {
  const [ni, nj, nk] = shape;
  const size = ni * nj;
  const plane: readonly [number, number] = [spacing[0], spacing[1]];
  const inside = new Uint8Array(image.length);
  const softArea = new Int32Array(nk);
  for (const radius of [2, 4, 7, 11]) {
    const best = Math.max(...softArea);
    if (radius > 2 && softArea.every((area) => area >= 0.5 * best)) break;
    const wall = dilate(bone, shape, plane, radius);
    const outside = flood(image, wall, shape);
    const grown = dilate(outside, shape, plane, radius + 0.5);
    for (let k = 0; k < nk; k++) {
      if (radius > 2 && softArea[k] >= 0.5 * best) continue;
      let area = 0;
      for (let p = k * size; p < (k + 1) * size; p++)
        if (!grown[p] && !bone[p] && image[p] > -10 && image[p] < 100) area++;
      if (area <= softArea[k]) continue;
      softArea[k] = area;
      for (let p = k * size; p < (k + 1) * size; p++) inside[p] = grown[p] ? 0 : 1;
    }
  }
  // towards the vertex slices become small in steps; a leak makes one small beside a large one
  const leaks = (k: number): boolean => softArea[k] < 0.35 * Math.max(softArea[k - 1] ?? 0, softArea[k + 1] ?? 0);
  const good = Array.from(softArea, (area, k) => area > 0 && !leaks(k));
  for (let k = 0; k < nk; k++) {
    if (good[k]) continue;
    let from = -1;
    for (let g = 0; g < nk; g++) if (good[g] && (from < 0 || Math.abs(g - k) < Math.abs(from - k))) from = g;
    if (from < 0) return inside.fill(1);
    const outline = inside.slice(from * size, (from + 1) * size);
    const wider = Math.min(15, 3 + 0.3 * Math.abs(from - k) * spacing[2]);
    // above the last good slice nothing grows: a cap of scalp is no brain
    inside.set(k > from ? outline : dilate(outline, [ni, nj, 1], plane, wider), k * size);
  }
  return inside;
}

/** Fills from border pixels that are air (or padding) through everything that is not wall. */
function flood(image: Float32Array, wall: Uint8Array, shape: Shape): Uint8Array {
  const [ni, nj, nk] = shape;
  const out = new Uint8Array(image.length);
  const stack: number[] = [];
  for (let k = 0; k < nk; k++) {
    const border: number[] = [];
    for (let i = 0; i < ni; i++) border.push(k * ni * nj + i, (k * nj + nj - 1) * ni + i);
    for (let j = 0; j < nj; j++) border.push((k * nj + j) * ni, (k * nj + j) * ni + ni - 1);
    let seeds = border.filter((p) => image[p] < -200);
    if (seeds.length === 0) {
      // no air in this slice: a padding of 0 HU all around counts as outside, a brain that fills the image does not
      const empty = border.filter((p) => image[p] < 5);
      if (empty.length > 0.6 * border.length) seeds = empty;
    }
    for (const p of seeds)
      if (!wall[p] && !out[p]) {
        out[p] = 1;
        stack.push(p);
      }
    while (stack.length > 0) {
      const p = stack.pop() as number;
      const i = p % ni;
      const j = ((p / ni) | 0) % nj;
      if (i > 0) visit(p - 1);
      if (i < ni - 1) visit(p + 1);
      if (j > 0) visit(p - ni);
      if (j < nj - 1) visit(p + ni);
    }
  }
  return out;

  function visit(q: number): void {
    if (!wall[q] && !out[q]) {
      out[q] = 1;
      stack.push(q);
    }
  }
}

/**
 * Brain mask for DSC MR from the mean baseline signal (any unit): Otsu's threshold, opening, largest part.
 * Fluid is not told apart. Source: Otsu 1979, doi:10.1109/TSMC.1979.4310076.
 */
export function brainMaskMr(base: Float32Array, shape: Shape, spacing: readonly [number, number, number]): BrainMask {
  const most = base.reduce((a, b) => Math.max(a, b), 0) || 1;
  const bins = new Float64Array(256);
  for (const x of base) bins[Math.max(0, Math.min(255, Math.floor((x / most) * 255)))]++;
  let cut = 0;
  let best = 0;
  const total = base.length;
  const sumAll = bins.reduce((a, n, b) => a + n * b, 0);
  let count = 0;
  let sum = 0;
  for (let b = 0; b < 255; b++) {
    count += bins[b];
    sum += bins[b] * b;
    if (count === 0 || count === total) continue;
    const between = (count / total) * (1 - count / total) * (sum / count - (sumAll - sum) / (total - count)) ** 2;
    if (between > best) {
      best = between;
      cut = b + 1;
    }
  }
  const bright = maskWhere(base.length, (p) => (base[p] / most) * 255 >= cut);
  const plane: readonly [number, number] = [spacing[0], spacing[1]];
  const core = largestComponent(erode(bright, shape, plane, 3), shape);
  const near = dilate(core, shape, plane, 4);
  const tissue = maskWhere(base.length, (p) => bright[p] && near[p]);
  return { intracranial: tissue, tissue, skull: false };
}
