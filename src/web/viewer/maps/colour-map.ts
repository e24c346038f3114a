import { colourDifference, inGamut, type Lab, type Rgb, rgbToLab } from "./lab.ts";

/**
 * Colour maps made here from paths through CIE Lab. Order can be read without colour vision: lightness rises all the
 * way (sequential, phase) or from the middle to both ends (ratio); equal steps of a value are about equal steps to the
 * eye; red against green is never asked to say anything.
 */
export interface ColourMap {
  readonly name: string;
  /** What it is for, in the words of the choice. */
  readonly says: string;
  readonly kind: "sequential" | "diverging";
  /** 256 entries, 0-255. */
  readonly table: readonly Rgb[];
}

/** From dark to light: where along 0..1, and the a*, b* that give the hue. */
const EMBER_HUES: readonly (readonly [number, number, number])[] = [
  [0, 14, -34],
  [0.18, 34, -44],
  [0.38, 52, -20],
  [0.55, 54, 10],
  [0.72, 38, 42],
  [0.88, 14, 52],
  [1, -2, 26],
];
const EMBER_LIGHTNESS: readonly [number, number] = [8, 96];

/** Where between its two neighbours a value lies among ascending knots, and which two. */
function bracket(at: readonly number[], t: number): { readonly k: number; readonly f: number } {
  const k = Math.max(
    1,
    at.findIndex((knot) => knot >= t),
  );
  return { k, f: (t - at[k - 1]!) / (at[k]! - at[k - 1]!) };
}

function emberAt(t: number): Rgb {
  const { k, f } = bracket(
    EMBER_HUES.map(([at]) => at),
    t,
  );
  const [from, to] = [EMBER_HUES[k - 1]!, EMBER_HUES[k]!];
  const l = EMBER_LIGHTNESS[0] + t * (EMBER_LIGHTNESS[1] - EMBER_LIGHTNESS[0]);
  return inGamut([l, from[1] + f * (to[1] - from[1]), from[2] + f * (to[2] - from[2])]);
}

const FINE = 2048;

/** Walks a path through Lab knots in `count` steps that are equally far for the eye. */
function evenly(knots: readonly Lab[], count: number): readonly Rgb[] {
  const last = knots.length - 1;
  const fine = Array.from({ length: FINE + 1 }, (_, n) => {
    const t = (n / FINE) * last;
    const k = Math.min(last - 1, Math.floor(t));
    const [from, to] = [knots[k]!, knots[k + 1]!];
    const mix = (c: 0 | 1 | 2) => from[c] + (t - k) * (to[c] - from[c]);
    return inGamut([mix(0), mix(1), mix(2)]);
  });
  // Rounding to 8 bits makes single steps ragged: lengths are taken over 16 of them.
  const way = [0];
  for (let n = 16; n <= FINE; n += 16) {
    way.push(way.at(-1)! + colourDifference(rgbToLab(fine[n]!), rgbToLab(fine[n - 16]!)));
  }
  return Array.from({ length: count }, (_, k) => {
    const { k: at, f } = bracket(way, (way.at(-1)! * k) / (count - 1));
    return fine[Math.round(16 * (at - 1 + f))]!;
  });
}

/** Violet, magenta, orange, cream. */
export const EMBER: ColourMap = {
  name: "willis-ember",
  says: "Ember: low dark, high light",
  kind: "sequential",
  table: Array.from({ length: 256 }, (_, k) => emberAt(k / 255)),
};

/** Navy, steel, pale: a cool map beside EMBER, for a second volume over the first. */
export const SLATE: ColourMap = {
  name: "willis-slate",
  says: "Slate: low dark, high light, cool",
  kind: "sequential",
  table: evenly(
    [
      [6, 4, -14],
      [30, 3, -34],
      [55, -11, -29],
      [78, -24, -12],
      [96, -6, 8],
    ],
    256,
  ),
};

const RATIO_MIDDLE: Lab = [16, 0, 0];
const LOWER = evenly([[88, -14, -16], [66, -8, -44], [42, 6, -46], RATIO_MIDDLE], 128);
const UPPER = evenly([RATIO_MIDDLE, [42, 32, 44], [66, 26, 62], [88, -2, 56]], 128);

/** Ratios and differences: no change is dark and neutral, less is blue, more is amber. */
export const RATIO: ColourMap = {
  name: "willis-ratio",
  says: "Ratio: less blue, same dark, more amber",
  kind: "diverging",
  table: [...LOWER, ...UPPER],
};

/** Vessel phase (arrival, time to peak): early deep blue, then teal, late yellow. */
export const PHASE: ColourMap = {
  name: "willis-phase",
  says: "Phase: early blue, late yellow",
  kind: "sequential",
  table: evenly(
    [
      [22, 18, -40],
      [38, 2, -38],
      [52, -16, -22],
      [65, -28, 4],
      [78, -26, 34],
      [87, -16, 48],
      [94, -10, 44],
    ],
    256,
  ),
};

/** Black to white. */
export const GREY: ColourMap = {
  name: "willis-grey",
  says: "Grey",
  kind: "sequential",
  table: evenly(
    [
      [0, 0, 0],
      [100, 0, 0],
    ],
    256,
  ),
};

export const COLOUR_MAPS: readonly ColourMap[] = [EMBER, SLATE, RATIO, PHASE, GREY];

/** A map by its name; EMBER when there is none of that name. */
export function colourMap(name: string): ColourMap {
  return COLOUR_MAPS.find((one) => one.name === name) ?? EMBER;
}

/** Entry 0..255 for a value on a scale; what lies outside is clipped to the ends. */
export function colourIndex(value: number, low: number, high: number): number {
  return Math.min(255, Math.max(0, Math.round((255 * (value - low)) / (high - low))));
}

/** The table as CSS stops, bottom to top, for a legend. */
export function cssGradient(map: ColourMap): string {
  const stops = Array.from({ length: 17 }, (_, k) => `rgb(${map.table[Math.round((k * 255) / 16)]!.join(" ")})`);
  return `linear-gradient(to top, ${stops.join(", ")})`;
}
