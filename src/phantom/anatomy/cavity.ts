import { mix, smoothstep } from "./shape.ts";

/**
 * The cranial cavity in atlas mm (LPS axes, origin at the anterior commissure, about the size of the MNI head; the
 * patient is a scaled copy). The vault is a blend of an ellipsoid and a squarer fourth-power body, longer below the
 * centre, so that it also holds the posterior fossa; the base is a height map.
 * Returns the normalised radius of a point about (0, 17, 12): 1 on the inner table, below 1 inside.
 */
export function vaultRadius(x: number, y: number, z: number): number {
  const dy = y - 17;
  const dz = z - 12;
  const X = x / (66.5 + 0.055 * (dy > 40 ? 40 : dy < -70 ? -70 : dy));
  const Y = dy / 87;
  const Z = dz > 0 ? dz / 63 : dz / 96;
  const xx = X * X;
  const yy = Y * Y;
  const zz = Z * Z;
  return 0.72 * Math.sqrt(xx + yy + zz) + 0.28 * Math.sqrt(Math.sqrt(xx * xx + yy * yy + zz * zz));
}

/** Distance in mm along the ray from the centre to the inner table, positive inside; `r` is the normalised radius. */
export function depthOf(x: number, y: number, z: number, r: number): number {
  const dy = y - 17;
  const dz = z - 12;
  const m = Math.sqrt(x * x + dy * dy + dz * dz);
  return r < 0.05 ? 60 : (m * (1 - r)) / r;
}

/** The point of the inner table, pulled inwards by `inset` mm, on the ray from the centre through (x, y, z). */
export function onVault(x: number, y: number, z: number, inset: number): [number, number, number] {
  const r = vaultRadius(x, y, z);
  const m = Math.hypot(x, y - 17, z - 12) || 1;
  const k = 1 / r - inset / m;
  return [x * k, 17 + (y - 17) * k, 12 + (z - 12) * k];
}

/** Signed distance in the axial plane from the petrous ridge line (positive in front of it) and place 0..1 along it. */
export function petrous(ax: number, y: number): { across: number; along: number } {
  const along = ((ax - 10) * 48 + (y - 7) * 29) / (48 * 48 + 29 * 29);
  const across = ((ax - 10) * 29 - (y - 7) * 48) / 56.1;
  return { across, along };
}

/** Height (mm, z) of the floor of the cavity at (x, y) and the thickness of bone below it. */
export function base(x: number, y: number): { floor: number; thickness: number } {
  const ax = Math.abs(x);
  const roof = 7 * Math.exp(-(((ax - 32) / 15) ** 2) - ((y + 45) / 17) ** 2);
  const anterior = -23 + roof + 3 * smoothstep(20, 55, ax) - 3 * Math.exp(-((ax / 6) ** 2));
  const lateral = smoothstep(11, 22, ax);
  const sella = y > 4 && y < 9 ? -24 : -31;
  const middle = mix(sella, -43 + 6 * smoothstep(45, 62, ax) + 4 * smoothstep(10, -18, y), lateral);
  const bowl = -61 + 26 * ((ax / 56) ** 2 + Math.max(0, (y - 55) / 52) ** 2);
  const clivus = -27 - (y - 8) * 1.65;
  let posterior = mix(Math.max(clivus, -64), bowl, smoothstep(10, 20, ax));
  if (y > 34) posterior = mix(posterior, bowl, smoothstep(34, 40, y));
  const wing = smoothstep(-27 + 6 * smoothstep(15, 50, ax), -19 + 6 * smoothstep(15, 50, ax), y);
  const { across, along } = petrous(ax, y);
  const behind = smoothstep(3, -3, across);
  let floor = mix(mix(anterior, middle, wing), posterior, y > 5 ? behind : 0);
  let thickness = mix(2.6, 5, wing);
  if (along > -0.1 && along < 1.25) {
    const ridge = -26 - 5 * along - Math.abs(across) * 1.25;
    if (ridge > floor) {
      thickness += Math.min(22, (ridge - floor) * 1 + 6);
      floor = ridge;
    }
  }
  if (ax < 16 && y > -28 && y < 34) thickness += 12 * smoothstep(16, 10, ax) * smoothstep(-28, -20, y);
  const foramen = (ax / 15) ** 2 + ((y - 44) / 17) ** 2;
  if (foramen < 1.25) floor = mix(-400, floor, smoothstep(0.9, 1.25, foramen));
  return { floor, thickness };
}

/** Height (mm, z) of the tentorium at (x, y); the cerebrum lies above, the cerebellum below. */
export function tentorium(x: number, y: number): number {
  const ax = Math.abs(x);
  const ridge = mix(3, -14, smoothstep(48, 98, y));
  const edge = -26 + 7 * smoothstep(40, 90, y);
  return mix(ridge, edge, smoothstep(0, 62, ax));
}
