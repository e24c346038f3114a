import { AXIAL, type Vec3 } from "../../core/geometry.ts";
import type { Volume } from "../../core/volume.ts";
import { IDENTITY, inverse, moved, type Rigid } from "./rigid.ts";

/** Values of skull, brain, ventricles and lesion. */
export type Contrast = readonly [skull: number, brain: number, ventricles: number, lesion: number];

/** As a CT shows them (HU), and as an MR does. */
export const SOLID_CT: Contrast = [900, 38, 8, 62];
export const SOLID_MR: Contrast = [40, 420, 150, 620];

/**
 * A head of solid ellipsoids (skull, petrous bones, orbits, ventricles, cerebellum on one side) that no turn lays on itself, 200 x 230 x 180 mm around the origin, for which any motion is
 * known: `pose` moves the head within a grid that stays where it is. `unit` "HU" puts air around it, anything else 0.
 */
export function solidHead(contrast: Contrast, spacing: Vec3, unit: string, pose: Rigid = IDENTITY): Volume {
  const shape = spacing.map((s, a) => Math.round([200, 230, 180][a]! / s)) as [number, number, number];
  const origin = shape.map((n, a) => (-(n - 1) / 2) * spacing[a]!) as unknown as Vec3;
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  const back = inverse(pose);
  const [skull, brain, ventricles, lesion] = contrast;
  const inside = (p: Vec3, c: Vec3, r: Vec3): boolean =>
    ((p[0] - c[0]) / r[0]) ** 2 + ((p[1] - c[1]) / r[1]) ** 2 + ((p[2] - c[2]) / r[2]) ** 2 < 1;
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, at++) {
        const p = moved(back, [origin[0] + i * spacing[0], origin[1] + j * spacing[1], origin[2] + k * spacing[2]]);
        let v = unit === "HU" ? -1000 : 0;
        if (inside(p, [0, 5, 0], [76, 94, 66])) v = skull;
        if (inside(p, [0, 5, 0], [68, 86, 58])) v = brain;
        if (inside(p, [34, 12, -42], [26, 9, 9]) || inside(p, [-34, 12, -42], [26, 9, 9])) v = skull;
        if (inside(p, [30, -62, -28], [13, 15, 12]) || inside(p, [-30, -62, -28], [13, 15, 12])) v = ventricles;
        if (inside(p, [20, 55, -22], [22, 16, 11])) v = lesion;
        if (inside(p, [12, -10, 8], [9, 28, 12]) || inside(p, [-12, -10, 8], [8, 25, 12])) v = ventricles;
        if (inside(p, [-38, 22, 15], [16, 20, 13])) v = lesion;
        if (inside(p, [0, -98, -30], [14, 14, 16])) v = brain;
        data[at] = v;
      }
  return { shape, spacing, origin, direction: AXIAL, data, unit };
}
