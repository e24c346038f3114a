/** 0 at and before `a`, 1 at and beyond `b` (which may lie below `a`), a smooth cubic between. */
export function smoothstep(a: number, b: number, x: number): number {
  const s = (x - a) / (b - a);
  const t = s < 0 ? 0 : s > 1 ? 1 : s;
  return t * t * (3 - 2 * t);
}

/** Linear blend from `a` (t = 0) to `b` (t = 1). */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** Approximate signed distance in mm, negative inside, to an axis-parallel ellipsoid (offset dx,dy,dz; semi-axes). */
export function ellipsoid(dx: number, dy: number, dz: number, ax: number, ay: number, az: number): number {
  const x = dx / ax;
  const y = dy / ay;
  const z = dz / az;
  const r = Math.sqrt(x * x + y * y + z * z);
  if (r < 1e-9) return -Math.min(ax, ay, az);
  const g = Math.sqrt((x * x) / (ax * ax) + (y * y) / (ay * ay) + (z * z) / (az * az));
  return (r * (r - 1)) / g;
}

/** A tube: rows of x, y, z, radius (mm), joined by straight cones. */
export type Tube = readonly (readonly [number, number, number, number])[];

/** Signed distance in mm, negative inside, to a tube; `zScale` < 1 makes the section taller than wide. */
export function tube(t: Tube, x: number, y: number, z: number, zScale = 1): number {
  let best = 1e9;
  for (let i = 0; i + 1 < t.length; i++) {
    const a = t[i];
    const b = t[i + 1];
    const ux = b[0] - a[0];
    const uy = b[1] - a[1];
    const uz = (b[2] - a[2]) * zScale;
    const px = x - a[0];
    const py = y - a[1];
    const pz = (z - a[2]) * zScale;
    let s = (px * ux + py * uy + pz * uz) / (ux * ux + uy * uy + uz * uz);
    s = s < 0 ? 0 : s > 1 ? 1 : s;
    const dx = px - s * ux;
    const dy = py - s * uy;
    const dz = pz - s * uz;
    const d = Math.sqrt(dx * dx + dy * dy + dz * dz) - (a[3] + (b[3] - a[3]) * s);
    if (d < best) best = d;
  }
  return best;
}
