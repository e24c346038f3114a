import { maskWhere } from "./select.ts";

/** Connected parts of a mask: `label` is 0 outside and 1..sizes.length inside; `sizes[l - 1]` in voxels. */
export interface Components {
  readonly label: Int32Array;
  readonly sizes: readonly number[];
}

/**
 * Labels the parts of a 0/1 mask that touch by a face (six neighbours; four when `planar`).
 * `shape` [ni, nj, nk], i fastest. An empty mask gives no part.
 */
export function components(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  planar: boolean = false,
): Components {
  const [ni, nj] = shape;
  const plane = ni * nj;
  const label = new Int32Array(mask.length);
  const sizes: number[] = [];
  const stack = new Int32Array(mask.length);
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || label[start]) continue;
    const name = sizes.length + 1;
    let top = 0;
    let size = 0;
    stack[top++] = start;
    label[start] = name;
    while (top > 0) {
      const p = stack[--top];
      size++;
      const i = p % ni;
      const r = p % plane;
      let q = p - 1;
      if (i > 0 && mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
      q = p + 1;
      if (i < ni - 1 && mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
      q = p - ni;
      if (r >= ni && mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
      q = p + ni;
      if (r < plane - ni && mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
      if (planar) continue;
      q = p - plane;
      if (q >= 0 && mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
      q = p + plane;
      if (q < mask.length && mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
    }
    sizes.push(size);
  }
  return { label, sizes };
}

/** The largest part of a mask (all zero when there is none). */
export function largestComponent(mask: Uint8Array, shape: readonly [number, number, number]): Uint8Array {
  const { label, sizes } = components(mask, shape);
  const best = sizes.indexOf(Math.max(...sizes)) + 1;
  return maskWhere(mask.length, (p) => label[p] > 0 && label[p] === best);
}

/** The mask without its parts smaller than `least` voxels. */
export function removeSmall(mask: Uint8Array, shape: readonly [number, number, number], least: number): Uint8Array {
  const { label, sizes } = components(mask, shape);
  return maskWhere(mask.length, (p) => label[p] > 0 && sizes[label[p] - 1] >= least);
}

/** The mask with holes of each slice filled that do not touch the border and have at most `most` pixels. */
export function fillHoles(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  most: number = Number.POSITIVE_INFINITY,
): Uint8Array {
  const [ni, nj] = shape;
  const outside = maskWhere(mask.length, (p) => !mask[p]);
  const { label, sizes } = components(outside, shape, true);
  const open = new Uint8Array(sizes.length + 1);
  for (let p = 0; p < mask.length; p++) {
    const i = p % ni;
    const j = ((p / ni) | 0) % nj;
    if (i === 0 || j === 0 || i === ni - 1 || j === nj - 1) open[label[p]] = 1;
  }
  return maskWhere(mask.length, (p) => mask[p] || (!open[label[p]] && sizes[label[p] - 1] <= most));
}
