/** Arterial territories; `none` for veins and vessels that feed no brain. */
export type Territory = "MCA-L" | "MCA-R" | "ACA-L" | "ACA-R" | "PCA-L" | "PCA-R" | "BA" | "none";

/** x, y, z, radius: a way point in atlas mm (radius in patient mm). */
export type WayPoint = readonly [number, number, number, number];

/** One vessel as a sampled centreline in patient LPS mm with its radius, bolus arrival and filling at each sample. */
export interface Vessel {
  readonly name: string;
  readonly kind: "artery" | "vein";
  /** +1 left (+x), -1 right, 0 midline. */
  readonly side: -1 | 0 | 1;
  readonly territory: Territory;
  readonly parent: string | null;
  /** Index of the parent's sample where this one starts. */
  readonly parentSample: number;
  readonly xyz: Float64Array;
  readonly radius: Float64Array;
  /** Seconds from arrival in the common carotid at the level of C4; distance over a speed that falls with calibre. */
  readonly arrival: Float64Array;
  /** Iodine filling relative to the feeding bolus, 0 (clot, not filled) to 1. */
  readonly fill: Float64Array;
  /** Bolus broadening (SD, s) gathered on the way. */
  readonly spread: Float64Array;
}

/** Flow speed in mm/s by radius in mm: about 400 in the carotid, about 110 in a pial arteriole. */
export function flowSpeed(radius: number): number {
  return 70 + 130 * Math.min(3, Math.max(0.2, radius));
}

/** Samples a Catmull-Rom curve through way points (x, y, z, r) about every `step` mm; rows of x, y, z, r. */
export function spline(points: readonly WayPoint[], step: number): number[][] {
  const out: number[][] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const p1 = points[i];
    const p2 = points[i + 1];
    const p0 = points[i - 1] ?? p1;
    const p3 = points[i + 2] ?? p2;
    const n = Math.max(1, Math.round(Math.hypot(p2[0] - p1[0], p2[1] - p1[1], p2[2] - p1[2]) / step));
    for (let s = 0; s < n; s++) {
      const t = s / n;
      const row = [0, 0, 0, 0];
      for (let c = 0; c < 4; c++) {
        const a = p1[c];
        const b = (p2[c] - p0[c]) / 2;
        const e = (p3[c] - p1[c]) / 2;
        const d = p2[c] - a;
        row[c] = a + b * t + (3 * d - 2 * b - e) * t * t + (b + e - 2 * d) * t * t * t;
      }
      out.push(row);
    }
  }
  out.push([...points[points.length - 1]]);
  return out;
}

/** Sample of a vessel nearest to a point in patient mm. */
export function nearestSample(vessel: Vessel, x: number, y: number, z: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < vessel.radius.length; i++) {
    const d = (vessel.xyz[3 * i] - x) ** 2 + (vessel.xyz[3 * i + 1] - y) ** 2 + (vessel.xyz[3 * i + 2] - z) ** 2;
    if (d < least) {
      least = d;
      best = i;
    }
  }
  return best;
}
