import { type DataSet, text } from "../data-set.ts";
import { dayWords, nameWords, type Reference, timeWords } from "./content-tree.ts";

/** A row of what an object says in short. */
export type SummaryFact = readonly [label: string, value: string];

/** A table of what an object says; `cut` rows more are in the object than are listed. */
export interface SummaryTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly cut: number;
  /** A colour of each row as `#rrggbb`, or empty. */
  readonly colours?: readonly string[];
}

/** What one object says, for a reader: made of its header alone. */
export interface ObjectSummary {
  readonly title: string;
  readonly facts: readonly SummaryFact[];
  readonly tables: readonly SummaryTable[];
  /** Objects that it refers to. */
  readonly references: readonly Reference[];
  /** What was left out, and what cannot be shown and why. */
  readonly notes: readonly string[];
}

const MOST_ROWS = 2000;

/** A table with a limit on its rows. */
export function tableOf(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  colours?: readonly string[],
): SummaryTable {
  return {
    title,
    columns,
    rows: rows.slice(0, MOST_ROWS),
    cut: Math.max(0, rows.length - MOST_ROWS),
    ...(colours ? { colours } : {}),
  };
}

/** Facts that say something, in their order. */
export function factsOf(pairs: readonly (readonly [string, string | number | undefined])[]): SummaryFact[] {
  return pairs.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [[label, String(value)] as const],
  );
}

/** A number for a reader: `digits` significant ones, no exponent where it can be helped; empty when it is not there. */
export function figure(value: number | undefined, digits = 4): string {
  if (value === undefined || !Number.isFinite(value)) return "";
  const short = Number(value.toPrecision(digits));
  return Math.abs(short) >= 1e-4 || short === 0 ? String(short) : short.toExponential();
}

/** "1 image", "2 images". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** When and by whom an object was made, and its device. */
export function makingFacts(ds: DataSet): SummaryFact[] {
  const when = [
    dayWords(text(ds, "ContentDate") ?? text(ds, "InstanceCreationDate")),
    timeWords(text(ds, "ContentTime")),
  ];
  return factsOf([
    ["Made", when.filter(Boolean).join(" ")],
    ["By", nameWords(text(ds, "ContentCreatorName"))],
    ["Device", [text(ds, "Manufacturer"), text(ds, "ManufacturerModelName")].filter(Boolean).join(" ")],
    ["Software", text(ds, "SoftwareVersions")],
  ]);
}
