import { normal, uniform } from "../../core/random.ts";
import { ctImage } from "../../dicom/iod/ct-image.ts";
import type { Patient } from "../patient.ts";
import { arterial, frameTimes, KAPPA, RHO, residueCurve } from "../perfusion/bolus.ts";
import { mttOf, PERFUSION } from "../perfusion/haemodynamics.ts";
import { axialRaster, stored12 } from "./attenuation.ts";
import { CT_SCANNER } from "./ct.ts";
import { addNoise, noiseTile } from "./noise-tile.ts";
import { openSeries, type PhantomFile, type Studio } from "./studio.ts";

/** Slices of the perfusion slab: 16 of 5 mm. */
export const SLAB_SLICES = 16;

/** Rigid head motion of each frame: translation in mm and rotation about the head-foot axis in rad. */
export interface HeadMotion {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
}

/** Seeded motion: still at first, then a drift with one or two sudden steps, up to the asked size; still when 0. */
export function headMotion(spec: Patient["spec"], seed: number): HeadMotion[] {
  const gauss = normal(uniform(seed * 41 + 23));
  const n = spec.contrast.frames;
  const { mm, degrees } = spec.motion;
  const step = Math.floor(n * 0.55);
  const dir = [gauss(), gauss(), 0.4 * gauss()];
  const m = Math.hypot(...dir) || 1;
  return Array.from({ length: n }, (_, i) => {
    const s = (i < step ? (0.25 * i) / step : 0.8 + (0.2 * (i - step)) / (n - step)) + (i ? 0.03 * gauss() : 0);
    const k = mm > 0 && i > 0 ? (mm * s) / m : 0;
    return { x: dir[0] * k, y: dir[1] * k, z: dir[2] * k, yaw: i > 0 ? ((degrees * Math.PI) / 180) * s : 0 };
  });
}

/** The enhancement curves (HU over the frame times) of every component that a perfusion voxel can hold. */
export interface CurveTable {
  readonly times: readonly number[];
  /** tissue class (1..8) and delay in tenths of a second. */
  tissue(code: number, delayTenths: number): Float64Array;
  artery(arrivalTenths: number): Float64Array;
  vein(arrivalTenths: number): Float64Array;
}

/** Makes the table for a patient; curves are computed on first use. Arrival zero is the carotid terminus. */
export function curveTable(patient: Patient): CurveTable {
  const { contrast } = patient.spec;
  const times = frameTimes(contrast.dt, contrast.frames);
  const memo: (Float64Array | undefined)[] = new Array(3 * 4096);
  const keep = (key: number, curve: Float64Array): Float64Array => {
    memo[key] = curve;
    return curve;
  };
  const zero = patient.terminusS;
  return {
    times,
    tissue: (code, tenths) => {
      const key = code * 256 + tenths;
      const known = memo[key];
      if (known) return known;
      const p = PERFUSION[code > 4 ? 1 : 0][(code - 1) & 3];
      const k = ((RHO / KAPPA) * p.cbv) / 100;
      const unit = residueCurve(patient.input, mttOf(p), tenths / 10, times);
      return keep(
        key,
        unit.map((v) => v * k),
      );
    },
    artery: (tenths) => {
      const key = 4096 + tenths;
      const curve = (): Float64Array =>
        Float64Array.from(times, (t) => arterial(patient.input, t - (tenths / 10 - zero)));
      return memo[key] ?? keep(key, curve());
    },
    vein: (tenths) => {
      const key = 8192 + tenths;
      return memo[key] ?? keep(key, residueCurve(patient.input, 3.2, tenths / 10 - zero, times));
    },
  };
}

/**
 * 4-D CT perfusion: 256 x 256, 16 slices of 5 mm, one CT instance per slice and time point, in time order. Each voxel
 * averages five 1 mm planes of native attenuation and of the curves of what lies in it (tissue class and delay, arterial
 * and venous blood), so partial volume is real. Motion moves the sampled head rigidly from frame to frame.
 */
