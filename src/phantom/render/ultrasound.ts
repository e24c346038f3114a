import { normal, uniform } from "../../core/random.ts";
import { usClip } from "../../dicom/iod/us-clip.ts";
import type { Patient } from "../patient.ts";
import { type Machine, openSeries, type PhantomFile, type Studio } from "./studio.ts";

/** The ultrasound machine of the demo. */
export const ULTRASOUND: Machine = {
  manufacturer: "Willis Phantom Works",
  model: "Phantom Sono 9L",
  serial: "US-0001",
  station: "SONO2",
  software: "R4",
};

const ROWS = 400;
const COLUMNS = 520;
const FRAMES = 24;
/** Image area: first column and row, width and height in pixels, mm per pixel. */
const AREA = { x: 40, y: 20, w: 440, h: 360, mm: 0.085 } as const;
const BOX = { x0: 120, x1: 400, y0: 90, y1: 290 } as const;

/** Shape of the scanned carotid along the image, mm from its left edge (head side) to its right edge (common). */
interface CarotidCourse {
  wall(x: number): number;
  lumen(x: number): number;
  axis(x: number): number;
}

function course(patient: Patient): CarotidCourse {
  const stenosis = patient.spec.variants?.stenosis;
  const distal = 2.4;
  const least = distal * (1 - (stenosis?.percent ?? 0) / 100);
  const wall = (x: number): number =>
    distal + (3.3 - distal) / (1 + Math.exp(-(x - 14) / 2.2)) + 0.9 * Math.exp(-(((x - 18.5) / 3.4) ** 2));
  const plaque = (x: number): number => (stenosis ? Math.exp(-(((x - 15.5) / 3.2) ** 4)) : 0);
  return {
    wall,
    lumen: (x) => {
      const w = plaque(x);
      return wall(x) * (1 - w) + Math.min(wall(x), least + 0.5 * Math.abs(x - 15.5) * 0.5) * w;
    },
    axis: (x) => 15.5 + 0.09 * (x - 18) - 0.9 * Math.sin(x / 11),
  };
}

/** Radius of the lumen in mm at its narrowest as drawn, for the truth. */
export function narrowestLumen(patient: Patient): number {
  const c = course(patient);
  let least = Number.POSITIVE_INFINITY;
  for (let x = 0; x < AREA.w * AREA.mm; x += 0.1) least = Math.min(least, c.lumen(x));
  return least;
}

/** Flow over one heart beat, 0..1: systolic peak, dicrotic notch, diastolic run-off. `t` in beats. */
function pulse(t: number): number {
  const u = t - Math.floor(t);
  return 0.28 + 0.72 * Math.exp(-(((u - 0.14) / 0.07) ** 2)) + 0.16 * Math.exp(-(((u - 0.42) / 0.1) ** 2)) - 0.1 * u;
}

/** Two clips of the carotid bifurcation in long section: B-mode, and colour Doppler with aliasing in the stenosis. */
export function* renderUltrasound(patient: Patient, studio: Studio, ms: number): Generator<PhantomFile> {
  const speckle = speckleTile(patient.seed);
  const shape = course(patient);
  const series = openSeries(studio, ULTRASOUND, {
    number: 1,
    modality: "US",
    description: `Carotid ${patient.spec.variants?.stenosis?.side === 1 ? "L" : "R"} long`,
    protocol: "Carotid",
    bodyPart: "NECK",
    ms,
    shared: false,
  });
  for (const colour of [false, true]) {
    const rgb = new Uint8Array(FRAMES * ROWS * COLUMNS * 3);
    for (let f = 0; f < FRAMES; f++) {
      const beat = (f * 0.04) / (60 / 72);
      drawFrame(rgb.subarray(f * ROWS * COLUMNS * 3, (f + 1) * ROWS * COLUMNS * 3), shape, speckle, beat, colour);
    }
    const area = { x0: AREA.x, y0: AREA.y, x1: AREA.x + AREA.w - 1, y1: AREA.y + AREA.h - 1, cmPerPixel: AREA.mm / 10 };
    const n = colour ? 2 : 1;
    yield series.file(
      n,
      usClip({
        context: series.object(n, ms + n * 60_000),
        rgb,
        rows: ROWS,
        columns: COLUMNS,
        frames: FRAMES,
        frameTimeMs: 40,
        regions: colour
          ? [
              { kind: "tissue", ...area },
              { kind: "colour-flow", x0: BOX.x0, y0: BOX.y0, x1: BOX.x1, y1: BOX.y1, cmPerPixel: AREA.mm / 10 },
            ]
          : [{ kind: "tissue", ...area }],
        transducer: "9L-D",
        heartRate: 72,
      }),
    );
  }
}

