import type { FactValue } from "../../core/index.ts";
import { fieldOf } from "../../knowledge/dictionary.ts";

/** How numbers, names and facts are written. Pure. */

/** Digits that a volume, ratio or score deserves: whole from 10 on, one decimal below; trailing zeros kept off. */
export function figure(value: number, digits?: number): string {
  if (!Number.isFinite(value)) return "not finite";
  const places = digits ?? (Number.isInteger(value) || Math.abs(value) >= 10 ? 0 : Math.abs(value) < 1 ? 2 : 1);
  const text = value.toFixed(places);
  return (text.includes(".") ? text.replace(/\.?0+$/, "") : text).replace("-", "−");
}

/** A value with its unit: "21 mL", "80 %", "4.6"; the UCUM unit "1" of a ratio is not written. */
export function withUnit(text: string, unit: string): string {
  return unit && unit !== "1" ? `${text} ${unit}` : text;
}

/** Words of the dictionary that are codes, and what a person says. */
const WORDS: Readonly<Record<string, string>> = { suspected_ais: "suspected ischaemic stroke" };

/** A fact's value in words: yes/no fields by their own sentence, numbers with unit, words as they are. */
export function factWords(name: string, value: FactValue, unit: string): string {
  if (typeof value === "number") return withUnit(figureOf(name, value), unit);
  if (typeof value === "boolean") {
    const words = fieldOf(name)?.words;
    return words ? (value ? words[0] : words[1]) : value ? "yes" : "no";
  }
  return WORDS[value] ?? value.replaceAll("_", " ");
}

/** A ratio keeps its decimal: "5.0", "4.6", "12.3". */
function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(1).replace("-", "−") : "not finite";
}

/** Digits by what is counted: the mismatch ratio with one decimal, all else as `figure`. */
export function figureOf(name: string, value: number): string {
  return name === "mismatch_ratio" ? ratio(value) : figure(value);
}

/** A short value for a narrow place: "yes", "no", "16", "M1"; the name of the fact gives ratios their decimal. */
export function shortValue(value: FactValue, name = ""): string {
  if (typeof value === "number") return figureOf(name, value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return WORDS[value] ?? value.replaceAll("_", " ");
}

/** DICOM "Meyer^Anna^^Dr" as "Meyer, Anna"; a name without carets stays. */
export function personName(name: string): string {
  const [family = "", given = ""] = (name.split("=")[0] ?? "").split("^");
  return [family.trim(), given.trim()].filter(Boolean).join(", ");
}

const SEX: Readonly<Record<string, string>> = { M: "M", F: "F", O: "other sex" };

/** "81 F"; what is not known is left out rather than guessed. */
export function ageAndSex(patient: { readonly age: number | null; readonly sex: string }): string {
  const age = patient.age === null ? "age not known" : `${patient.age}`;
  return [age, SEX[patient.sex] ?? ""].filter(Boolean).join(" ");
}

/** "12.03.1945" from "1945-03-12"; anything else as it is. */
export function birthDate(iso: string | null): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso ?? "");
  return match ? `${match[3]}.${match[2]}.${match[1]}` : "birth date not known";
}

/** "1,204" */
export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** "1 image", "1,204 images" */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** "3.4 MB" in powers of ten. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : figure(value, 1)} ${units[unit]}`;
}
