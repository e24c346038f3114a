import { type ColourMap, colourIndex, EMBER, GREY, PHASE, RATIO, SLATE } from "../../maps/colour-map.ts";
import type { ShownMap } from "./flow-store.ts";

/** How a map is named, coloured and scaled. */
export interface FlowStyle {
  readonly label: string;
  readonly says: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly colours: ColourMap;
  /** Colours are as bright as the peak of the pixel is high. */
  readonly byPeak: boolean;
  /** An amount of contrast: not to be read from display values. */
  readonly amount: boolean;
}

/** The maps in the order in which they are offered; times run over the whole run, so that the scale is one for all pixels. */
export const SHOWN_MAPS: readonly ShownMap[] = [
  "ttp",
  "arrival",
  "mtt",
  "fwhm",
  "washOut",
  "peak",
  "auc",
  "washIn",
  "most",
  "summed",
  "least",
];

/** The style of a map for a run that lasts `seconds`, in the unit of its times. */
export function flowStyle(name: ShownMap, seconds: number, timeUnit: string): FlowStyle {
  const end = Math.max(1, Math.ceil(seconds));
  const time = (label: string, says: string, colours: ColourMap, low: number, high: number): FlowStyle => {
    return { label, says, unit: timeUnit, low, high, colours, byPeak: true, amount: false };
  };
  const amount = (label: string, says: string, unit: string, low: number, high: number, colours = EMBER): FlowStyle => {
    return { label, says, unit, low, high, colours, byPeak: false, amount: true };
  };
  switch (name) {
    case "ttp":
      return time("Time to peak", "from the first frame to the most contrast", PHASE, 0, end);
    case "arrival":
      return time("Arrival", "from the first frame to 15 % of the peak", PHASE, 0, end);
    case "mtt":
      return time("Mean transit", "centre of the curve after its arrival", SLATE, 0, Math.ceil(end / 2));
    case "fwhm":
      return time("Width", "between half the peak before and after it", SLATE, 0, Math.ceil(end / 2));
    case "washOut":
      return time("Wash-out", "time constant of the fall from 80 to 20 %", SLATE, 0, Math.ceil(end / 2));
    case "peak":
      return amount("Peak", "the most contrast", "ln", 0, 0.8);
    case "auc":
      return amount("Area", "contrast over time", `ln·${timeUnit}`, 0, 2);
    case "washIn":
      return amount("Wash-in", "slope between 20 and 80 % of the peak", `ln/${timeUnit}`, 0, 0.8);
    case "most":
      return amount("Maximum opacification", "the most contrast, every pixel", "ln", -0.1, 0.8, GREY);
    case "summed":
      return amount("Summed opacification", "contrast over time, every pixel", `ln·${timeUnit}`, -0.2, 2, GREY);
    case "least":
      return amount("Minimum opacification", "the least contrast: far below 0 something moved", "ln", -0.4, 0.1, GREY);
  }
}

/** What the maps of two runs show against each other. */
export function comparedStyle(name: "areaRatio" | "peakRatio" | "delay", timeUnit: string): FlowStyle {
  const base = { colours: RATIO, byPeak: false, amount: name !== "delay" };
  if (name === "delay")
    return {
      ...base,
      label: "Later or earlier",
      says: "time to peak, after minus before",
      unit: timeUnit,
      low: -2,
      high: 2,
    };
  const what = name === "areaRatio" ? "area" : "peak";
  const label = name === "areaRatio" ? "Ratio of areas" : "Ratio of peaks";
  return { ...base, label, says: `${what} after over before, doubled a step`, unit: "log2", low: -2, high: 2 };
}

/** A map as RGBA; blank pixels are transparent. `peak` darkens what hardly fills, with `full` as its brightest. */
export function coloured(
  values: Float32Array,
  style: FlowStyle,
  peak?: Float32Array,
  full = 1,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(4 * values.length);
  const { table } = style.colours;
  for (let p = 0; p < values.length; p++) {
    const value = values[p]!;
    if (Number.isNaN(value)) continue;
    const colour = table[colourIndex(value, style.low, style.high)]!;
    const bright = style.byPeak && peak ? 0.3 + 0.7 * Math.min(1, peak[p]! / full) : 1;
    out[4 * p] = colour[0] * bright;
    out[4 * p + 1] = colour[1] * bright;
    out[4 * p + 2] = colour[2] * bright;
    out[4 * p + 3] = 255;
  }
  return out;
}

/** The value below which this share of the pixels that are not blank lies; 1 when there are none. */
export function quantile(values: Float32Array, share: number): number {
  const found: number[] = [];
  for (let p = 0; p < values.length; p += 3) if (!Number.isNaN(values[p]!)) found.push(values[p]!);
  found.sort((a, b) => a - b);
  return found[Math.floor(share * (found.length - 1))] ?? 1;
}
