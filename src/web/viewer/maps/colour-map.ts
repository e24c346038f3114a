/**
 * Colour maps made here, perceptually ordered: lightness (CIE L*) rises in a straight line from dark to light, so the
 * order can be read without colour vision; hue goes from violet over magenta and orange to cream.
 */
export type Rgb = readonly [number, number, number];

export interface ColourMap {
  readonly name: string;
  /** 256 entries, 0-255. */
  readonly table: readonly Rgb[];
}

/** From dark to light: CIE L* and the a*, b* that give the hue, as knots along 0..1. */
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

/** L*, a*, b* (D65) to sRGB, each clipped to 0-255. CIE 15:2004, IEC 61966-2-1. */
export function labToRgb(l: number, a: number, b: number): Rgb {
  const fy = (l + 16) / 116;
  const cube = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const x = 0.95047 * cube(fy + a / 500);
  const y = cube(fy);
  const z = 1.08883 * cube(fy - b / 200);
  const linear = [
    3.2406 * x - 1.5372 * y - 0.4986 * z,
    -0.9689 * x + 1.8758 * y + 0.0415 * z,
    0.0557 * x - 0.204 * y + 1.057 * z,
  ];
  const encode = (v: number) => {
    const c = Math.min(1, Math.max(0, v));
    return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
  };
  return [encode(linear[0]!), encode(linear[1]!), encode(linear[2]!)];
}

/** Relative luminance of an sRGB colour, as L* (0-100). */
export function lightness([r, g, b]: Rgb): number {
  const decode = (v: number) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const y = 0.2126 * decode(r) + 0.7152 * decode(g) + 0.0722 * decode(b);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

function between(knots: readonly (readonly [number, number, number])[], t: number): readonly [number, number] {
  const k = Math.max(
    1,
    knots.findIndex(([at]) => at >= t),
  );
  const [t0, a0, b0] = knots[k - 1]!;
  const [t1, a1, b1] = knots[k]!;
  const f = (t - t0) / (t1 - t0);
  return [a0 + f * (a1 - a0), b0 + f * (b1 - b0)];
}

/** The colour of L* with as much of the wanted chroma as sRGB holds: lightness is kept exact, colour gives way. */
function inGamut(l: number, a: number, b: number): Rgb {
  for (let chroma = 1; chroma > 0; chroma -= 0.04) {
    const rgb = labToRgb(l, a * chroma, b * chroma);
    if (Math.abs(lightness(rgb) - l) < 0.6) return rgb;
  }
  return labToRgb(l, 0, 0);
}

/** Violet, magenta, orange, cream. */
export const EMBER: ColourMap = {
  name: "willis-ember",
  table: Array.from({ length: 256 }, (_, k) => {
    const t = k / 255;
    const [a, b] = between(EMBER_HUES, t);
    return inGamut(EMBER_LIGHTNESS[0] + t * (EMBER_LIGHTNESS[1] - EMBER_LIGHTNESS[0]), a, b);
  }),
};

/** Entry 0..255 for a value on a scale; what lies outside is clipped to the ends. */
export function colourIndex(value: number, low: number, high: number): number {
  return Math.min(255, Math.max(0, Math.round((255 * (value - low)) / (high - low))));
}

/** The table as CSS stops, bottom to top, for a legend. */
export function cssGradient(map: ColourMap): string {
  const stops = Array.from({ length: 17 }, (_, k) => `rgb(${map.table[Math.round((k * 255) / 16)]!.join(" ")})`);
  return `linear-gradient(to top, ${stops.join(", ")})`;
}
