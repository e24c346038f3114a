import { normal, uniform } from "../../core/random.ts";
import { xaImage } from "../../dicom/iod/xa-image.ts";
import type { Patient } from "../patient.ts";
import { concentration, type Injection, inject, projectBlush } from "./injection.ts";
import { noiseTile } from "./noise-tile.ts";
import { axesOf, projectHead, projectPoint, projectVessels, type View } from "./projection.ts";
import { type Machine, objectUid, openSeries, type PhantomFile, type Studio } from "./studio.ts";

/** The biplane angiography system of the demo. */
export const ANGIO: Machine = {
  manufacturer: "Willis Phantom Works",
  model: "Phantom Biplane",
  serial: "XA-0001",
  station: "NEURO1",
  software: "VD20",
};

/** One run to render: what is injected and from where it is seen. */
export interface RunPlan {
  readonly site: string;
  readonly view: "ap" | "lateral";
  /** What was done before the run, as its name says it: "after pass 1". */
  readonly moment?: string;
  /** The plane of a biplane system, and the number of the run that the other plane takes at the same time. */
  readonly biplane?: { readonly plane: "A" | "B"; readonly other: number; readonly otherView: "ap" | "lateral" };
  /** How far the head lies from where it lay in the first run of this view, pixels to the right and down. */
  readonly movedPx?: readonly [number, number];
  /** The shadow of the head from this view, when it was projected before. */
  readonly head?: Float32Array;
  /** Known motion of the head from the first contrast frame on, instead of the drift. */
  readonly motion?: RunMotion;
}

/** A shift (pixels to the right and down) and a sine warp on top of it (its size and period in pixels). */
export interface RunMotion {
  readonly shift: readonly [number, number];
  readonly warp: number;
  readonly period: number;
}

/** How far what belongs at a pixel has moved, pixels to the right and down, once a motion is there in full. */
export function motionAt(motion: RunMotion, column: number, row: number): readonly [number, number] {
  const turn = (2 * Math.PI) / motion.period;
  const { shift, warp } = motion;
  return [shift[0] + warp * Math.sin(turn * row), shift[1] + warp * Math.cos(turn * column)];
}

/** Frames, frame time (ms), mask frames and injection of every run. */
export const RUN = {
  frames: 18,
  frameTimeMs: 420,
  mask: 2,
  injectionStartS: 0.9,
  injectionS: 2.2,
  size: 1024,
} as const;

/** Attenuation per mm of full-strength contrast blood, and quantum noise: variance per stored value. */
const IODINE = 0.16;
const GAIN = 0.32;

/** The C-arm of a view: AP with slight cranial tilt, or left lateral; 1100 mm to the detector, 0.308 mm pixels. */
export function viewOf(view: "ap" | "lateral", size: number = RUN.size): View {
  return {
    primary: view === "ap" ? 0 : 90,
    secondary: view === "ap" ? 8 : 0,
    sid: 1100,
    sod: 780,
    size,
    spacing: (0.308 * 1024) / size,
    isocentre: [0, 12, -2],
  };
}

/**
 * A DSA run as raw frames: cone-beam shadow of the head, a catheter, blood vessels filled by the bolus as it arrives,
 * capillary blush, veins; quantum noise with variance proportional to the signal; a small drift of the head once the
 * contrast burns. Intensity is linear (LIN) in 12 bits, air is saturated as on a real detector.
 */
