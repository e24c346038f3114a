import { imageLoader } from "@cornerstonejs/core";
import { fillHoles, removeSmall } from "../../../imaging/mask/components.ts";
import type { MapLayer } from "../pane/pane-content.ts";
import { contour, type Segment } from "./contour.ts";

/** The tissue beyond the clinical threshold of a map, slice by slice, tidied as for the volumes. */
export interface Lesion {
  readonly rows: number;
  readonly columns: number;
  /** Per slice: the map where the lesion is, pushed to the other side of the threshold elsewhere. */
  readonly fields: readonly Float32Array[];
  /** Pixels of the lesion in each slice. */
  readonly counts: readonly number[];
}

const SMALLEST_ML = 1;
const kept = new Map<string, Promise<Lesion | null>>();

/**
 * The lesion that a map is outlined with: 3 x 3 median, beyond the threshold (low CBF only inside Tmax over 6 s),
 * parts under 1 mL left out and small holes filled, as `imaging/perfusion/lesions.ts` does for the volumes. Null for
 * a map without a threshold.
 */
export function lesionOf(layer: MapLayer): Promise<Lesion | null> {
  const key = `${layer.imageIds[0]} ${layer.style.scale}`;
  let asked = kept.get(key);
  if (!asked) {
    asked = find(layer);
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
  }
  return asked;
}

async function find(layer: MapLayer): Promise<Lesion | null> {
  const { threshold } = layer.style;
  const plane = layer.planes[0];
  if (!threshold || !plane) return null;
  const { rows, columns } = plane;
  const size = rows * columns;
  const depth = layer.imageIds.length;
  const mask = new Uint8Array(size * depth);
  const maps: Float32Array[] = [];
  const below = layer.name === "cbf";
  for (let k = 0; k < depth; k++) {
    const values = await pixels(layer.imageIds[k]!);
    const measured = layer.measuredIds[k] ? await pixels(layer.measuredIds[k]!) : values;
    const delayed = below && layer.delayedIds[k] ? await pixels(layer.delayedIds[k]!) : undefined;
    const smooth = median(values, measured, rows, columns);
    maps.push(smooth);
    for (let p = 0; p < size; p++) {
      if (!(measured[p]! > 0)) continue;
      const beyond = below
        ? smooth[p]! < threshold.value && (!delayed || delayed[p]! > 6)
        : smooth[p]! > threshold.value;
      if (beyond) mask[k * size + p] = 1;
    }
  }
  const spacing = layer.planes[1] ? distance(plane.origin, layer.planes[1].origin) : 1;
  const voxelMl = (plane.rowSpacing * plane.columnSpacing * spacing) / 1000;
  const shape = [columns, rows, depth] as const;
  const tidy = fillHoles(removeSmall(mask, shape, Math.max(2, SMALLEST_ML / voxelMl)), shape, 1 / voxelMl / 4);
  const side = below ? -1 : 1;
  const counts: number[] = [];
  const fields = maps.map((values, k) => {
    let count = 0;
    const field = values.map((value, p) => {
      const inside = tidy[k * size + p] === 1;
      if (inside) count++;
      const beyond = side * (value - threshold.value);
      return threshold.value + side * (inside ? Math.max(0.02, beyond) : Math.min(-0.02, beyond));
    });
    counts.push(count);
    return field;
  });
  return { rows, columns, fields, counts };
}

/** The outline of a lesion in one slice, in pixels. */
export function outline(lesion: Lesion, index: number, threshold: number): readonly Segment[] {
  return contour(lesion.fields[index]!, lesion.rows, lesion.columns, threshold);
}

async function pixels(imageId: string): Promise<Float32Array> {
  return (await imageLoader.loadAndCacheImage(imageId)).getPixelData() as Float32Array;
}

/** 3 x 3 median over measured pixels; 0 elsewhere. */
function median(values: Float32Array, measured: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  const nine: number[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const at = y * columns + x;
      if (!(measured[at]! > 0)) continue;
      nine.length = 0;
      for (let b = Math.max(0, y - 1); b <= Math.min(rows - 1, y + 1); b++) {
        for (let a = Math.max(0, x - 1); a <= Math.min(columns - 1, x + 1); a++) {
          if (measured[b * columns + a]! > 0) nine.push(values[b * columns + a]!);
        }
      }
      nine.sort((p, q) => p - q);
      out[at] = nine[nine.length >> 1]!;
    }
  }
  return out;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}
