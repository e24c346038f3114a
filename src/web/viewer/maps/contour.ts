/** A line piece between two points, in pixel coordinates (x counts columns, y rows; 0,0 is the first pixel's centre). */
export type Segment = readonly [number, number, number, number];

/**
 * The line where an image crosses a threshold (marching squares with linear interpolation). `values` is row-major,
 * `rows * columns`. A square with a value that is not a number gives no piece. Saddles are joined by the mean of the
 * square. Pieces are not chained; O(rows * columns).
 */
export function contour(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  threshold: number,
): readonly Segment[] {
  const out: Segment[] = [];
  for (let y = 0; y + 1 < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      const at = y * columns + x;
      const [a, b, c, d] = [values[at]!, values[at + 1]!, values[at + columns + 1]!, values[at + columns]!];
      const code =
        (a >= threshold ? 1 : 0) | (b >= threshold ? 2 : 0) | (c >= threshold ? 4 : 0) | (d >= threshold ? 8 : 0);
      if (code === 0 || code === 15 || Number.isNaN(a + b + c + d)) continue;
      const cut = (p: number, q: number) => (threshold - p) / (q - p);
      const top = (): [number, number] => [x + cut(a, b), y];
      const right = (): [number, number] => [x + 1, y + cut(b, c)];
      const bottom = (): [number, number] => [x + cut(d, c), y + 1];
      const left = (): [number, number] => [x, y + cut(a, d)];
      const join = (p: [number, number], q: [number, number]) => out.push([...p, ...q]);
      const high = (a + b + c + d) / 4 >= threshold;
      if (code === 1 || code === 14) join(left(), top());
      else if (code === 2 || code === 13) join(top(), right());
      else if (code === 3 || code === 12) join(left(), right());
      else if (code === 4 || code === 11) join(right(), bottom());
      else if (code === 6 || code === 9) join(top(), bottom());
      else if (code === 7 || code === 8) join(left(), bottom());
      else if ((code === 5) === high) {
        join(left(), bottom());
        join(top(), right());
      } else {
        join(left(), top());
        join(right(), bottom());
      }
    }
  }
  return out;
}