export function* renderRun(
  patient: Patient,
  native: Int16Array,
  studio: Studio,
  ms: number,
  run: RunPlan,
  number: number,
  motionMm: number,
): Generator<PhantomFile> {
  const view = viewOf(run.view);
  const size = view.size;
  const injection = inject(patient, run.site);
  const background = run.head ? Float32Array.from(run.head) : projectHead(patient, native, view);
  drawCatheter(background, injection, view);
  const level = exposure(background);
  const paths = projectVessels(injection.vessels, view);
  const blush = projectBlush(patient, injection, view);
  const concs = sampleTimes(injection);
  const tile = noiseTile(patient.seed * 3 + number, false);
  const gauss = normal(uniform(patient.seed * 43 + number));
  const dir = [gauss(), gauss()];
  const pixels = new Uint16Array(size * size * RUN.frames);
  const path = new Float32Array(size * size);
  const total = new Float32Array(size * size);
  const [placeX, placeY] = run.movedPx ?? [0, 0];
  const perPixel = motionMm / 0.22 / (Math.hypot(dir[0], dir[1]) || 1);
  for (let f = 0; f < RUN.frames; f++) {
    const t = (f * RUN.frameTimeMs) / 1000 - RUN.injectionStartS;
    path.fill(0);
    const now = concs.map(
      (c) => c.weight * IODINE * concentration(t, c.arrival, c.spread, RUN.injectionS + (c.vein ? 1.6 : 0)),
    );
    for (let e = 0; e < paths.pixel.length; e++) path[paths.pixel[e]] += paths.length[e] * now[paths.sample[e]];
    const blushNow = blush.delays.map(
      (d) => 0.5 * IODINE * concentration(t, d + 0.9, 0.8 + 0.15 * d, RUN.injectionS + 1.2),
    );
    const drift = f < RUN.mask ? 0 : Math.min(1, (f - RUN.mask + 1) / 5) * (1 + 0.15 * gauss());
    const known = f < RUN.mask ? undefined : run.motion;
    const [shiftX, shiftY] = run.motion ? [0, 0] : [dir[0] * drift * perPixel, dir[1] * drift * perPixel];
    // where a pixel takes its value from: a row moves along, a column moves down
    const along = Float64Array.from({ length: size }, (_, r) => (known ? -motionAt(known, 0, r)[0] : shiftX) - placeX);
    const downward = Float64Array.from(
      { length: size },
      (_, c) => (known ? -motionAt(known, c, 0)[1] : shiftY) - placeY,
    );
    frame(
      pixels.subarray(f * size * size, (f + 1) * size * size),
      size,
      total,
      background,
      path,
      blush.images,
      blushNow,
      level,
      along,
      downward,
      tile,
    );
  }
  const series = openSeries(studio, ANGIO, {
    number,
    modality: "XA",
    description: runName(run),
    protocol: "Cerebral DSA",
    bodyPart: "HEAD",
    ms,
    shared: false,
  });
  yield series.file(
    1,
    xaImage({
      context: series.object(1, ms),
      pixels,
      rows: size,
      columns: size,
      frames: RUN.frames,
      bitsStored: 12,
      frameTimeMs: RUN.frameTimeMs,
      maskFrames: Array.from({ length: RUN.mask }, (_, i) => i + 1),
      primaryAngle: view.primary,
      secondaryAngle: view.secondary,
      sid: view.sid,
      sod: view.sod,
      imagerSpacing: view.spacing,
      kvp: run.view === "ap" ? 78 : 73,
      tubeCurrentMa: 380,
      pulseMs: 62,
      relationship: "LIN",
      patientOrientation: run.view === "ap" ? ["L", "F"] : ["P", "F"],
      contrast: { agent: "Iopromide 300", ml: 8, flow: 4 },
      window: [1300, 2400],
      ...(run.biplane && {
        biplane: {
          plane: run.biplane.plane,
          otherSopInstanceUid: objectUid(
            studio,
            run.biplane.other,
            runName({ ...run, view: run.biplane.otherView }),
            1,
          ),
        },
      }),
    }),
  );
}

/** "ICA L AP DSA after pass 1" */
function runName({ site, view, moment }: RunPlan): string {
  return [site.replace("-", " "), view === "ap" ? "AP" : "LAT", "DSA", moment].filter(Boolean).join(" ");
}

interface SampleTime {
  readonly arrival: number;
  readonly spread: number;
  readonly weight: number;
  readonly vein: boolean;
}

