import { AXIAL, type Grid, voxelMl } from "../../core/geometry.ts";
import { normal, uniform } from "../../core/random.ts";
import type { TimeSeries } from "../../core/volume.ts";
import { rotation } from "./motion.ts";

/** What the small test head can be asked for; all have defaults. */
export interface HeadOptions {
  readonly shape?: readonly [number, number, number];
  readonly spacing?: readonly [number, number, number];
  readonly times?: readonly number[];
  /** Standard deviation per voxel and frame, HU. */
  readonly noise?: number;
  readonly seed?: number;
  /** Side of the lesion: +1 is the patient's left (LPS +x). */
  readonly side?: 1 | -1 | 0;
  readonly penumbraRadius?: number;
  readonly coreRadius?: number;
  readonly penumbraDelay?: number;
  readonly coreDelay?: number;
  /** Flow in the penumbra and the core over normal. */
  readonly penumbraFlow?: number;
  readonly coreFlow?: number;
  readonly bolusStart?: number;
  readonly skull?: boolean;
  /** HU outside the head. */
  readonly air?: number;
  /** Shift (mm) and turn (rad) of the head in each frame. */
  readonly pose?: (frame: number) => {
    shift: readonly [number, number, number];
    turn: readonly [number, number, number];
  };
}

/** The series and what is true of it; volumes in mL over tissue voxels (no fluid, no vessels). */
export interface SyntheticHead {
  readonly series: TimeSeries;
  readonly truth: { readonly core: number; readonly penumbra: number; readonly label: Uint8Array };
}

const PARTS = ["air", "scalp", "bone", "fluid", "grey", "white", "artery", "vein"] as const;
const BASE_HU = [-1000, 45, 900, 8, 38, 30, 42, 50];

/**
 * A small head with a known lesion for tests: ellipsoids of scalp, skull, fluid, grey and white matter, ventricles,
 * three arteries and a sinus. Tissue curves are the arterial gamma variate convolved with an exponential residue.
 * Labels: `PARTS` index, + 16 in the penumbra, + 32 in the core. Seeded; HU as int16.
 */
export function syntheticHead(options: HeadOptions = {}): SyntheticHead {
  const shape = options.shape ?? [128, 128, 8];
  const spacing = options.spacing ?? [1.8, 1.8, 6];
  const grid: Grid = {
    shape,
    spacing,
    direction: AXIAL,
    origin: [-((shape[0] - 1) / 2) * spacing[0], -((shape[1] - 1) / 2) * spacing[1], 0],
  };
  const times = options.times ?? Array.from({ length: 45 }, (_, i) => i * 1.5);
  const label = new Uint8Array(shape[0] * shape[1] * shape[2]);
  const middle = ((shape[2] - 1) / 2) * spacing[2];
  const place = (p: number): [number, number, number] => [
    grid.origin[0] + (p % shape[0]) * spacing[0],
    grid.origin[1] + (Math.floor(p / shape[0]) % shape[1]) * spacing[1],
    Math.floor(p / (shape[0] * shape[1])) * spacing[2] - middle,
  ];
  for (let p = 0; p < label.length; p++) label[p] = labelAt(...place(p), options);
  const curves = tissueCurves(times, options);
  const random = normal(uniform(options.seed ?? 1));
  const noise = options.noise ?? 4;
  const frames = times.map((_, t) => {
    const pose = options.pose?.(t);
    const turn = pose ? rotation(pose.turn) : null;
    return Int16Array.from(label, (own, p) => {
      let l = own;
      if (pose && turn) {
        const [x, y, z] = place(p).map((v, a) => v - pose.shift[a]) as [number, number, number];
        l = labelAt(
          turn[0] * x + turn[3] * y + turn[6] * z,
          turn[1] * x + turn[4] * y + turn[7] * z,
          turn[2] * x + turn[5] * y + turn[8] * z,
          options,
        );
      }
      const base = (l & 15) === 0 ? (options.air ?? -1000) : BASE_HU[l & 15];
      return Math.round(base + (curves.get(l)?.[t] ?? 0) + noise * random());
    });
  });
  let [core, penumbra] = [0, 0];
  for (const l of label) {
    if ((l & 15) !== 4 && (l & 15) !== 5) continue;
    if (l & 32) core++;
    if (l & 48) penumbra++;
  }
  const ml = voxelMl(grid);
  return { series: { ...grid, frames, times, unit: "HU" }, truth: { core: core * ml, penumbra: penumbra * ml, label } };
}

function labelAt(x: number, y: number, z: number, o: HeadOptions): number {
  const skull = o.skull ?? true;
  const squash = Math.sqrt(Math.max(0.2, 1 - (z / 120) ** 2));
  const r = Math.hypot(x / (70 * squash), y / (86 * squash));
  const inside = (a: number, b: number, c: number): boolean => Math.hypot(x - a, y - b) < c;
  if (inside(0, 80 * squash, 4)) return PARTS.indexOf("vein");
  if (inside(34, -10, 2.5) || inside(-34, -10, 2.5) || inside(0, -45, 2)) return PARTS.indexOf("artery");
  if (r > 1.15) return 0;
  if (r > 1.08) return skull ? 1 : 0;
  if (r > 1) return skull ? 2 : 0;
  if (r > 0.955) return 3;
  if (Math.hypot((Math.abs(x) - 9) / 6, y / 22) < 1) return 3;
  const side = o.side ?? 1;
  const d = Math.hypot(x - side * 42, y - 4, z);
  const zone = side === 0 || x * side < 4 ? 0 : d < (o.coreRadius ?? 16) ? 32 : d < (o.penumbraRadius ?? 32) ? 16 : 0;
  const folds = Math.cos(x / 5) * Math.cos(y / 6) * 0.05;
  return (r + folds > 0.82 ? 4 : 5) + zone;
}

function tissueCurves(times: readonly number[], o: HeadOptions): Map<number, Float64Array> {
  const start = o.bolusStart ?? 9;
  const h = 0.05;
  const gamma = (t: number): number => {
    const s = Math.max(0, t - start);
    return 320 * (s / 6) ** 3 * Math.exp(3 - s / 2);
  };
  /** Exponential residue: dC/dt = flow * Ca(t - delay) - C / mtt, flow in mL/100 g/min. */
  const curve = (flow: number, mtt: number, delay: number): Float64Array => {
    const out = new Float64Array(times.length);
    let c = 0;
    let next = 0;
    for (let s = 0; next < times.length; s++) {
      while (next < times.length && s * h >= times[next] - 1e-9) out[next++] = c;
      const k = (flow / 6000) * (1.05 / 0.73);
      c += h * (k * gamma(s * h + h / 2 - delay) - c / mtt);
    }
    return out;
  };
  const map = new Map<number, Float64Array>();
  map.set(6, Float64Array.from(times, gamma));
  map.set(
    7,
    Float64Array.from(curve(6000 * (0.73 / 1.05), 1.6, 5), (x) => x * 0.62),
  );
  const zones: [number, number, number, number][] = [
    [0, 1, 0.5, 1],
    [16, o.penumbraFlow ?? 0.55, o.penumbraDelay ?? 8, 1.6],
    [32, o.coreFlow ?? 0.15, o.coreDelay ?? 9, 2.4],
  ];
  for (const [zone, flow, delay, slower] of zones) {
    map.set(4 + zone, curve(60 * flow, 4 * slower, delay));
    map.set(5 + zone, curve(26 * flow, 4.8 * slower, delay));
  }
  return map;
}
