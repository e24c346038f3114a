import type { Grid } from "../../core/geometry.ts";
import type { Vessel } from "./vessel.ts";

/** Blood fraction (0..255 for 0..1), arrival (tenths of a second) and filling (0..255) of each voxel of a grid. */
export interface VesselRaster {
  readonly fraction: Uint8Array;
  readonly arrival: Uint8Array;
  readonly fill: Uint8Array;
}

/**
 * Paints vessels on an axis-parallel grid. A voxel's fraction is the share of a ball of its size that lies inside the
 * tube, by signed distance, so walls are sub-voxel smooth; thin vessels keep their cross-sectional area.
 */
export function rasteriseVessels(vessels: readonly Vessel[], grid: Grid): VesselRaster {
  const [nx, ny, nz] = grid.shape;
  const [sx, sy, sz] = grid.spacing;
  const [ox, oy, oz] = grid.origin;
  const n = nx * ny * nz;
  const fraction = new Uint8Array(n);
  const arrival = new Uint8Array(n);
  const fill = new Uint8Array(n);
  const half = Math.max(sx, sy, sz) / 2;
  for (const v of vessels) {
    const count = v.radius.length;
    for (let s = 0; s + 1 < count; s++) {
      const ax = v.xyz[3 * s];
      const ay = v.xyz[3 * s + 1];
      const az = v.xyz[3 * s + 2];
      const ux = v.xyz[3 * s + 3] - ax;
      const uy = v.xyz[3 * s + 4] - ay;
      const uz = v.xyz[3 * s + 5] - az;
      const uu = ux * ux + uy * uy + uz * uz || 1e-9;
      const r0 = v.radius[s];
      const dr = v.radius[s + 1] - r0;
      const reach = Math.max(r0, r0 + dr) + half;
      const i0 = Math.max(0, Math.ceil((Math.min(ax, ax + ux) - reach - ox) / sx));
      const i1 = Math.min(nx - 1, Math.floor((Math.max(ax, ax + ux) + reach - ox) / sx));
      const j0 = Math.max(0, Math.ceil((Math.min(ay, ay + uy) - reach - oy) / sy));
      const j1 = Math.min(ny - 1, Math.floor((Math.max(ay, ay + uy) + reach - oy) / sy));
      const k0 = Math.max(0, Math.ceil((Math.min(az, az + uz) - reach - oz) / sz));
      const k1 = Math.min(nz - 1, Math.floor((Math.max(az, az + uz) + reach - oz) / sz));
      const time = Math.max(0, Math.min(255, Math.round(v.arrival[s] * 10)));
      const full = Math.round(v.fill[s] * 255);
      for (let k = k0; k <= k1; k++) {
        const pz = oz + k * sz - az;
        for (let j = j0; j <= j1; j++) {
          const py = oy + j * sy - ay;
          const row = (k * ny + j) * nx;
          for (let i = i0; i <= i1; i++) {
            const px = ox + i * sx - ax;
            let t = (px * ux + py * uy + pz * uz) / uu;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            const r = r0 + dr * t;
            const d = Math.sqrt((px - t * ux) ** 2 + (py - t * uy) ** 2 + (pz - t * uz) ** 2);
            let f = (r - d) / (2 * half) + 0.5;
            if (f <= 0) continue;
            if (f > 1) f = 1;
            const cap = (Math.PI * r * r) / (4 * half * half);
            if (cap < 1 && r < half) f = Math.min(f, cap * 1.6);
            const value = Math.round(f * 255);
            const at = row + i;
            if (value > fraction[at]) {
              fraction[at] = value;
              arrival[at] = time;
              fill[at] = full;
            }
          }
        }
      }
    }
  }
  return { fraction, arrival, fill };
}
