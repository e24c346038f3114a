import { normal, uniform } from "../../core/random.ts";
import type { Volume } from "../../core/volume.ts";

/** Signed distance to a body in mm, negative inside. */
export type Body = (x: number, y: number, z: number) => number;

/**
 * A volume of 3DRA-like values: `lumen` inside a body, `background` outside, blurred by a Gaussian of SD `blur` mm
 * with noise. Sub-voxel walls by four samples along each voxel side. Axes are x, y, z of the body, origin at 0.
 */
export function syntheticVolume(
  body: Body,
  shape: readonly [number, number, number],
  spacing: readonly [number, number, number],
  { lumen = 2000, background = 200, blur = 0.35, noise = 40, seed = 1 } = {},
): Volume {
  const [ni, nj, nk] = shape;
  const exact = new Float32Array(ni * nj * nk);
  const half = Math.hypot(...spacing) / 2;
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        const [x, y, z] = [i * spacing[0], j * spacing[1], k * spacing[2]];
        const d = body(x, y, z);
        let share = d < 0 ? 1 : 0;
        if (Math.abs(d) < half) {
          share = 0;
          for (let a = 0; a < 4; a++)
            for (let b = 0; b < 4; b++)
              for (let c = 0; c < 4; c++)
                if (
                  body(
                    x + (a / 4 - 0.375) * spacing[0],
                    y + (b / 4 - 0.375) * spacing[1],
                    z + (c / 4 - 0.375) * spacing[2],
                  ) < 0
                )
                  share += 1 / 64;
        }
        exact[p] = background + (lumen - background) * share;
      }
  let blurred = exact;
  const strides = [1, ni, ni * nj];
  for (let axis = 0; axis < 3; axis++) blurred = gaussian(blurred, strides[axis], shape[axis], blur / spacing[axis]);
  const draw = normal(uniform(seed));
  const data = new Int16Array(blurred.length);
  for (let p = 0; p < data.length; p++) data[p] = Math.round(blurred[p] + noise * draw());
  return {
    data,
    unit: "HU",
    shape,
    spacing,
    origin: [0, 0, 0],
    direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
  };
}

function gaussian(field: Float32Array, stride: number, size: number, sigma: number): Float32Array<ArrayBuffer> {
  const reach = Math.max(1, Math.ceil(4 * sigma));
  const weights = Array.from({ length: 2 * reach + 1 }, (_, n) =>
    Math.exp(-((n - reach) ** 2) / (2 * sigma * sigma + 1e-12)),
  );
  const total = weights.reduce((a, b) => a + b);
  const out = new Float32Array(field.length);
  for (let p = 0; p < field.length; p++) {
    const at = Math.floor(p / stride) % size;
    let sum = 0;
    for (let n = -reach; n <= reach; n++) {
      const q = Math.max(0, Math.min(size - 1, at + n));
      sum += weights[n + reach] * field[p + (q - at) * stride];
    }
    out[p] = sum / total;
  }
  return out;
}