function drawFrame(out: Uint8Array, shape: CarotidCourse, speckle: Float32Array, beat: number, colour: boolean): void {
  const flow = pulse(beat);
  const stretch = 1 + 0.05 * (flow - 0.4);
  const shadow = new Float32Array(AREA.w);
  for (let c = 0; c < AREA.w; c++) {
    const x = c * AREA.mm;
    const axis = shape.axis(x);
    const wall = shape.wall(x) * stretch;
    const lumen = shape.lumen(x) * stretch;
    const calcified = wall - lumen > 0.9 && Math.abs(x - 16.4) < 1.1;
    for (let r = 0; r < AREA.h; r++) {
      const y = r * AREA.mm;
      const offset = y - axis;
      const d = Math.abs(offset);
      const moved = offset > 0 ? (stretch - 1) * wall : -(stretch - 1) * wall;
      const s = speckle[(((r - Math.round(moved / AREA.mm) + 512) & 511) << 9) | (c & 511)];
      let echo: number;
      if (d < lumen) echo = 6 + 5 * s;
      else if (d < wall)
        echo = calcified && offset < 0 && d > wall - 0.7 ? 235 : 78 + 62 * s * (0.6 + 0.4 * Math.sin(x * 2.1 + y * 3));
      else if (d < wall + 0.25) echo = 150;
      else if (d < wall + 0.7) echo = 30 + 20 * s;
      else if (d < wall + 1.5) echo = 215 * (0.75 + 0.35 * s);
      else if (y < 1.4) echo = 190 * (0.6 + 0.4 * s);
      else if (y < 4) echo = 62 * s + 16;
      else if (y < 10) echo = (52 + 36 * Math.max(0, Math.sin(y * 4.2 + x * 0.18))) * s + 14;
      else echo = 78 * s + 18 + (offset > wall && offset < wall + 6 ? 26 : 0);
      if (calcified && offset < 0 && d <= wall && d > wall - 0.7) shadow[c] = 1;
      if (shadow[c] && offset > -wall + 0.7) echo *= 0.22;
      echo *= 1 - 0.012 * y;
      const at = ((r + AREA.y) * COLUMNS + c + AREA.x) * 3;
      const grey = echo < 0 ? 0 : echo > 255 ? 255 : echo;
      out[at] = grey;
      out[at + 1] = grey;
      out[at + 2] = grey;
      if (!colour || d >= lumen || shadow[c]) continue;
      const px = c + AREA.x;
      const py = r + AREA.y;
      if (py < BOX.y0 || py > BOX.y1 || px < BOX.x0 + (py - BOX.y0) * 0.25 || px > BOX.x1 - (BOX.y1 - py) * 0.25)
        continue;
      const speed = 62 * flow * (3.3 / Math.max(0.4, lumen)) ** 1.7 * (1 - (d / lumen) ** 2) * (0.86 + 0.2 * s);
      if (speed < 7) continue;
      const [red, green, blue] = flowColour(speed);
      out[at] = red;
      out[at + 1] = green;
      out[at + 2] = blue;
    }
  }
  furniture(out, colour);
}

/** Colour of a speed in cm/s on a scale of +-80: beyond it wraps into the other direction (aliasing). */
function flowColour(speed: number): [number, number, number] {
  const limit = 80;
  let v = (speed + limit) % (2 * limit);
  v = (v < 0 ? v + 2 * limit : v) - limit;
  const k = Math.min(1, Math.abs(v) / limit);
  return v >= 0 ? [120 + 135 * k, 20 + 200 * k * k, 10] : [10, 40 + 190 * k * k, 130 + 125 * k];
}

function furniture(out: Uint8Array, colour: boolean): void {
  const dot = (x: number, y: number, v: readonly [number, number, number]): void => {
    const at = (y * COLUMNS + x) * 3;
    out[at] = v[0];
    out[at + 1] = v[1];
    out[at + 2] = v[2];
  };
  for (let mm = 0; mm <= 30; mm += 5) {
    const y = AREA.y + Math.round(mm / AREA.mm);
    for (let x = AREA.x + AREA.w + 4; x < AREA.x + AREA.w + (mm % 10 === 0 ? 14 : 9); x++) dot(x, y, [150, 150, 150]);
  }
  if (!colour) return;
  for (let y = 0; y < 160; y++) {
    const v = 80 - y;
    const c: [number, number, number] = Math.abs(v) < 3 ? [0, 0, 0] : flowColour(v * 0.99);
    for (let x = 8; x < 20; x++) dot(x, AREA.y + y, c);
  }
  for (let y = BOX.y0; y <= BOX.y1; y++) {
    dot(Math.round(BOX.x0 + (y - BOX.y0) * 0.25), y, [200, 200, 90]);
    dot(Math.round(BOX.x1 - (BOX.y1 - y) * 0.25), y, [200, 200, 90]);
  }
  for (let x = BOX.x0; x < BOX.x1 - (BOX.y1 - BOX.y0) * 0.25; x++) dot(x, BOX.y0, [200, 200, 90]);
  for (let x = Math.round(BOX.x0 + (BOX.y1 - BOX.y0) * 0.25); x < BOX.x1; x++) dot(x, BOX.y1, [200, 200, 90]);
}

/** Fully developed speckle, 512 x 512, mean 1: magnitude of a complex Gaussian field wider across than along the beam. */
function speckleTile(seed: number): Float32Array {
  const gauss = normal(uniform(seed * 53 + 29));
  const n = 512;
  const parts = [0, 1].map(() => {
    const white = new Float32Array(n * n);
    for (let i = 0; i < white.length; i++) white[i] = gauss();
    const rows = new Float32Array(n * n);
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++) {
        let v = 0;
        for (let q = -3; q <= 3; q++) v += white[y * n + ((x + q) & 511)] * Math.exp(-(q * q) / 4);
        rows[y * n + x] = v;
      }
    }
    const out = new Float32Array(n * n);
    for (let y = 0; y < n; y++) {
      for (let x = 0; x < n; x++)
        out[y * n + x] = 0.5 * rows[((y + 511) & 511) * n + x] + rows[y * n + x] + 0.5 * rows[((y + 1) & 511) * n + x];
    }
    return out;
  });
  const out = new Float32Array(n * n);
  let sum = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.hypot(parts[0][i], parts[1][i]);
    sum += out[i];
  }
  const k = out.length / sum;
  for (let i = 0; i < out.length; i++) out[i] *= k;
  return out;
}
