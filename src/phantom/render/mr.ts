import { type MrSequence, mrImage } from "../../dicom/iod/mr-image.ts";
import type { Patient } from "../patient.ts";
import { ZONE } from "../perfusion/lesion.ts";
import { rasteriseVessels } from "../vessels/raster.ts";
import { axialRaster, slab } from "./attenuation.ts";
import { curveTable, SLAB_SLICES, sampleSlab } from "./ctp.ts";
import {
  ADC,
  CORE_ADC,
  EPI_DSC,
  EPI_DWI,
  EPI_OFF,
  FLAIR,
  GRADIENT_TOF,
  SPIN_FLAIR,
  SPIN_T1,
  T1,
  T2,
  TOF,
} from "./mr-contrast.ts";
import { addNoise, type NoiseTile, noiseTile } from "./noise-tile.ts";
import { type Machine, openSeries, type PhantomFile, type Studio } from "./studio.ts";

/** The MR scanner of the demo. */
export const MR_SCANNER: Machine = {
  manufacturer: "Willis Phantom Works",
  model: "Phantom MR 3T",
  serial: "MR-0001",
  station: "MR01",
  software: "XA30",
};

/** A signal volume on the head grid from a table, with the core changed by `core` (signal to signal). */
function paint(patient: Patient, table: readonly number[], core: (v: number, label: number) => number): Float32Array {
  const { labels } = patient.head;
  const out = new Float32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const v = table[labels[i]] ?? 0;
    out[i] = patient.lesion.zone[i] === ZONE.core ? core(v, labels[i]) : v;
    const f = patient.arterial.fraction[i];
    if (f > 60 && table !== TOF) out[i] *= 1 - (0.75 * f) / 255;
  }
  return out;
}

function magnitude(image: Float32Array): Uint16Array {
  const out = new Uint16Array(image.length);
  for (let i = 0; i < image.length; i++) {
    const v = Math.round(Math.abs(image[i]));
    out[i] = v > 4095 ? 4095 : v;
  }
  return out;
}

