// A picture over 5 x 5 pixels by the binomial [1 4 6 4 1] / 16 each way, four pixels at a time; see
// angiography/soften.ts, which it must equal.

export function heapBase(): usize {
  return __heap_base;
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function pass(image: usize, out: usize, at: i32, a: i32, b: i32, d: i32, e: i32): void {
  const six = f32x4.splat(6.0 / 16.0);
  const four = f32x4.splat(4.0 / 16.0);
  const one = f32x4.splat(1.0 / 16.0);
  const near = f32x4.add(v128.load(image + ((<usize>b) << 2)), v128.load(image + ((<usize>d) << 2)));
  const far = f32x4.add(v128.load(image + ((<usize>a) << 2)), v128.load(image + ((<usize>e) << 2)));
  const middle = f32x4.mul(six, v128.load(image + ((<usize>at) << 2)));
  const sum = f32x4.add(middle, f32x4.add(f32x4.mul(four, near), f32x4.mul(one, far)));
  v128.store(out + ((<usize>at) << 2), sum);
}

// @ts-expect-error: decorator of AssemblyScript
@inline
function value(image: usize, at: i32): f32 {
  return load<f32>(image + ((<usize>at) << 2));
}

function edge(image: usize, out: usize, row: i32, c: i32, last: i32): void {
  const a = row + max(0, c - 2);
  const b = row + max(0, c - 1);
  const d = row + min(last, c + 1);
  const e = row + min(last, c + 2);
  const near = value(image, b) + value(image, d);
  const far = value(image, a) + value(image, e);
  store<f32>(out + ((<usize>(row + c)) << 2), (6 * value(image, row + c) + 4 * near + far) / 16);
}

/** `image` and `out` may be the same; `half` holds the pass along the rows. Columns are a multiple of 4, at least 8. */
export function soften(image: usize, half: usize, out: usize, rows: i32, columns: i32): void {
  const last = columns - 1;
  for (let r = 0; r < rows; r++) {
    const row = r * columns;
    for (let c = 0; c < 4; c++) edge(image, half, row, c, last);
    for (let c = 4; c < columns - 4; c += 4) {
      const p = row + c;
      pass(image, half, p, p - 2, p - 1, p + 1, p + 2);
    }
    for (let c = columns - 4; c < columns; c++) edge(image, half, row, c, last);
  }
  for (let r = 0; r < rows; r++) {
    const a = max(0, r - 2) * columns;
    const b = max(0, r - 1) * columns;
    const at = r * columns;
    const d = min(rows - 1, r + 1) * columns;
    const e = min(rows - 1, r + 2) * columns;
    for (let c = 0; c < columns; c += 4) pass(half, out, at + c, a + c, b + c, d + c, e + c);
  }
}
