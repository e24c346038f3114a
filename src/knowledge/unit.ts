import type { FieldDefinition } from "./field.ts";

/** One unit of the dictionary: its UCUM code, other ways to write it, and units that are turned into it. */
interface Unit {
  readonly ucum: string;
  readonly also?: readonly string[];
  /** By what a value in another unit is multiplied. Definitions (1 h = 60 min) or, for cmH2O, 98.0665 Pa and 133.322 Pa. */
  readonly from?: Readonly<Record<string, number>>;
}

const UNITS: Readonly<Record<string, Unit>> = {
  years: { ucum: "a", also: ["year", "y"], from: { mo: 1 / 12, months: 1 / 12 } },
  days: { ucum: "d", also: ["day"], from: { h: 1 / 24, hours: 1 / 24, wk: 7, weeks: 7 } },
  h: { ucum: "h", also: ["hour", "hours"], from: { min: 1 / 60, minutes: 1 / 60, s: 1 / 3600, d: 24, days: 24 } },
  s: { ucum: "s", also: ["second", "seconds"], from: { ms: 1e-3, min: 60 } },
  mL: { ucum: "mL", also: ["ml", "cm3", "cc"], from: { L: 1000, uL: 1e-3, mm3: 1e-3 } },
  mm: { ucum: "mm", from: { cm: 10, um: 1e-3 } },
  kg: { ucum: "kg", from: { g: 1e-3 } },
  mmHg: { ucum: "mm[Hg]", also: ["mm Hg"], from: { kPa: 1 / 0.133322 } },
  cmH2O: { ucum: "cm[H2O]", also: ["cm H2O"], from: { "mm[Hg]": 133.322 / 98.0665, mmHg: 133.322 / 98.0665 } },
  "%": { ucum: "%" },
  // Glucose is the only substance in mg/dL: 180.156 g/mol.
  "mg/dL": { ucum: "mg/dL", also: ["mg/dl"], from: { "mmol/L": 18.0156, "mmol/l": 18.0156 } },
  "mg/kg": { ucum: "mg/kg" },
  "10^9/L": { ucum: "10*9/L", also: ["G/L", "10*3/uL", "/nL", "10^3/uL"], from: { "/uL": 1e-3 } },
  "percentage points": { ucum: "%", also: ["pp"] },
};

/** The UCUM code of the unit of a field; "1" for scores and counts, undefined for words and yes/no. */
export function ucumOf(field: FieldDefinition): string | undefined {
  if (field.kind !== "int" && field.kind !== "number") return undefined;
  return field.unit ? UNITS[field.unit]?.ucum : "1";
}

/** Units in which a value of this field may be given, its own first; empty for scores, words and yes/no. */
export function unitsOf(field: FieldDefinition): readonly string[] {
  const unit = UNITS[field.unit];
  if (!unit) return [];
  return [...new Set([field.unit, unit.ucum, ...(unit.also ?? []), ...Object.keys(unit.from ?? {})])];
}

/**
 * A number with its unit as a number in the unit of the field, to ten significant digits so that 90 min is 1.5 h; or a
 * sentence that says which unit was wrong and which are taken. A score takes no unit but "1".
 */
export function inUnitOf(field: FieldDefinition, value: number, unit: string): number | { readonly problem: string } {
  const own = UNITS[field.unit];
  if (unit === field.unit || unit === ucumOf(field) || own?.also?.includes(unit)) return value;
  const factor = own?.from?.[unit];
  if (factor !== undefined) return Number((value * factor).toPrecision(10));
  const taken = unitsOf(field);
  const words = taken.length > 0 ? `must be in ${taken.join(", ")}` : "has no unit";
  return { problem: `"${field.name}" ${words}, not in "${unit}"` };
}
