// The parts of motion correction that touch every pixel, the SIMD twin of ../../angiography/motion-kernel.ts and
// warp.ts (AssemblyScript; built by ../build.mjs). Pictures are row-major float32; all places are given by the caller.

export function heapBase(): usize {
  return __heap_base;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function at(p: usize, i: i32): usize {
  return p + (<usize>i << 2);
}

/** out = table[frame & 0xffff] of n 16-bit values. */
export function log16(frame: usize, n: i32, table: usize, out: usize): void {
  for (let p = 0; p < n; p++) store<f32>(at(out, p), load<f32>(at(table, <i32>load<u16>(frame + (<usize>p << 1)))));
}

/** Means of 2 x 2 pixels. */
export function halve(image: usize, rows: i32, columns: i32, out: usize): void {
  const r2 = rows >> 1;
  const c2 = columns >> 1;
  const quarter = f32x4.splat(0.25);
  for (let r = 0; r < r2; r++) {
    const top = at(image, 2 * r * columns);
    const low = at(top, columns);
    const to = at(out, r * c2);
    let c = 0;
    for (; c + 4 <= c2; c += 4) {
      const a = f32x4.add(v128.load(at(top, 2 * c)), v128.load(at(low, 2 * c)));
      const b = f32x4.add(v128.load(at(top, 2 * c + 4)), v128.load(at(low, 2 * c + 4)));
      const even = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
      const odd = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
      v128.store(at(to, c), f32x4.mul(quarter, f32x4.add(even, odd)));
    }
    for (; c < c2; c++)
      store<f32>(at(to, c), 0.25 * (load<f32>(at(top, 2 * c)) + load<f32>(at(top, 2 * c + 1)) +
        load<f32>(at(low, 2 * c)) + load<f32>(at(low, 2 * c + 1))));
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function column(field: usize, p: i32, across: i32, w0: f32, w1: f32, w2: f32, w3: f32): f32 {
  return w0 * load<f32>(at(field, p)) + w1 * load<f32>(at(field, p + across)) +
    w2 * load<f32>(at(field, p + 2 * across)) + w3 * load<f32>(at(field, p + 3 * across));
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function along(q: v128, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  const near = f32x4.add(f32x4.mul(w0, v128.shuffle<f32>(q, q, 0, 0, 0, 0)), f32x4.mul(w1, v128.shuffle<f32>(q, q, 1, 1, 1, 1)));
  const far = f32x4.add(f32x4.mul(w2, v128.shuffle<f32>(q, q, 2, 2, 2, 2)), f32x4.mul(w3, v128.shuffle<f32>(q, q, 3, 3, 3, 3)));
  return f32x4.add(near, far);
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function pixel(image: usize, columns: i32, left: i32, top: i32, u: f32, v: f32): f32 {
  const q = at(image, top * columns + left);
  const w = at(q, columns);
  const upper = load<f32>(q) + u * (load<f32>(q, 4) - load<f32>(q));
  const lower = load<f32>(w) + u * (load<f32>(w, 4) - load<f32>(w));
  return upper + v * (lower - upper);
}

/**
 * out(p) = image(p - way(p)) - offset(p). `weights`: four lists of `spacing` spline weights; `line`: work space of
 * three times `across`. Columns are a multiple of 4, spacing too.
 */
export function warp(
  image: usize, rows: i32, columns: i32, spacing: i32, across: i32,
  x: usize, y: usize, offset: usize, weights: usize, line: usize, out: usize,
): void {
  const lineY = at(line, across);
  const lineO = at(lineY, across);
  const lanes = f32x4(0, 1, 2, 3);
  const zero = f32x4.splat(0);
  const right = f32x4.splat(<f32>(columns - 1));
  const bottom = f32x4.splat(<f32>(rows - 1));
  const mostLeft = f32x4.splat(<f32>(columns - 2));
  const mostTop = f32x4.splat(<f32>(rows - 2));
  for (let r = 0; r < rows; r++) {
    const j = r / spacing;
    const k = r - j * spacing;
    const a = load<f32>(at(weights, k));
    const b = load<f32>(at(weights, spacing + k));
    const c = load<f32>(at(weights, 2 * spacing + k));
    const d = load<f32>(at(weights, 3 * spacing + k));
    for (let i = 0; i < across; i++) {
      const p = j * across + i;
      store<f32>(at(line, i), column(x, p, across, a, b, c, d));
      store<f32>(at(lineY, i), column(y, p, across, a, b, c, d));
      store<f32>(at(lineO, i), column(offset, p, across, a, b, c, d));
    }
    const row = f32x4.splat(<f32>r);
    let to = at(out, r * columns);
    for (let i = 0, from = 0; from < columns; i++, from += spacing) {
      const end = min(columns, from + spacing);
      const lx = v128.load(at(line, i));
      const ly = v128.load(at(lineY, i));
      const lo = v128.load(at(lineO, i));
      for (let col = from; col < end; col += 4) {
        const w = at(weights, col - from);
        const w0 = v128.load(w);
        const w1 = v128.load(at(w, spacing));
        const w2 = v128.load(at(w, 2 * spacing));
        const w3 = v128.load(at(w, 3 * spacing));
        let sx = f32x4.sub(f32x4.add(f32x4.splat(<f32>col), lanes), along(lx, w0, w1, w2, w3));
        let sy = f32x4.sub(row, along(ly, w0, w1, w2, w3));
        sx = f32x4.max(zero, f32x4.min(right, sx));
        sy = f32x4.max(zero, f32x4.min(bottom, sy));
        const left = f32x4.min(mostLeft, f32x4.floor(sx));
        const top = f32x4.min(mostTop, f32x4.floor(sy));
        const u = f32x4.sub(sx, left);
        const v = f32x4.sub(sy, top);
        const first = f32x4.extract_lane(left, 0);
        const level = f32x4.extract_lane(top, 0);
        const even = v128.and(
          f32x4.eq(f32x4.sub(left, lanes), f32x4.splat(first)),
          f32x4.eq(top, f32x4.splat(level)),
        );
        let value: v128;
        if (i32x4.all_true(even)) {
          const q = at(image, <i32>level * columns + <i32>first);
          const s = at(q, columns);
          const q0 = v128.load(q);
          const s0 = v128.load(s);
          const upper = f32x4.add(q0, f32x4.mul(u, f32x4.sub(v128.load(q, 4), q0)));
          const lower = f32x4.add(s0, f32x4.mul(u, f32x4.sub(v128.load(s, 4), s0)));
          value = f32x4.add(upper, f32x4.mul(v, f32x4.sub(lower, upper)));
        } else {
          value = f32x4(
            pixel(image, columns, <i32>first, <i32>level, f32x4.extract_lane(u, 0), f32x4.extract_lane(v, 0)),
            pixel(image, columns, <i32>f32x4.extract_lane(left, 1), <i32>f32x4.extract_lane(top, 1), f32x4.extract_lane(u, 1), f32x4.extract_lane(v, 1)),
            pixel(image, columns, <i32>f32x4.extract_lane(left, 2), <i32>f32x4.extract_lane(top, 2), f32x4.extract_lane(u, 2), f32x4.extract_lane(v, 2)),
            pixel(image, columns, <i32>f32x4.extract_lane(left, 3), <i32>f32x4.extract_lane(top, 3), f32x4.extract_lane(u, 3), f32x4.extract_lane(v, 3)),
          );
        }
        v128.store(to, f32x4.sub(value, along(lo, w0, w1, w2, w3)));
        to += 16;
      }
    }
  }
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Twelve sums for each block, as `blockSums` of motion-kernel.ts says. Columns and block are multiples of 4. */
export function blockSums(
  moved: usize, live: usize, rows: i32, columns: i32, block: i32, cut: f32, low: f32, high: f32, out: usize,
): void {
  const across = columns / block;
  const down = rows / block;
  const inverse = f32x4.splat(1 / (cut * cut));
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const half = f32x4.splat(0.5);
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const firstLane = i32x4(0, -1, -1, -1);
  const lastLane = i32x4(-1, -1, -1, 0);
  for (let j = 0; j < down; j++)
    for (let i = 0; i < across; i++) {
      let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero;
      let s6 = zero, s7 = zero, s8 = zero, s9 = zero, s10 = zero, s11 = zero;
      const end = min(rows - 1, (j + 1) * block);
      for (let r = max(1, j * block); r < end; r++)
        for (let c = i * block; c < (i + 1) * block; c += 4) {
          const p = at(moved, r * columns + c);
          const l = v128.load(at(live, r * columns + c));
          let valid = v128.and(f32x4.gt(l, lowest), f32x4.lt(l, highest));
          if (c == 0) valid = v128.and(valid, firstLane);
          if (c + 4 >= columns) valid = v128.and(valid, lastLane);
          const counted = v128.and(valid, one);
          const d = f32x4.sub(v128.load(p), l);
          const rest = f32x4.max(zero, f32x4.sub(one, f32x4.mul(f32x4.mul(d, d), inverse)));
          const w = f32x4.mul(counted, f32x4.mul(rest, rest));
          const gx = f32x4.mul(half, f32x4.sub(v128.load(p + 4), v128.load(p - 4)));
          const gy = f32x4.mul(half, f32x4.sub(v128.load(at(p, columns)), v128.load(at(p, -columns))));
          const wx = f32x4.mul(w, gx);
          const wy = f32x4.mul(w, gy);
          s0 = f32x4.add(s0, w);
          s1 = f32x4.add(s1, wx);
          s2 = f32x4.add(s2, wy);
          s3 = f32x4.add(s3, f32x4.mul(w, d));
          s4 = f32x4.add(s4, f32x4.mul(wx, gx));
          s5 = f32x4.add(s5, f32x4.mul(wx, gy));
          s6 = f32x4.add(s6, f32x4.mul(wy, gy));
          s7 = f32x4.add(s7, f32x4.mul(wx, d));
          s8 = f32x4.add(s8, f32x4.mul(wy, d));
          const fell = f32x4.sub(counted, w);
          const darker = f32x4.gt(d, zero);
          s9 = f32x4.add(s9, v128.and(fell, darker));
          s10 = f32x4.add(s10, v128.andnot(fell, darker));
          s11 = f32x4.add(s11, counted);
        }
      const o = at(out, (j * across + i) * 12);
      store<f32>(o, total(s0)); store<f32>(o, total(s1), 4); store<f32>(o, total(s2), 8); store<f32>(o, total(s3), 12);
      store<f32>(o, total(s4), 16); store<f32>(o, total(s5), 20); store<f32>(o, total(s6), 24); store<f32>(o, total(s7), 28);
      store<f32>(o, total(s8), 32); store<f32>(o, total(s9), 36); store<f32>(o, total(s10), 40); store<f32>(o, total(s11), 44);
    }
}
