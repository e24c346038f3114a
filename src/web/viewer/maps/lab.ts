/** Red, green, blue of sRGB, 0-255. */
export type Rgb = readonly [number, number, number];

/** CIE L*, a*, b* under D65. */
export type Lab = readonly [number, number, number];

const WHITE = [0.95047, 1, 1.08883] as const;
const CUT = 6 / 29;

/** L*, a*, b* (D65) to sRGB, each clipped to 0-255. CIE 15:2004, IEC 61966-2-1. */
export function labToRgb(l: number, a: number, b: number): Rgb {
  const fy = (l + 16) / 116;
  const cube = (t: number) => (t > CUT ? t ** 3 : 3 * CUT ** 2 * (t - 4 / 29));
  const x = WHITE[0] * cube(fy + a / 500);
  const y = cube(fy);
  const z = WHITE[2] * cube(fy - b / 200);
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

/** The light of an sRGB component (0-255), 0-1. IEC 61966-2-1. */
export function linearLight(v: number): number {
  return v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
}

/** sRGB to L*, a*, b* (D65). CIE 15:2004. */
export function rgbToLab([red, green, blue]: Rgb): Lab {
  const [r, g, b] = [linearLight(red), linearLight(green), linearLight(blue)];
  const f = (t: number) => (t > CUT ** 3 ? Math.cbrt(t) : t / (3 * CUT ** 2) + 4 / 29);
  const fx = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / WHITE[0]);
  const fy = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const fz = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / WHITE[2]);
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

/** Lightness (CIE L*, 0-100) of an sRGB colour. */
export function lightness(rgb: Rgb): number {
  return rgbToLab(rgb)[0];
}

/** How far apart two colours are: CIE 1976 colour difference; about 2 can be told apart side by side. */
export function colourDifference(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The colour of L* with as much of the wanted chroma as sRGB holds: lightness is kept exact, colour gives way. */
export function inGamut([l, a, b]: Lab): Rgb {
  for (let chroma = 1; chroma > 0; chroma -= 0.01) {
    const rgb = labToRgb(l, a * chroma, b * chroma);
    if (Math.abs(lightness(rgb) - l) < 0.6) return rgb;
  }
  return labToRgb(l, 0, 0);
}