/** T1, FLAIR, DWI (b 0 and 1000), ADC and TOF angiography; DSC perfusion too when the patient has an infarct. */
export function* renderMr(patient: Patient, studio: Studio, ms: number): Generator<PhantomFile> {
  const tile = noiseTile(patient.seed + 505);
  const minute = 60_000;
  yield* planes(patient, studio, tile, {
    number: 2,
    description: "t1_se_tra",
    ms,
    sequence: SPIN_T1,
    volume: paint(patient, T1, (v) => v * 0.88),
    noise: 14,
    window: [450, 800],
  });
  yield* planes(patient, studio, tile, {
    number: 3,
    description: "t2_flair_tra",
    ms: ms + 4 * minute,
    sequence: SPIN_FLAIR,
    volume: paint(patient, FLAIR, (v) => v * 1.32),
    noise: 14,
    window: [420, 800],
  });
  const epi = T2.map((v, label) => (EPI_OFF.includes(label) ? 30 : v));
  const b0 = paint(patient, epi, (v) => v * 1.12);
  const adc = paint(patient, ADC, () => CORE_ADC);
  const b1000 = b0.map((v, i) => v * Math.exp(-adc[i] / 1000));
  const dwi = { number: 4, description: "ep2d_diff_tra_b0_b1000", ms: ms + 8 * minute, sequence: EPI_DWI, noise: 9 };
  yield* planes(patient, studio, tile, { ...dwi, volume: b0, window: [600, 1400], bValue: 0, size: 192, from: 0 });
  yield* planes(patient, studio, tile, {
    ...dwi,
    volume: b1000,
    window: [250, 450],
    bValue: 1000,
    size: 192,
    from: 28,
  });
  yield* planes(patient, studio, tile, {
    number: 5,
    description: "ep2d_diff_tra_ADC",
    ms: ms + 9 * minute,
    sequence: { ...EPI_DWI, imageType: ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"] },
    volume: adc,
    noise: 28,
    window: [1200, 2000],
    size: 192,
  });
  yield* tof(patient, studio, tile, ms + 10 * minute);
  if (patient.spec.stroke) yield* dsc(patient, studio, tile, ms + 16 * minute);
}

interface PlanesPlan {
  readonly number: number;
  readonly description: string;
  readonly ms: number;
  readonly sequence: MrSequence;
  readonly volume: Float32Array;
  readonly noise: number;
  readonly window: readonly [number, number];
  readonly bValue?: number;
  readonly size?: number;
  readonly from?: number;
}

function* planes(patient: Patient, studio: Studio, tile: NoiseTile, plan: PlanesPlan): Generator<PhantomFile> {
  const size = plan.size ?? 256;
  const raster = axialRaster(size, 230);
  const series = openSeries(studio, MR_SCANNER, {
    number: plan.number,
    modality: "MR",
    description: plan.description,
    protocol: plan.description,
    bodyPart: "HEAD",
    ms: plan.ms,
  });
  for (let k = 0; k < 28; k++) {
    const z = -58 + 5 * k;
    const image = slab(plan.volume, patient, z, 5, raster, 0);
    addNoise(image, size, plan.noise, tile);
    const n = (plan.from ?? 0) + k + 1;
    yield series.file(
      n,
      mrImage({
        context: series.object(n, plan.ms + (plan.from ?? 0) * 1000),
        sequence: plan.sequence,
        pixels: magnitude(image),
        rows: size,
        columns: size,
        spacing: raster.spacing,
        thickness: 5,
        position: [raster.x0, raster.y0, z],
        window: plan.window,
        ...(plan.bValue !== undefined && { bValue: plan.bValue }),
        acquisitionNumber: plan.from ? 2 : 1,
      }),
    );
  }
}

/** Time of flight: inflow makes arteries bright, less so where blood comes late; 288 x 288 x 120 of 0.7 mm. */
function* tof(patient: Patient, studio: Studio, tile: NoiseTile, ms: number): Generator<PhantomFile> {
  const size = 288;
  const raster = axialRaster(size, 202);
  const count = 120;
  const spacing = 0.7;
  const z0 = -52;
  const tissue = paint(patient, TOF, (v) => v * 0.97);
  const blood = rasteriseVessels(patient.arteries, {
    shape: [size, size, count],
    spacing: [raster.spacing, raster.spacing, spacing],
    origin: [raster.x0, raster.y0, z0],
    direction: { i: [1, 0, 0], j: [0, 1, 0], k: [0, 0, 1] },
  });
  const series = openSeries(studio, MR_SCANNER, {
    number: 6,
    modality: "MR",
    description: "TOF_3D_multi-slab",
    protocol: "TOF_3D",
    bodyPart: "HEAD",
    ms,
  });
  const plane = size * size;
  for (let k = 0; k < count; k++) {
    const z = z0 + k * spacing;
    const image = slab(tissue, patient, z, 1, raster, 0);
    for (let i = 0, at = k * plane; i < plane; i++, at++) {
      const f = blood.fraction[at];
      if (!f) continue;
      const late = Math.max(0, blood.arrival[at] / 10 - 0.6);
      const inflow = 980 * (blood.fill[at] / 255) ** 2 * Math.exp(-0.35 * late);
      image[i] += (inflow - image[i]) * (f / 255);
    }
    addNoise(image, size, 16, tile);
    yield series.file(
      k + 1,
      mrImage({
        context: series.object(k + 1, ms),
        sequence: GRADIENT_TOF,
        pixels: magnitude(image),
        rows: size,
        columns: size,
        spacing: raster.spacing,
        thickness: spacing,
        position: [raster.x0, raster.y0, z],
        window: [350, 700],
        acquisitionNumber: 1,
      }),
    );
  }
}

/** Relaxation rate change per HU-equivalent of the shared curves, 1/s: grey matter loses about 40 % of its signal. */
const R2_PER_HU = 1.5;

function* dsc(patient: Patient, studio: Studio, tile: NoiseTile, ms: number): Generator<PhantomFile> {
  const size = 128;
  const raster = axialRaster(size, 230);
  const curves = curveTable(patient);
  const start = Int16Array.from(
    paint(
      patient,
      T2.map((v, l) => (EPI_OFF.includes(l) ? 30 : Math.min(1300, v))),
      (v) => v,
    ),
  );
  const sampled = sampleSlab(patient, start, raster, { x: 0, y: 0, z: 0, yaw: 0 }, curves);
  const series = openSeries(studio, MR_SCANNER, {
    number: 7,
    modality: "MR",
    description: "ep2d_perf_DSC",
    protocol: "ep2d_perf",
    bodyPart: "HEAD",
    ms,
  });
  const plane = size * size;
  let n = 0;
  for (let t = 0; t < curves.times.length; t++) {
    for (let k = 0; k < SLAB_SLICES; k++) {
      const image = new Float32Array(plane);
      for (let i = 0, at = k * plane; i < plane; i++, at++) {
        const s0 = Math.max(0, sampled.base[at]);
        image[i] = s0 * Math.exp((-EPI_DSC.te / 1000) * R2_PER_HU * sampled.frames[t][at]);
      }
      addNoise(image, size, 9, tile);
      n++;
      yield series.file(
        n,
        mrImage({
          context: series.object(n, ms + Math.round(curves.times[t] * 1000)),
          sequence: EPI_DSC,
          pixels: magnitude(image),
          rows: size,
          columns: size,
          spacing: raster.spacing,
          thickness: 5,
          position: [raster.x0, raster.y0, patient.spec.slabFrom + 5 * k],
          window: [500, 1000],
          temporal: { position: t + 1, of: curves.times.length, stepMs: 1500 },
          contrast: "Gadobutrol 1.0",
          acquisitionNumber: t + 1,
        }),
      );
    }
  }
}
