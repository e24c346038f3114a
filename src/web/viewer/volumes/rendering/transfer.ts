import type { Samples } from "../../../../core/volume.ts";
import type { SliceVolume } from "../../../../imaging/volume/sample.ts";

/** A point of a transfer function: at a value, a colour (0-255) and an opacity per millimetre (0-1). */
export type TransferPoint = readonly [value: number, red: number, green: number, blue: number, opacity: number];

export interface RenderingPreset {
  readonly name: string;
  readonly says: string;
  /** "projection": the brightest value along each ray, as in a MIP. */
  readonly kind: "surface" | "projection";
  readonly points: readonly TransferPoint[];
}

const VESSEL = [224, 92, 60] as const;
const IVORY = [236, 224, 196] as const;

/** CT and CT angiography, in HU. */
const CT_PRESETS: readonly RenderingPreset[] = [
  {
    name: "cta-vessel-bone",
    says: "Vessels and bone",
    kind: "surface",
    points: [
      [150, ...VESSEL, 0],
      [240, ...VESSEL, 0.14],
      [440, 236, 132, 92, 0.24],
      [600, ...IVORY, 0.8],
      [1600, 255, 252, 240, 0.9],
    ],
  },
  {
    name: "cta-vessel",
    says: "Vessels, bone faint",
    kind: "surface",
    points: [
      [150, ...VESSEL, 0],
      [240, ...VESSEL, 0.3],
      [460, 240, 130, 90, 0.4],
      [620, ...IVORY, 0.02],
      [1600, ...IVORY, 0.02],
    ],
  },
  {
    name: "ct-bone",
    says: "Bone",
    kind: "surface",
    points: [
      [250, 214, 190, 150, 0],
      [500, ...IVORY, 0.5],
      [1500, 255, 252, 240, 0.95],
    ],
  },
  {
    name: "ct-soft",
    says: "Soft tissue and skin",
    kind: "surface",
    points: [
      [-350, 190, 140, 118, 0],
      [-120, 214, 164, 136, 0.12],
      [60, 226, 150, 128, 0.3],
      [300, ...IVORY, 0.6],
      [1200, 255, 252, 240, 0.9],
    ],
  },
];

/**
 * Angiographic volumes whose values depend on the injection (3DRA, TOF): `edge` is the value between bone and tissue on
 * one side and filled vessels on the other (see `vesselEdge`).
 */
function relativePresets(edge: number, bright: number): readonly RenderingPreset[] {
  const full = edge + 0.35 * Math.max(1, bright - edge);
  return [
    {
      name: "3dra-vessel",
      says: "Vessels",
      kind: "surface",
      points: [
        [0.94 * edge, ...VESSEL, 0],
        [full, ...VESSEL, 0.6],
        [Math.max(bright, full + 1), 250, 176, 128, 0.9],
      ],
    },
    {
      name: "3dra-vessel-bone",
      says: "Vessels, bone faint",
      kind: "surface",
      points: [
        [0.5 * edge, ...IVORY, 0],
        [0.65 * edge, ...IVORY, 0.02],
        [0.95 * edge, ...VESSEL, 0.12],
        [full, ...VESSEL, 0.7],
        [Math.max(bright, full + 1), 250, 176, 128, 0.9],
      ],
    },
  ];
}

/** Every volume can be seen as its brightest values. */
function projection(low: number, high: number): RenderingPreset {
  return {
    name: "projection",
    says: "Maximum intensity",
    kind: "projection",
    points: [
      [low, 0, 0, 0, 1],
      [high, 255, 255, 255, 1],
    ],
  };
}

/** What a volume's own values say: what only its brightest voxels pass (`brightEnd`), and where vessels begin (`vesselEdge`). */
export interface Values {
  readonly bright: number;
  readonly edge: number;
}

/** The presets for a role of series. */
export function presetsFor(role: string, unit: string, { bright, edge }: Values): readonly RenderingPreset[] {
  if (unit === "HU" && role !== "3DRA")
    return [...CT_PRESETS, projection(role === "CTA" ? 100 : 0, role === "CTA" ? 600 : 1000)];
  return [...relativePresets(edge, bright), projection(bright * 0.1, bright)];
}

