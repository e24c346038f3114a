import type { Patient } from "../patient.ts";
import type { Vessel } from "../vessels/vessel.ts";

/** A C-arm position: angles in degrees (LAO and cranial positive), distances in mm, square detector. */
export interface View {
  readonly primary: number;
  readonly secondary: number;
  readonly sid: number;
  readonly sod: number;
  readonly size: number;
  /** mm per detector pixel. */
  readonly spacing: number;
  readonly isocentre: readonly [number, number, number];
}

/** Axes of a view in LPS: `normal` from the isocentre to the detector, `u` along columns, `v` down the rows. */
export function axesOf(view: View): { normal: number[]; u: number[]; v: number[] } {
  const a = (view.primary * Math.PI) / 180;
  const b = (view.secondary * Math.PI) / 180;
  return {
    normal: [Math.sin(a) * Math.cos(b), -Math.cos(a) * Math.cos(b), Math.sin(b)],
    u: [Math.cos(a), Math.sin(a), 0],
    v: [Math.sin(b) * Math.sin(a), -Math.sin(b) * Math.cos(a), -Math.cos(b)],
  };
}

/** Detector column, row and magnification of a patient position (LPS mm) by the cone beam. */
export function projectPoint(
  view: View,
  axes: ReturnType<typeof axesOf>,
  x: number,
  y: number,
  z: number,
): [number, number, number] {
  const dx = x - view.isocentre[0];
  const dy = y - view.isocentre[1];
  const dz = z - view.isocentre[2];
  const depth = dx * axes.normal[0] + dy * axes.normal[1] + dz * axes.normal[2];
  const m = view.sid / (view.sod + depth);
  const c = ((dx * axes.u[0] + dy * axes.u[1] + dz * axes.u[2]) * m) / view.spacing + (view.size - 1) / 2;
  const r = ((dx * axes.v[0] + dy * axes.v[1] + dz * axes.v[2]) * m) / view.spacing + (view.size - 1) / 2;
  return [c, r, m];
}

/** Linear attenuation per mm at about 60 keV of a CT number; bone weighs more than its HU. */
export function attenuationPerMm(hu: number): number {
  return 0.0205 * (1 + hu / 1000) + (hu > 120 ? (hu - 120) * 0.000016 : 0);
}

/**
 * Line integrals of attenuation through the head along cone-beam rays: `size` x `size`, computed on half that grid with
 * trilinear steps of 1.25 mm and enlarged bilinearly.
 */
export function projectHead(patient: Patient, native: Int16Array, view: View): Float32Array {
  const { shape, origin } = patient.head;
  const [nx, ny, nz] = shape;
  const mu = new Float32Array(native.length);
  const table = new Float32Array(4096);
  for (let i = 0; i < 4096; i++) table[i] = Math.max(0, attenuationPerMm(i - 1024));
  for (let i = 0; i < mu.length; i++) mu[i] = table[native[i] + 1024];
  const axes = axesOf(view);
  const half = view.size / 2;
  const small = new Float32Array(half * half);
  const source = [0, 1, 2].map((c) => view.isocentre[c] - axes.normal[c] * view.sod);
  const step = 1.25;
  const lo = [origin[0], origin[1], origin[2]];
  const hi = [origin[0] + nx - 1.01, origin[1] + ny - 1.01, origin[2] + nz - 1.01];
  const d = [0, 0, 0];
  const uu = [0, 0, 0];
  const plane = nx * ny;
  for (let r = 0; r < half; r++) {
    for (let c = 0; c < half; c++) {
      const pu = (2 * c + 0.5 - (view.size - 1) / 2) * view.spacing;
      const pv = (2 * r + 0.5 - (view.size - 1) / 2) * view.spacing;
      for (let q = 0; q < 3; q++) d[q] = axes.normal[q] * view.sid + axes.u[q] * pu + axes.v[q] * pv;
      const m = Math.hypot(d[0], d[1], d[2]);
      const ux = d[0] / m;
      const uy = d[1] / m;
      const uz = d[2] / m;
      // Enter and leave the box of the volume
      let near = 0;
      let far = m;
      uu[0] = ux;
      uu[1] = uy;
      uu[2] = uz;
      for (let q = 0; q < 3; q++) {
        if (Math.abs(uu[q]) < 1e-9) {
          if (source[q] < lo[q] || source[q] > hi[q]) far = -1;
          continue;
        }
        const t0 = (lo[q] - source[q]) / uu[q];
        const t1 = (hi[q] - source[q]) / uu[q];
        near = Math.max(near, Math.min(t0, t1));
        far = Math.min(far, Math.max(t0, t1));
      }
      let sum = 0;
      for (let t = near; t < far; t += step) {
        const x = source[0] + t * ux - origin[0];
        const y = source[1] + t * uy - origin[1];
        const z = source[2] + t * uz - origin[2];
        const i = x | 0;
        const j = y | 0;
        const k = z | 0;
        const at = k * plane + j * nx + i;
        const fx = x - i;
        const fy = y - j;
        const fz = z - k;
        const a = mu[at] + (mu[at + 1] - mu[at]) * fx;
        const b = mu[at + nx] + (mu[at + nx + 1] - mu[at + nx]) * fx;
        const e = mu[at + plane] + (mu[at + plane + 1] - mu[at + plane]) * fx;
        const f = mu[at + plane + nx] + (mu[at + plane + nx + 1] - mu[at + plane + nx]) * fx;
        const low = a + (b - a) * fy;
        sum += low + (e + (f - e) * fy - low) * fz;
      }
      small[r * half + c] = sum * step;
    }
  }
  return enlarge(small, half, view.size);
}

