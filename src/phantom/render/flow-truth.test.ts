import assert from "node:assert/strict";
import { test } from "node:test";
import { type DensityRun, densityNoise } from "../../imaging/angiography/density-run.ts";
import { flowMaps } from "../../imaging/angiography/flow-maps.ts";
import { logMask, subtract } from "../../imaging/angiography/subtract.ts";
import { findCase } from "../demo/cases.ts";
import { renderCase } from "../render-case.ts";
import { RUN, viewOf } from "./dsa.ts";
import { concentration, inject, projectBlush } from "./injection.ts";
import { projectVessels } from "./projection.ts";

/** Of `render/dsa.ts`: attenuation of full-strength contrast blood per mm. */
const IODINE = 0.16;
const FINE_S = 0.02;
const SIZE = RUN.size;

/** A lateral run of the left internal carotid without motion, subtracted, and its density by time at any pixel. */
function phantomRun(): { readonly run: DensityRun; readonly truth: (pixel: number) => Float64Array } {
  const theCase = { ...findCase("late-window-m1"), views: ["lateral" as const], runMotionMm: 0 };
  const rendered = renderCase(theCase, 3, () => {}, { modalities: ["dsa"] });
  const [file] = rendered;
  assert.match(file!.path, /ica-l-lat/);
  const bytes = file!.bytes.slice(file!.bytes.length - 2 * SIZE * SIZE * RUN.frames);
  const all = new Uint16Array(bytes.buffer);
  const frames = Array.from({ length: RUN.frames }, (_, t) => all.subarray(t * SIZE * SIZE, (t + 1) * SIZE * SIZE));
  const times = frames.map((_, t) => (t * RUN.frameTimeMs) / 1000);
  const cine = { frames, rows: SIZE, columns: SIZE, times, bitsStored: 12, relationship: "LIN" as const };
  const calm = [0, 1];
  const mask = logMask(cine, calm);
  const densities = frames.map((frame) => subtract(mask, frame));
  const view = viewOf("lateral");
  const { patient } = rendered;
  const injection = inject(patient, "ICA-L");
  const paths = projectVessels(injection.vessels, view);
  const blush = projectBlush(patient, injection, view);
  const samples = injection.vessels.flatMap((v, q) =>
    Array.from({ length: v.radius.length }, (_, s) => ({
      arrival: v.arrival[s]! - injection.tipS,
      spread: v.spread[s]!,
      weight: injection.catheter?.vessel === v && s < injection.catheter.sample ? 0 : v.fill[s]! * injection.weight[q]!,
      duration: RUN.injectionS + (v.kind === "vein" ? 1.6 : 0),
    })),
  );
  const entries = new Map<number, number[]>();
  paths.pixel.forEach((p, e) => {
    entries.get(p)?.push(e) ?? entries.set(p, [e]);
  });
  const end = times.at(-1)!;
  const truth = (pixel: number): Float64Array =>
    Float64Array.from({ length: Math.floor(end / FINE_S) + 1 }, (_, k) => {
      const t = k * FINE_S - RUN.injectionStartS;
      let sum = 0;
      for (const e of entries.get(pixel) ?? []) {
        const s = samples[paths.sample[e]!]!;
        sum += paths.length[e]! * s.weight * IODINE * concentration(t, s.arrival, s.spread, s.duration);
      }
      blush.delays.forEach((d, q) => {
        const by = 0.5 * IODINE * concentration(t, d + 0.9, 0.8 + 0.15 * d, RUN.injectionS + 1.2);
        sum += blush.images[q]![pixel]! * by;
      });
      return sum;
    });
  return { run: { densities, rows: SIZE, columns: SIZE, times, calm }, truth };
}

test("time to peak is within half a frame of the truth where the signal is above 6 sigma, and blank where there is none", () => {
  const { run, truth } = phantomRun();
  const maps = flowMaps(run)!;
  const noise = densityNoise(run);
  const frame = RUN.frameTimeMs / 1000;
  const errors: number[] = [];
  const peaks: number[] = [];
  const covered: number[] = [];
  let [strong, blank, untimed, weak, shown] = [0, 0, 0, 0, 0];
  for (let p = SIZE * 40; p < SIZE * (SIZE - 40); p += 17) {
    if (p % SIZE < 40 || p % SIZE > SIZE - 40 || !(noise[p]! > 0)) continue;
    const values = truth(p);
    const most = Math.max(...values);
    const time = values.indexOf(most) * FINE_S;
    if (most < 3 * noise[p]!) {
      weak++;
      if (!Number.isNaN(maps.peak[p])) shown++;
    }
    // what is largest in the last frame has its peak beyond the run
    if (most < 6 * noise[p]! || time > run.times.at(-2)!) continue;
    strong++;
    if (Number.isNaN(maps.peak[p])) blank++;
    else if (Number.isNaN(maps.ttp[p])) untimed++;
    else {
      errors.push(Math.abs(maps.ttp[p]! - time) / frame);
      peaks.push(maps.peak[p]! / most);
      if (maps.ttpError[p]! > 0) covered.push(Math.abs(maps.ttp[p]! - time) / maps.ttpError[p]!);
    }
  }
  errors.sort((a, b) => a - b);
  peaks.sort((a, b) => a - b);
  const share = (list: readonly number[], limit: number) => list.filter((v) => v <= limit).length / list.length;
  assert.ok(strong > 800 && weak > 20000, `${strong} places with signal, ${weak} without`);
  assert.ok(share(errors, 0.5) > 0.95, `${(100 * share(errors, 0.5)).toFixed(1)} % within half a frame`);
  assert.ok(errors[errors.length >> 1]! < 0.2, `median ${errors[errors.length >> 1]} frames`);
  assert.ok(
    blank < 0.05 * strong && untimed < 0.01 * strong,
    `${blank} blank and ${untimed} without time of ${strong}`,
  );
  assert.ok(shown < 0.0005 * weak, `${shown} of ${weak} without signal are coloured`);
  assert.ok(Math.abs(peaks[peaks.length >> 1]! - 0.97) < 0.04, `median peak ${peaks[peaks.length >> 1]} of the truth`);
  const [one, two] = [share(covered, 1), share(covered, 2)];
  assert.ok(one > 0.6 && one < 0.85 && two > 0.9, `the stated error covers ${one}, doubled ${two}`);
});
