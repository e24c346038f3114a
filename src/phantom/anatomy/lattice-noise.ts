import { uniform } from "../../core/random.ts";

/** Smooth noise with its gradient, written into `out` as value (-1..1), d/dx, d/dy, d/dz per unit of the input. */
export type LatticeNoise = (x: number, y: number, z: number, out: Float64Array) => number;

/**
 * Value noise on a 32-periodic lattice with quintic interpolation and its analytic gradient; one unit of the input is
 * one lattice cell. Same seed, same field. The gradient lets a caller turn a level set into a distance in mm.
 */
export function latticeNoise(seed: number): LatticeNoise {
  const random = uniform(seed);
  const table = new Float64Array(32768);
  for (let i = 0; i < table.length; i++) table[i] = random() * 2 - 1;
  return (x, y, z, out) => {
    const fx = Math.floor(x);
    const fy = Math.floor(y);
    const fz = Math.floor(z);
    const u = x - fx;
    const v = y - fy;
    const w = z - fz;
    const i0 = fx & 31;
    const i1 = (i0 + 1) & 31;
    const j0 = (fy & 31) << 5;
    const j1 = ((fy + 1) & 31) << 5;
    const k0 = (fz & 31) << 10;
    const k1 = ((fz + 1) & 31) << 10;
    const su = u * u * u * (u * (u * 6 - 15) + 10);
    const sv = v * v * v * (v * (v * 6 - 15) + 10);
    const sw = w * w * w * (w * (w * 6 - 15) + 10);
    const du = 30 * u * u * (u - 1) * (u - 1);
    const dv = 30 * v * v * (v - 1) * (v - 1);
    const dw = 30 * w * w * (w - 1) * (w - 1);
    const a = table[i0 | j0 | k0];
    const b = table[i1 | j0 | k0];
    const c = table[i0 | j1 | k0];
    const d = table[i1 | j1 | k0];
    const e = table[i0 | j0 | k1];
    const f = table[i1 | j0 | k1];
    const g = table[i0 | j1 | k1];
    const h = table[i1 | j1 | k1];
    const p1 = b - a;
    const p2 = c - a;
    const p3 = e - a;
    const p4 = a - b - c + d;
    const p5 = a - c - e + g;
    const p6 = a - b - e + f;
    const p7 = b + c + e - a - d - f - g + h;
    const value = a + p1 * su + p2 * sv + p3 * sw + p4 * su * sv + p5 * sv * sw + p6 * sw * su + p7 * su * sv * sw;
    out[0] = value;
    out[1] = du * (p1 + p4 * sv + p6 * sw + p7 * sv * sw);
    out[2] = dv * (p2 + p5 * sw + p4 * su + p7 * sw * su);
    out[3] = dw * (p3 + p6 * su + p5 * sv + p7 * su * sv);
    return value;
  };
}
