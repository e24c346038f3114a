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
  const [ni, nj, nk] = shape;
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
    const visit = (q: number): void => {
      if (mask[q] && !label[q]) {
        label[q] = name;
        stack[top++] = q;
      }
    };
    while (top > 0) {
      const p = stack[--top];
      size++;
      const i = p % ni;
      const j = ((p / ni) | 0) % nj;
      if (i > 0) visit(p - 1);
      if (i < ni - 1) visit(p + 1);
      if (j > 0) visit(p - ni);
      if (j < nj - 1) visit(p + ni);
      if (planar) continue;
      if (p >= plane) visit(p - plane);
      if (p < plane * (nk - 1)) visit(p + plane);
    }
    sizes.push(size);
  }
  return { label, sizes };
}

/** The largest part of a mask (all zero when there is none). */
export function largestComponent(mask: Uint8Array, shape: readonly [number, number, number]): Uint8Array {
  const { label, sizes } = components(mask, shape);
  const best = sizes.indexOf(Math.max(...sizes)) + 1;
  return Uint8Array.from(label, (l) => (l > 0 && l === best ? 1 : 0));
}

/** The mask without its parts smaller than `least` voxels. */
export function removeSmall(mask: Uint8Array, shape: readonly [number, number, number], least: number): Uint8Array {
  const { label, sizes } = components(mask, shape);
  return Uint8Array.from(label, (l) => (l > 0 && sizes[l - 1] >= least ? 1 : 0));
}

/** The mask with holes of each slice filled that do not touch the border and have at most `most` pixels. */
export function fillHoles(
  mask: Uint8Array,
  shape: readonly [number, number, number],
  most: number = Number.POSITIVE_INFINITY,
): Uint8Array {
  const [ni, nj] = shape;
  const outside = Uint8Array.from(mask, (x) => (x ? 0 : 1));
  const { label, sizes } = components(outside, shape, true);
  const open = new Uint8Array(sizes.length + 1);
  for (let p = 0; p < mask.length; p++) {
    const i = p % ni;
    const j = ((p / ni) | 0) % nj;
    if (i === 0 || j === 0 || i === ni - 1 || j === nj - 1) open[label[p]] = 1;
  }
  return Uint8Array.from(mask, (x, p) => (x || (!open[label[p]] && sizes[label[p] - 1] <= most) ? 1 : 0));
}
