import type { Seconds } from "../../core/units.ts";
import type { FlowMaps } from "./flow-maps.ts";
import { globalShift, registrationMask } from "./register.ts";
import { shiftImage } from "./subtract.ts";

/** How the second of two runs lies on the first. */
export interface RunShift {
  /** Pixels to the right and down by which the second run is moved. */
  readonly x: number;
  readonly y: number;
  /** What anatomy is left between the two masks, over the noise: 1 is a perfect fit. */
  readonly residual: number;
  /** The same without the shift. */
  readonly before: number;
}

/** How far the head may lie elsewhere in the second run, pixels. */
const REACH = 64;

/**
 * Finds the shift that lays the second run on the first from their masks (ln intensity before contrast, row-major, same
 * size): rigid, in the plane; a turned head leaves a residual, which is returned to be shown.
 */
export function runShift(first: Float32Array, second: Float32Array, rows: number, columns: number): RunShift {
  const found = globalShift(registrationMask(second, rows, columns), first, REACH);
  return { x: found.x, y: found.y, residual: found.residual, before: found.before };
}

/** Which frame of the second run is as long after its contrast arrived as each frame of the first is after its own. */
export function inStep(
  first: readonly Seconds[],
  firstArrival: Seconds,
  second: readonly Seconds[],
  secondArrival: Seconds,
): readonly number[] {
  return first.map((t) => {
    const wanted = t - firstArrival + secondArrival;
    let near = 0;
    for (let k = 1; k < second.length; k++)
      if (Math.abs(second[k] - wanted) < Math.abs(second[near] - wanted)) near = k;
    return near;
  });
}

/** Second against first, pixel by pixel; NaN where either is blank. */
export interface ComparedMaps {
  /** Area of the second over that of the first, as log2: 0 the same, 1 the double, -1 half. */
  readonly areaRatio: Float32Array;
  readonly peakRatio: Float32Array;
  /** Time to peak of the second minus that of the first, each from its own arrival or parent peak, s. */
  readonly delay: Float32Array;
  /** Pixels with contrast in both, in the first alone, and in the second alone. */
  readonly both: number;
  readonly lost: number;
  readonly gained: number;
}

/** What is taken out of each run before the two are set against each other. */
export interface RunReference {
  /** s; subtracted from times. */
  readonly time: Seconds;
  /** Area and peak of the parent artery, or 1; both divide. */
  readonly area: number;
  readonly peak: number;
}

/**
 * Sets the maps of two runs of one size against each other, the second moved by `shift`. Times are taken from the times
 * of the references, areas and peaks divided by theirs. Whether the result may be shown is `comparability`'s to say.
 */
export function compareMaps(
  first: FlowMaps,
  second: FlowMaps,
  shift: { readonly x: number; readonly y: number },
  references: readonly [RunReference, RunReference],
): ComparedMaps {
  const { rows, columns } = first;
  const size = rows * columns;
  const moved = (map: Float32Array): Float32Array => movedMap(map, rows, columns, shift);
  const [peak, auc, ttp] = [moved(second.peak), moved(second.auc), moved(second.ttp)];
  const [a, b] = references;
  const out = {
    areaRatio: new Float32Array(size).fill(Number.NaN),
    peakRatio: new Float32Array(size).fill(Number.NaN),
    delay: new Float32Array(size).fill(Number.NaN),
  };
  let [both, lost, gained] = [0, 0, 0];
  for (let p = 0; p < size; p++) {
    const [one, two] = [!Number.isNaN(first.peak[p]), !Number.isNaN(peak[p])];
    if (one && two) {
      both++;
      if (first.auc[p] > 0 && auc[p] > 0) out.areaRatio[p] = Math.log2(auc[p] / b.area / (first.auc[p] / a.area));
      out.peakRatio[p] = Math.log2(peak[p] / b.peak / (first.peak[p] / a.peak));
      out.delay[p] = ttp[p] - b.time - (first.ttp[p] - a.time);
    } else if (one) lost++;
    else if (two) gained++;
  }
  return { ...out, both, lost, gained };
}

/** A map moved by whole and part pixels; a place between a blank and a full pixel takes the nearer one. */
export function movedMap(
  map: Float32Array,
  rows: number,
  columns: number,
  shift: { readonly x: number; readonly y: number },
): Float32Array {
  const [x, y] = [Math.round(shift.x), Math.round(shift.y)];
  const out = shiftImage(map, rows, columns, x, y).slice();
  // beyond the border nothing was measured
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      if (r - y < 0 || r - y >= rows || c - x < 0 || c - x >= columns) out[r * columns + c] = Number.NaN;
  return out;
}
