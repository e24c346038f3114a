import type { Grid } from "./geometry.ts";
import type { Seconds } from "./units.ts";

export type Samples = Int16Array | Uint16Array | Uint8Array | Float32Array;

/** One 3-D image. `data` is i fastest, then j, then k; values are in `unit` (HU, s, mL/100g/min ...). */
export interface Volume extends Grid {
  readonly data: Samples;
  readonly unit: string;
}

/**
 * A 4-D series on one grid. `frames[t]` has the length of the grid; `times[t]` is seconds from the first frame,
 * ascending, not necessarily uniform.
 */
export interface TimeSeries extends Grid {
  readonly frames: readonly Samples[];
  readonly times: readonly Seconds[];
  readonly unit: string;
}

/** Number of voxels of a grid. */
export function voxelCount(grid: Grid): number {
  return grid.shape[0] * grid.shape[1] * grid.shape[2];
}