function sampleTimes(injection: Injection): SampleTime[] {
  const out: SampleTime[] = [];
  injection.vessels.forEach((v, q) => {
    const tip = injection.catheter?.vessel === v ? injection.catheter.sample : 0;
    for (let s = 0; s < v.radius.length; s++) {
      out.push({
        arrival: v.arrival[s] - injection.tipS,
        spread: v.spread[s],
        weight: s < tip ? 0 : v.fill[s] * injection.weight[q],
        vein: v.kind === "vein",
      });
    }
  });
  return out;
}

/** Middle of the shadow of the head; the beam is set so that it comes out at about a quarter of the range. */
function exposure(background: Float32Array): number {
  const inside = background.filter((v) => v > 1.2).sort();
  return inside.length ? inside[Math.floor(inside.length * 0.5)] : 3;
}

function frame(
  out: Uint16Array,
  size: number,
  total: Float32Array,
  background: Float32Array,
  path: Float32Array,
  blush: readonly Float32Array[],
  blushNow: readonly number[],
  level: number,
  along: Float64Array,
  downward: Float64Array,
  tile: ReturnType<typeof noiseTile>,
): void {
  // Scatter and equalisation filters flatten the shadow of the skull; iodine keeps its contrast.
  for (let i = 0; i < total.length; i++) total[i] = 0.62 * (background[i] - level) + path[i];
  for (let q = 0; q < blush.length; q++) {
    const now = blushNow[q];
    if (now < 1e-5) continue;
    const image = blush[q];
    for (let i = 0; i < total.length; i++) total[i] += image[i] * now;
  }
  const ox = Math.floor(tile.random() * 512);
  const oy = Math.floor(tile.random() * 512);
  for (let r = 0; r < size; r++) {
    const ix = Math.floor(along[r]);
    const u = along[r] - ix;
    const row = ((r + oy) & 511) << 9;
    for (let c = 0; c < size; c++) {
      const iy = Math.floor(downward[c]);
      const v = downward[c] - iy;
      const j = Math.max(0, Math.min(size - 2, r + iy));
      const i = Math.max(0, Math.min(size - 2, c + ix));
      const at = j * size + i;
      const top = total[at] + (total[at + 1] - total[at]) * u;
      const low = total[at + size] + (total[at + size + 1] - total[at + size]) * u;
      const shadow = top + (low - top) * v;
      if (shadow < -1.42) {
        // Over 4700: saturated whatever the noise
        out[r * size + c] = 4095;
        continue;
      }
      const signal = 1150 * Math.exp(-shadow);
      const value = Math.round(signal + Math.sqrt(GAIN * signal) * tile.values[row | ((c + ox) & 511)]);
      out[r * size + c] = value < 0 ? 0 : value > 4095 ? 4095 : value;
    }
  }
}

function drawCatheter(background: Float32Array, injection: Injection, view: View): void {
  if (!injection.catheter) return;
  const { vessel, sample } = injection.catheter;
  const axes = axesOf(view);
  const size = view.size;
  for (let s = 0; s <= sample; s++) {
    for (let part = 0; part < 8; part++) {
      const q = Math.min(s + 1, vessel.radius.length - 1);
      const f = part / 8;
      const p = [0, 1, 2].map((c) => vessel.xyz[3 * s + c] * (1 - f) + vessel.xyz[3 * q + c] * f);
      const [x, y] = projectPoint(view, axes, p[0], p[1], p[2]);
      for (let j = Math.round(y) - 4; j <= Math.round(y) + 4; j++) {
        for (let i = Math.round(x) - 4; i <= Math.round(x) + 4; i++) {
          const d = Math.hypot(i - x, j - y);
          if (d > 4 || i < 0 || j < 0 || i >= size || j >= size) continue;
          background[j * size + i] += 0.012 * (d > 2.4 ? 1.6 : 1);
        }
      }
    }
  }
}
