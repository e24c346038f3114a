import { dcm, sct, ucum } from "./content-items.ts";
import type { Code } from "./derived-context.ts";

/** What a number of a measurement is, and which derivation of the pixel values it is when it is one (mean, SD ...). */
export interface ValueCode {
  readonly name: Code;
  readonly derivation?: Code;
}

const own = (value: string, meaning: string): Code => ({ value, scheme: "99WILLIS", meaning });
const PIXELS = dcm("112031", "Attenuation Coefficient");
const SIGNAL = own("pixel-value", "Pixel value");

/** The numbers that our tools measure, by the name under which they are kept (PS3.16 CID 7469-7471, 7464, 3492). */
export const VALUE_CODES: Readonly<Record<string, ValueCode>> = {
  length: { name: sct("410668003", "Length") },
  angle: { name: sct("1483009", "Angle") },
  cobb: { name: own("cobb-angle", "Cobb angle") },
  long_axis: { name: sct("103339001", "Long axis") },
  short_axis: { name: sct("103340004", "Short axis") },
  diameter: { name: sct("81827009", "Diameter") },
  radius: { name: sct("131190003", "Radius") },
  area: { name: sct("42798000", "Area") },
  perimeter: { name: sct("131191004", "Perimeter") },
  volume: { name: sct("118565006", "Volume") },
  mean: { name: SIGNAL, derivation: sct("373098007", "Mean") },
  sd: { name: SIGNAL, derivation: sct("386136009", "Standard Deviation") },
  min: { name: SIGNAL, derivation: sct("255605001", "Minimum") },
  max: { name: SIGNAL, derivation: sct("56851009", "Maximum") },
  value: { name: SIGNAL },
  pixels: { name: own("pixels", "Number of pixels") },
  velocity: { name: dcm("110828", "Flow Velocity") },
};

/** The code of a kept number; one of our own scheme when it is not in the list. `hu`: the pixel values are HU. */
export function valueCode(code: string, label: string, hu = false): ValueCode {
  const known = VALUE_CODES[code];
  if (!known) return { name: own(code.slice(0, 16), label.slice(0, 64) || code) };
  if (known.name === SIGNAL && hu) return { ...known, name: PIXELS };
  return known;
}

/** Units as they are shown, and their UCUM codes (PS3.16 CID 7181, 82). A unit that is not listed is its own code. */
const UNITS: Readonly<Record<string, Code>> = {
  mm: ucum("mm", "millimeter"),
  mm2: ucum("mm2", "square millimeter"),
  mm3: ucum("mm3", "cubic millimeter"),
  cm: ucum("cm", "centimeter"),
  ml: ucum("mL", "milliliter"),
  mL: ucum("mL", "milliliter"),
  deg: ucum("deg", "degree"),
  "°": ucum("deg", "degree"),
  "%": ucum("%", "percent"),
  px: ucum("{pixels}", "pixels"),
  px2: ucum("{pixels}2", "square pixels"),
  HU: ucum("[hnsf'U]", "Hounsfield unit"),
  s: ucum("s", "second"),
  "cm/s": ucum("cm/s", "centimeter per second"),
  "1": ucum("1", "no units"),
  "": ucum("1", "no units"),
};

/** The UCUM code of a unit as it is shown. */
export function unitCode(unit: string): Code {
  return UNITS[unit] ?? ucum(unit.slice(0, 16), unit);
}

/** The unit as it is shown of a UCUM code; the code itself when it is not listed. */
export function unitShown(ucumCode: string): string {
  return Object.entries(UNITS).find(([shown, { value }]) => value === ucumCode && shown !== "°")?.[0] ?? ucumCode;
}
