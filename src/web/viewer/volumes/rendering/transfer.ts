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

/** Angiographic volumes without a fixed unit (3DRA, TOF): values are shares of the bright end of the volume. */
function relativePresets(bright: number): readonly RenderingPreset[] {
  const at = (share: number) => share * bright;
  return [
    {
      name: "3dra-vessel",
      says: "Vessels",
      kind: "surface",
      points: [
        [at(0.38), ...VESSEL, 0],
        [at(0.5), ...VESSEL, 0.6],
        [at(1), 250, 176, 128, 0.9],
      ],
    },
    {
      name: "3dra-vessel-bone",
      says: "Vessels, bone faint",
      kind: "surface",
      points: [
        [at(0.2), ...IVORY, 0],
        [at(0.3), ...IVORY, 0.02],
        [at(0.42), ...VESSEL, 0.3],
        [at(0.6), ...VESSEL, 0.7],
        [at(1), 250, 176, 128, 0.9],
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

/** The presets for a role of series; `bright` is the value that only the brightest voxels pass (see `brightEnd`). */
export function presetsFor(role: string, unit: string, bright: number): readonly RenderingPreset[] {
  if (role === "3DRA") return [...relativePresets(bright), projection(bright * 0.1, bright)];
  if (unit === "HU") return [...CT_PRESETS, projection(role === "CTA" ? 100 : 0, role === "CTA" ? 600 : 1000)];
  return [...relativePresets(bright), projection(bright * 0.1, bright)];
}

/** The value that 1 of 1,000 voxels passes. */
export function brightEnd(volume: SliceVolume): number {
  return valueAtShare(volume, 0.999);
}

/** The value below which a share (0-1) of the voxels lies, by about 200,000 voxels spread over the volume. */
export function valueAtShare({ slices, slope, intercept }: SliceVolume, share: number): number {
  const total = slices.reduce((sum, slice) => sum + slice.length, 0);
  const step = Math.max(1, Math.floor(total / 200_000)) | 1;
  const found: number[] = [];
  let offset = 0;
  for (const slice of slices as readonly Samples[]) {
    for (let p = offset; p < slice.length; p += step) found.push(slice[p]!);
    offset = (offset + step - (slice.length % step)) % step;
  }
  found.sort((a, b) => a - b);
  return slope * (found[Math.floor(share * (found.length - 1))] ?? 0) + intercept;
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
