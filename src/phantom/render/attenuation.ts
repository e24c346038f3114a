import { HOUNSFIELD, LABEL } from "../anatomy/label.ts";
import { smoothstep } from "../anatomy/shape.ts";
import type { Patient } from "../patient.ts";
import { ZONE } from "../perfusion/lesion.ts";

const BLOOD_HU = 42;
const CLOT_HU = 66;

/** Loss of attenuation in the core on plain CT, HU (grey, white): early ischaemic change. */
const CORE_LOSS = [5.5, 3.5] as const;

/**
 * Attenuation in HU without contrast on the 1 mm head grid: labels, native blood in vessels, a dense thrombus, early
 * hypodensity of the core. Int16 because the tooth enamel and bone need it.
 */
export function nativeAttenuation(patient: Patient): Int16Array {
  const { labels, shape } = patient.head;
  const [nx, ny] = shape;
  const hu = new Int16Array(labels.length);
  const { zone } = patient.lesion;
  const { fraction, fill } = patient.arterial;
  const { fraction: vein } = patient.venous;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    let v = HOUNSFIELD[label];
    // A chronic collection settles: denser at the back.
    if (label === LABEL.subdural) v += 14 * smoothstep(-10, 80, patient.head.origin[1] + (Math.floor(i / nx) % ny)) - 5;
    if (zone[i] === ZONE.core) v -= label === LABEL.white ? CORE_LOSS[1] : CORE_LOSS[0];
    const f = fraction[i];
    if (f) v += ((fill[i] === 0 ? CLOT_HU : BLOOD_HU) - v) * (f / 255);
    else if (vein[i]) v += (BLOOD_HU + 8 - v) * (vein[i] / 255);
    hu[i] = v;
  }
  return hu;
}

/** An axial raster in the plane: columns, rows, spacing (mm) and LPS centre of the first pixel. */
export interface AxialRaster {
  readonly columns: number;
  readonly rows: number;
  readonly spacing: number;
  readonly x0: number;
  readonly y0: number;
}

/** A raster of `size` pixels square over `fov` mm, centred on the head. */
export function axialRaster(size: number, fov: number): AxialRaster {
  const spacing = fov / size;
  return { columns: size, rows: size, spacing, x0: -fov / 2 + spacing / 2, y0: 12 - fov / 2 + spacing / 2 };
}

/**
 * Mean over the planes `z - thickness/2 .. z + thickness/2` of a 1 mm volume, resampled (bilinear) on an axial raster;
 * `outside` beyond the volume.
 */
export function slab(
  volume: Int16Array | Float32Array,
  patient: Patient,
  z: number,
  thickness: number,
  raster: AxialRaster,
  outside: number,
): Float32Array {
  const { shape, origin } = patient.head;
  const [nx, ny, nz] = shape;
  const plane = new Float32Array(nx * ny);
  const k0 = z - thickness / 2 - origin[2];
  const k1 = z + thickness / 2 - origin[2];
  let weight = 0;
  for (let k = Math.max(0, Math.floor(k0 + 0.5)); k <= Math.min(nz - 1, Math.ceil(k1 - 0.5)); k++) {
    const w = Math.min(k1, k + 0.5) - Math.max(k0, k - 0.5);
    if (w <= 1e-6) continue;
    weight += w;
    const at = k * nx * ny;
    for (let i = 0; i < plane.length; i++) plane[i] += w * volume[at + i];
  }
  const out = new Float32Array(raster.columns * raster.rows);
  if (weight === 0) return out.fill(outside);
  for (let i = 0; i < plane.length; i++) plane[i] /= weight;
  for (let r = 0; r < raster.rows; r++) {
    const y = raster.y0 + r * raster.spacing - origin[1];
    const j = Math.floor(y);
    const v = y - j;
    for (let c = 0; c < raster.columns; c++) {
      const x = raster.x0 + c * raster.spacing - origin[0];
      const i = Math.floor(x);
      if (i < 0 || j < 0 || i >= nx - 1 || j >= ny - 1) {
        out[r * raster.columns + c] = outside;
        continue;
      }
      const u = x - i;
      const at = j * nx + i;
      const top = plane[at] + (plane[at + 1] - plane[at]) * u;
      const low = plane[at + nx] + (plane[at + nx + 1] - plane[at + nx]) * u;
      out[r * raster.columns + c] = top + (low - top) * v;
    }
  }
  return out;
}

/** HU as 12-bit stored values (HU + 1024), clamped to 0..4095. */
export function stored12(image: Float32Array): Uint16Array {
  const out = new Uint16Array(image.length);
  for (let i = 0; i < image.length; i++) {
    const v = Math.round(image[i] + 1024);
    out[i] = v < 0 ? 0 : v > 4095 ? 4095 : v;
  }
  return out;
}
