import { rfImage } from "../../dicom/iod/rf-image.ts";
import type { Patient } from "../patient.ts";
import type { Vessel } from "../vessels/vessel.ts";
import { ANGIO, viewOf } from "./dsa.ts";
import { noiseTile } from "./noise-tile.ts";
import { axesOf, projectHead, projectPoint } from "./projection.ts";
import { openSeries, type PhantomFile, type Studio } from "./studio.ts";

const FRAMES = 30;
const SIZE = 512;

/** Samples of the way from the carotid in the neck into the middle cerebral artery, LPS mm, about 0.8 mm apart. */
function route(patient: Patient, letter: "L" | "R"): number[][] {
  const way: number[][] = [];
  for (const name of [`ICA-${letter}`, `M1-${letter}`, `M2-superior-${letter}`]) {
    const v: Vessel | undefined = patient.arteries.find((a) => a.name === name);
    if (!v) continue;
    for (let s = 0; s < v.radius.length; s++) way.push([v.xyz[3 * s], v.xyz[3 * s + 1], v.xyz[3 * s + 2]]);
  }
  return way;
}

/**
 * Fluoroscopy, 512 x 512, 30 frames at 7.5 per second, AP: low dose (noisy), a microcatheter that stays and a guidewire
 * with a dense 20 mm tip that advances from the siphon into the middle cerebral artery and wriggles a little.
 */
export function* renderFluoroscopy(
  patient: Patient,
  native: Int16Array,
  studio: Studio,
  ms: number,
  letter: "L" | "R",
  number: number,
): Generator<PhantomFile> {
  const view = viewOf("ap", SIZE);
  const axes = axesOf(view);
  const head = projectHead(patient, native, view);
  const inside = head.filter((v) => v > 1.2).sort();
  const level = inside.length ? inside[Math.floor(inside.length / 2)] : 3;
  const way = route(patient, letter).map((p) => projectPoint(view, axes, p[0], p[1], p[2]));
  const tile = noiseTile(patient.seed * 5 + 9, true);
  const pixels = new Uint16Array(SIZE * SIZE * FRAMES);
  const start = Math.round(way.length * 0.62);
  const shadow = new Float32Array(SIZE * SIZE);
  const stroke = (from: number, to: number, width: number, dense: number, sway: number): void => {
    for (let s = Math.max(0, from); s < Math.min(way.length - 1, to); s++) {
      const [c0, r0] = way[s];
      const [c1, r1] = way[s + 1];
      for (let q = 0; q < 4; q++) {
        const x = c0 + ((c1 - c0) * q) / 4 + sway * Math.sin(s / 7);
        const y = r0 + ((r1 - r0) * q) / 4 + sway * Math.cos(s / 9);
        for (let j = Math.floor(y - 2); j <= y + 2; j++) {
          for (let i = Math.floor(x - 2); i <= x + 2; i++) {
            const d = Math.hypot(i - x, j - y);
            if (d < width + 0.7 && i >= 0 && j >= 0 && i < SIZE && j < SIZE) {
              const at = j * SIZE + i;
              shadow[at] = Math.max(shadow[at], dense * Math.min(1, width + 0.7 - d));
            }
          }
        }
      }
    }
  };
  for (let f = 0; f < FRAMES; f++) {
    shadow.fill(0);
    const tip = Math.round(start + (way.length - start - 2) * (f / (FRAMES - 1)) ** 0.9 + 1.5 * Math.sin(f * 1.7));
    stroke(0, start - 6, 0.9, 0.09, 0);
    stroke(start - 6, tip - 24, 0.4, 0.14, 0.25 * Math.sin(f * 0.8));
    stroke(Math.max(start - 6, tip - 24), tip, 0.7, 0.5, 0.3 * Math.sin(f * 0.8));
    const ox = Math.floor(tile.random() * 512);
    const oy = Math.floor(tile.random() * 512);
    for (let r = 0; r < SIZE; r++) {
      for (let c = 0; c < SIZE; c++) {
        const at = r * SIZE + c;
        const signal = 900 * Math.exp(-(0.62 * (head[at] - level) + shadow[at]));
        const value = Math.round(
          signal + Math.sqrt(signal * 2.6) * tile.values[(((r + oy) & 511) << 9) | ((c + ox) & 511)],
        );
        pixels[f * SIZE * SIZE + at] = value < 0 ? 0 : value > 4095 ? 4095 : value;
      }
    }
  }
  const series = openSeries(studio, ANGIO, {
    number,
    modality: "RF",
    description: "Fluoro store AP",
    protocol: "Neuro fluoro low",
    bodyPart: "HEAD",
    ms,
    shared: false,
  });
  yield series.file(
    1,
    rfImage({
      context: series.object(1, ms),
      pixels,
      rows: SIZE,
      columns: SIZE,
      frames: FRAMES,
      bitsStored: 12,
      frameTimeMs: 133.333,
      sid: view.sid,
      sod: view.sod,
      imagerSpacing: view.spacing,
      primaryAngle: 0,
      kvp: 72,
      tubeCurrentMa: 42,
      pulseMs: 8,
      patientOrientation: ["L", "F"],
      window: [1000, 1800],
    }),
  );
}