/** Bilinear enlargement of a square image from `from` to `to` pixels a side. */
export function enlarge(image: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(to * to);
  const k = from / to;
  for (let r = 0; r < to; r++) {
    const y = Math.max(0, Math.min(from - 1.001, (r + 0.5) * k - 0.5));
    const j = Math.floor(y);
    const v = y - j;
    for (let c = 0; c < to; c++) {
      const x = Math.max(0, Math.min(from - 1.001, (c + 0.5) * k - 0.5));
      const i = Math.floor(x);
      const u = x - i;
      const at = j * from + i;
      const top = image[at] + (image[at + 1] - image[at]) * u;
      const low = image[at + from] + (image[at + from + 1] - image[at + from]) * u;
      out[r * to + c] = top + (low - top) * v;
    }
  }
  return out;
}

/** Blood path per detector pixel: entry e is `length[e]` mm of the vessel sample `sample[e]` under pixel `pixel[e]`. */
export interface VesselPaths {
  readonly pixel: Int32Array;
  readonly length: Float32Array;
  /** Index into the concatenated samples of the given vessels. */
  readonly sample: Int32Array;
}

/**
 * Projects vessels as tubes: chord 2 sqrt(r^2 - d^2) over the sine of the angle to the ray, so the profile is that of a
 * cylinder. Within one vessel the longest chord counts (no beads at joints); different vessels add. Tubes thinner than a
 * pixel keep their area.
 */
export function projectVessels(vessels: readonly Vessel[], view: View): VesselPaths {
  const axes = axesOf(view);
  const n = view.size;
  const pixel: number[] = [];
  const length: number[] = [];
  const sample: number[] = [];
  const stampVessel = new Int32Array(n * n).fill(-1);
  const stampEntry = new Int32Array(n * n);
  const byName = new Map(vessels.map((v) => [v.name, v]));
  let offset = 0;
  for (let q = 0; q < vessels.length; q++) {
    const v = vessels[q];
    const up = v.parent ? byName.get(v.parent) : undefined;
    const inside = up ? up.radius[v.parentSample] * 0.85 : 0;
    const count = v.radius.length;
    for (let s = 0; s + 1 < count; s++) {
      const x = v.xyz[3 * s];
      const y = v.xyz[3 * s + 1];
      const z = v.xyz[3 * s + 2];
      if (inside > 0 && s < 12 && Math.hypot(x - v.xyz[0], y - v.xyz[1], z - v.xyz[2]) < inside && inside > v.radius[s])
        continue;
      const [c0, r0, m0] = projectPoint(view, axes, x, y, z);
      const [c1, r1] = projectPoint(view, axes, v.xyz[3 * s + 3], v.xyz[3 * s + 4], v.xyz[3 * s + 5]);
      const long = Math.hypot(v.xyz[3 * s + 3] - x, v.xyz[3 * s + 4] - y, v.xyz[3 * s + 5] - z) || 1e-6;
      const scale = m0 / view.spacing;
      const seen = Math.hypot(c1 - c0, r1 - r0);
      const sine = Math.min(1, Math.max(0.3, seen / scale / long));
      const rad = (v.radius[s] + v.radius[s + 1]) / 2;
      const wide = Math.max(0.75, rad * scale);
      const thin = (rad * scale) / wide;
      const i0 = Math.max(0, Math.ceil(Math.min(c0, c1) - wide));
      const i1 = Math.min(n - 1, Math.floor(Math.max(c0, c1) + wide));
      const j0 = Math.max(0, Math.ceil(Math.min(r0, r1) - wide));
      const j1 = Math.min(n - 1, Math.floor(Math.max(r0, r1) + wide));
      const du = c1 - c0;
      const dv = r1 - r0;
      const dd = du * du + dv * dv || 1e-9;
      for (let j = j0; j <= j1; j++) {
        for (let i = i0; i <= i1; i++) {
          let t = ((i - c0) * du + (j - r0) * dv) / dd;
          t = t < 0 ? 0 : t > 1 ? 1 : t;
          const ex = i - c0 - t * du;
          const ey = j - r0 - t * dv;
          const f = 1 - (ex * ex + ey * ey) / (wide * wide);
          if (f <= 0) continue;
          const chord = (2 * rad * thin * Math.sqrt(f)) / sine;
          const at = j * n + i;
          if (stampVessel[at] === q) {
            const e = stampEntry[at];
            if (chord > length[e]) {
              length[e] = chord;
              sample[e] = offset + s;
            }
            continue;
          }
          stampVessel[at] = q;
          stampEntry[at] = pixel.length;
          pixel.push(at);
          length.push(chord);
          sample.push(offset + s);
        }
      }
    }
    offset += count;
  }
  return { pixel: Int32Array.from(pixel), length: Float32Array.from(length), sample: Int32Array.from(sample) };
}