export function* renderCtp(patient: Patient, native: Int16Array, studio: Studio, ms: number): Generator<PhantomFile> {
  const { spec } = patient;
  const raster = axialRaster(256, 230);
  const curves = curveTable(patient);
  const { times } = curves;
  const motion = headMotion(spec, patient.seed);
  const tile = noiseTile(patient.seed + 303);
  const series = openSeries(studio, CT_SCANNER, {
    number: 6,
    modality: "CT",
    description: "VPCT Perfusion 5.0 Hr36",
    protocol: "Head_VPCT",
    bodyPart: "HEAD",
    ms,
  });
  const plane = raster.columns * raster.rows;
  const moving = spec.motion.mm > 0 || spec.motion.degrees > 0;
  const still = moving ? null : sampleSlab(patient, native, raster, { x: 0, y: 0, z: 0, yaw: 0 }, curves);
  let instance = 0;
  const nullCurve = new Float32Array(0);
  for (let t = 0; t < times.length; t++) {
    const sampled = still ?? sampleSlab(patient, native, raster, motion[t], curves, t);
    for (let k = 0; k < SLAB_SLICES; k++) {
      const image = sampled.base.slice(k * plane, (k + 1) * plane);
      const frame = still ? (sampled.frames[t] ?? nullCurve) : sampled.frames[0];
      for (let i = 0, at = k * plane; i < plane; i++, at++) image[i] += frame[at];
      addNoise(image, raster.columns, spec.noiseHu, tile);
      instance++;
      yield series.file(
        instance,
        ctImage({
          context: series.object(instance, ms + Math.round(times[t] * 1000)),
          pixels: stored12(image),
          rows: raster.rows,
          columns: raster.columns,
          spacing: [raster.spacing, raster.spacing],
          thickness: 5,
          position: [raster.x0, raster.y0, spec.slabFrom + 5 * k],
          kvp: 80,
          exposureMas: 180,
          rotationS: 0.33,
          kernel: "Hr36f",
          imageType: ["ORIGINAL", "PRIMARY", "AXIAL"],
          window: [40, 120],
          contrast: { agent: "Iomeprol 400", ml: 40, flow: 5, startMs: ms },
          temporal: { position: t + 1, of: times.length },
          acquisitionNumber: t + 1,
        }),
      );
    }
  }
}

/** Samples the perfusion slab: base values and the enhancement of each (or `only` one) frame, under a rigid motion. */
export function sampleSlab(
  patient: Patient,
  native: Int16Array,
  raster: ReturnType<typeof axialRaster>,
  motion: HeadMotion,
  curves: CurveTable,
  only?: number,
): { base: Float32Array; frames: Float32Array[] } {
  const { shape, origin } = patient.head;
  const [nx, ny, nz] = shape;
  const plane = raster.columns * raster.rows;
  const n = plane * SLAB_SLICES;
  const base = new Float32Array(n);
  const wanted = only === undefined ? curves.times.map((_, i) => i) : [only];
  const frames = wanted.map(() => new Float32Array(n));
  const cos = Math.cos(motion.yaw);
  const sin = Math.sin(motion.yaw);
  const { tissue, delay, arterial: art, venous } = patient;
  const sum = new Float64Array(curves.times.length);
  const from = only ?? 0;
  const to = only === undefined ? curves.times.length : only + 1;
  for (let k = 0; k < SLAB_SLICES; k++) {
    const z = patient.spec.slabFrom + 5 * k - motion.z - origin[2];
    for (let r = 0; r < raster.rows; r++) {
      const py = raster.y0 + r * raster.spacing - motion.y;
      for (let c = 0; c < raster.columns; c++) {
        const px = raster.x0 + c * raster.spacing - motion.x;
        const x = cos * px + sin * py - origin[0];
        const y = -sin * px + cos * py - origin[1];
        const i = Math.floor(x);
        const j = Math.floor(y);
        const at = k * plane + r * raster.columns + c;
        if (i < 0 || j < 0 || i >= nx - 1 || j >= ny - 1) {
          base[at] = -1000;
          continue;
        }
        const middle = (Math.round(z) * ny + j) * nx + i;
        if (native[middle] < -900 && native[middle + 1 + nx] < -900 && native[middle + 2 * nx * ny] < -900) {
          base[at] = -1000;
          continue;
        }
        let hu = 0;
        let any = false;
        const u = x - i;
        const v = y - j;
        const near = (v > 0.5 ? nx : 0) + (u > 0.5 ? 1 : 0);
        for (let q = -2; q <= 2; q++) {
          const kk = Math.min(nz - 1, Math.max(0, Math.round(z + q)));
          const p = (kk * ny + j) * nx + i;
          const top = native[p] + (native[p + 1] - native[p]) * u;
          const low = native[p + nx] + (native[p + nx + 1] - native[p + nx]) * u;
          hu += top + (low - top) * v;
          const s = p + near;
          const t = tissue[s];
          const a = art.fraction[s];
          const w = venous.fraction[s];
          if (!t && !a && !w) continue;
          if (!any) {
            any = true;
            sum.fill(0);
          }
          if (a) add(sum, curves.artery(art.arrival[s]), ((a / 255) * art.fill[s]) / 255 / 5, from, to);
          if (w && a < 128) add(sum, curves.vein(venous.arrival[s]), w / 255 / 5, from, to);
          if (t) add(sum, curves.tissue(t, delay[s]), (1 - Math.max(a, w) / 255) / 5, from, to);
        }
        base[at] = hu / 5;
        if (any) for (let f = 0; f < wanted.length; f++) frames[f][at] = sum[wanted[f]];
      }
    }
  }
  return { base, frames };
}

function add(sum: Float64Array, curve: Float64Array, weight: number, from: number, to: number): void {
  for (let t = from; t < to; t++) sum[t] += curve[t] * weight;
}
