import { bendNoise, type Points, residualMoved, residualOver } from "./difference.ts";
import { templateStart } from "./match.ts";
import { middleOf, spreadOf } from "./middle.ts";
import { type MotionKernel, referenceKernel, SUMS } from "./motion-kernel.ts";
import { edgePoints, RESIDUAL_SHARE } from "./pyramid.ts";
import { globalShift, type RegistrationMask, registrationMask } from "./register.ts";
import { doubled, evenField, fieldAt, type WarpField } from "./warp.ts";
import { warpStep } from "./warp-step.ts";

/** How the mask has to move onto one frame, place by place. */
export interface LocalMotion {
  readonly field: WarpField;
  /** The shift of the mask as a whole from which the field was found, pixels to the right and down. */
  readonly shift: { readonly x: number; readonly y: number };
  /** As `residualOver`: after the local movement, after the shift alone, and unmoved. */
  readonly residual: number;
  readonly residualShifted: number;
  readonly before: number;
  /** Largest way in the field, and the mean way over the anatomy (right, down), pixels. */
  readonly largest: number;
  readonly mean: readonly [number, number];
  /** Share of the points that were left to their neighbours because of contrast, 0..1. */
  readonly contrastShare: number;
  /** False when the local movement left more than the shift alone did: `field` is then the shift. */
  readonly helped: boolean;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A mask and the work space to move it onto frames of its run. Frames one after the other. */
export interface LocalMask extends Size {
  readonly kernel: MotionKernel;
  readonly sizes: readonly Size[];
  readonly mask: readonly Float32Array[];
  readonly live: readonly Float32Array[];
  readonly moved: Float32Array;
  readonly sums: Float32Array;
  readonly coarse: RegistrationMask;
  readonly points: Points;
  readonly noise: number;
  readonly spacing: number;
  readonly range: readonly [number, number];
}

/** Steps at each level, coarsest first; a picture over LARGE pixels has enough of them at half its size. */
const STEPS = [3, 3, 1];
const LARGE = 600_000;
const RESIDUAL_POINTS = 6000;
/** Pixels by which the way may differ between neighbouring points. */
const LOOSENESS = 0.5;

/** Pixels between the points of a field for a picture of this size: 32, or 16 and 8 for small pictures. */
export function pointSpacing(rows: number, columns: number): number {
  const side = Math.min(rows, columns);
  return side >= 512 ? 32 : side >= 256 ? 16 : 8;
}

/** Points at least this far apart in the coarsest picture, so that a block has 4 x 4 pixels. */
const CLOSEST = 8;

/**
 * Prepares a mask (mean ln(intensity), row-major) for `localMotion`. `range`: values of ln(intensity) that mean
 * something; what lies outside (saturated, empty) is not matched. At least 64 x 64.
 */
export function localMask(
  values: Float32Array,
  rows: number,
  columns: number,
  range: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  kernel: MotionKernel = referenceKernel,
): LocalMask {
  const sizes: Size[] = [{ rows, columns }];
  const spacing = pointSpacing(rows, columns);
  while (spacing >> sizes.length >= CLOSEST)
    sizes.unshift({ rows: sizes[0].rows >> 1, columns: sizes[0].columns >> 1 });
  const make = (): Float32Array[] => sizes.map((size) => kernel.array(size.rows * size.columns));
  const mask = make();
  mask[mask.length - 1].set(values);
  halveAll(kernel, mask, sizes);
  const first = sizes[0];
  return {
    ...{ kernel, rows, columns, sizes, mask, range },
    live: make(),
    moved: kernel.array(rows * columns),
    sums: kernel.array(SUMS * Math.ceil(rows / 4) * Math.ceil(columns / 4)),
    coarse: registrationMask(Float32Array.from(mask[0]), first.rows, first.columns),
    points: thinned(edgePoints(values, rows, columns, RESIDUAL_SHARE)),
    noise: bendNoise(values, rows, columns, range),
    spacing,
  };
}

function halveAll(kernel: MotionKernel, levels: readonly Float32Array[], sizes: readonly Size[]): void {
  for (let k = levels.length - 1; k > 0; k--) kernel.halve(levels[k], sizes[k].rows, sizes[k].columns, levels[k - 1]);
}

/**
 * The smooth movement that fits a mask best onto one frame. `live`: stored values, `table`: their ln(intensity).
 * On a pyramid of means: the shift of the whole by the energy of the difference histogram (`globalShift`); then, at
 * points where the anatomy has edges and does not fit yet, the whole-pixel shift of a template by the same measure;
 * then robust least-squares steps of all points of a B-spline (Tukey's biweight of the difference, an offset of its own
 * at each point for blush and exposure), coarse to fine, each point held by its neighbours. Where what does not fit is
 * one-signed (contrast), the neighbours decide. After it `moved` of the mask holds the mask as it was moved.
 * Sources: Meijering 1999, IJCV 31:227 (measure and control points); Rueckert 1999, TMI 18:712 (B-spline movement).
 */
export function localMotion(
  mask: LocalMask,
  live: Parameters<MotionKernel["log"]>[0],
  table: Float32Array,
): LocalMotion {
  const { kernel, sizes, sums, moved } = mask;
  const last = sizes.length - 1;
  const picture = mask.live[last];
  kernel.log(live, table, picture);
  halveAll(kernel, mask.live, sizes);
  const rough = globalShift(mask.coarse, mask.live[0], 24 / 2 ** last);
  const noise = Math.hypot(mask.noise, bendNoise(picture, mask.rows, mask.columns, mask.range));
  let field = evenField(sizes[0].rows, sizes[0].columns, mask.spacing / 2 ** last, rough.x, rough.y);
  let contrast = 0;
  sizes.forEach((size, k) => {
    if (k > 0) field = doubled(field, size.rows, size.columns);
    const finer = 2 ** (last - k);
    const context = { ...size, gradientNoise: mask.noise / finer / Math.SQRT2, looseness: LOOSENESS / finer };
    const steps = size.rows * size.columns > LARGE ? 0 : STEPS[k + STEPS.length - sizes.length];
    for (let step = 0; step < steps; step++) {
      kernel.warp(mask.mask[k], size.rows, size.columns, field, moved);
      const scale = Math.max(noise / finer, differenceSpread(moved, mask.live[k], size, mask.range));
      if (k === 0 && step === 0) {
        const found = templateStart(field, moved, mask.live[k], size.rows, size.columns, scale);
        if (found > 0) kernel.warp(mask.mask[k], size.rows, size.columns, field, moved);
      }
      kernel.blockSums(
        moved,
        mask.live[k],
        size.rows,
        size.columns,
        field.spacing / 2,
        4.685 * scale,
        mask.range,
        sums,
      );
      contrast = warpStep(field, sums, { ...context, scale });
    }
  });
  return finish(mask, picture, field, { x: rough.x * 2 ** last, y: rough.y * 2 ** last }, contrast);
}

/** The mask moved in the end, and what it left, against the shift alone. */
function finish(
  mask: LocalMask,
  live: Float32Array,
  found: WarpField,
  shift: { readonly x: number; readonly y: number },
  contrast: number,
): LocalMotion {
  const { kernel, rows, columns, points, moved, spacing } = mask;
  const values = mask.mask[mask.mask.length - 1];
  const over = (image: Float32Array, x: number, y: number): number =>
    residualOver(image, live, rows, columns, points, x, y);
  const before = over(values, 0, 0);
  const shifted = over(values, shift.x, shift.y);
  const residualShifted = Math.min(before, shifted);
  const best = before < shifted ? { x: 0, y: 0 } : shift;
  let field: WarpField = { ...found, offset: new Float32Array(found.offset.length) };
  kernel.warp(values, rows, columns, field, moved);
  let residual = residualMoved(moved, values, live, rows, columns, points, keptVariance(field));
  const helped = residual <= residualShifted;
  if (!helped) {
    field = evenField(rows, columns, spacing, best.x, best.y);
    kernel.warp(values, rows, columns, field, moved);
    residual = residualShifted;
  }
  let largest = 0;
  for (let p = 0; p < field.x.length; p++) largest = Math.max(largest, Math.hypot(field.x[p], field.y[p]));
  const contrastShare = contrast / field.x.length;
  const mean = meanWay(mask, field);
  return { mean, field, shift: best, residual, residualShifted, before, largest, contrastShare, helped };
}

/** Share of the variance of white noise that bilinear interpolation along a field keeps, on average. */
function keptVariance({ x, y }: WarpField): number {
  const kept = (way: number): number => {
    const part = way - Math.floor(way);
    return part ** 2 + (1 - part) ** 2;
  };
  let sum = 0;
  for (let p = 0; p < x.length; p++) sum += kept(x[p]) * kept(y[p]);
  return sum / x.length;
}

/** Mean way over the inner part of the picture where the beam is measured: air, which nothing holds, does not count. */
function meanWay({ mask, rows, columns, range }: LocalMask, field: WarpField): readonly [number, number] {
  const values = mask[mask.length - 1];
  const [top, left] = [Math.floor(0.08 * rows), Math.floor(0.08 * columns)];
  const step = Math.max(1, Math.floor(Math.min(rows, columns) / 40));
  let [x, y, n] = [0, 0, 0];
  for (let r = top; r < rows - top; r += step)
    for (let c = left; c < columns - left; c += step) {
      const value = values[r * columns + c];
      if (!(value > range[0] && value < range[1])) continue;
      x += fieldAt(field, field.x, c, r);
      y += fieldAt(field, field.y, c, r);
      n++;
    }
  return n > 0 ? [x / n, y / n] : [field.x[0], field.y[0]];
}

function thinned(points: Points): Points {
  const step = Math.max(1, Math.floor(points.length / RESIDUAL_POINTS));
  return points.filter((_, k) => k % step === 0);
}

/** Robust spread of moved - live over the inner part of a picture where both mean something, its middle taken off. */
function differenceSpread(
  moved: Float32Array,
  live: Float32Array,
  { rows, columns }: Size,
  [low, high]: readonly [number, number],
): number {
  const list = new Float64Array(8192);
  const step = (0.84 * rows * columns) / list.length;
  const from = 0.08 * rows * columns;
  let n = 0;
  for (let k = 0; k < list.length; k++) {
    const p = Math.floor(from + k * step);
    const column = p % columns;
    if (column < 0.08 * columns || column > 0.92 * columns) continue;
    if (live[p] > low && live[p] < high && moved[p] < high + 1) list[n++] = moved[p] - live[p];
  }
  const used = list.subarray(0, n);
  return spreadOf(used, middleOf(used));
}
