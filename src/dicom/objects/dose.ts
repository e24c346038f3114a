import type { DataSet } from "../data-set.ts";
import { type ContentItem, contentTree, measuredIn } from "./content-tree.ts";

/** Totals of one plane of an X-ray system (TID 10002) in Gy.m2, Gy and s; undefined where the report has none. */
export interface DoseTotals {
  /** E.g. "Single Plane", "Plane A". */
  readonly plane: string;
  readonly dap: number | undefined;
  readonly kerma: number | undefined;
  readonly fluoroS: number | undefined;
  readonly fluoroDap: number | undefined;
  readonly acquisitionS: number | undefined;
  readonly acquisitionDap: number | undefined;
  readonly frames: number | undefined;
}

/** One irradiation event of an X-ray system (TID 10003): Gy.m2, Gy, s, degrees, kV, mA. */
export interface DoseEventRow {
  readonly uid: string;
  /** `2026-01-02 03:04:05` of the device; empty when not stated. */
  readonly at: string;
  readonly plane: string;
  readonly kind: string;
  readonly protocol: string;
  readonly dap: number | undefined;
  readonly kerma: number | undefined;
  readonly durationS: number | undefined;
  readonly pulses: number | undefined;
  readonly primary: number | undefined;
  readonly secondary: number | undefined;
  readonly kvp: number | undefined;
  readonly mA: number | undefined;
}

/** One irradiation event of a CT (TID 10013): mGy, mGy.cm, mm, s. */
export interface CtDoseRow {
  readonly uid: string;
  readonly kind: string;
  readonly protocol: string;
  readonly region: string;
  readonly ctdi: number | undefined;
  readonly dlp: number | undefined;
  readonly lengthMm: number | undefined;
  readonly kvp: number | undefined;
}

/** What a radiation dose report says. */
export interface DoseContent {
  readonly totals: readonly DoseTotals[];
  readonly events: readonly DoseEventRow[];
  /** Total DLP of CT in mGy.cm. */
  readonly dlp: number | undefined;
  readonly ct: readonly CtDoseRow[];
  /** The report is longer than what was read. */
  readonly more: boolean;
}

/** Factors to Gy.m2, Gy and s by UCUM code as written by devices. */
const UNITS: Readonly<Record<string, number>> = {
  "Gy.m2": 1,
  Gym2: 1,
  "mGy.m2": 1e-3,
  "uGy.m2": 1e-6,
  uGym2: 1e-6,
  "Gy.cm2": 1e-4,
  Gycm2: 1e-4,
  "dGy.cm2": 1e-5,
  "cGy.cm2": 1e-6,
  "mGy.cm2": 1e-7,
  mGycm2: 1e-7,
  "uGy.cm2": 1e-10,
  Gy: 1,
  cGy: 1e-2,
  mGy: 1e-3,
  uGy: 1e-6,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  min: 60,
};

/** A quantity in the base of `UNITS`; undefined when it is missing or its unit is not one of them. */
function inBase(item: readonly ContentItem[], ...codes: string[]): number | undefined {
  const found = measuredIn(item, codes);
  const factor = found && UNITS[found.unit.replace(/[{}\s]/g, "")];
  return found && factor !== undefined ? Number((found.value * factor).toPrecision(12)) : undefined;
}

function plain(item: readonly ContentItem[], ...codes: string[]): number | undefined {
  return measuredIn(item, codes)?.value;
}

function words(item: readonly ContentItem[], ...codes: string[]): string {
  return item.find(({ concept, value }) => value !== "" && codes.includes(concept?.value ?? ""))?.value ?? "";
}

/** Items of each container with this concept, the container first. */
function sections(all: readonly ContentItem[], code: string): ContentItem[][] {
  const out: ContentItem[][] = [];
  all.forEach((item, at) => {
    if (item.kind !== "CONTAINER" || item.concept?.value !== code) return;
    let end = at + 1;
    while (end < all.length && all[end]!.depth > item.depth) end++;
    out.push(all.slice(at, end));
  });
  return out;
}

function totalsOf(item: readonly ContentItem[]): DoseTotals {
  return {
    plane: words(item, "113764"),
    dap: inBase(item, "113722"),
    kerma: inBase(item, "113725"),
    fluoroS: inBase(item, "113730"),
    fluoroDap: inBase(item, "113726"),
    acquisitionS: inBase(item, "113855"),
    acquisitionDap: inBase(item, "113727"),
    frames: plain(item, "113731"),
  };
}

function eventOf(item: readonly ContentItem[]): DoseEventRow {
  const started = item.find(({ kind, concept }) => kind === "DATETIME" && concept?.value === "111526");
  return {
    uid: words(item, "113769"),
    at: started?.value ?? "",
    plane: words(item, "113764"),
    kind: words(item, "113721"),
    protocol: words(item, "125203"),
    dap: inBase(item, "122130"),
    kerma: inBase(item, "113738"),
    durationS: inBase(item, "113742"),
    pulses: plain(item, "113768"),
    primary: plain(item, "112011"),
    secondary: plain(item, "112012"),
    kvp: plain(item, "113733"),
    mA: plain(item, "113734"),
  };
}

function ctOf(item: readonly ContentItem[]): CtDoseRow {
  return {
    uid: words(item, "113769"),
    kind: words(item, "113820"),
    protocol: words(item, "125203"),
    region: words(item, "123014"),
    ctdi: plain(item, "113830"),
    dlp: plain(item, "113838"),
    lengthMm: plain(item, "113825"),
    kvp: plain(item, "113733"),
  };
}

/**
 * The dose of an X-Ray Radiation Dose SR: X-ray systems (TID 10001) and CT (TID 10011). Events stay in the order of the
 * report. Values whose unit is not known are left out here; the content tree shows them as written.
 */
export function doseContent(report: DataSet, most?: number): DoseContent {
  const tree = contentTree(report, most);
  const ctTotal = sections(tree.items, "113811")[0] ?? [];
  return {
    totals: sections(tree.items, "113702").map(totalsOf),
    events: sections(tree.items, "113706").map(eventOf),
    dlp: plain(ctTotal, "113813"),
    ct: sections(tree.items, "113819").map(ctOf),
    more: tree.more,
  };
}

/** Air kerma (Gy) summed over the events in the order of time; seconds from the first. Events without time are left out. */
export function kermaOverTime(events: readonly DoseEventRow[]): { readonly s: number; readonly kerma: number }[] {
  const timed = events.flatMap((event) => {
    const ms = momentMs(event.at);
    return ms === undefined || event.kerma === undefined ? [] : [{ ms, kerma: event.kerma }];
  });
  timed.sort((a, b) => a.ms - b.ms);
  let sum = 0;
  return timed.map(({ ms, kerma }) => {
    sum += kerma;
    return { s: (ms - timed[0]!.ms) / 1000, kerma: sum };
  });
}

function momentMs(at: string): number | undefined {
  const part = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(at);
  if (!part) return undefined;
  const [y, mo, d, h = "0", mi = "0", s = "0"] = part.slice(1);
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}