const BINS = 256;
/** The edge of vessels lies between these shares of the bright end, whatever the values look like. */
const EDGE_SHARE = [0.3, 0.8] as const;

/**
 * The value from which on a filled vessel is meant: the cut that parts the brightest tenth of the voxels best into two
 * (Otsu 1979), below which lie tissue, and in a rotational angiogram bone.
 */
export function vesselEdge(volume: SliceVolume): number {
  const values = sampled(volume).filter((_, k, all) => k >= 0.9 * all.length);
  const bright = brightEnd(volume);
  const [low, high] = [values[0] ?? 0, Math.max(bright, (values[0] ?? 0) + 1)];
  const counts = new Float64Array(BINS);
  for (const value of values) {
    counts[Math.min(BINS - 1, Math.max(0, Math.floor((BINS * (value - low)) / (high - low))))]!++;
  }
  const whole = counts.reduce((sum, count, k) => sum + count * k, 0);
  let [best, first, last, below, sum] = [-1, 0, 0, 0, 0];
  for (let k = 0; k < BINS - 1; k++) {
    below += counts[k]!;
    sum += counts[k]! * k;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sum / below - (whole - sum) / above) ** 2;
    if (between > best) [best, first] = [between, k + 1];
    if (between >= best) last = k + 1;
  }
  // Where nothing lies between the two the cut is in the middle of the gap.
  const edge = low + ((first + last) * (high - low)) / (2 * BINS);
  return Math.min(EDGE_SHARE[1] * bright, Math.max(EDGE_SHARE[0] * bright, edge));
}

/** The value that 1 of 1,000 voxels passes. */
export function brightEnd(volume: SliceVolume): number {
  return valueAtShare(volume, 0.999);
}

/** The value below which a share (0-1) of the voxels lies, by about 200,000 voxels spread over the volume. */
export function valueAtShare(volume: SliceVolume, share: number): number {
  const found = sampled(volume);
  return found[Math.floor(share * (found.length - 1))] ?? volume.intercept;
}

/** About 200,000 values spread over a volume, in its unit, the smallest first. */
function sampled({ slices, slope, intercept }: SliceVolume): number[] {
  const total = slices.reduce((sum, slice) => sum + slice.length, 0);
  const step = Math.max(1, Math.floor(total / 200_000)) | 1;
  const found: number[] = [];
  let offset = 0;
  for (const slice of slices as readonly Samples[]) {
    for (let p = offset; p < slice.length; p += step) found.push(slope * slice[p]! + intercept);
    offset = (offset + step - (slice.length % step)) % step;
  }
  return found.sort((a, b) => a - b);
}

/** What a shader looks up: 256 entries of red, green, blue, opacity per mm (0-255) from `low` to `high`. */
export interface TransferTable {
  readonly low: number;
  readonly high: number;
  readonly table: Uint8Array;
  /** Nothing at or below this value is seen. */
  readonly empty: number;
}

/** A preset as a table, all values moved by `shift`. Beyond its ends the end colours hold; the first opacity is below it. */
export function transferTable({ points, kind }: RenderingPreset, shift: number): TransferTable {
  const first = points[0]![0] + shift;
  const last = points.at(-1)![0] + shift;
  const margin = kind === "projection" ? 0 : (last - first) / 64;
  const low = first - margin;
  const table = new Uint8Array(256 * 4);
  for (let n = 0; n < 256; n++) {
    const value = low + ((last - low) * n) / 255 - shift;
    const above = points.findIndex(([at]) => at >= value);
    const b = points[above < 0 ? points.length - 1 : above]!;
    const a = points[Math.max(0, (above < 0 ? points.length : above) - 1)]!;
    const f = b[0] === a[0] ? 1 : Math.min(1, Math.max(0, (value - a[0]) / (b[0] - a[0])));
    for (let c = 0; c < 4; c++) {
      const mixed = a[(c + 1) as 1]! + f * (b[(c + 1) as 1]! - a[(c + 1) as 1]!);
      table[4 * n + c] = Math.round(c === 3 ? 255 * mixed : mixed);
    }
    if (kind === "surface" && value < points[0]![0]) table[4 * n + 3] = 0;
  }
  return { low, high: last, table, empty: kind === "projection" ? low : first };
}
